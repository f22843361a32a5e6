"""Events of a bundle: a live blog's citations in every verdict, a photo, findings, and hostile text everywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from evidence_store.bundle.model import BundleOptions
from evidence_store.claims import (
    Claim,
    ClaimAction,
    ClaimId,
    Confidence,
    Geolocation,
    NumberedClaim,
    Predicate,
    Question,
    Relation,
)
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.events import (
    Assessed,
    Body,
    Captured,
    CaseOpen,
    Cite,
    CiteAction,
    Claimed,
    Disclose,
    Event,
    FindingEvent,
    Incident,
    KeyEnrol,
    Linked,
    Note,
    NumberedCitation,
)
from evidence_store.findings import Bearing, Outcome
from evidence_store.records import (
    Capture,
    CaptureId,
    CaseId,
    Circumstances,
    Citation,
    CitationId,
    CitationKind,
    Item,
    ItemId,
    ItemKind,
    RecordId,
    Sha256,
    Tool,
    Verdict,
    WarcRef,
)
from muniment.report import bundle_documents
from muniment.report.material import Material, NoMaterial

START = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
SOFTWARE = Tool(name="Muniment", version="0.1.0")
SEALER = PublicKey.parse("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
CASE = CaseId("0123456789abcdef" * 2)
ARTICLE = "https://liveblog.example/world/live/2015/10/20/orda-valley"
AROUND = Circumstances(collector="inv1@newsroom.example", machine="Linux x86_64", clock="not synchronised",
                       egress="direct", identity="none", tools=(SOFTWARE,))
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe\x1b[2J\" onmouseover=\"alert(3)"
NOTHING = NoMaterial()
HOSTILE_URL = "javascript:alert(4)//https://evil.example/?<b>"


def item(number: int, kind: ItemKind, media_type: str, url: str = "", name: str = "") -> Item:
    return Item(id=ItemId(f"ITEM-{number:04d}"), kind=kind, sha256=Sha256(f"{number:064x}"), length=number * 1_000_003,
                media_type=media_type, url=url, name=name, obtained_at=START,
                source=WarcRef(record=RecordId("urn:uuid:x"), sha256=Sha256("0" * 64), length=1))


def capture(url: str, verdict: Verdict, *, citations: tuple[str, ...] = (), items: tuple[Item, ...] = (),
            reasons: tuple[str, ...] = ()) -> Captured:
    return Captured(circumstances=AROUND, capture=Capture(
        id=CaptureId("00" * 8), url=url, final_url=url, started_at=START, ended_at=START + timedelta(seconds=2),
        client="requests", verdict=verdict, reasons=reasons, against="page", sent=1, recorded=1,
        citations=tuple(CitationId(one) for one in citations), items=items))


def in_order(*bodies: Body) -> tuple[Event, ...]:
    return tuple(Event(seq=seq, time=START + timedelta(minutes=seq), key=SEALER.fingerprint, body=body)
                 for seq, body in enumerate(bodies))


def opening(title: str = "Orda valley, 20 October 2015") -> tuple[Body, ...]:
    return (CaseOpen(case=CASE, title=title, purpose="to test", authority="none", scope="one live blog",
                     software=(SOFTWARE,)),
            KeyEnrol(public_key=SEALER.line, fingerprint=SEALER.fingerprint, principal="inv1@newsroom.example",
                     role="investigator", protection="passphrase"))


def story() -> Iterator[Body]:
    yield from opening()
    yield capture(ARTICLE, Verdict.COMPLETE, items=(item(1, ItemKind.PAGE, "text/html", ARTICLE),))
    verdicts = list(Verdict)
    citations = [NumberedCitation(id=CitationId(f"CITE-{n:04d}"), citation=Citation(
        kind=CitationKind.ARTICLE, url=f"https://wire.example/{verdict}", anchor=f"link {n}",
        context=f"The agency says so in {n}.")) for n, verdict in enumerate(verdicts, 1)]
    mention = NumberedCitation(id=CitationId("CITE-0101"), citation=Citation(
        kind=CitationKind.MENTION, source="TASN", context="TASN reported that the ambassador denied it."))
    lost = NumberedCitation(id=CitationId("CITE-0102"), citation=Citation(
        kind=CitationKind.LOST_EMBED, source="a blogger", context="A blogger counted more:"))
    photo = NumberedCitation(id=CitationId("CITE-0103"), citation=Citation(
        kind=CitationKind.PHOTO, url="https://media.example/school.jpg", anchor="A school", credit="LCC", embedded=True,
        claimed_time="2015-10-20", claimed_place="Sarmila",
        context="Remains of a school in Sarmila today. Photo from LCC."))
    evil = NumberedCitation(id=CitationId("CITE-0104"), citation=Citation(
        kind=CitationKind.POST, url=HOSTILE_URL, anchor=HOSTILE, context=HOSTILE, credit=HOSTILE, source=HOSTILE,
        claimed_place=HOSTILE, claimed_time=HOSTILE))
    dropped = NumberedCitation(id=CitationId("CITE-0105"), citation=Citation(
        kind=CitationKind.ARTICLE, url="https://shop.example/", anchor="Buy a mug"))
    yield Cite(action=CiteAction.FOUND, article_url=ARTICLE, article_item=ItemId("ITEM-0001"),
               citations=(*citations, mention, lost, photo, evil, dropped))
    yield Cite(action=CiteAction.DISMISSED, article_url=ARTICLE, article_item=None, citations=(dropped,),
               reason="an advert")
    for number, verdict in enumerate(verdicts, 1):
        if verdict is not Verdict.NOT_ATTEMPTED:
            yield capture(f"https://wire.example/{verdict}", verdict, citations=(f"CITE-{number:04d}",),
                          reasons=("a reason",))
    school = item(2, ItemKind.PHOTO, "image/jpeg", "https://media.example/school.jpg", "school.jpg")
    yield capture("https://media.example/school.jpg", Verdict.COMPLETE, citations=("CITE-0103",), items=(school,))
    yield capture(HOSTILE_URL, Verdict.UNDECIDED, citations=("CITE-0104",), reasons=(HOSTILE,),
                  items=(item(3, ItemKind.PAGE, "text/html", HOSTILE_URL, HOSTILE),
                         item(4, ItemKind.PHOTO, "image/svg+xml", HOSTILE_URL, "drawing.svg"),
                         item(5, ItemKind.VIDEO, "video/mp4", "https://media.example/tow.mp4", "tow.mp4")))
    yield from findings()
    yield Note(item=ItemId("ITEM-0002"), text="the same school as in " + HOSTILE)
    yield Incident(what="a torn tail was cut", affected=("warcs/x.warc.gz",), action="set aside")
    yield Disclose(bundle="ab" * 16, recipient="counsel@court.example", not_selected=(ItemId("ITEM-0005"),), held=5,
                   included=4)


def findings() -> Iterator[FindingEvent]:
    def finding(number: int, check: str, outcome: Outcome, summary: str) -> FindingEvent:
        return FindingEvent(item=ItemId(f"ITEM-{number:04d}"), check=check, outcome=outcome, summary=summary, tools=())

    yield finding(2, "fixity.sha256", Outcome.FAIL, "superseded by the next")
    yield finding(2, "fixity.sha256", Outcome.PASS, "all bytes have the recorded SHA-256")
    yield finding(2, "metadata.exif", Outcome.PASS, "EXIF: made with Halde P3, taken 2015-10-20T12:41:07+03:00")
    yield finding(3, "fixity.sha256", Outcome.ERROR, HOSTILE)
    yield finding(4, "image.hashes", Outcome.NOT_APPLICABLE, "no raster picture")


@pytest.fixture
def events() -> tuple[Event, ...]:
    return in_order(*story())


@pytest.fixture
def options() -> BundleOptions:
    return BundleOptions(bundle_id="ab" * 16, recipient="counsel@court.example", software=SOFTWARE)


@pytest.fixture
def documents(events, options):
    checkpoint = Checkpoint(origin=f"muniment/{CASE}", size=len(events), root=b"\x07" * 32,
                            prefix_sha256=Sha256("5" * 64))
    return bundle_documents(events, checkpoint=checkpoint, options=options, sealer=SEALER, verify_py=b"py",
                            verify_sh=b"sh")


def told_more() -> Iterator[Body]:
    """The story with claims in three scripts, places, times, a search for reuse and conclusions."""
    *before, last = story()
    yield from before

    def claim(which: int, **said: object) -> NumberedClaim:
        return NumberedClaim(id=ClaimId(f"CLAIM-{which:04d}"), claim=Claim(predicate=Predicate.KILLED, **said))

    school = ItemId("ITEM-0002")
    yield Claimed(action=ClaimAction.ACCEPTED, claims=(
        claim(1, source="Reuters", attributed_to="SOHR", number=45, place="Latakia", passage="claims 45 were killed"),
        claim(2, source="لجان التنسيق المحلية", number=57, place="اللاذقية", language="ar",
              passage="أسماء سبعة وخمسين قتيلا"),
        claim(3, source="ТАСС", denies=True, language="ru", passage="Посол опроверг гибель троих военных")))
    yield Linked(item=school, claim=ClaimId("CLAIM-0001"), relation=Relation.SUPPORTS)
    yield FindingEvent(item=school, check="place.claimed", outcome=Outcome.PASS, summary="2 km away", tools=(SOFTWARE,),
                       bearing=Bearing.SUPPORTS, details={
        "latitude": "35.9", "longitude": "36.7", "claimed": [{"name": "Sarmin", "candidates": [
            {"latitude": "35.903", "longitude": "36.726", "distance_km": "2.3"}]}]})
    yield FindingEvent(item=school, check="time.timeline", outcome=Outcome.PASS, summary="fits", tools=(),
                       bearing=Bearing.CONTRADICTS, details={"not_after": {"latest": "2026-02-03T04:05:06+00:00",
                                                                           "source": "our own clock"}, "marks": [
        {"kind": "claimed", "earliest": "2015-10-20T00:00:00+00:00", "latest": "2015-10-20T23:59:59+00:00",
         "source": "the article"},
        {"kind": "taken", "earliest": "2013-05-01T10:00:00+00:00", "latest": "2013-05-01T10:00:00+00:00",
         "source": "the camera's clock"}]})
    corners = [["0.1", "0.1"], ["0.9", "0.1"], ["0.9", "0.8"], ["0.1", "0.8"]]
    match = {"name": "ITEM-0002", "collection": "the case", "relation": "crop", "agreement": "0.91", "url": "",
             "region_query": corners, "region_target": corners, "first_seen": "2013-05-01T00:00:00Z"}
    yield FindingEvent(item=school, check="reuse.search", outcome=Outcome.PASS, summary="found once", tools=(),
                       details={"matches": [match]})
    yield Assessed(item=school, question=Question.PLACE, answer="سرمين، إدلب", confidence=Confidence.HIGH,
                   place=Geolocation(latitude="35.9031", longitude="36.7263", precision_m=50))
    yield last


def made_of(events: tuple[Event, ...], language: str = "en", material: Material = NOTHING):
    """The documents of these events."""
    options = BundleOptions(bundle_id="ab" * 16, recipient="counsel@court.example", software=SOFTWARE)
    checkpoint = Checkpoint(origin=f"muniment/{CASE}", size=len(events), root=b"\x07" * 32,
                            prefix_sha256=Sha256("5" * 64))
    return bundle_documents(events, checkpoint=checkpoint, options=options, sealer=SEALER, verify_py=b"py",
                            verify_sh=b"sh", language=language, material=material)


@pytest.fixture(scope="session")
def told_events() -> tuple[Event, ...]:
    return in_order(*told_more())


@pytest.fixture(scope="session")
def documents_of():
    """Documents of events, in a language."""
    return made_of


@pytest.fixture
def minimal() -> tuple[Event, ...]:
    return in_order(*opening(), Disclose(bundle="ab" * 16, recipient="the court"))


@pytest.fixture
def again(events, options):
    """Documents of other events with the checkpoint of `documents`."""
    size = len(events)

    def made(others: tuple[Event, ...]):
        checkpoint = Checkpoint(origin=f"muniment/{CASE}", size=size, root=b"\x07" * 32, prefix_sha256=Sha256("5" * 64))
        return bundle_documents(others, checkpoint=checkpoint, options=options, sealer=SEALER, verify_py=b"py",
                                verify_sh=b"sh")

    return made
