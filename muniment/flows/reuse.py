"""Where else a picture or video appears: in the case, in folders, inside WARC and WACZ files.

1. What is searched is indexed first, incrementally; the index is a cache of the user's that can be made again.
2. A search that finds nothing is a result: it says how many pictures of which collections were looked at.
3. A query that cannot be compared is said to be so; it is never "no match".
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.progress import Progress
from evidence_store.records import ItemId
from muniment.flows.lookup import require_item
from muniment.flows.reuse_case import CASE, case_units, item_unit
from muniment.flows.reuse_event import ClaimedDay, claimed_day
from verify.reuse import files
from verify.reuse.compare import compare
from verify.reuse.files import Found, Kind, Unit
from verify.reuse.fingerprint import Fingerprint
from verify.reuse.index.choice import choose, chosen
from verify.reuse.index.entries import Entry, Source
from verify.reuse.index.search import Searcher
from verify.reuse.index.segment import Segment, read_segments
from verify.reuse.index.update import Updated, update
from verify.reuse.model import WHOLE_REGION, Likeness, Method, Relation, Tier
from verify.reuse.reading import Fingerprinter, NotComparable
from verify.reuse.search import Hit, search
from verify.reuse.timeline import Alignment, Meeting, align

MAX_QUERY_FRAMES = 600             # of a video that is searched for: ten minutes
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What is searched as one: the case, a folder, an archive."""

    name: str                      # as told in results; never an absolute path
    index: Path                    # the folder of its segments
    units: tuple[Unit, ...]
    tier: Tier = Tier.ROOTSIFT     # which local features its index holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A picture that is searched for, or a frame of a video."""

    seconds: float | None
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for."""

    name: str                      # item id or file name
    item: ItemId | None
    sha256: str
    unit: str                      # its own place, which is no match
    moments: tuple[Moment, ...]    # empty: not comparable
    not_comparable: str = ""
    claimed: ClaimedDay | None = None   # when what it shows is said to have happened

    @property
    def is_video(self) -> bool:
        """It has frames."""
        return any(moment.seconds is not None for moment in self.moments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Something that shows what the query shows."""

    source: Source
    likeness: Likeness             # of videos: of the frames that agree best
    plane: NDArray[np.uint8] | None = field(default=None, compare=False)
    query_plane: NDArray[np.uint8] | None = field(default=None, compare=False)
    offset_s: float | None = None  # where in the target (or, for a picture searched in a video, at what second)
    speed: float | None = None     # of the query against the target
    frames: int = 0                # of the query's frames, how many lie on that line
    tier: Tier = Tier.ROOTSIFT     # of the index that it stands in
    as_high: int = 0               # of the others that were searched, how many score as high as this


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search looked at."""

    images: int                    # pictures and videos that could be compared
    collections: tuple[str, ...]
    not_comparable: int            # ... and that could not


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one query found."""

    query: Query
    searched: Searched
    matches: tuple[Match, ...]     # those seen first come first
    runner_up: float = 0.0         # the highest score among all others that were searched

    @property
    def others(self) -> int:
        """How many were searched and show something else; the query itself is none of them."""
        own = self.query.item is not None and CASE in self.searched.collections
        return max(0, self.searched.images - len(self.matches) - own)


