"""What is not available here is asked for again from a second vantage; both answers stand side by side."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from warc_web import WarcWeb

from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import create_key
from evidence_store.events import Captured
from evidence_store.records import Verdict
from muniment.config.settings import Settings
from muniment.flows.environment import Environment
from muniment.flows.session import Session, Signing, open_session, run_tasks
from muniment.flows.tasks import url_task
from muniment.flows.vantage import look_elsewhere

URL = "https://valley.example/bridge"
STORY = "<title>The bridge</title><p>" + "The bridge was hit in the morning and the bakery burnt. " * 10 + "</p>"


def answer(status: str, body: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


@pytest.fixture
def here() -> Iterator[WarcWeb]:
    with WarcWeb({"valley.example/bridge": answer("451 Unavailable", "<title>No</title><p>Not here</p>"),
                  "valley.example/fine": answer("200 OK", STORY)}) as web:
        yield web


@pytest.fixture
def there(here: WarcWeb, monkeypatch: pytest.MonkeyPatch) -> Iterator[WarcWeb]:
    with WarcWeb({"valley.example/bridge": answer("200 OK", STORY)}) as web:
        roots = here.ca_file.read_bytes() + web.ca_file.read_bytes()
        here.ca_file.write_bytes(roots)
        yield web


@pytest.fixture
def session(tmp_path: Path, here: WarcWeb, there: WarcWeb) -> Iterator[Session]:
    world = Environment()
    signing = Signing(signer=create_key(tmp_path / "key", comment="t", passphrase=None), principal="t@example.org")
    settings = Settings(per_host_delay=0.0, browser="never", archives=(), robots="off", proxy=here.url, via=there.url,
                        ca_file=here.ca_file, country="Country A")
    with (Case.create(tmp_path / "case", CaseCharter(title="v"), signer=signing.signer, principal=signing.principal,
                      clock=world.clock, random=world.random) as case,
          open_session(case, signing, settings, world, command="t") as opened):
        yield opened


def test_a_page_that_is_blocked_here_and_shown_there_has_both_verdicts(
        session: Session, here: WarcWeb, there: WarcWeb) -> None:
    with session.capturer() as capturer:
        done = run_tasks(session, capturer, [url_task(URL), url_task("https://valley.example/fine")], again=True)
    looks = look_elsewhere(session, done.captures)
    assert [(look.first.verdict, look.second.verdict) for look in looks] == [(Verdict.GEO_BLOCKED, Verdict.COMPLETE)]
    assert any("not available from this vantage (Country A, not signed in" in one for one in looks[0].first.reasons)
    assert "geo blocked here, complete there" in looks[0].words
    assert there.asked == [URL]
    assert here.asked.count(URL) == 1
    bodies = [event.body for event in session.case.events() if isinstance(event.body, Captured)]
    ways = {body.circumstances.egress for body in bodies if body.capture.url == URL}
    assert ways == {f"via proxy {here.url}", f"via proxy {there.url}"}


def test_without_a_second_vantage_nothing_is_asked_again(session: Session) -> None:
    alone = replace(session, settings=replace(session.settings, via=""))
    with alone.capturer() as capturer:
        done = run_tasks(alone, capturer, [url_task(URL)], again=True)
    assert look_elsewhere(alone, done.captures) == ()
