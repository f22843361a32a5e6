"""Timestamp tokens of a case: the queries that wait, and what the authorities gave.

1. A query waits as `custody/pending/<size>.<authority>.tsq` until its token is stored: asked again after a failure, or
   carried to a machine with a network and back, it is the same query with the same nonce.
2. The token first, then the event that names its hash; a token whose event is missing, because the writer was killed
   in between, gets it at the next stamping.
3. A token is kept as it came and is never overwritten.
4. A token that contradicts the ledger's times is not taken: in a bundle it would fail verification for good.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from evidence_store.atomic import write_once
from evidence_store.case import Case
from evidence_store.catalogue.model import EventFilter
from evidence_store.clock import RandomBytes
from evidence_store.custody.checkpoint import Checkpoint, stored_checkpoint, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.tokens import (
    AUTHORITY_NAME,
    MAX_RESPONSE_BYTES,
    Query,
    Token,
    accept_token,
    make_query,
    parse_query,
    read_token,
)
from evidence_store.errors import ClockDisagrees, FormatError, MissingContent
from evidence_store.events import CheckpointStamped, SealToken
from evidence_store.handling import Anchored
from evidence_store.records import Sha256
from evidence_store.writer import CaseWriter

TAGMANIFEST = "tagmanifest-sha256.txt"
MAX_QUERY_FILE_BYTES = 1024         # a query has about 70
CLOCK_TOLERANCE = timedelta(seconds=300)    # as the verifiers allow between a token and the events around it
ONE_IS_WRONG = "set the clock, or ask another authority: one of the two is wrong"

_PENDING = re.compile(r"(\d{10})\.([A-Za-z0-9_-]{1,40})\.tsq")
_TOKEN = re.compile(r"(\d{10})\.([A-Za-z0-9_-]{1,40})\.tsr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A query over a stored checkpoint that has no token yet."""

    checkpoint: Checkpoint
    authority: str
    query: Query
    path: Path                # custody/pending/<size>.<authority>.tsq

    @property
    def size(self) -> int:
        """Lines that the checkpoint covers."""
        return self.checkpoint.size


def queue(case: Case, checkpoint: Checkpoint, authority: str, random: RandomBytes) -> Waiting | None:
    """A query of that authority over a stored checkpoint, the one that waits already if there is one.

    None where its token is there.
    """
    folder = CustodyFolder(case.layout.custody)
    if _token_file(folder, checkpoint.size, authority).exists():
        return None
    path = folder.pending / f"{checkpoint.size:010d}.{authority}.tsq"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        write_once(path, make_query(checkpoint.to_text(), random).der)
    return _read(folder, path)


def waiting(case: Case) -> tuple[Waiting, ...]:
    """Every query that waits, by size and authority; what is no query of ours is passed over."""
    folder = CustodyFolder(case.layout.custody)
    paths = sorted(folder.pending.iterdir()) if folder.pending.is_dir() else []
    return tuple(one for path in paths if _PENDING.fullmatch(path.name) and (one := _read(folder, path)) is not None)


def take_token(writer: CaseWriter, answered: Waiting, response: bytes, *, now: datetime) -> CheckpointStamped:
    """Keep the response to a query and record it.

    FormatError where it is no token, SignatureInvalid where it is not one of this checkpoint or not of this query,
    ClockDisagrees where it is dated after `now` or before what it covers. Then the query goes on waiting.
    """
    token = accept_token(response, answered.checkpoint.to_text(), answered.query)
    return _keep(writer, answered.checkpoint, answered.authority, token, now)


def take_foreign_token(writer: CaseWriter, authority: str, response: bytes, *, now: datetime) -> CheckpointStamped:
    """Keep a token that was had in another way, over whichever stored checkpoint it is; errors as of `take_token`.

    MissingContent where it is over none of them.
    """
    if not AUTHORITY_NAME.fullmatch(authority):
        raise FormatError(f"{authority[:60]!r} cannot name an authority", hint="use letters, digits, - and _")
    token = read_token(response)
    for stored in reversed(stored_checkpoints(CustodyFolder(writer.case.layout.custody))):
        checkpoint = stored.read()
        if token.is_over(checkpoint.to_text()):
            return _keep(writer, checkpoint, authority, token, now)
    raise MissingContent("the timestamp is over no checkpoint of this case",
                         hint="stamp the bytes of a file custody/checkpoints/<size>, nothing else")


def record_missing(writer: CaseWriter) -> tuple[CheckpointStamped, ...]:
    """Record the tokens that are stored and that no event names."""
    known = {event.token_sha256 for event in stamped(writer.case)}
    missing = []
    for checkpoint, authority, response in stored_tokens(writer.case):
        if _digest(response) not in known:
            token = accept_token(response, checkpoint.to_text(), None)
            missing.append(_event(checkpoint, authority, token))
    if missing:
        writer.append(*missing)
    return tuple(missing)


def stored_tokens(case: Case) -> Iterator[tuple[Checkpoint, str, bytes]]:
    """Every token beside a checkpoint: the checkpoint, the authority's name, the response."""
    for stored in stored_checkpoints(CustodyFolder(case.layout.custody)):
        for path in stored.beside:
            if match := _TOKEN.fullmatch(path.name):
                yield stored.read(), match[2], read_response(path)


