"""The search itself: every byte of every place, and what stands within archives, office files, PDFs and mails.

1. First it is gathered what looks like a secret, then all secrets are looked for everywhere: an address that one
   server wrote into a link may stand on another's page.
2. Memory is bounded: a place is read in pieces that overlap by more than the longest needle.
3. What could not be read is said; it is not taken for clean.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from evidence_store.errors import EvidenceError
from verify.exposure.inside import Inside
from verify.exposure.model import Exposure, ExposureKind, Place, Secret
from verify.exposure.needles import secrets_in, spellings

PIECE = 4 << 20               # bytes read at a time
OVERLAP = 8 << 10             # bytes kept of the piece before; no needle is longer
MAX_LISTED = 20               # places named of one exposure
MAX_SECRETS = 5_000           # a page that plants more addresses than that buries everything else as well
# Alone, or behind a character that is percent-encoded or escaped as in JSON: `user%3Danna`.
BEFORE = rb"(?:(?<![A-Za-z0-9_])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4}))"
AFTER = rb"(?![A-Za-z0-9_])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search gave."""

    exposures: tuple[Exposure, ...]
    unread: tuple[tuple[str, str], ...]      # place and why it could not be searched whole


def search(places: Iterable[Place], secrets: Iterable[Secret], *, told: Callable[[str], None] = lambda _: None
           ) -> Found:
    """Look through all places for `secrets` and for what looks like one; `told` is given the name of each place."""
    with Inside() as inside:
        return _search(tuple(places), secrets, inside, told)


def _search(places: tuple[Place, ...], secrets: Iterable[Secret], inside: Inside, told: Callable[[str], None]) -> Found:
    unread: dict[str, str] = {}
    wanted = {(one.kind, one.value): one for one in secrets}
    for number, place in enumerate(places):
        told(place.name)
        for piece in _pieces(number, place, inside, unread):
            for one in secrets_in(piece, received=place.received):
                if len(wanted) < MAX_SECRETS:
                    wanted.setdefault((one.kind, one.value), one)
    hits: dict[tuple[ExposureKind, str], dict[str, None]] = {}
    needles = _needles(wanted.values())
    for number, place in enumerate(places if needles else ()):
        told(place.name)
        for piece in _pieces(number, place, inside, unread):
            for key in _in_piece(piece, needles):
                hits.setdefault(key, {})[place.name] = None
    exposures = (Exposure(kind=kind, value=value, places=tuple(found)[:MAX_LISTED], count=len(found))
                 for (kind, value), found in hits.items())
    return Found(exposures=tuple(sorted(exposures, key=lambda one: (one.kind, one.value))),
                 unread=tuple(sorted(unread.items())))


class _Needles:
    """All needles as one pattern, and what each stands for."""

    def __init__(self, needles: dict[bytes, set[tuple[ExposureKind, str]]], bounded: set[bytes]) -> None:
        self._keys = needles
        ordered = sorted(needles, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(
            BEFORE + re.escape(one) + AFTER if one in bounded else re.escape(one)
            for one in ordered), re.IGNORECASE)
        self._folded: dict[bytes, set[tuple[ExposureKind, str]]] = {}
        for needle, keys in needles.items():
            self._folded.setdefault(needle.lower(), set()).update(keys)

    def found_in(self, piece: bytes) -> Iterator[tuple[ExposureKind, str]]:
        for match in self._pattern.finditer(piece):
            yield from self._folded[match[0].lower()]


def _needles(secrets: Iterable[Secret]) -> _Needles | None:
    found: dict[bytes, set[tuple[ExposureKind, str]]] = {}
    bounded: set[bytes] = set()
    for secret in secrets:
        for needle, alone in spellings(secret):
            if not needle or len(needle) > OVERLAP:
                continue
            found.setdefault(needle, set()).add((secret.kind, secret.value))
            if alone:
                bounded.add(needle)
    return _Needles(found, bounded) if found else None


def _in_piece(piece: bytes, needles: _Needles | None) -> Iterator[tuple[ExposureKind, str]]:
    if needles is not None:
        yield from needles.found_in(piece)


def _pieces(number: int, place: Place, inside: Inside, unread: dict[str, str]) -> Iterator[bytes]:
    """The bytes of a place, and of what stands within it."""
    try:
        with place.open() as stream:
            head = _fill(stream)
            yield from _overlapping(stream, head)
        opened = inside.open(number, place, head, unread)
        if opened is not None:
            with opened:
                yield from _overlapping(opened, _fill(opened))
    except (EvidenceError, OSError) as error:
        unread[place.name] = str(error)


def _fill(stream: IO[bytes]) -> bytes:
    """A piece of the full size, whatever a stream gives at once; less at its end."""
    found = bytearray()
    while len(found) < PIECE and (more := stream.read(PIECE - len(found))):
        found += more
    return bytes(found)


def _overlapping(stream: IO[bytes], head: bytes) -> Iterator[bytes]:
    piece = head
    while piece:
        yield piece
        more = _fill(stream)
        piece = piece[-OVERLAP:] + more if more else b""
