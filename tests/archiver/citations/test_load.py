import gzip
from datetime import date

import pytest

from archiver.citations import load_article, published_date
from archiver.errors import ArticleUnreadable

PAGE = ("<html><head><link rel='canonical' href='https://desk.example/live/valley'><meta "
        "property='article:published_time' content='2015-10-20T08:40:00+03:00'></head>"
        "<body><article><p>Yesterday the council published <a href='toll.html'>a register of names</a> for the whole "
        "valley.</p></article></body></html>")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", PAGE.encode()),
        ("a.html.gz", gzip.compress(PAGE.encode())),
        ("a.htm", PAGE.encode()),
        ("saved", PAGE.encode()),
        ("a.html", PAGE.encode("utf-16")),
    ],
)
def test_a_saved_page_brings_its_address_and_its_date(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    article = load_article(path)
    assert (article.base_url, article.published) == ("https://desk.example/live/valley", date(2015, 10, 20))
    assert [(citation.url, citation.claimed_time) for citation in article.citations()] == [
        ("https://desk.example/live/toll.html", "2015-10-19")
    ]


def test_a_date_given_goes_before_the_date_declared(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    assert load_article(path).citations(article_date=date(2015, 10, 22))[0].claimed_time == "2015-10-21"


def test_a_plain_text_is_read_as_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"The LCC reported four raids on Sarmin.\r\n\r\nMore at https://lcc.example/raids today.")
    article = load_article(path)
    assert (article.html, article.base_url) == ("", "")
    assert [citation.kind.value for citation in article.citations()] == ["mention", "article"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.4 x"),
        ("a.png", b"\x89PNG\r\n"),
        ("a.arc", b"filedesc://x 0.0.0.0"),
        ("a.bin", b"\x00\x01\x02"),
        ("a.html.gz", gzip.compress(PAGE.encode())[:60]),
        ("a.warc", b"no warc"),
        ("a.wacz", b"PK\x03\x04x"),
        ("a.warc.gz", gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n")),
    ],
)
def test_what_holds_no_article_is_refused_by_name(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ArticleUnreadable) as refusal:
        load_article(path)
    assert name in str(refusal.value)
    assert refusal.value.hint


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ArticleUnreadable):
        load_article(tmp_path / "none.html")


def test_a_page_that_unfolds_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("archiver.citations.load.MAX_HTML", 10_000)
    path = tmp_path / "a.html.gz"
    path.write_bytes(gzip.compress(b"<html>" + b" " * 50_000))
    with pytest.raises(ArticleUnreadable, match="more than 10,000 bytes"):
        load_article(path)


def response(
    url: str, body: bytes, status: bytes = b"200 OK", media_type: bytes = b"text/html", extra: bytes = b""
) -> bytes:
    block = b"HTTP/1.1 " + status + b"\r\nContent-Type: " + media_type + b"\r\n" + extra + b"\r\n" + body
    head = (f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{len(block):012d}>"
            f"\r\nWARC-Date: 2015-10-21T00:00:00Z\r\n"
            f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: "
            f"{len(block)}\r\n\r\n")
    return head.encode() + block + b"\r\n\r\n"


WARC = (
    response("https://desk.example/moved", b"", b"301 Moved")
    + response("https://desk.example/style.css", b"x", media_type=b"text/css")
    + response(
        "https://desk.example/live/valley",
        gzip.compress(PAGE.encode()),
        media_type=b"text/html; charset=utf-8",
        extra=b"Content-Encoding: gzip\r\n",
    )
    + response("https://other.example/", b"<html><p>Another page</p></html>")
)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_warc_gives_the_first_page_that_was_answered_with_200(tmp_path, compressed):
    path = tmp_path / ("a.warc.gz" if compressed else "a.warc")
    path.write_bytes(gzip.compress(WARC) if compressed else WARC)
    article = load_article(path)
    assert article.base_url == "https://desk.example/live/valley"
    assert [citation.url for citation in article.citations()] == ["https://desk.example/live/toll.html"]


def test_a_wacz_gives_the_page_it_lists_first(tmp_path):
    import zipfile

    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.warc.gz", gzip.compress(WARC))
        archive.writestr(
            "pages/pages.jsonl", '{"format": "json-pages-1.0"}\n{"url": "https://other.example/", "title": "Other"}\n'
        )
    assert load_article(path).base_url == "https://other.example/"


def test_the_wacz_of_others_are_read(shared_data):
    folder = shared_data / "1_warc" / "webrecorder+py-wacz" / "tests" / "fixtures"
    if not folder.is_dir():
        pytest.skip("no WACZ files by others beside this checkout")
    assert {load_article(path).base_url for path in folder.glob("valid*.wacz")} == {"http://www.example.com/", "https://example.com/"}


@pytest.mark.parametrize(
    ("markup", "url", "day"),
    [
        (
            '<script type="application/ld+json">{"@type": "Article", "datePublished": "2015-10-20T08:00:00Z"}</script>',
            "",
            date(2015, 10, 20),
        ),
        ("<meta name='date' content='2015/10/20'>", "", date(2015, 10, 20)),
        ("<time itemprop='datePublished' datetime='2015-10-20'>yesterday</time>", "", date(2015, 10, 20)),
        ("<p>No date</p>", "https://desk.example/2015/10/20/valley", date(2015, 10, 20)),
        ("<meta name='date' content='2091-01-01'>", "", None),
        ("<meta name='date' content='0000-99-99'>", "", None),
        ("", "", None),
    ],
)
def test_the_date_of_publication_is_the_one_declared(markup, url, day):
    assert (
        published_date(f"<html><head>{markup}</head></html>" if markup else "", url=url, latest=date(2020, 1, 1)) == day
    )
