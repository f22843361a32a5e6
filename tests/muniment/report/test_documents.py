"""The documents say what the events say, to people, and let nothing that was captured act."""

import posixpath
import re
from html.parser import HTMLParser

import pytest

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.errors import FormatError
from evidence_store.events import Event, UnknownEvent
from evidence_store.records import Sha256, Verdict
from muniment.report import wording
from muniment.report.dossier import gather
from muniment.report.messages import messages

PAGES = ("START-HERE.html", "report.html", "report/ITEM-0002.html", "report/ITEM-0003.html",
         "report/citations-0001.html", "report/exhibits-0001.html", "report/replay.html")
SEALER_KEY16 = "95b9aca00d322047"      # of the key in conftest.py


class Elements(HTMLParser):
    """Every element with its attributes, and the text outside of style."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def values(self, tag: str, attribute: str) -> list[str]:
        return [fields[attribute] or "" for name, fields in self.elements if name == tag and attribute in fields]


# What a link or picture may lead to: our own pages, items that run nothing, and the live page of a captured address.
OWN = (r"(\.\./)?(START-HERE|report)\.html|#[a-z]+|(\.\./)?(report/)?[A-Za-z]+-\d{4}(-\d{4})?\.html(#[A-Z]+-\d{4,})?"
       r"|(\.\./)?report/replay\.html\?(item|citation)=[A-Z]+-\d{4,}"
       r"|(\.\./)?data/items/ITEM-\d{4}/original\.[a-z0-9]+")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_script_an_event_handler_or_a_way_to_the_network(documents, name):
    content = documents.files()[name]
    page = Elements(content)
    assert {tag for tag, _ in page.elements}.isdisjoint(
        {"script", "iframe", "object", "embed", "form", "link", "base", "video", "audio", "input", "image", "use"})
    assert not [key for _, fields in page.elements for key in fields if key.startswith("on")]
    for address in page.values("img", "src"):
        assert re.fullmatch(OWN, address)
    for address in page.values("a", "href"):
        assert re.fullmatch(OWN, address) or re.match(r"https?://[a-z.]+\.example/", address)
    assert "url(" not in content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_the_content_security_policy_forbids_everything_but_local_pictures(documents, name):
    page = Elements(documents.files()[name])
    assert "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'" in page.values("meta", "content")


def test_a_link_to_the_live_page_names_no_referrer(documents):
    page = Elements(documents.files()["report/citations-0001.html"])
    live = [fields for tag, fields in page.elements if tag == "a" and str(fields["href"]).startswith("http")]
    assert live
    assert all(fields["rel"] == "noopener noreferrer nofollow" for fields in live)


@pytest.mark.parametrize(("address", "linked"), [
    ("https://a.example/x?y=1#z", True), ("HTTP://A.example/", True), ("javascript:alert(1)", False),
    ("data:text/html,x", False), ("https://a.example/\u202egnp", False), ("https://a.example/ x", False),
    ("https://a.example/\"onx", False), ("//a.example/", False), ("file:///etc/passwd", False), ("", False),
    ("https://a.example/" + "x" * 5000, False),
])
def test_only_plain_web_addresses_become_links(address, linked):
    assert bool(wording.web_address(address)) is linked


def test_hostile_text_is_shown_and_does_nothing(documents):
    report = "".join(content.decode("utf-8") for path, content in documents.files().items() if path.endswith("html"))
    assert "<script>" not in report
    assert "&lt;script&gt;alert(1)" in report
    assert "\u202e" not in report
    assert "&lt;U+202E&gt;" in report
    assert "\x1b" not in report
    assert "onmouseover=&#34;" in report or "onmouseover=&quot;" in report


def test_every_verdict_is_listed_with_its_plain_words(documents):
    text = Elements(documents.files()["report/citations-0001.html"]).text
    for verdict in Verdict:
        assert messages()(f"verdict.{verdict.value}.sentence") in text


def test_coverage_counts_each_citation_once_and_leaves_out_what_a_person_dismissed(documents):
    rows = re.findall(r'<td class="number">(\d+)</td><td><span class="badge \w+">([^<]+)</span>',
                      documents.start_here.decode())
    assert sum(int(number) for number, _ in rows) == len(Verdict) + 4     # mention, lost embed, photo, hostile post
    assert ("1", "mention") in rows
    assert ("1", "lost embed") in rows
    assert ("2", "complete") in rows
    assert "Buy a mug" in documents.report.decode()
    assert "an advert" in documents.files()["report/citations-0001.html"].decode()


def test_pictures_are_hidden_and_only_what_runs_nothing_is_a_link(documents):
    page = Elements(documents.files()["report/ITEM-0002.html"])
    assert page.values("img", "src") == ["../data/items/ITEM-0002/original.jpg"]
    assert next(fields["class"] for tag, fields in page.elements if tag == "details") == "veil"
    assert ".veil img { display: block; max-width: 100%; max-height: 40rem; filter: blur(24px) grayscale(1)" \
        in documents.files()["report/ITEM-0002.html"].decode()
    linked = [address for name, content in documents.files().items() if name.endswith(".html")
              for address in Elements(content).values("a", "href") if "data/" in address]
    assert linked == ["../data/items/ITEM-0002/original.jpg"]               # no .html, no .svg
    page = Elements(documents.files()["report/ITEM-0003.html"])
    assert "data/items/ITEM-0003/original.html" in page.text
    assert page.values("img", "src") == []


def test_an_item_that_was_not_selected_is_named_and_has_no_file(documents):
    page = documents.files()["report/ITEM-0005.html"].decode()
    assert "data/items/ITEM-0005" not in page
    assert "not in this bundle" in page
    assert "not selected" in documents.report.decode()


def test_of_repeated_findings_the_latest_counts_and_what_is_open_stands_first(documents):
    assert "superseded by the next" not in documents.files()["report/ITEM-0002.html"].decode()
    text = Elements(documents.report).text
    start = text.rindex("To look at first")
    first = text[start:text.index("The article", start)]
    assert "ITEM-0003" in first
    assert "could not be checked" in first
    assert "a torn tail was cut" in first
    assert "ITEM-0002" not in first


def test_the_start_page_names_recipient_signer_and_numbers(documents):
    text = Elements(documents.start_here).text
    for words in ("counsel@court.example", "inv1@newsroom.example",
                  "SHA256:lbmsoA0yIEcEiVDRnMWuzm+nV+3ZEEpVIURqFoeSspg",
                  "3 February 2026", "4 items", "Not selected 1: ITEM-0005", "This page cannot confirm itself"):
        assert words in text


def test_links_within_the_report_have_targets(documents):
    files = documents.files()
    pages = {path: Elements(content) for path, content in files.items() if path.endswith(".html")}
    ids = {path: {fields["id"] for _, fields in page.elements if "id" in fields} for path, page in pages.items()}
    for path, page in pages.items():
        folder = path.rpartition("/")[0]
        for address in page.values("a", "href"):
            if address.startswith("http"):
                continue
            target, _, fragment = address.partition("#")
            target = posixpath.normpath(posixpath.join(folder, target.partition("?")[0])) if target else path
            if target.startswith("data/"):
                continue
            assert target in files, address
            assert not fragment or fragment in ids[target], address


def test_verify_txt_is_plain_ascii_with_this_bundles_names_in_the_lines(documents, events):
    text = documents.verify_txt.decode("ascii")
    assert "{" not in text
    assert f"head -n {len(events)} custody/ledger.jsonl | sha256sum" in text
    assert f"tagmanifest-sha256.txt.{SEALER_KEY16}.sig" in text
    assert text.index("verifier") < text.index("sha256sum -c")
    assert "DOES NOT PROVE" in text


def test_the_same_events_give_the_same_bytes(events, options, documents, again):
    assert again(events) == documents


def test_events_that_are_no_bundles_are_refused(events, again):
    with pytest.raises(FormatError):
        again(events[:-1])
    with pytest.raises(FormatError):
        again(events[1:])


def test_an_event_of_a_later_version_does_not_matter(events, documents, again):
    later = Event(seq=99, time=events[0].time, key=events[0].key, body=UnknownEvent(type="assessment"))
    assert again((*events[:5], later, *events[5:])).start_here == documents.start_here


def test_a_case_without_an_article_has_a_report_too(again, minimal):
    documents = again(minimal)
    assert "No article was analysed" in documents.report.decode()
    assert "What came of" not in Elements(documents.start_here).text


def test_a_dismissed_citation_that_is_found_again_counts_again(events):
    assert sum(1 for thing in gather(events).cited if thing.dismissed is not None) == 1
    found_again = (*events[:5], Event(seq=5, time=events[3].time, key=events[3].key, body=events[3].body), *events[5:])
    assert not [thing for thing in gather(found_again).cited if thing.dismissed is not None]


def test_the_checkpoint_stands_in_the_report(documents, events):
    root = Checkpoint(origin=f"muniment/{'0' * 32}", size=1, root=b"\x07" * 32,
                      prefix_sha256=Sha256("5" * 64)).to_text()
    assert root.decode().splitlines()[2] in documents.report.decode()
    assert f"the first {len(events)} events" in documents.report.decode()


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr")])
def test_start_here_says_the_essentials_in_the_language_of_the_report_with_the_same_command(
        told_events, documents_of, language, direction):
    page = documents_of(told_events, language=language).start_here.decode("utf-8")
    assert f'<section lang="{language}" dir="{direction}"' in page
    assert messages(language)("start.untouched") in page
    assert len(re.findall(r"<pre[^>]*>python3 -I -S \.\./verify\.py \. --trust \.\./trusted_signers</pre>", page)) == 2
    assert "<section lang=" not in documents_of(told_events).start_here.decode("utf-8")
