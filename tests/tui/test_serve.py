"""The application in a browser: who comes in, from where, and what the page asks for."""

import re

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from tui.serve import COOKIE, HOST, CaseServer

pytestmark = pytest.mark.asyncio
ELSEWHERE = re.compile(r"(?:https?:)?//(?!127\.0\.0\.1)[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)


@pytest_asyncio.fixture
async def served():
    """The server without its case: what it lets in is what is tested."""
    said = []
    server = CaseServer("false", 8765, said.append)
    async with TestClient(TestServer(await server._make_app(), host=HOST, port=0)) as client:
        yield server, client, said


async def ask(client, path, **headers):
    return await client.get(path, headers={"Host": f"{HOST}:8765", **headers}, allow_redirects=False)


async def test_the_address_opens_one_session_once(served):
    server, client, said = served
    assert said == [server.address]
    token = server.address.removeprefix(f"http://{HOST}:8765")
    assert (await ask(client, "/")).status == 403
    assert (await ask(client, "/?token=guessed")).status == 403
    assert (await ask(client, "/ws")).status == 403
    assert (await ask(client, "/static/js/textual.js")).status == 403
    came = await ask(client, token)
    assert came.status == 302
    cookie = came.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    session = {"Cookie": f"{COOKIE}={cookie.value}"}
    client.session.cookie_jar.clear()
    assert (await ask(client, "/", **session)).status == 200
    assert (await ask(client, token)).status == 403                       # spent
    assert (await ask(client, "/", Cookie=f"{COOKIE}=another")).status == 403


async def test_another_sites_page_and_another_name_are_refused(served):
    server, client, _ = served
    token = server.address.removeprefix(f"http://{HOST}:8765")
    assert (await client.get(token, headers={"Host": "evil.example:8765"}, allow_redirects=False)).status == 403
    assert (await ask(client, token, Origin="https://evil.example")).status == 403
    assert (await ask(client, token)).status == 302                       # it was not spent by those


async def test_nothing_is_asked_of_a_third_party(served):
    server, client, _ = served
    came = await ask(client, server.address.removeprefix(f"http://{HOST}:8765"))
    session = {"Cookie": f"{COOKIE}={came.cookies[COOKIE].value}"}
    page = await ask(client, "/", **session)
    text = await page.text()
    assert "fonts/RobotoMono" in text
    assert not ELSEWHERE.findall(text)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    style = await (await ask(client, "/static/css/xterm.css", **session)).text()
    assert not re.search(r"url\(|@import", style)
    font = await ask(client, "/static/fonts/RobotoMono-VariableFont_wght.ttf", **session)
    assert font.status == 200


async def test_it_listens_on_this_machine_only_and_reads_only_unless_told(monkeypatch, sample_case):
    from muniment.cli.main import main

    started = []
    monkeypatch.setattr(CaseServer, "serve", lambda self: started.append((self.host, self.command)))
    assert main(["--case", str(sample_case.root), "tui", "--serve"]) == 0
    assert main(["--case", str(sample_case.root), "tui", "--serve", "--writable", "--theme", "light"]) == 0
    (host, plain), (_, writable) = started
    assert host == HOST
    assert plain.endswith("--in-browser --read-only")
    assert "--read-only" not in writable
    assert writable.endswith("--theme light")