def stamped(case: Case) -> Iterator[CheckpointStamped]:
    """The events that say a token arrived, in ledger order."""
    after = -1
    while page := case.catalogue.events(EventFilter(kinds=frozenset({CheckpointStamped.TYPE})), after=after):
        for entry in page:
            body = case.event(entry.seq).body
            if isinstance(body, CheckpointStamped):
                yield body
        after = page[-1].seq


def needs_checkpoint(case: Case) -> bool:
    """Whether something happened after the last checkpoint besides the arrival of tokens and proofs."""
    sizes = CustodyFolder(case.layout.custody).checkpoint_sizes()
    after = (sizes[-1] if sizes else 0) - 1
    while page := case.catalogue.events(EventFilter(), after=after):
        if any(entry.kind not in {CheckpointStamped.TYPE, Anchored.TYPE} for entry in page):
            return True
        after = page[-1].seq
    return not sizes


def token_of(case: Case, event: CheckpointStamped) -> Token:
    """The stored token that an event speaks of."""
    return read_token(read_response(_token_file(CustodyFolder(case.layout.custody), event.size, event.authority)))


def latest_checkpoint(case: Case) -> Checkpoint:
    """The largest stored checkpoint; MissingContent where there is none."""
    folder = CustodyFolder(case.layout.custody)
    return stored_checkpoint(folder, max(folder.checkpoint_sizes(), default=0)).read()


def take_seal_token(bundle: Path, authority: str, query: Query, response: bytes, *, now: datetime) -> SealToken:
    """Keep the response to a query over the tagmanifest of a bundle, beside it; errors as of `take_token`."""
    token = accept_token(response, (bundle / TAGMANIFEST).read_bytes(), query)
    if abs(token.time - now) > CLOCK_TOLERANCE:
        raise ClockDisagrees(f"the timestamp is of {token.time:%Y-%m-%d %H:%M:%S} UTC, and this computer's clock says "
                             f"{now:%Y-%m-%d %H:%M:%S} UTC", hint=ONE_IS_WRONG)
    write_once(bundle / f"{TAGMANIFEST}.{authority}.tsr", response)
    return SealToken(authority=authority, token_sha256=_digest(response), token_time=token.time)


def has_seal_token(bundle: Path, authority: str) -> bool:
    """Whether that authority has stamped the seal of a bundle."""
    return (bundle / f"{TAGMANIFEST}.{authority}.tsr").exists()


def read_response(path: Path) -> bytes:
    """The response in a file, as far as any may be long."""
    with path.open("rb") as file:
        return file.read(MAX_RESPONSE_BYTES + 1)


def _check_time(writer: CaseWriter, checkpoint: Checkpoint, token: Token, now: datetime) -> None:
    recorded = writer.case.event(checkpoint.size - 1).time
    stamped_at = f"{token.time:%Y-%m-%d %H:%M:%S} UTC"
    if token.time > now + CLOCK_TOLERANCE:
        raise ClockDisagrees(f"the timestamp is of {stamped_at}, and this computer's clock says "
                             f"{now:%Y-%m-%d %H:%M:%S} UTC",
                             hint=ONE_IS_WRONG)
    if token.time < recorded - CLOCK_TOLERANCE:
        raise ClockDisagrees(f"the timestamp is of {stamped_at}, before event {checkpoint.size - 1} that it covers, of "
                             f"{recorded:%Y-%m-%d %H:%M:%S} UTC",
                             hint="the clock was wrong when that was recorded, or the authority is: note which")


def _keep(writer: CaseWriter, checkpoint: Checkpoint, authority: str, token: Token,
          now: datetime) -> CheckpointStamped:
    _check_time(writer, checkpoint, token, now)
    folder = CustodyFolder(writer.case.layout.custody)
    target = _token_file(folder, checkpoint.size, authority)
    if not target.exists():
        write_once(target, token.response)
    elif read_response(target) != token.response:
        raise FormatError(f"{target.name} is stored already, and is another token",
                          hint="give the second one another name: --authority NAME")
    event = _event(checkpoint, authority, token)
    if event.token_sha256 not in {known.token_sha256 for known in stamped(writer.case)}:
        writer.append(event)
    with suppress(FileNotFoundError):
        (folder.pending / f"{checkpoint.size:010d}.{authority}.tsq").unlink()
    return event


def _event(checkpoint: Checkpoint, authority: str, token: Token) -> CheckpointStamped:
    return CheckpointStamped(size=checkpoint.size, authority=authority, token_sha256=_digest(token.response),
                             token_time=token.time)


def _read(folder: CustodyFolder, path: Path) -> Waiting | None:
    """The waiting query in a file; None where its token arrived, or it is no query."""
    size, authority, _ = path.name.split(".")
    if _token_file(folder, int(size), authority).exists():
        return None
    with path.open("rb") as file:
        der = file.read(MAX_QUERY_FILE_BYTES)
    try:
        return Waiting(checkpoint=stored_checkpoint(folder, int(size)).read(), authority=authority,
                       query=parse_query(der), path=path)
    except (FormatError, MissingContent):
        return None


def _token_file(folder: CustodyFolder, size: int, authority: str) -> Path:
    path = folder.checkpoint(size)
    return path.with_name(f"{path.name}.{authority}.tsr")


def _digest(response: bytes) -> Sha256:
    return Sha256(sha256(response).hexdigest())
