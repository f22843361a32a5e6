"""Where a film says the camera was, moment by moment: `place.track`.

The points are what the recorder wrote into the file, and can be written by anybody; they are thinned, never smoothed.
"""

from collections.abc import Iterator
from itertools import pairwise

from evidence_store.canonical import JsonValue
from evidence_store.errors import EvidenceError
from evidence_store.findings import Bearing, Finding, Outcome
from evidence_store.records import Item
from verify.checks.asking import Unread, asked, failed, unavailable
from verify.checks.workbench import Workbench
from verify.place.gazetteer import distance_km
from verify.sandbox import ReaderFailure
from verify.sandbox.answers import TrackFound, TrackPoint, decode_track

TRACK = "place.track"
FILMS = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "video/x-m4v"})


def may_have_track(item: Item) -> bool:
    """A film of the ISO family."""
    return item.media_type in FILMS


def check_track(bench: Workbench, item: Item) -> Iterator[Finding]:
    """The track of a film; nothing where it has none."""
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield unavailable(TRACK, item, error)
        return
    answer = asked("Muniment track", lambda file: bench.sandbox.ask("track", file, decode_track), path)
    if isinstance(answer, Unread):
        if answer.failure.failure is not ReaderFailure.EXCEPTION:     # one that is no film, the metadata check names
            yield failed(TRACK, item, answer)
    elif answer.points:
        yield _said(item, answer)


def _said(item: Item, track: TrackFound) -> Finding:
    first, last = track.points[0], track.points[-1]
    way = sum(distance_km(_place(one), _place(other)) for one, other in pairwise(track.points))
    listed: JsonValue = [_document(one) for one in track.points]
    details: dict[str, JsonValue] = {"source": track.source, "fixes": track.count, "way_km": f"{way:.3f}",
                                     "points": listed}
    clock = f", from {first.utc}" if first.utc else ""
    return Finding(check=TRACK, outcome=Outcome.PASS, subject=item.id, bearing=Bearing.SILENT, details=details,
                   summary=(f"{track.count} fixes in the film ({track.source}): from {first.latitude:.5f}, "
                            f"{first.longitude:.5f} to {last.latitude:.5f}, {last.longitude:.5f}, {way:.2f} km{clock}"))


def _place(point: TrackPoint) -> tuple[float, float]:
    return point.latitude, point.longitude


def _document(point: TrackPoint) -> dict[str, JsonValue]:
    return {"seconds": f"{point.seconds:.1f}", "latitude": f"{point.latitude:.6f}",
            "longitude": f"{point.longitude:.6f}", "altitude": f"{point.altitude:.1f}", "utc": point.utc}
