"""The contract of every catalogue: what it answers about a case with something of everything."""

import dataclasses

import pytest
from all_answers import all_answers, pages
from case_factory import ARTICLE_URL, CIRCUMSTANCES, GONE, PHOTO, POST, TOOL, VIDEO

from evidence_store.catalogue import opening, sqlite
from evidence_store.catalogue.model import Counts, Coverage, EventFilter, ItemFilter, LastNumbers
from evidence_store.errors import LedgerDamaged
from evidence_store.events import (
    Captured,
    CiteAction,
    Disclose,
    Event,
    FindingEvent,
    Imported,
    KeyEnrol,
    KeyRevoke,
    Note,
)
from evidence_store.findings import Outcome
from evidence_store.records import CitationKind, DerivativeKind, ItemId, ItemKind, Verdict
from evidence_store.warc.model import WarcType


@pytest.fixture(params=["sqlite"])
def empty(request, tmp_path):
    """Each implementation, empty."""
    made = {"sqlite": lambda: sqlite.create(tmp_path / "new.sqlite")}[request.param]()
    yield made
    made.close()


@pytest.fixture
def hand(make_case):
    return make_case()


@pytest.fixture
def catalogue(empty, hand):
    """Each implementation, filled with the case of `make_case`."""
    opening.index_warcs(empty, hand.case.layout)
    opening.catch_up(empty, hand.case.log)
    return empty


def ids(entries):
    return [entry.item.id for entry in entries]


class TestItems:
    def test_items_come_in_the_order_of_the_ledger(self, catalogue):
        assert ids(catalogue.items()) == ["ITEM-0001", "ITEM-0002", "ITEM-0003", "ITEM-0004", "ITEM-0005"]

    @pytest.mark.parametrize(("which", "found"), [
        (ItemFilter(kinds=frozenset({ItemKind.PHOTO})), ["ITEM-0003", "ITEM-0005"]),
        (ItemFilter(kinds=frozenset({ItemKind.PHOTO, ItemKind.PAGE})), ["ITEM-0001", "ITEM-0003", "ITEM-0005"]),
        (ItemFilter(verdicts=frozenset({Verdict.TRUNCATED})), ["ITEM-0004"]),
        (ItemFilter(verdicts=frozenset({Verdict.COMPLETE}), kinds=frozenset({ItemKind.PHOTO})), ["ITEM-0003"]),
        (ItemFilter(platforms=frozenset({"x"})), ["ITEM-0002", "ITEM-0003"]),
        (ItemFilter(text="TOW"), ["ITEM-0004"]),
        (ItemFilter(text="item-0002"), ["ITEM-0002"]),
        (ItemFilter(text="img-2015"), ["ITEM-0005"]),
        (ItemFilter(text="مدرسة"), ["ITEM-0002", "ITEM-0003"]),
        (ItemFilter(text="100%"), []),
        (ItemFilter(text="_"), []),
        (ItemFilter(platforms=frozenset({"telegram"})), []),
    ])
    def test_a_filter_restricts_and_counts_alike(self, catalogue, which, found):
        assert ids(catalogue.items(which)) == found
        assert catalogue.count_items(which) == len(found)

    def test_an_item_is_the_record_of_its_event(self, catalogue, hand):
        events = {item.id: event for event in hand.case.events() for item in (
            event.body.capture.items if isinstance(event.body, Captured) else
            event.body.items if isinstance(event.body, Imported) else ())}
        for entry in catalogue.items():
            event = events[entry.item.id]
            assert entry == catalogue.item(entry.item.id)
            assert entry.seq == event.seq
            assert entry.item in (event.body.capture.items if isinstance(event.body, Captured) else event.body.items)

    def test_an_item_knows_the_verdict_it_came_with(self, catalogue):
        assert [entry.verdict for entry in catalogue.items()] == [
            Verdict.COMPLETE, Verdict.COMPLETE, Verdict.COMPLETE, Verdict.TRUNCATED, None]
        assert catalogue.item(ItemId("ITEM-0005")).capture is None

    def test_an_item_is_found_by_what_it_is(self, catalogue):
        photo = catalogue.item(ItemId("ITEM-0003"))
        assert catalogue.find_item(PHOTO.url, photo.item.sha256) == photo
        assert catalogue.find_item(POST.url, photo.item.sha256) is None
        assert ids(catalogue.items_with_sha256(photo.item.sha256)) == ["ITEM-0003", "ITEM-0005"]
        assert catalogue.items_with_sha256("0" * 64) == ()
        assert catalogue.item(ItemId("ITEM-9999")) is None

    def test_pages_join_without_gap_or_overlap(self, catalogue):
        for limit in (1, 2, 5, 6):
            assert ids(pages(catalogue.items, lambda entry: entry.position, limit=limit)) == ids(catalogue.items())


