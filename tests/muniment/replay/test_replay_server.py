"""The replay server as anybody on the computer meets it."""

import http.client
import socket
from collections.abc import Iterator

import pytest

from muniment.flows.replay import open_library
from muniment.replay.server import ReplayServer, serving


@pytest.fixture(scope="module")
def server(bundle, mute_player) -> Iterator[ReplayServer]:
    with open_library(bundle) as library, serving(library, mute_player) as served:
        yield served


def ask(server: ReplayServer, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_it_listens_on_loopback_alone(server):
    try:
        other = socket.gethostbyname(socket.gethostname())
    except OSError:                 # a machine whose own name nobody knows
        other = "127.0.0.2"
    if other.startswith("127."):
        other = "127.0.0.2"
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        socket.create_connection((other, server.port), timeout=1).close()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil",
                                  "127.0.0.1:{port}.evil.example", "[::1]:{port}", ""])
def test_another_name_is_refused(server, host):
    answer, body = ask(server, "/", Host=host.format(port=server.port))
    assert answer.status == 421
    assert b"social.example" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_only_get_and_head_are_answered(server, method):
    assert ask(server, "/", method)[0].status == 405


def test_its_own_names_are_answered_and_every_page_has_a_policy(server):
    for host in ("127.0.0.1", "localhost"):
        answer, body = ask(server, "/", Host=f"{host}:{server.port}")
        assert answer.status == 200
        assert b"https://social.example/post/1" in body
        assert answer.getheader("Content-Security-Policy", "").startswith("default-src 'none'")
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("Referrer-Policy") == "no-referrer"


def test_head_says_what_get_says_without_a_body(server):
    got, body = ask(server, "/")
    head, nothing = ask(server, "/", "HEAD")
    assert (head.status, head.getheader("Content-Length"), nothing) == (200, str(len(body)), b"")
    assert got.getheader("Content-Type") == head.getheader("Content-Type")


def archive_path(server: ReplayServer) -> str:
    _, body = ask(server, "/")
    key = body.decode().partition("visit=")[2].partition("&")[0]
    return f"/wacz/{key}.wacz"


def test_ranges_of_an_archive_are_its_bytes(server):
    path = archive_path(server)
    whole, content = ask(server, path)
    assert whole.getheader("Accept-Ranges") == "bytes"
    for header, expected in (("bytes=0-3", content[:4]), ("bytes=-22", content[-22:]), ("bytes=10-", content[10:])):
        answer, part = ask(server, path, Range=header)
        assert (answer.status, part) == (206, expected)
        assert answer.getheader("Content-Range", "").endswith(f"/{len(content)}")
    answer, _ = ask(server, path, Range=f"bytes={len(content)}-")
    assert (answer.status, answer.getheader("Content-Range")) == (416, f"bytes */{len(content)}")
    head, _ = ask(server, path, "HEAD", Range="bytes=0-3")
    assert (head.status, head.getheader("Content-Length")) == (206, "4")


@pytest.mark.parametrize(("query", "visit"), [("item=ITEM-0001", 0), ("item=ITEM-0002", 1), ("citation=CITE-0001", 1)])
def test_a_link_of_the_report_leads_to_the_replay_of_that_moment(server, library, query, visit):
    answer, _ = ask(server, f"/report/replay.html?{query}")
    assert answer.status == 302
    location = answer.getheader("Location", "")
    assert f"visit={library.visits[visit].key}" in location
    assert "url=https%3A%2F%2Fsocial.example%2Fpost%2F1" in location
    page, body = ask(server, location)
    assert page.status == 200
    assert b"Replay, not the live page" in body


def test_what_is_not_recorded_has_no_replay(server):
    assert ask(server, "/report/replay.html?item=ITEM-9999")[0].status == 404
    assert ask(server, "/play?visit=nothing")[0].status == 404
    assert ask(server, "/wacz/nothing.wacz")[0].status == 404


def test_the_report_is_served_beside_the_replay(server):
    answer, body = ask(server, "/report.html")
    assert answer.status == 200
    assert b"report/ITEM-0001.html" in body
    assert ask(server, "/report/ITEM-0001.html")[0].status == 200


def test_captured_pages_are_downloads_that_cannot_act(server):
    answer, _ = ask(server, "/data/items/ITEM-0001/original.html")
    assert answer.status == 200
    assert answer.getheader("Content-Type") == "application/octet-stream"
    assert answer.getheader("Content-Disposition") == "attachment"
    assert answer.getheader("Content-Security-Policy") == "sandbox; default-src 'none'"


@pytest.mark.parametrize("path", [
    "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/data/../custody/ledger.jsonl", "/verify.py",
    "/custody/ledger.jsonl", "/data/capture.wacz", "/report/../custody/ledger.jsonl", "/data/items/ITEM-0001/..%2f..",
    "/report/%00.html", "/rwp/../server.py", "/rwp/replay/../../x",
])
def test_nothing_but_the_report_and_its_files_is_handed_out(server, path):
    assert ask(server, path)[0].status == 404


def test_a_link_in_the_folder_is_not_followed(bundle, server, tmp_path):
    secret = tmp_path / "secret.html"
    secret.write_text("secret")
    stray = bundle / "report" / "stray.html"
    stray.symlink_to(secret)
    try:
        assert ask(server, "/report/stray.html")[0].status == 404
    finally:
        stray.unlink()


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "javascript:alert(1)", "\u202egnp"])
def test_an_address_that_is_asked_for_cannot_act(server, library, hostile):
    from urllib.parse import quote

    for address in (hostile, f"https://social.example/{hostile}"):
        _, body = ask(server, f"/play?visit={library.visits[0].key}&ts=20260101000000&url={quote(address)}")
        assert b"<script>alert" not in body
        assert "\u202e".encode() not in body
        assert b'url="javascript:' not in body


def test_the_player_and_our_guards_are_served_as_scripts(server):
    for name in ("ui.js", "quiet.js", "replay/sw.js", "replay/guard.js", "replay/ui.js"):
        answer, _ = ask(server, f"/rwp/{name}")
        assert (answer.status, answer.getheader("Content-Type")) == (200, "text/javascript; charset=utf-8")
    assert ask(server, "/rwp/replay/other.js")[0].status == 404


def test_a_request_line_that_never_ends_is_refused(server):
    assert ask(server, "/" + "x" * 65_000)[0].status in {404, 414}
