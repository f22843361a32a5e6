"""OpenTimestamps: hand checkpoints to calendars, and ask later for the blocks they came into.

1. A calendar is given a hash with a nonce in it, and learns nothing else; what could not be handed over waits.
2. Only calendars of the settings, and the public ones that their pools stand for, are asked for the rest of a proof:
   an address that an answer brings along is not followed anywhere else.
3. A promise is never called a proof: that is a block, and the header of the block confirms it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from archiver.errors import ArchiverError
from evidence_store import anchors
from evidence_store.anchors import Promise
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.errors import EvidenceError
from evidence_store.handling import Anchored
from evidence_store.writer import CaseWriter
from muniment.config.settings import Settings
from muniment.flows.environment import Environment

# The pools of the public calendars answer in the name of these (the list of the format's own client).
PUBLIC = re.compile(r"https://([a-z0-9-]+\.)?(btc\.calendar\.(opentimestamps\.org|catallaxy\.com)"
                    r"|calendar\.(opentimestamps\.org|eternitywall\.com|forever\.covfefe\.org))/?", re.ASCII)
MAX_NAME = 31                 # of a calendar, so that `-bitcoin` may follow


class CalendarWay(Protocol):
    """The way out to calendars: `archiver.outbound.Outbound`."""

    def submit(self, url: str, message: bytes) -> bytes:
        """The calendar's answer to a message."""

    def fetch(self, url: str) -> bytes:
        """What stands at a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorFailure:
    """A calendar that took no message, or whose answer cannot be used."""

    calendar: str
    size: int                 # of the checkpoint
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """What came of asking."""

    anchored: tuple[Anchored, ...] = ()
    failures: tuple[AnchorFailure, ...] = ()
    waiting: int = 0          # messages that no calendar has yet
    promised: int = 0         # proofs without a block yet


def calendars(settings: Settings) -> dict[str, str]:
    """The calendars of the settings: address by name."""
    named = {}
    for url in settings.ots:
        parts = urlsplit(url)
        name = re.sub(r"[^a-z0-9]+", "-", f"{parts.hostname} {parts.port or ''}".strip().lower())[:MAX_NAME].strip("-")
        named[name] = url
    return named


def anchor(writer: CaseWriter, checkpoint: Checkpoint, settings: Settings, environment: Environment, *,
           way: CalendarWay) -> Anchoring:
    """Hand a stored checkpoint, and whatever else waits, to every configured calendar, and ask for what is promised.

    Never raises for a calendar.
    """
    wanted = calendars(settings)
    for name in wanted:
        anchors.queue(writer.case, checkpoint, name, environment.random)
    late = anchors.record_missing(writer)
    upgraded = _upgrade(writer, settings, way)
    failures: list[AnchorFailure] = []
    taken: list[Anchored] = []
    for one in anchors.waiting(writer.case):
        if one.calendar not in wanted:
            continue
        try:
            taken.append(anchors.take_promise(writer, one, way.submit(wanted[one.calendar], one.message)))
        except (ArchiverError, EvidenceError) as error:
            failures.append(AnchorFailure(calendar=one.calendar, size=one.checkpoint.size, reason=str(error),
                                          hint=error.hint))
    return Anchoring(anchored=(*late, *upgraded, *taken), failures=tuple(failures),
                     waiting=len(anchors.waiting(writer.case)), promised=len(anchors.promises(writer.case)))


def _upgrade(writer: CaseWriter, settings: Settings, way: CalendarWay) -> Iterable[Anchored]:
    """What became of promises; one that the calendar says nothing of yet stays a promise."""
    found = []
    for promise in anchors.promises(writer.case):
        if not _may_be_asked(promise, settings) or promise.pending.message is None:
            continue
        try:
            answer = way.fetch(f"{promise.pending.uri.rstrip('/')}/timestamp/{promise.pending.message.hex()}")
            event = anchors.take_upgrade(writer, promise, answer)
        except (ArchiverError, EvidenceError):
            continue          # 404 while no block holds it; anything else is asked again the next time, too
        found += [event] if event is not None else []
    return found


def _may_be_asked(promise: Promise, settings: Settings) -> bool:
    own = {(parts.scheme, parts.netloc) for parts in map(urlsplit, settings.ots)}
    there = urlsplit(promise.pending.uri)
    return (there.scheme, there.netloc) in own or PUBLIC.fullmatch(promise.pending.uri) is not None
