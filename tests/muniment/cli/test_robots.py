"""What is done about robots.txt: recorded and said, obeyed, or not asked for."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PAGE = (b"<html><body><article>" + b"<p>Rescue workers searched the rubble of the school.</p>" * 8
        + b"</article></body></html>")
RULES = b"User-agent: *\nDisallow: /private/*.html$\n"


@pytest.fixture
def site():
    asked = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            kind, body = ("text/plain", RULES) if self.path == "/robots.txt" else ("text/html", PAGE)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.asked, server.url = asked, f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def capture(muniment, tmp_path, monkeypatch, site):
    muniment("init", tmp_path / "case", "--no-passphrase")
    for name, value in {"CASE": str(tmp_path / "case"), "PER_HOST_DELAY": "0", "BROWSER": "never",
                        "ARCHIVES": "none", "ALLOW_PRIVATE": "yes"}.items():
        monkeypatch.setenv(f"MUNIMENT_{name}", value)

    def run(*arguments):
        ran = muniment("capture", f"{site.url}/private/page.html", f"{site.url}/public", *arguments, "--json")
        return ran, {one["url"].removeprefix(site.url): one for one in ran.document["captures"]}

    return run


def test_by_default_it_is_recorded_once_and_said_where_it_objects(capture, site):
    ran, captures = capture()
    assert ran.code == 0, ran.err
    assert "recorded, not obeyed" in "; ".join(captures["/private/page.html"]["reasons"])
    assert captures["/public"]["reasons"] == []
    assert sorted(site.asked) == ["/private/page.html", "/public", "/robots.txt"]
    exchanges = [one["exchanges"] for one in captures.values()]
    assert sum(one["recorded"] for one in exchanges) == sum(one["sent"] for one in exchanges) == 3


def test_obeyed_it_keeps_a_page_from_being_asked_for(capture, site):
    ran, captures = capture("--robots", "obey")
    assert ran.code == 3
    assert captures["/private/page.html"]["verdict"] == "refused"
    assert "robots.txt disallows" in captures["/private/page.html"]["reasons"][0]
    assert captures["/public"]["verdict"] == "complete"
    assert "/private/page.html" not in site.asked


def test_switched_off_it_is_not_asked_for(capture, site):
    _, captures = capture("--robots", "off")
    assert {one["verdict"] for one in captures.values()} == {"complete"}
    assert "/robots.txt" not in site.asked
