"""What the Berkeley Protocol asks to be recorded of an item, and what the case has of it.

The Protocol (UN HR/PUB/20/2), paragraph 155 (a)-(h), lists what is collected with an item of online content, and
paragraph 167 what a chain of custody holds. (a), (b) and (c) are its minimum for use in court. This says what is
recorded, never whether it is true.

1. `recorded` is said only of what stands in the ledger or the WARC; what was looked at and not kept is missing.
2. What cannot be for this kind of item is `not_applicable`, with the reason; it is neither missing nor recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evidence_store.case import Case
from evidence_store.catalogue.model import FindingEntry, ItemEntry
from evidence_store.events import Captured, Imported
from evidence_store.findings import Outcome
from evidence_store.handling import TransferReceipt
from evidence_store.records import Capture, Circumstances, Citation, Item, ItemKind, Verdict, ViewKind

MEDIA = frozenset({ItemKind.PHOTO, ItemKind.VIDEO, ItemKind.AUDIO, ItemKind.FRAGMENT, ItemKind.MANIFEST})
PAGES = frozenset({ItemKind.PAGE, ItemKind.POST})
SCREENSHOTS = frozenset({ViewKind.SCREENSHOT, ViewKind.SCREENSHOT_BEFORE})
EMBEDDED_METADATA = "metadata."    # checks that read what a file says of itself
UNSYNCHRONISED = "not synchronised"
UNKNOWN = Circumstances(collector="", machine="", clock="", egress="", identity="", tools=())


class PointState(StrEnum):
    """How much of a point is there."""

    RECORDED = "recorded"
    PARTLY = "partly"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing the Protocol asks for."""

    paragraph: str            # "155(a)"
    name: str
    state: PointState
    recorded: str = ""        # what there is
    missing: str = ""         # what there is not, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Every point for one item."""

    item: Item
    points: tuple[Point, ...]

    def count(self, state: PointState) -> int:
        """How many points are in that state."""
        return sum(1 for point in self.points if point.state is state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What is known of an item, gathered for the points."""

    item: Item
    capture: Capture | None           # None: imported
    imported: Imported | None
    circumstances: Circumstances
    findings: tuple[FindingEntry, ...]
    citations: tuple[Citation, ...]   # for which it was captured
    custodians: tuple[str, ...]       # who wrote events about it, in order
    receipts: int                     # that the case holds


def completeness(case: Case, entries: Iterable[ItemEntry]) -> tuple[Completeness, ...]:
    """The points of each item."""
    receipts = sum(1 for event in case.events() if isinstance(event.body, TransferReceipt))
    names = {key.fingerprint: key.principal for key in case.catalogue.enrolled_keys()}
    return tuple(score(_gather(case, entry, names, receipts)) for entry in entries)


def score(of: Sources) -> Completeness:
    """The points of one item. Pure."""
    return Completeness(item=of.item, points=(
        _address(of), _source(of), _screenshot(of), _media(of), _metadata(of), _context(of), _collection(of), _hash(of),
        _custody(of)))


def _gather(case: Case, entry: ItemEntry, names: dict[str, str], receipts: int) -> Sources:
    event = case.event(entry.seq)
    capture = event.body.capture if isinstance(event.body, Captured) else None
    imported = event.body if isinstance(event.body, Imported) else None
    around = event.body.circumstances if isinstance(event.body, Captured | Imported) else UNKNOWN
    numbered = (case.catalogue.citation(one) for one in capture.citations) if capture else ()
    said = (names.get(one.key, one.key) for one in case.events_of(entry.item.id))
    return Sources(
        item=entry.item, capture=capture, imported=imported, circumstances=around,
        findings=case.catalogue.findings(entry.item.id), citations=tuple(one.citation for one in numbered if one),
        custodians=tuple(dict.fromkeys(said)), receipts=receipts)


def _address(of: Sources) -> Point:
    name = "web address"
    if of.capture is None:
        origin = of.imported.received_from if of.imported else ""
        return Point(paragraph="155(a)", name=name, state=PointState.NOT_APPLICABLE,
                     missing=f"received from {origin or 'somebody who is not named'}, not collected from the web")
    hops = sum(1 for exchange in of.capture.exchanges if exchange.location)
    found = f"{of.capture.url}, {hops} redirects, {of.capture.final_url}" if hops else of.capture.final_url
    if of.item.url and of.item.kind not in PAGES:
        found = f"{of.item.url}, of {found}"
    return Point(paragraph="155(a)", name=name, state=PointState.RECORDED, recorded=found)


def _source(of: Sources) -> Point:
    name = "HTML source"
    if of.capture is None:
        return Point(paragraph="155(b)", name=name, state=PointState.NOT_APPLICABLE, missing="it is a file, not a page")
    if of.item.kind not in PAGES:
        page = any(exchange.media_type == "text/html" for exchange in of.capture.exchanges)
        return Point(paragraph="155(b)", name=name, state=PointState.RECORDED if page else PointState.NOT_APPLICABLE,
                     recorded="of the page it stood on, in the WARC" if page else "",
                     missing="" if page else "it was requested by itself; the page that cites it is an item of its own")
    if of.item.truncated is not None:
        return Point(paragraph="155(b)", name=name, state=PointState.PARTLY, recorded="the response as far as it came",
                     missing=f"it broke off ({of.item.truncated})")
    return Point(paragraph="155(b)", name=name, state=PointState.RECORDED,
                 recorded="the response as the server sent it, with status and headers, in the WARC"
                          + ("; the DOM as a browser built it" if _has_dom(of.capture) else ""))


def _has_dom(capture: Capture) -> bool:
    return any(view.kind in {ViewKind.DOM, ViewKind.DOM_BEFORE} for view in capture.views)


def _screenshot(of: Sources) -> Point:
    name = "full-page capture"
    if of.capture is None or of.item.kind not in PAGES:
        return Point(paragraph="155(c)", name=name, state=PointState.NOT_APPLICABLE, missing="it is a file, not a page")
    seen = of.capture.verdict is Verdict.COMPLETE
    held = "the cited content was found in it" if seen else f"the verdict is {of.capture.verdict.replace('_', ' ')}"
    shots = [view for view in of.capture.views if view.kind in SCREENSHOTS]
    if shots:
        return Point(paragraph="155(c)", name=name, state=PointState.RECORDED if seen else PointState.PARTLY,
                     recorded=f"{len(shots)} screenshots, the last at {shots[-1].taken_at:%Y-%m-%d %H:%M} UTC; {held}",
                     missing="" if seen else "the cited content was not found in what was seen")
    return Point(paragraph="155(c)", name=name, state=PointState.MISSING, recorded="",
                 missing=f"no screenshot: it was captured without a browser ({held})")


def _media(of: Sources) -> Point:
    name = "embedded media"
    if of.item.kind in MEDIA:
        whole = of.item.truncated is None
        return Point(paragraph="155(d)", name=name, state=PointState.RECORDED if whole else PointState.PARTLY,
                     recorded="the file itself", missing="" if whole else f"it broke off ({of.item.truncated})")
    if of.capture is None or of.item.kind not in PAGES:
        return Point(paragraph="155(d)", name=name, state=PointState.NOT_APPLICABLE, missing="it embeds none")
    media = [item for item in of.capture.items if item.kind in MEDIA]
    lacking = len(of.capture.unrecorded) + len(of.capture.refused)
    return Point(paragraph="155(d)", name=name, state=PointState.PARTLY if lacking else PointState.RECORDED,
                 recorded=f"{len(media)} media items, {of.capture.recorded} exchanges",
                 missing=f"{lacking} requests not recorded or refused" if lacking else "")


def _metadata(of: Sources) -> Point:
    name = "embedded metadata"
    read = [one for one in of.findings if one.finding.check.startswith(EMBEDDED_METADATA)]
    if of.item.kind in PAGES:
        return Point(paragraph="155(e)", name=name, state=PointState.RECORDED,
                     recorded="the page's own, in its source", missing="")
    if not read:
        return Point(paragraph="155(e)", name=name, state=PointState.MISSING, missing="not read: run `muniment check`")
    failed = [one.finding.check for one in read
              if one.finding.outcome in {Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.FAIL}]
    return Point(paragraph="155(e)", name=name, state=PointState.PARTLY if failed else PointState.RECORDED,
                 recorded="; ".join(one.finding.summary for one in read),
                 missing=f"{', '.join(failed)} did not succeed" if failed else "")


def _context(of: Sources) -> Point:
    name = "contextual data"
    passages = [one for one in of.citations if one.context or one.anchor]
    if of.capture is None:
        said = of.imported is not None and bool(of.imported.how)
        return Point(paragraph="155(f)", name=name, state=PointState.PARTLY if said else PointState.MISSING,
                     recorded=f"how it came: {of.imported.how}" if said and of.imported else "",
                     missing="what was around it where it came from")
    return Point(paragraph="155(f)", name=name, state=PointState.PARTLY if passages else PointState.MISSING,
                 recorded=f"the passage that cites it ({len(passages)})" if passages else "",
                 missing=f"comments, replies and profile, beyond: {of.capture.against or 'not said'}")


def _collection(of: Sources) -> Point:
    around = of.circumstances
    lacking = []
    if not around.collector:
        lacking.append("who collected it")
    if around.egress in {"", "direct"}:
        lacking.append("the IP address it was collected from")
    if not around.clock or around.clock.startswith(UNSYNCHRONISED):
        lacking.append("a clock that was compared with a time server")
    known = (around.collector, around.machine, f"{of.item.obtained_at:%Y-%m-%d %H:%M:%S} UTC",
             f"connection {around.egress}" if around.egress else "",
             f"identity {around.identity}" if around.identity else "", f"{len(around.tools)} tools with versions")
    return Point(paragraph="155(g)", name="collection data",
                 state=PointState.PARTLY if lacking else PointState.RECORDED,
                 recorded=", ".join(part for part in known if part), missing=", ".join(lacking))


def _hash(of: Sources) -> Point:
    return Point(paragraph="155(h)", name="hash", state=PointState.RECORDED,
                 recorded=f"SHA-256 {of.item.sha256}, recorded when it was obtained")


def _custody(of: Sources) -> Point:
    name = "chain of custody"
    held = f"in the hands of {', '.join(of.custodians)}"
    if of.receipts:
        return Point(paragraph="167", name=name, state=PointState.RECORDED,
                     recorded=f"{held}; receipts by others: {of.receipts}")
    return Point(paragraph="167", name=name, state=PointState.PARTLY, recorded=held,
                 missing="no receipt: nobody outside holds a checkpoint (`muniment transfer`)")
