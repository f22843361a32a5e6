"""`muniment capture` and `muniment check`, on a server on loopback."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PAGE = (b"<html><head><title>A school in Sarmin</title></head><body><article><h1>A school in Sarmin</h1>"
        + b"<p>Rescue workers searched the rubble of the school through the night.</p>" * 8
        + b"</article></body></html>")


class Site(BaseHTTPRequestHandler):
    """One page; everything else is gone."""

    def do_GET(self):
        status, body = (200, PAGE) if self.path == "/page" else (404, b"<p>There is nothing here.</p>")
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def case(muniment, tmp_path, monkeypatch):
    muniment("init", tmp_path / "case", "--no-passphrase")
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "case"))
    monkeypatch.setenv("MUNIMENT_PER_HOST_DELAY", "0")
    return tmp_path / "case"


def test_a_page_is_captured_listed_and_checked(muniment, case, site):
    ran = muniment("capture", f"{site}/page", "--allow-private", "--json")
    assert ran.code == 0, ran.err
    (capture,) = ran.document["captures"]
    assert (capture["url"], capture["verdict"]) == (f"{site}/page", "complete")
    assert capture["exchanges"]["sent"] == capture["exchanges"]["recorded"] >= 1
    assert len(ran.document["warcs"]) == 1
    assert [item["item"] for item in muniment("list", "--json").document["items"]] == capture["items"]

    checked = muniment("check", "--json")
    assert checked.code == 0
    assert "fixity.sha256" in {finding["check"] for finding in checked.document["findings"]}
    assert {finding["outcome"] for finding in checked.document["findings"]} == {"pass"}


def test_what_is_complete_is_not_captured_again_unless_asked(muniment, case, site):
    muniment("capture", f"{site}/page", "--allow-private")
    again = muniment("capture", f"{site}/page", "--allow-private", "--json")
    assert (again.code, again.document["captures"]) == (0, [])
    assert "not checked again" in again.err
    assert len(muniment("capture", f"{site}/page", "--allow-private", "--again", "--json").document["captures"]) == 1


def test_a_page_that_is_gone_makes_the_run_partial(muniment, case, site, tmp_path):
    listed = tmp_path / "urls.txt"
    listed.write_text(f"# two pages\n{site}/page\n\n{site}/missing\n")
    ran = muniment("capture", "--from", listed, "--allow-private", "--json")
    assert ran.code == 3
    assert sorted(capture["verdict"] for capture in ran.document["captures"]) == ["complete", "gone"]


def test_loopback_is_refused_unless_it_is_allowed(muniment, case, site):
    ran = muniment("capture", f"{site}/page", "--json")
    assert ran.code == 3
    assert ran.document["captures"][0]["verdict"] == "refused"


def test_the_plan_is_shown_before_the_first_request_and_a_dry_run_asks_nothing(muniment, case):
    plan = muniment("capture", "http://unreachable.invalid/a", "http://unreachable.invalid/b", "--dry-run", "--json")
    assert plan.code == 0
    assert plan.document["plan"]["hosts"] == [{"host": "unreachable.invalid", "urls": 2}]
    assert len(muniment("log", "--json").document["events"]) == 2


@pytest.mark.parametrize("arguments", [[], ["ftp://a.example/"]], ids=["nothing named", "other scheme"])
def test_what_cannot_be_captured_is_wrong_usage(muniment, case, arguments):
    assert muniment("capture", *arguments).code == 2


def test_a_wrong_limit_is_wrong_usage(muniment, case):
    ran = muniment("capture", "http://a.example/", "--timeout", "soon")
    assert ran.code == 2
    assert "--timeout" in ran.err


def archive_reply(path):
    """A small archive: it has one copy of `/missing`."""
    port = path.rpartition("http://127.0.0.1:")[2].partition("/")[0]
    copy = f"/web/20151021031200/http://127.0.0.1:{port}/missing"
    if path.startswith("/web/timemap/link/") and path.endswith("/missing"):
        return 200, f'<{{own}}{copy}>; rel="memento"; datetime="Wed, 21 Oct 2015 03:12:00 GMT"'.encode()
    return (200, PAGE) if path.startswith("/web/20151021031200id_/") else (404, b"no")


class ArchiveSite(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = archive_reply(self.path)
        body = body.replace(b"{own}", f"http://127.0.0.1:{self.server.server_port}".encode())
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if b"<html" in body else "application/link-format")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def archive():
    server = ThreadingHTTPServer(("127.0.0.1", 0), ArchiveSite)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/web/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_that_is_gone_is_looked_for_in_the_archives_and_stays_gone(muniment, case, site, archive):
    ran = muniment("capture", f"{site}/missing", "--allow-private", "--archives", archive, "--json")
    assert ran.code == 3
    (gone,), (copy,) = ran.document["captures"], ran.document["copies"]
    assert (gone["verdict"], copy["verdict"]) == ("gone", "complete")
    assert copy["memento"]["original"] == f"{site}/missing"
    assert copy["memento"]["archived_at"].startswith("2015-10-21T03:12:00")
    assert len(copy["items"]) == 1
    again = muniment("capture", f"{site}/missing", "--allow-private", "--archives", archive, "--json")
    assert again.document["copies"] == []


def test_the_plan_names_the_archives(muniment, case, site):
    plan = muniment("capture", f"{site}/page", "--archives", "http://archive.test/web/", "--dry-run", "--json")
    assert plan.document["plan"]["archives"] == ["archive.test"]
    assert muniment("capture", f"{site}/page", "--archives", "none", "--dry-run", "--json").document["plan"][
        "archives"] == []
