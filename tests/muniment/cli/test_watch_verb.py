"""`muniment watch`: what changed, vanished or came back since the last capture."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

HEAD = b"<html><head><title>Live</title></head><body><h1>Orda valley, live</h1><p>Three were killed in the shelling. "
TAIL = (b"Rescue workers searched the rubble through the night. The school was empty. Neighbours carried water and "
        b"blankets to the square, where families waited for word of those still missing, and the baker opened before "
        b"dawn so that nobody in the valley went hungry.</p></body></html>")


class Changing(BaseHTTPRequestHandler):
    """One page, whose state the test sets."""

    def do_GET(self):
        status, body = self.server.state if self.path == "/live" else (404, b"no")
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Changing)
    server.state = (200, HEAD + TAIL)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def watch(muniment, tmp_path, monkeypatch, site):
    """A case with one capture of the page; watches it again."""
    muniment("init", tmp_path / "case", "--no-passphrase")
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "case"))
    monkeypatch.setenv("MUNIMENT_PER_HOST_DELAY", "0")
    assert muniment("capture", f"http://127.0.0.1:{site.server_port}/live", "--allow-private").code == 0

    def once(*arguments):
        return muniment("watch", "--once", "--allow-private", "--json", *arguments)

    return once


def test_what_stayed_is_unchanged(watch):
    ran = watch()
    assert ran.code == 0, ran.err
    (one,) = ran.document["watched"]
    assert (one["change"], one["added"], one["gone"]) == ("unchanged", [], [])


def test_other_words_are_told_from_other_bytes(watch, site):
    site.state = (200, HEAD + b"<!-- other -->" + TAIL)
    assert watch().document["watched"][0]["change"] == "bytes"
    site.state = (200, HEAD.replace(b"Three", b"Five") + TAIL)
    (one,) = watch().document["watched"]
    assert one["change"] == "words"
    assert any("five were killed" in sentence for sentence in one["added"])
    assert any("three were killed" in sentence for sentence in one["gone"])


def test_what_vanished_says_when_it_was_last_seen_and_stays_gone_and_may_return(watch, site, muniment):
    site.state = (410, b"gone")
    ran = watch()
    (first,) = ran.document["watched"]
    assert (ran.code, first["change"]) == (3, "vanished")
    assert first["last_seen"] < first["first_gone"]
    (second,) = watch().document["watched"]
    assert (second["change"], second["first_gone"]) == ("still_gone", first["first_gone"])
    site.state = (200, HEAD + TAIL)
    assert watch().document["watched"][0]["change"] == "returned"
    summaries = [row["summary"] for row in muniment("log", "--json").document["events"] if row["type"] == "finding"]
    assert len(summaries) == 3


def test_a_server_that_fails_is_unclear_never_gone(watch, site):
    site.state = (503, b"busy")
    ran = watch(f"http://127.0.0.1:{site.server_port}/live")
    assert (ran.code, ran.document["watched"][0]["change"]) == (3, "unclear")