def folder_collection(path: Path, cache: Path, tier: Tier | None = None) -> Collection:
    """A folder, picture, WARC or WACZ; OSError where it cannot be read. Without a `tier`, the one last chosen."""
    name = hashlib.sha256(str(path.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    index = cache / "reuse" / name
    return Collection(name=path.name, index=index, units=tuple(files.units(path)),
                      tier=chosen(index) if tier is None else choose(index, tier))


def case_collection(case: Case, cache: Path) -> Collection:
    """The pictures and videos of a case."""
    return Collection(name=CASE, index=cache / "reuse" / case.id, units=case_units(case))


def bring_up_to_date(collections: Iterable[Collection], fingerprinter: Fingerprinter, progress: Progress
                     ) -> tuple[Updated, ...]:
    """Fingerprint what the collections' indexes do not hold yet."""
    return tuple(update(one.index, one.units, fingerprinter, progress, one.tier) for one in collections)


def item_query(case: Case, item: ItemId, fingerprinter: Fingerprinter) -> Query:
    """An item of the case as a query; MissingContent where there is none."""
    found = require_item(case, item)
    with TemporaryDirectory(prefix="muniment-reuse-") as scratch:
        unit = item_unit(case, found)
        query = _query(item, unit.key, unit.find(Path(scratch)), fingerprinter, item=item)
    return replace(query, claimed=claimed_day(case, item))


def file_query(path: Path, fingerprinter: Fingerprinter) -> Query:
    """A file as a query; OSError where it cannot be read."""
    unit = next(iter(files.units(path)), None)
    if unit is None or path.is_dir():
        raise EvidenceError(f"{path} is no picture or video", hint="name a file, and folders after --in")
    with TemporaryDirectory(prefix="muniment-reuse-") as scratch:
        return _query(path.name, unit.key, unit.find(Path(scratch)), fingerprinter, item=None)


def answer_queries(queries: Iterable[Query], collections: Sequence[Collection]) -> tuple[Answer, ...]:
    """Search the collections, whose indexes are up to date, for each query."""
    units = {unit.key for one in collections for unit in one.units}
    segments = [segment for one in collections for segment in read_segments(one.index, one.tier)]
    searcher = Searcher(segments)
    searched = _searched(segments, units, tuple(one.name for one in collections))
    return tuple(_answer(query, searched, searcher, units) for query in queries)


def compare_queries(query: Query, other: Query) -> Match | None:
    """Two pictures or videos compared directly, without any index between them: all moments of both."""
    source = Source(collection=CASE, name=other.name, sha256=other.sha256)
    pairs = [(moment, Hit(entry=Entry(source=source, seconds=facing.seconds), likeness=likeness,
                          plane=facing.fingerprint.views[0].plane))
             for moment in query.moments for facing in other.moments
             if (likeness := compare(moment.fingerprint, facing.fingerprint)) is not None]
    found = _match(query, pairs) if pairs else None
    return _exact(source, found) if query.sha256 and query.sha256 == other.sha256 else found


def _query(name: str, unit: str, found: Iterator[Found], fingerprinter: Fingerprinter, *,
           item: ItemId | None) -> Query:
    first = next(found, None)
    if first is None or first.unreadable:
        return Query(name=name, item=item, sha256=first.source.sha256 if first else "", unit=unit, moments=(),
                     not_comparable=first.unreadable if first else "no picture or video")
    moments: list[Moment] = []
    why = ""
    if first.kind is Kind.VIDEO:
        for frame in fingerprinter.video(first.path):
            if isinstance(frame, NotComparable):
                why = frame.reason
                break
            moments.append(Moment(seconds=frame.seconds, fingerprint=frame.fingerprint))
            if len(moments) >= MAX_QUERY_FRAMES:
                break
    else:
        made = fingerprinter.query(first.path)
        if isinstance(made, NotComparable):
            why = made.reason
        else:
            moments.append(Moment(seconds=None, fingerprint=made))
    return Query(name=name, item=item, sha256=first.source.sha256, unit=unit, moments=tuple(moments),
                 not_comparable="" if moments else why or "it has no frames")


def _searched(segments: Iterable[Segment], units: set[str], collections: tuple[str, ...]) -> Searched:
    shown: set[tuple[str, str]] = set()
    not_shown: set[tuple[str, str]] = set()
    for segment in segments:
        for entry in segment.entries:
            if entry.unit in units:
                (not_shown if entry.not_comparable else shown).add((entry.source.collection, entry.source.name))
    return Searched(images=len(shown), collections=collections, not_comparable=len(not_shown - shown))


def _answer(query: Query, searched: Searched, searcher: Searcher, units: set[str]) -> Answer:
    def wanted(entry: Entry) -> bool:
        own = query.item is not None and (entry.source.collection, entry.source.name) == (CASE, query.item)
        return entry.unit in units and entry.unit != query.unit and not own

    hits: dict[tuple[str, str], list[tuple[Moment, Hit]]] = {}
    others: dict[tuple[str, str], float] = {}
    for moment in query.moments:
        looked = search(moment.fingerprint, searcher, wanted=wanted)
        for place, score in looked.others.items():
            others[place] = max(score, others.get(place, 0.0))
        for hit in looked.hits:
            hits.setdefault((hit.entry.source.collection, hit.entry.source.name), []).append((moment, hit))
    found = {place: _match(query, pairs) for place, pairs in hits.items()}
    for segment in searcher.segments:
        for entry in segment.entries:
            place = (entry.source.collection, entry.source.name)
            if query.sha256 and entry.source.sha256 == query.sha256 and wanted(entry):
                found[place] = _exact(entry.source, found.get(place))
    matches = [match for match in found.values() if match is not None]
    shown = {(match.source.collection, match.source.name) for match in matches}
    scores = [score for place, score in others.items() if place not in shown]
    matches = [replace(match, as_high=sum(score >= match.likeness.score for score in scores)) for match in matches]
    matches.sort(key=lambda one: (one.source.first_seen or LATEST, -one.likeness.score, one.source.collection,
                                  one.source.name))
    return Answer(query=query, searched=searched, matches=tuple(matches),
                  runner_up=max(scores, default=0.0))


def _exact(source: Source, known: Match | None) -> Match:
    """The same bytes, whatever the pictures show."""
    likeness = known.likeness if known else None
    whole = Likeness(method=Method.EXACT, relation=Relation.SAME, score=1.0, agreement=1.0,
                     cells=likeness.cells if likeness else 0, inliers=likeness.inliers if likeness else 0,
                     mirrored=False, rotation=0.0, scale=1.0, region_query=WHOLE_REGION, region_target=WHOLE_REGION,
                     crop_percent=0.0, homography=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
    return replace(known, likeness=whole) if known else Match(source=source, likeness=whole)


def _match(query: Query, pairs: Sequence[tuple[Moment, Hit]]) -> Match | None:
    """What the hits on one target come to; videos must meet along a line of time."""
    moment, best = max(pairs, key=lambda pair: pair[1].likeness.score)
    match = Match(source=best.entry.source, likeness=best.likeness, plane=best.plane,
                  query_plane=moment.fingerprint.views[0].plane, tier=best.tier)
    seconds = best.entry.seconds
    if not query.is_video and seconds is None:
        return match
    if not query.is_video or seconds is None:
        return replace(match, likeness=replace(best.likeness, relation=Relation.FRAME),
                       offset_s=seconds if seconds is not None else moment.seconds)
    line = _line(query, pairs)
    if line is None:
        return None
    return replace(match, likeness=replace(best.likeness, method=Method.VIDEO), offset_s=line.offset, speed=line.speed,
                   frames=line.frames)


def _line(query: Query, pairs: Sequence[tuple[Moment, Hit]]) -> Alignment | None:
    meetings = [Meeting(query=moment.seconds or 0.0, target=hit.entry.seconds or 0.0,
                        score=hit.likeness.score * hit.likeness.region_query.area * hit.likeness.region_target.area)
                for moment, hit in pairs]
    return align(meetings, len(query.moments))
