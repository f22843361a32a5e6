"""The ledger: one chain, and each line with its body (docs/formats.md sections 2 and 3).

1. A line has its one spelling, its number, and the hash of the line before it; reading goes on after a bad one.
2. A body has the hash that its line names and the one spelling of JSON; stored bytes are judged, never rewritten ones.
3. A body may be absent only where the last `disclose` event lists it.
4. Time running backwards is said, not failed: within CLOCK_TOLERANCE it is what clocks do, beyond it is open.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from evidence_store.custody.ledger import GENESIS, LedgerLine, line_hash
from evidence_store.custody.merkle import Frontier, leaf_hash
from evidence_store.errors import FormatError, LimitExceeded
from evidence_store.events import decode_body
from evidence_store.findings import Outcome
from evidence_store.records import Sha256
from verify.bundle.account import Account
from verify.bundle.collector import Collector

LEDGER = "custody/ledger.jsonl"
MAX_LINES = 5_000_000
MAX_BODY = 64 << 20                           # bytes; a capture lists each of its exchanges
CLOCK_TOLERANCE = timedelta(minutes=5)        # what a clock may be set back by, honestly


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The ledger at one size."""

    root: bytes               # RFC 6962, 32 bytes
    prefix_sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRead:
    """A ledger that was read to its end."""

    account: Account
    states: Mapping[int, State]       # at each size that was asked for


def read_ledger(lines: Iterable[bytes], bodies: Iterator[bytes | None], sizes: frozenset[int],
                found: Collector) -> LedgerRead:
    """Rules 1 and 2. `bodies` gives one after the other, None for one that is absent."""
    account, states = Account(), dict[int, State]()
    frontier, prefix, previous = Frontier(), hashlib.sha256(), GENESIS
    for seq, line in enumerate(lines):
        if seq >= MAX_LINES:
            raise LimitExceeded(f"the ledger has more than {MAX_LINES} lines")
        parsed, body = _check_line(seq, line, previous, found), next(bodies, None)
        if parsed is not None:
            _check_body(seq, parsed.body, body, account, found)
        previous = line_hash(line)
        prefix.update(line)
        frontier.add(leaf_hash(line))
        account.size = seq + 1
        if account.size in sizes:
            states[account.size] = State(root=frontier.root(), prefix_sha256=Sha256(prefix.hexdigest()))
    found.require("ledger.form", LEDGER, "there is no line in it", holds=account.size > 0)
    found.passed("ledger.form", "ledger.seq", "ledger.prev", subject=LEDGER,
                 summary=f"{account.size} lines in one unbroken chain")
    return LedgerRead(account=account, states=states)


def check_bodies(account: Account, withheld: frozenset[int], found: Collector) -> None:
    """Rules 3 and 4, and what holds of all bodies together."""
    for seq in account.absent:
        if found.require("ledger.body", body_path(seq), "it is missing, and not disclosed as withheld",
                         holds=seq in withheld):
            stated = f"; event {account.extracts[seq]} states a part of it" if seq in account.extracts else ""
            found.neutral("ledger.withheld", f"event {seq}", f"withheld, as disclosed{stated}")
    _check_times(account, found)
    found.passed("ledger.body", "body.form", subject=LEDGER,
                 summary=f"{len(account.keys)} bodies are those that the ledger names, in their one form")


def check_disclosure(account: Account, found: Collector) -> None:
    """A bundle's ledger ends with the event that says what was handed over."""
    if found.require("ledger.disclose", LEDGER, "it does not end with a `disclose` event",
                     holds=account.disclosed_at == account.size - 1):
        found.passed("ledger.disclose", subject=LEDGER, summary="the last event says what was handed over")


def body_path(seq: int) -> str:
    """Where a bundle has the body of an event."""
    return f"custody/bodies/{seq:010d}.json"


def _check_line(seq: int, line: bytes, previous: Sha256, found: Collector) -> LedgerLine | None:
    where = f"line {seq}"
    try:
        parsed = LedgerLine.parse(line)
    except FormatError as error:
        found.fail("ledger.form", where, str(error))
        return None
    found.require("ledger.seq", where, f"it is numbered {parsed.seq}", holds=parsed.seq == seq)
    found.require("ledger.prev", where, "it does not follow the line before it", holds=parsed.prev == previous)
    return parsed


def _check_body(seq: int, named: Sha256, body: bytes | None, account: Account, found: Collector) -> None:
    path = body_path(seq)
    if body is None:
        account.absent.append(seq)
        return
    found.require("ledger.body", path, f"it is not the body that line {seq} of the ledger names",
                  holds=line_hash(body) == named)
    with found.failing("body.form", path):
        account.take(decode_body(seq, body))


def _check_times(account: Account, found: Collector) -> None:
    latest = None
    for seq, moment in sorted(account.times.items()):
        if latest is not None and moment < latest:
            outcome = Outcome.INCONCLUSIVE if latest - moment > CLOCK_TOLERANCE else Outcome.NOT_APPLICABLE
            found.add("ledger.time", outcome, f"event {seq}",
                      f"it is dated {(latest - moment).total_seconds():.0f} s before an earlier event")
        latest = max(latest or moment, moment)
    found.passed("ledger.time", subject=LEDGER, summary="time does not run backwards")