class TestEvents:
    def test_events_are_those_of_the_ledger(self, catalogue, hand):
        assert [(entry.seq, entry.time, entry.key) for entry in catalogue.events()] == [
            (event.seq, event.time, event.key) for event in hand.case.events()]

    def test_the_events_of_an_item_are_those_that_name_it(self, catalogue):
        kinds = [entry.kind for entry in catalogue.events(EventFilter(item=ItemId("ITEM-0003")))]
        assert kinds == ["capture", "transform", "finding", "finding", "finding", "finding", "note"]
        assert [entry.kind for entry in catalogue.events(EventFilter(item=ItemId("ITEM-0001")))] == [
            "capture", "cite", "cite"]

    def test_events_are_found_by_kind_and_page(self, catalogue):
        cites = catalogue.events(EventFilter(kinds=frozenset({"cite"})))
        assert len(cites) == 4
        assert catalogue.events(EventFilter(kinds=frozenset({"cite"})), after=cites[1].seq, limit=1) == cites[2:3]

    def test_who_may_speak_is_known(self, catalogue, hand):
        (key,) = catalogue.enrolled_keys()
        assert (key.fingerprint, key.public_key) == (hand.signer.public.fingerprint, hand.signer.public.line)
        assert key.revoked_seq is None


class TestCaptures:
    def test_captures_of_one_url_are_a_series_whose_last_is_the_latest(self, catalogue):
        series = catalogue.captures(series=GONE.url)
        assert [entry.verdict for entry in series] == [Verdict.UNREACHABLE, Verdict.GONE]
        assert catalogue.latest_capture(GONE.url) == series[-1]
        assert catalogue.latest_capture("https://never.example/") is None

    def test_a_capture_without_identity_is_in_the_series_of_its_url(self, catalogue, hand):
        (event,) = (event for event in hand.case.events() if isinstance(event.body, Captured)
                    and event.body.capture.url == VIDEO.url)
        capture = dataclasses.replace(event.body.capture, id="f" * 16, identity="", items=())
        add(catalogue, hand, dataclasses.replace(event.body, capture=capture))
        assert [entry.id for entry in catalogue.captures(series=VIDEO.url)] == [event.body.capture.id, "f" * 16]

    def test_a_capture_comes_whole(self, catalogue, hand):
        for event in hand.case.events():
            if isinstance(event.body, Captured):
                assert catalogue.capture(event.body.capture.id) == event.body.capture
        assert catalogue.capture("0" * 16) is None

    def test_a_list_has_what_a_line_shows(self, catalogue):
        entry = catalogue.captures()[1]
        assert (entry.url, entry.client, entry.items, entry.citations, entry.reasons) == (
            POST.url, "requests", 2, ("CITE-0001", "CITE-0002"), ())


