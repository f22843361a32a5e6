"""`muniment cite`, on saved articles."""

import pytest

ARTICLE = """<html><head><title>A live blog</title><link rel="canonical" href="https://blog.example/live"></head>
<body>
<nav><a href="https://blog.example/about">About us</a></nav>
<article><h1>A live blog of the day</h1>
<p>The town was quiet in the morning, residents said, and
<a href="https://wire.example/story">as the agency reported</a>
the market opened as on any other day; later the road to the north was closed for several hours by the police.</p>
<p>Rescue workers searched the rubble of the school through the night, and neighbours brought water and bread.</p>
<blockquote class="twitter-tweet"><p>The school</p><a href="https://twitter.com/somebody/status/123456789">12 May</a>
</blockquote></article></body></html>"""


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.html"
    path.write_text(ARTICLE)
    return path


@pytest.fixture
def case(muniment, tmp_path, monkeypatch):
    muniment("init", tmp_path / "case", "--no-passphrase")
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "case"))
    return tmp_path / "case"


def cited(document):
    return [(entry["kind"], entry["url"]) for entry in document["citations"]]


EXPECTED = [("article", "https://wire.example/story"), ("post", "https://twitter.com/somebody/status/123456789")]


def test_without_a_case_the_citations_are_printed_and_nothing_is_written(muniment, article, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ran = muniment("cite", article, "--json")
    assert ran.code == 0, ran.err
    assert sorted(cited(ran.document)) == EXPECTED
    assert set(ran.document["citations"][0]) >= {
        "id", "kind", "platform", "url", "embedded", "anchor", "context", "offset", "credit", "claimed_time",
        "claimed_place"}
    assert sorted(tmp_path.rglob("*")) == before


def test_in_a_case_the_article_is_kept_and_its_citations_are_recorded_once(muniment, article, case):
    first = muniment("cite", article, "--json").document
    assert sorted(cited(first)) == EXPECTED
    assert [item["name"] for item in muniment("list", "--json").document["items"]] == ["article.html"]
    size = len(muniment("log", "--json").document["events"])
    assert muniment("cite", "find", article, "--json").document == first
    assert len(muniment("log", "--json").document["events"]) == size
    assert muniment("cite", "--json").document == first


def test_a_person_adds_links_and_dismisses_and_the_ledger_says_so(muniment, article, case):
    muniment("cite", article)
    added = muniment("cite", "add", "https://found.example/by-hand", "--kind", "photo", "--reason", "seen in print",
                     "--json").document["citations"][0]
    assert (added["url"], added["kind"], added["state"]) == ("https://found.example/by-hand", "photo", "added")
    linked = muniment("cite", "link", added["id"].lower(), "https://found.example/better", "--json").document
    assert cited(linked) == [("photo", "https://found.example/better")]
    assert linked["citations"][0]["state"] == "linked"
    dismissed = muniment("cite", "dismiss", added["id"], "--reason", "an advertisement", "--json").document
    assert dismissed["citations"][0]["state"] == "dismissed"
    assert f"{added['id']}  – dismissed" in muniment("cite").out
    events = muniment("log", "--type", "cite", "--json").document["events"]
    assert [event["action"] for event in events] == ["found", "added", "linked", "dismissed"]
    assert events[-1]["reason"] == "an advertisement"


@pytest.mark.parametrize("arguments", [
    ["cite", "article.html", "--article-date", "yesterday"],
    ["cite", "dismiss", "CITE-0001"],
    ["cite", "add", "https://a.example/", "--kind", "rumour"],
], ids=["a date that is none", "dismissed without a reason", "an unknown kind"])
def test_what_cannot_be_understood_is_wrong_usage(muniment, case, arguments):
    assert muniment(*arguments).code == 2


def test_correcting_what_is_not_there_fails(muniment, case):
    assert muniment("cite", "link", "CITE-0099", "https://a.example/").code == 1


def test_a_file_that_is_no_article_is_refused_by_name(muniment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    ran = muniment("cite", "photo.png")
    assert ran.code == 1
    assert "photo.png" in ran.err
