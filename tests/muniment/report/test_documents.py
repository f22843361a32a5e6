"""The documents say what the events say, to people, and let nothing that was captured act."""

import re
from html.parser import HTMLParser

import pytest

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.errors import FormatError
from evidence_store.events import Event, UnknownEvent
from evidence_store.findings import Outcome
from evidence_store.records import CitationKind, ItemKind, Sha256, Truncation, Verdict
from muniment.report import wording
from muniment.report.dossier import gather

PAGES = ("start_here", "report")
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


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_script_an_event_handler_or_a_way_to_the_network(documents, name):
    page = Elements(getattr(documents, name))
    assert {tag for tag, _ in page.elements}.isdisjoint(
        {"script", "iframe", "object", "embed", "form", "link", "base", "svg", "video", "audio", "input"})
    assert not [key for _, fields in page.elements for key in fields if key.startswith("on")]
    for address in page.values("a", "href") + page.values("img", "src"):
        assert re.fullmatch(r"(START-HERE|report)\.html|#[A-Z]+-\d{4}|data/items/ITEM-\d{4}/original\.[a-z0-9]+",
                            address)
    assert "url(" not in getattr(documents, name).decode()


@pytest.mark.parametrize("name", PAGES)
def test_the_content_security_policy_forbids_everything_but_local_pictures(documents, name):
    page = Elements(getattr(documents, name))
    assert "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'" in page.values("meta", "content")


def test_hostile_text_is_shown_and_does_nothing(documents):
    report = documents.report.decode("utf-8")
    assert "<script>" not in report
    assert "&lt;script&gt;alert(1)" in report
    assert "\u202e" not in report
    assert "&lt;U+202E&gt;" in report
    assert "\x1b" not in report
    assert "onmouseover=&#34;" in report or "onmouseover=&quot;" in report


def test_every_verdict_is_listed_with_its_plain_words(documents):
    text = Elements(documents.report).text
    for verdict in Verdict:
        assert wording.VERDICTS[verdict].sentence in text


def test_coverage_counts_each_citation_once_and_leaves_out_what_a_person_dismissed(documents):
    rows = re.findall(r'<td class="number">(\d+)</td><td><span class="badge \w+">([^<]+)</span>',
                      documents.start_here.decode())
    assert sum(int(number) for number, _ in rows) == len(Verdict) + 4     # mention, lost embed, photo, hostile post
    assert ("1", "mention") in rows
    assert ("1", "lost embed") in rows
    assert ("2", "complete") in rows
    assert "Buy a mug" in documents.report.decode()
    assert "an advert" in documents.report.decode()


def test_pictures_are_hidden_and_only_what_runs_nothing_is_a_link(documents):
    page = Elements(documents.report)
    assert page.values("img", "src") == ["data/items/ITEM-0002/original.jpg"]
    assert "blur(" in documents.report.decode()
    assert documents.report.decode().count("<details") == 1
    linked = [address for address in page.values("a", "href") if address.startswith("data/")]
    assert linked == ["data/items/ITEM-0002/original.jpg"]               # no .html, no .svg
    assert "data/items/ITEM-0003/original.html" in page.text


def test_an_item_that_was_not_selected_is_named_and_has_no_file(documents):
    assert "data/items/ITEM-0005" not in documents.report.decode()
    assert "ITEM-0005" in documents.report.decode()
    assert "not selected" in documents.report.decode()


def test_of_repeated_findings_the_latest_counts_and_what_is_open_stands_first(documents):
    text = Elements(documents.report).text
    assert "superseded by the next" not in text
    first = text[text.index("To look at first"):text.index("What it cites")]
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
    page = Elements(documents.report)
    targets = {fields["id"] for _, fields in page.elements if "id" in fields}
    assert {address[1:] for address in page.values("a", "href") if address.startswith("#")} <= targets


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


def test_every_code_has_words():
    assert set(wording.VERDICTS) == set(Verdict)
    assert set(wording.OUTCOMES) == set(Outcome)
    assert set(wording.CITATIONS) == set(CitationKind)
    assert set(wording.ITEMS) == set(ItemKind)
    assert set(wording.TRUNCATIONS) == set(Truncation)


@pytest.mark.parametrize(("octets", "text"),
                         [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"),
                                              (999_950, "1.0 MB"), (1_500_000, "1.5 MB"), (7 * 10**15, "7000.0 TB")])
def test_sizes_are_said_in_decimal_units(octets, text):
    assert wording.size(octets) == text


def test_a_dismissed_citation_that_is_found_again_counts_again(events):
    assert sum(1 for thing in gather(events).cited if thing.dismissed is not None) == 1
    found_again = (*events[:5], Event(seq=5, time=events[3].time, key=events[3].key, body=events[3].body), *events[5:])
    assert not [thing for thing in gather(found_again).cited if thing.dismissed is not None]


def test_the_checkpoint_stands_in_the_report(documents, events):
    root = Checkpoint(origin=f"muniment/{'0' * 32}", size=1, root=b"\x07" * 32,
                      prefix_sha256=Sha256("5" * 64)).to_text()
    assert root.decode().splitlines()[2] in documents.report.decode()
    assert f"{len(events)} events" in documents.report.decode()