class TestCitations:
    def test_actions_are_folded_into_the_latest_state(self, catalogue):
        states = {entry.id: entry.action for entry in catalogue.citations()}
        assert states == {
            "CITE-0001": CiteAction.FOUND, "CITE-0002": CiteAction.FOUND, "CITE-0003": CiteAction.FOUND,
            "CITE-0004": CiteAction.FOUND, "CITE-0005": CiteAction.FOUND, "CITE-0006": CiteAction.DISMISSED,
            "CITE-0007": CiteAction.LINKED, "CITE-0008": CiteAction.ADDED}
        dismissed, linked = catalogue.citation("CITE-0006"), catalogue.citation("CITE-0007")
        assert dismissed.is_dismissed
        assert dismissed.reason == "an advert"
        assert linked.citation.url == "https://reuters.example/1"
        assert (linked.first_seq, linked.article_url, linked.article_item) == (
            dismissed.first_seq, ARTICLE_URL, "ITEM-0001")
        assert linked.last_seq > linked.first_seq

    def test_a_citation_knows_its_captures_and_the_latest_verdict(self, catalogue):
        gone = catalogue.citation("CITE-0004")
        assert (gone.captures, gone.verdict) == (2, Verdict.GONE)
        assert gone.latest == catalogue.latest_capture(GONE.url)
        assert [entry.verdict for entry in catalogue.captures(citation=gone.id)] == [Verdict.UNREACHABLE, Verdict.GONE]
        mention = catalogue.citation("CITE-0005")
        assert (mention.captures, mention.verdict, mention.latest) == (0, None, None)
        assert catalogue.citation("CITE-0099") is None

    def test_citations_of_an_article(self, catalogue):
        assert len(catalogue.citations(article_url=ARTICLE_URL)) == 8
        assert catalogue.citations(article_url="https://other.example/") == ()
        assert catalogue.citing_items() == ("ITEM-0001",)
        assert len(catalogue.citations(article_item="ITEM-0001")) == 8
        assert catalogue.citations(article_item="ITEM-0002") == catalogue.citations(article_item="") == ()
        assert [entry.id for entry in catalogue.citations(after=catalogue.citations()[5].position)] == [
            "CITE-0007", "CITE-0008"]

    def test_what_changed_since_an_event_is_all_that_it_and_later_ones_cited_or_captured(self, catalogue):
        every = catalogue.citations()
        for seq in range(1, catalogue.head.size + 1):
            changed = [one.id for one in every if max(one.last_seq, one.latest.seq if one.latest else 0) >= seq]
            assert [one.id for one in catalogue.citations(changed_since=seq)] == changed

    def test_coverage_counts_what_stands(self, catalogue):
        expected = Coverage(
            cited=7, verdicts={Verdict.COMPLETE: 2, Verdict.TRUNCATED: 1, Verdict.GONE: 1},
            uncaptured={CitationKind.MENTION: 1, CitationKind.LOST_EMBED: 1, CitationKind.POST: 1}, dismissed=1)
        assert catalogue.coverage() == expected
        assert catalogue.coverage(ARTICLE_URL) == expected
        assert catalogue.coverage("https://other.example/") == Coverage(cited=0)


class TestFindings:
    def test_the_latest_of_each_check_is_shown_and_all_are_kept(self, catalogue):
        latest = catalogue.findings(ItemId("ITEM-0003"))
        assert [(entry.finding.check, entry.finding.outcome) for entry in latest] == [
            ("fixity.sha256", Outcome.PASS), ("metadata.exif", Outcome.NOT_APPLICABLE)]
        assert [entry.finding.outcome for entry in catalogue.findings(check="fixity.sha256", latest=False)] == [
            Outcome.INCONCLUSIVE, Outcome.PASS]
        assert len(catalogue.findings(latest=False)) == 6

    def test_findings_of_the_case_as_a_whole_are_no_items(self, catalogue):
        assert [entry.finding.item for entry in catalogue.findings()] == ["ITEM-0003", "ITEM-0003", None]
        assert catalogue.findings(ItemId("ITEM-0001")) == ()

    def test_a_finding_keeps_its_figures(self, catalogue, hand):
        bodies = [event.body for event in hand.case.events() if isinstance(event.body, FindingEvent)]
        assert [entry.finding for entry in catalogue.findings(latest=False)] == bodies

    def test_derivatives_are_found_by_item(self, catalogue):
        (entry,) = catalogue.derivatives(ItemId("ITEM-0003"))
        assert entry.derivative.kind is DerivativeKind.THUMBNAIL
        assert catalogue.derivatives() == (entry,)
        assert catalogue.derivatives(ItemId("ITEM-0001")) == ()


class TestRecords:
    def test_every_record_of_the_files_is_known_with_its_place(self, catalogue, hand):
        (warc,) = hand.case.layout.warcs.glob("*.warc.gz")
        records = catalogue.records()
        assert records[0].type is WarcType.WARCINFO
        assert len(records) == 1 + 3 * 6
        assert [entry.offset for entry in records] == sorted(entry.offset for entry in records)
        assert catalogue.indexed_ends() == {warc.name: warc.stat().st_size}
        assert catalogue.records(file="other.warc.gz") == ()
        for entry in records:
            assert catalogue.record(entry.ref.record) == entry

    def test_records_are_found_by_many_ids_at_once(self, catalogue):
        records = catalogue.records()
        wanted = [entry.ref.record for entry in records] + [f"urn:uuid:{number}" for number in range(1200)]
        assert catalogue.records_named(wanted) == records
        assert catalogue.records_named([]) == ()

    def test_what_names_a_record_is_found_with_it(self, catalogue):
        photo = catalogue.item(ItemId("ITEM-0003")).item.source
        about = catalogue.records_about([photo.record])
        assert [entry.type for entry in about] == [WarcType.REQUEST, WarcType.METADATA]

    def test_a_cut_file_loses_the_records_behind_the_cut(self, catalogue):
        records = catalogue.records()
        catalogue.forget_records(records[0].file, size=records[4].offset + 1)
        assert catalogue.records() == records[:4]
        assert catalogue.records_about([records[-1].ref.record]) == ()
        catalogue.register(records)
        assert catalogue.records() == records


