"""Is it where it is said to be: coordinates of an item against the places that a claimed name can mean.

1. All places of the name count as candidates. Near one of them supports; far from all of them contradicts, where one of
   them has the name's letters: what only shares its consonants may be any place of the world.
2. A name that no gazetteer holds says nothing, and neither does a distance between NEAR_KM and FAR_KM.
3. Coordinates in a file can be set by anybody: the finding says what they say, not where the camera was.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence_store.canonical import JsonValue
from evidence_store.findings import Bearing, Finding, Outcome
from evidence_store.records import Item
from verify.place.store import Candidate, Match

NAME = "place.claimed"
NEAR_KM = 15.0                # a town and its surroundings: gazetteers give one point for it
FAR_KM = 60.0                 # beyond any town, and beyond the error of a phone that located itself by cell towers
MAX_LISTED = 10               # candidates listed of each name


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPlace:
    """A place that somebody names, and what it can mean."""

    name: str
    candidates: tuple[Candidate, ...]     # with distances from the item's coordinates


def place_finding(item: Item, point: tuple[float, float], claimed: Sequence[ClaimedPlace],
                  around: Sequence[Candidate], zone: str) -> Finding:
    """The coordinates of an item, what lies around them, and how far the claimed places are."""
    details: dict[str, JsonValue] = {
        "latitude": f"{point[0]:.6f}", "longitude": f"{point[1]:.6f}", "zone": zone,
        "around": [_document(one) for one in around[:MAX_LISTED]],
        "claimed": [{"name": one.name, "candidates": [_document(each) for each in one.candidates[:MAX_LISTED]]}
                    for one in claimed]}
    bearings = [_bearing(one) for one in claimed]
    bearing = (Bearing.CONTRADICTS if Bearing.CONTRADICTS in bearings else
               Bearing.SUPPORTS if Bearing.SUPPORTS in bearings else Bearing.SILENT)
    return Finding(check=NAME, outcome=Outcome.PASS if around or claimed else Outcome.NOT_APPLICABLE, subject=item.id,
                   bearing=bearing, details=details, summary=_summary(point, claimed, around))


def _bearing(claimed: ClaimedPlace) -> Bearing:
    distances = [one.distance_km for one in claimed.candidates if one.distance_km is not None]
    if not distances:
        return Bearing.SILENT
    nearest = min(distances)
    if nearest <= NEAR_KM:
        return Bearing.SUPPORTS
    return Bearing.CONTRADICTS if nearest > FAR_KM and any(map(_is_meant, claimed.candidates)) else Bearing.SILENT


def _is_meant(candidate: Candidate) -> bool:
    return candidate.match in {Match.SPELLING, Match.LETTERS}


def _summary(point: tuple[float, float], claimed: Sequence[ClaimedPlace], around: Sequence[Candidate]) -> str:
    here = f"its coordinates are {point[0]:.5f}, {point[1]:.5f}"
    if around:
        nearest = around[0]
        here += f", {nearest.distance_km or 0:.1f} km from {nearest.place.name}"
    return "; ".join([here, *map(_words, claimed)])


def _words(claimed: ClaimedPlace) -> str:
    with_distance = [one for one in claimed.candidates if one.distance_km is not None]
    if not with_distance:
        return f"{claimed.name} is in no gazetteer here"
    nearest = min(with_distance, key=lambda one: one.distance_km or 0.0)
    if not any(map(_is_meant, with_distance)) and (nearest.distance_km or 0.0) > NEAR_KM:
        return f"{claimed.name} is in no gazetteer here by that name; {len(with_distance)} have its consonants"
    others = f", the nearest of {len(with_distance)} places of that name" if len(with_distance) > 1 else ""
    return f"{nearest.distance_km or 0:.0f} km from {claimed.name} ({nearest.place.name}){others}"


def _document(candidate: Candidate) -> dict[str, JsonValue]:
    place = candidate.place
    return {"name": place.name, "latitude": f"{place.latitude:.5f}", "longitude": f"{place.longitude:.5f}",
            "country": place.country, "gazetteer": candidate.gazetteer, "matched": candidate.matched,
            "match": candidate.match,
            "distance_km": None if candidate.distance_km is None else f"{candidate.distance_km:.1f}"}
