"""Claims about the same event side by side: who agrees, who differs, and who only repeats another.

1. Claims are of one event where they say the same kind of thing of the same people at places and times that can be the
   same. A denial belongs to what it denies: the same people, and the same number where it names one.
2. Sources are counted by origin: Reuters citing SOHR and AFP citing SOHR are one origin, SOHR.
3. Numbers conflict where no number fits both: 57 and 45 do, "at least 40" and 45 do not. Two numbers of one origin are
   a revision, not a conflict. A denial conflicts with every assertion of what it denies.
4. Nothing is weighed: the matrix says what is claimed and on what it rests, never who is right.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain, combinations

from evidence_store.claims import Claim, ClaimId, NumberedClaim, Predicate, Relation
from evidence_store.events import Linked
from evidence_store.records import ItemId
from verify.claims.known_sources import known, origin_key

SamePlace = Callable[[str, str], bool]
MAX_CLAIMS = 5000             # compared pairwise; more claims on one investigation are data for a database
KEPT = 4096                   # names, places and subjects of which what was made is kept

_GENERIC = frozenset("""people person persons civilian civilians others other more victim victims dead several
additional some the a an of at least killed wounded man men woman women child children soldier soldiers fighter fighters
troops servicemen serviceman serivcemen militants
militant rebels rebel members member residents resident local unidentified
человек людей человека жителей гражданских شخصا أشخاص مدنيا مدنيين""".split())  # noqa: SIM905 - a list of words
_LOWER = re.compile(r"at least|no fewer|no less|not less|more than|over\b|не менее|более|свыше|больше|ما لا يقل|اكثر "
                    r"من")
_UPPER = re.compile(r"up to|at most|fewer than|less than|no more|as many as|до\b")
_ABOUT = re.compile(r"about|around|roughly|approximately|nearly|almost|estimated|около|примерно|почти|نحو|حوالي|قرابة")
_SPREAD = 0.15                # "about 40" fits 34 to 46


class Agreement(StrEnum):
    """What the sources of one event come to."""

    SINGLE = "single"         # one origin only
    AGREE = "agree"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one origin says of the event."""

    origin: str
    relayed_by: tuple[str, ...]       # who passed its word on
    claims: tuple[NumberedClaim, ...]
    relays_mostly: bool               # an agency or outlet that names nobody behind its words
    evidence: Mapping[Relation, tuple[ItemId, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event and what each origin says of it."""

    predicate: Predicate
    place: str
    date: str
    subject: str
    agreement: Agreement
    cells: tuple[Cell, ...]
    conflicts: tuple[tuple[ClaimId, ClaimId, str], ...]   # pairs that cannot both hold, and why

    @property
    def origins(self) -> int:
        """How many origins speak: what a reader may count as witnesses at most."""
        return len(self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Every event that claims speak of, conflicts first."""

    rows: tuple[Row, ...]


def claim_matrix(claims: Sequence[NumberedClaim], links: Iterable[Linked] = (), *,
                 same_place: SamePlace | None = None) -> Matrix:
    """Claims grouped by event. `same_place`: says that two spellings are one place, where the caller knows more."""
    claims = claims[:MAX_CLAIMS]
    alike = same_place or _never
    groups = _grouped(claims, alike)
    evidence: dict[ClaimId, list[Linked]] = {}
    for link in links:
        evidence.setdefault(link.claim, []).append(link)
    rows = [_row(group, evidence) for group in groups]
    order = {Agreement.CONFLICT: 0, Agreement.AGREE: 1, Agreement.SINGLE: 2}
    return Matrix(rows=tuple(sorted(rows, key=lambda row: (order[row.agreement], -row.origins))))


def _never(_one: str, _other: str) -> bool:
    return False


def _grouped(claims: Sequence[NumberedClaim], alike: SamePlace) -> list[list[NumberedClaim]]:
    """The connected groups: each claim with all that speak of the same event."""
    first_told: dict[tuple[object, ...], int] = {}       # what is told twice is compared once
    leader = [first_told.setdefault(_told(numbered.claim), index) for index, numbered in enumerate(claims)]
    compared: dict[Predicate, list[int]] = {}
    for index in first_told.values():
        compared.setdefault(claims[index].claim.predicate, []).append(index)
    same_place = cache(alike)             # there are many claims of few places

    def find(index: int) -> int:
        while leader[index] != index:
            index = leader[index] = leader[leader[index]]
        return index

    for one, other in chain.from_iterable(combinations(indexes, 2) for indexes in compared.values()):
        if same_event(claims[one].claim, claims[other].claim, same_place):
            leader[find(other)] = find(one)
    groups: dict[int, list[NumberedClaim]] = {}
    for index, claim in enumerate(claims):
        groups.setdefault(find(index), []).append(claim)
    return list(groups.values())


def _told(claim: Claim) -> tuple[object, ...]:
    """All of a claim that says which event it is about: what `same_event` reads."""
    return claim.predicate, claim.denies, claim.number, claim.subject, claim.weapon, claim.place, claim.date


def same_event(one: Claim, other: Claim, alike: SamePlace = _never) -> bool:
    """Whether two claims can be about the same event (rule 1)."""
    if (one.predicate is not other.predicate or not _dates_meet(one.date, other.date)
            or not _same_subject(one, other)):
        return False
    if one.denies != other.denies and one.number is not None and one.number == other.number:
        return True
    return _places_meet(one.place, other.place, alike)


def _same_subject(one: Claim, other: Claim) -> bool:
    if one.predicate is Predicate.USED:
        return bool(_words(one.weapon) & _words(other.weapon))
    if one.predicate in {Predicate.STRUCK, Predicate.CAPTURED}:
        return True
    first, second = _specific(one.subject), _specific(other.subject)
    return bool(first & second) if first and second else not first and not second


@lru_cache(maxsize=KEPT)
def _specific(subject: str) -> frozenset[str]:
    return frozenset(word for word in _words(subject) if word not in _GENERIC)


@lru_cache(maxsize=KEPT)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.sub(r"(?<=\w{3})s$", "", word) if word not in _GENERIC else word
                     for word in re.findall(r"\w+", text.casefold()))


def _places_meet(one: str, other: str, alike: SamePlace) -> bool:
    if not one or not other:
        return False
    first, second = _parts(one), _parts(other)
    return first[0] in second or second[0] in first or alike(one, other)


@lru_cache(maxsize=KEPT)
def _parts(place: str) -> tuple[str, ...]:
    return tuple(re.sub(r"[\W_]+", "", part.casefold()) for part in place.split(","))


def _dates_meet(one: str, other: str) -> bool:
    return not one or not other or one.startswith(other) or other.startswith(one)


def _row(group: list[NumberedClaim], evidence: Mapping[ClaimId, list[Linked]]) -> Row:
    by_origin: dict[str, list[NumberedClaim]] = {}
    for numbered in group:
        by_origin.setdefault(origin_key(numbered.claim.origin), []).append(numbered)
    cells = tuple(_cell(claims, evidence) for claims in by_origin.values())
    conflicts = tuple((one.id, other.id, why) for one, other in combinations(group, 2)
                      if (why := _conflict(one.claim, other.claim)))
    agreement = (Agreement.CONFLICT if conflicts else Agreement.SINGLE if len(cells) == 1 else Agreement.AGREE)
    first = next((numbered.claim for numbered in group if not numbered.claim.denies), group[0].claim)
    place = max((numbered.claim.place for numbered in group if not numbered.claim.denies), key=len, default=first.place)
    return Row(predicate=first.predicate, place=place or first.place,
               date=max((numbered.claim.date for numbered in group), key=len), subject=first.weapon or first.subject,
               agreement=agreement, cells=cells, conflicts=conflicts)


def _cell(claims: list[NumberedClaim], evidence: Mapping[ClaimId, list[Linked]]) -> Cell:
    first = claims[0].claim
    found = known(first.origin)
    relayed = dict.fromkeys(numbered.claim.source for numbered in claims if numbered.claim.attributed_to)
    linked = [link for numbered in claims for link in evidence.get(numbered.id, ())]
    return Cell(
        origin=found.name if found else first.origin, relayed_by=tuple(relayed), claims=tuple(claims),
        relays_mostly=found is not None and found.relay,
        evidence={relation: tuple(dict.fromkeys(link.item for link in linked if link.relation is relation))
                  for relation in Relation})


def _conflict(one: Claim, other: Claim) -> str:
    """Why two claims of one event cannot both hold; "" where they can, or where one origin revised itself."""
    if origin_key(one.origin) == origin_key(other.origin):
        return ""
    if one.denies != other.denies:
        return "one denies what the other says"
    first, second = _interval(one), _interval(other)
    if _specific(one.subject) != _specific(other.subject) and not _specific(one.subject) & _specific(other.subject):
        return ""                 # four air strikes and one mosque are counts of different things
    if one.denies or first is None or second is None or (first[0] <= second[1] and second[0] <= first[1]):
        return ""
    return f"{one.number} or {other.number}"


def _interval(claim: Claim) -> tuple[float, float] | None:
    number, words = claim.number, claim.quantity.lower()
    if number is None:
        return None
    if claim.number_to is not None:
        return number, claim.number_to
    if _LOWER.search(words):
        return number, float("inf")
    if _UPPER.search(words):
        return 0, number
    spread = number * _SPREAD if _ABOUT.search(words) else 0
    return number - spread, number + spread