def add(catalogue, hand, *bodies):
    """Events that the ledger might hold, taken in behind what is there."""
    head = catalogue.head
    events = [Event(seq=head.size + number, time=hand.clock(), key=hand.signer.public.fingerprint, body=body)
              for number, body in enumerate(bodies)]
    catalogue.apply(events, dataclasses.replace(head, size=head.size + len(events), line="a" * 64))
    return events


class TestTakingIn:
    def test_figures_of_everything(self, catalogue, hand):
        assert catalogue.counts() == Counts(
            events=hand.case.log.size, items=5, captures=5, citations=8, derivatives=1, records=19,
            findings={Outcome.PASS: 2, Outcome.NOT_APPLICABLE: 1})
        assert catalogue.last_numbers() == LastNumbers(item=5, citation=8)

    def test_an_empty_catalogue_answers_everything(self, empty):
        answers = all_answers(empty)
        assert answers["counts"] == Counts(events=0, items=0, captures=0, citations=0, derivatives=0, records=0)
        assert answers["items"] == answers["citations"] == []

    def test_events_taken_in_twice_change_nothing(self, catalogue, hand):
        before = all_answers(catalogue)
        catalogue.apply(list(hand.case.events()), catalogue.head)
        catalogue.apply(list(hand.case.events(3, 7)), opening.head_at(hand.case.log, 7))
        catalogue.register(catalogue.records())
        assert all_answers(catalogue) == before

    @pytest.mark.parametrize("step", [1, 2, 7])
    def test_how_events_are_grouped_changes_no_answer(self, tmp_path, catalogue, hand, step):
        other = sqlite.create(tmp_path / "other.sqlite")
        opening.index_warcs(other, hand.case.layout)
        for start in range(0, hand.case.log.size, step):
            stop = min(start + step, hand.case.log.size)
            other.apply(list(hand.case.events(start, stop)), opening.head_at(hand.case.log, stop))
        assert all_answers(other) == all_answers(catalogue)
        other.close()

    def test_a_gap_is_refused_and_leaves_nothing(self, empty, hand):
        with pytest.raises(LedgerDamaged):
            empty.apply(list(hand.case.events(2)), opening.head_at(hand.case.log, hand.case.log.size))
        assert empty.head.size == 0

    def test_where_a_ledger_contradicts_itself_what_came_first_stands(self, catalogue, hand):
        capture = next(event.body for event in hand.case.events() if isinstance(event.body, Captured))
        forged = dataclasses.replace(capture.capture, url="https://forged.example/", identity="",
                                     citations=("CITE-0005",))
        item = catalogue.item(ItemId("ITEM-0005")).item
        before = {name: answer for name, answer in all_answers(catalogue).items() if name in ("items", "captures")}
        add(catalogue, hand, dataclasses.replace(capture, capture=forged),
            Imported(items=(dataclasses.replace(item, name="forged"),), received_from="", how="",
                     circumstances=CIRCUMSTANCES),
            KeyEnrol(public_key="x", fingerprint=hand.signer.public.fingerprint, principal="mallory", role="",
                     protection=""))
        after = all_answers(catalogue)
        assert {name: after[name] for name in before} == before
        assert [key.principal for key in after["keys"]] == ["investigator@example.org"]

    def test_events_may_name_what_the_case_does_not_hold(self, catalogue, hand):
        nowhere = ItemId("ITEM-0404")
        finding = FindingEvent(item=nowhere, check="x", outcome=Outcome.ERROR, summary="", tools=(TOOL,))
        disclose = Disclose(bundle="0" * 32, recipient="court", not_selected=(nowhere,))
        events = add(catalogue, hand, Note(item=nowhere, text="?"), finding, disclose,
                     KeyRevoke(fingerprint="SHA256:?", reason="lost"))
        naming = catalogue.events(EventFilter(item=nowhere))
        assert [entry.seq for entry in naming] == [event.seq for event in events[:3]]
        assert catalogue.findings(nowhere)[0].finding == finding

    def test_a_revocation_is_kept_with_the_key(self, catalogue, hand):
        (event,) = add(catalogue, hand, KeyRevoke(fingerprint=hand.signer.public.fingerprint, reason="lost"))
        add(catalogue, hand, KeyRevoke(fingerprint=hand.signer.public.fingerprint, reason="again"))
        (key,) = catalogue.enrolled_keys()
        assert (key.revoked_seq, key.revoked_reason) == (event.seq, "lost")
