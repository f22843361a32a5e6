"""Checks that need the case around an item: when it can be from, whether it is where it is said to be, the light there.

1. They read what is recorded: findings of the metadata readers, server heads, citations. The bytes are not read again.
2. Each gives one finding an item; without anything to compare it says so (`not_applicable`).
"""

from collections.abc import Iterator

from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry
from evidence_store.events import FindingEvent
from evidence_store.findings import Finding
from evidence_store.records import Item, ItemKind, Tool
from muniment.flows.item_marks import Articles, exif_tags, first_of_track, item_marks, normalised
from verify.place.claimed import ClaimedPlace, place_finding
from verify.place.daylight import Scene, daylight_finding, exposure_value, flash_fired
from verify.place.store import Candidate, Gazetteers, Match
from verify.place.zones import PlaceZone, zone_at
from verify.timeline import timeline_finding

AROUND_KM = 20.0              # what counts as "around" coordinates
_TIMED = frozenset({ItemKind.PAGE, ItemKind.POST, ItemKind.PHOTO, ItemKind.VIDEO, ItemKind.AUDIO, ItemKind.DOCUMENT})
_LETTERS = frozenset({Match.SPELLING, Match.LETTERS})


def check_context(case: Case, item: Item, tools: tuple[Tool, ...], gazetteers: Gazetteers | None = None,
                  articles: Articles | None = None) -> Iterator[FindingEvent]:
    """The timeline of an item, and of one with coordinates its place and light; fragments of videos have none of them.

    `articles`: shared by the items of a run, so that each article is read once.
    """
    entry = case.catalogue.item(item.id)
    if entry is None or item.kind not in _TIMED:
        return
    articles = articles or Articles(case)
    fields = normalised(case, item)
    track = first_of_track(case, item)
    point = _point(fields) or _point(track)
    claimed = _claimed(case, entry, gazetteers, point, articles)
    zone = _zone(point, claimed)
    marks = tuple(item_marks(case, entry, articles))
    yield _event(timeline_finding(item, marks, zone), item, tools)
    if point is not None:
        around = gazetteers.around(point, AROUND_KM) if gazetteers else ()
        yield _event(place_finding(item, point, claimed, around, zone.name if zone else ""), item, tools)
    if item.kind is ItemKind.PHOTO:
        found = daylight_finding(item, _scene(case, item, fields, point))
        if found is not None:
            yield _event(found, item, tools)


def _point(fields: dict[str, str]) -> tuple[float, float] | None:
    try:
        return float(fields["latitude"]), float(fields["longitude"])
    except (KeyError, ValueError):
        return None


def _claimed(case: Case, entry: ItemEntry, gazetteers: Gazetteers | None, point: tuple[float, float] | None,
             articles: Articles) -> tuple[ClaimedPlace, ...]:
    capture = case.catalogue.capture(entry.capture) if entry.capture else None
    names = [name.strip() for citing in articles.citing(entry.item, capture)
             for name in citing.citation.claimed_place.split(";") if name.strip()]
    return tuple(ClaimedPlace(name=name, candidates=_meant(gazetteers, name, point)) for name in dict.fromkeys(names))


def _meant(gazetteers: Gazetteers | None, name: str, point: tuple[float, float] | None) -> tuple[Candidate, ...]:
    """What a claimed place can mean; of "Sarmin, Idlib province" the first part is the place."""
    return gazetteers.find(name.partition(",")[0].strip(), near=point) if gazetteers else ()


def _zone(point: tuple[float, float] | None, claimed: tuple[ClaimedPlace, ...]) -> PlaceZone | None:
    """By the coordinates; else where every place of the claimed names keeps one zone."""
    if point is not None:
        name = zone_at(*point)
        return PlaceZone(name=name, source="its coordinates, by the map of timezonefinder") if name else None
    meant = {one.place.zone for place in claimed for one in place.candidates if one.match in _LETTERS}
    if len(meant) == 1 and "" not in meant:
        names = ", ".join(place.name for place in claimed)
        return PlaceZone(name=meant.pop(), source=f"every place here that is called {names}")
    return None


def _scene(case: Case, item: Item, fields: dict[str, str], point: tuple[float, float] | None) -> Scene:
    hashes = next(iter(case.catalogue.findings(item.id, check="image.hashes")), None)
    grey = hashes.finding.details.get("mean_grey") if hashes else None
    tags = exif_tags(case, item)
    return Scene(point=point, stated=fields.get("created", ""), exposure=exposure_value(tags), flash=flash_fired(tags),
                 grey=float(grey) if isinstance(grey, str) and grey else None)


def _event(finding: Finding, item: Item, tools: tuple[Tool, ...]) -> FindingEvent:
    return FindingEvent(item=item.id, check=finding.check, outcome=finding.outcome, summary=finding.summary,
                        tools=tools, bearing=finding.bearing, details=finding.details)
