"""What a run leaves in the capture queue: after an interrupt, and where a host asks to be left alone."""

import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from evidence_store.catalogue.sqlite import open_frontier
from evidence_store.frontier import BatchId, Job
from evidence_store.records import CitationKind

PAGE = (b"<html><body><article>" + b"<p>Rescue workers searched the rubble of the school.</p>" * 8
        + b"</article></body></html>")


class Busy(BaseHTTPRequestHandler):
    """Has its page; asks for an hour of rest when its list is asked for."""

    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        resting = self.path == "/list"
        self.send_response(429 if resting else 200)
        if resting:
            self.send_header("Retry-After", "3600")
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def site():
    handler = type("Site", (Busy,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.asked = handler.asked
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def case(muniment, tmp_path, monkeypatch):
    muniment("init", tmp_path / "case", "--no-passphrase")
    for name, value in {"CASE": str(tmp_path / "case"), "PER_HOST_DELAY": "0", "CONCURRENCY": "1", "BROWSER": "never",
                        "ARCHIVES": "none"}.items():
        monkeypatch.setenv(f"MUNIMENT_{name}", value)
    return tmp_path / "case"


def test_a_host_that_asks_for_an_hour_is_left_alone_and_its_urls_wait(muniment, case, site):
    ran = muniment("capture", f"{site.url}/list", f"{site.url}/page", "--allow-private", "--json")
    assert ran.code == 3
    (capture,) = ran.document["captures"]
    assert (capture["url"], capture["verdict"]) == (f"{site.url}/list", "undecided")
    assert any("asks not to be asked again" in reason for reason in capture["reasons"])
    (waiting,) = ran.document["waiting"]
    assert (waiting["host"], waiting["urls"]) == ("127.0.0.1", 2)
    assert site.asked.count("/list") == 1
    assert "/page" not in site.asked
    assert "muniment capture --resume" in ran.err

    planned = muniment("capture", "--resume", "--dry-run", "--json").document["plan"]
    assert planned["urls"] == [f"{site.url}/list", f"{site.url}/page"]


def test_what_a_killed_run_left_is_captured_on_request(muniment, case, site):
    url = f"{site.url}/page"
    with closing(open_frontier(case / "catalogue.sqlite")) as frontier:
        frontier.add([Job(url=url, identity=url, host="127.0.0.1", kind=CitationKind.ARTICLE)], batch=BatchId("0" * 16))
    ran = muniment("capture", "--resume", "--allow-private", "--json")
    assert ran.code == 0, ran.err
    assert [capture["verdict"] for capture in ran.document["captures"]] == ["complete"]
    assert muniment("capture", "--resume", "--dry-run", "--json").document["plan"]["urls"] == []


def test_the_queue_can_be_forgotten(muniment, case):
    url = "https://a.example/page"
    with closing(open_frontier(case / "catalogue.sqlite")) as frontier:
        frontier.add([Job(url=url, identity=url, host="a.example", kind=CitationKind.ARTICLE)], batch=BatchId("0" * 16))
    assert muniment("capture", "--forget", "--json").document["forgotten"] == [url]
    assert muniment("capture", "--resume", "--json").document["captures"] == []
