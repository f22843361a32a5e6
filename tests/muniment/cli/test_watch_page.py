"""`muniment watch` on a live blog: its pictures, and the page of entries and citations."""

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from drawn_photographs import photograph

BLOG = """<html><head><title>Live</title></head><body><article><h1>Orda valley, live</h1>
{entries}
<p>A <a href="/report.html">report of the observatory</a> counts the dead of the night in the valley.</p>
<img src="/school.jpg" width="800" height="600" alt="What is left of the school"></article></body></html>"""
SCHOOL = "<p>A school in the town was struck during the night, witnesses say &amp; <b>show</b>.</p>"
TOLL = "<p>Forty-five people were killed on Monday, the observatory says.</p>"
TOLL_EDITED = "<p>Fifty-seven people were killed on Monday, the observatory says.</p>"


def jpeg(seed, quality):
    stream = io.BytesIO()
    photograph(seed).save(stream, "JPEG", quality=quality)
    return stream.getvalue()


@pytest.fixture
def site():
    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            status, kind, body = self.server.files.get(self.path, (404, "text/html", b"<p>Nothing is here.</p>"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


def blog(*entries):
    return 200, "text/html", BLOG.format(entries="\n".join(entries)).encode()


def test_entries_citations_and_pictures_through_three_looks(muniment, tmp_path, monkeypatch, site):
    muniment("init", tmp_path / "case", "--no-passphrase")
    for name, value in {"CASE": str(tmp_path / "case"), "PER_HOST_DELAY": "0", "BROWSER": "never",
                        "ARCHIVES": "none", "ALLOW_PRIVATE": "yes", "ROBOTS": "off"}.items():
        monkeypatch.setenv(f"MUNIMENT_{name}", value)
    report = (200, "text/html", b"<article><h1>Report</h1>" + b"<p>The dead of the night are named here.</p>" * 20)
    site.files = {"/live": blog(SCHOOL, TOLL), "/report.html": report, "/school.jpg": (200, "image/jpeg", jpeg(1, 92))}
    ran = muniment("preserve", f"{site.url}/live", "--output", tmp_path / "bundle")
    assert ran.code == 0, ran.err

    page = tmp_path / "watched.html"
    site.files |= {"/live": blog(TOLL_EDITED), "/school.jpg": (200, "image/jpeg", jpeg(1, 60))}
    del site.files["/report.html"]
    watched = muniment("watch", "--json", "--html", page).document["watched"]
    changes = {one["url"].removeprefix(site.url): one for one in watched}
    assert changes["/live"]["change"] == "words"
    assert changes["/report.html"]["change"] == "vanished"
    (picture,) = changes["/live"]["pictures"]
    assert picture["what"].startswith("the same picture, other bytes (PDQ distance ")

    text = page.read_text()
    assert "<script" not in text
    assert "witnesses say &amp; show" in text
    assert "now: Fifty-seven people were killed on Monday, the observatory says." in text
    (gone,) = [row for row in text.split("<tr")[1:] if "witnesses say" in row]
    assert ">gone<" in gone
    (cited,) = [row for row in text.split("<tr")[1:] if "/report.html" in row]
    assert "✗ gone" in cited
    assert "direct, identity none" in cited

    preserved = muniment("preserve", f"{site.url}/live", "--again", "--json", "--output", tmp_path / "second")
    assert preserved.document["changes"][0].startswith("no entry changed since ")

    site.files["/school.jpg"] = (200, "image/jpeg", jpeg(2, 92))
    (again,) = [one for one in muniment("watch", "--json", "--html", page).document["watched"]
                if one["url"].endswith("/live")]
    assert again["change"] == "pictures"
    assert again["pictures"][0]["what"].startswith("another picture (PDQ distance ")
