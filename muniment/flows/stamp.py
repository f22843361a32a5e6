"""Outside proof of time: ask timestamp authorities (RFC 3161) for tokens over checkpoints and seals.

1. A query is on disk before it is sent; what could not be had waits, and `muniment stamp` asks again.
2. An authority that fails costs nothing but its own token: the others are asked, and the run goes on.
3. Everything goes out through the same upstream proxy as captures do, or not at all.
"""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from urllib.parse import urlsplit

from archiver.errors import ArchiverError, InvalidSetting
from archiver.outbound import Outbound
from archiver.recorder import UpstreamProxy
from evidence_store import stamps
from evidence_store.atomic import sync_folder
from evidence_store.authorities import has_revocations, keep_chain, keep_revocations, revocation_urls
from evidence_store.case import Case
from evidence_store.custody.checkpoint import Checkpoint, SignedCheckpoint
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.tokens import make_query
from evidence_store.errors import EvidenceError
from evidence_store.events import CheckpointStamped, SealToken
from evidence_store.writer import CaseWriter
from muniment.config.settings import Settings
from muniment.flows.anchor import Anchoring, anchor
from muniment.flows.environment import Environment
from muniment.flows.export import check_zip, folder_for, write_zip
from verify.foreign.unpack import unpack_bag

NO_PROOF = "no outside proof of time yet: run `muniment stamp`"
MAX_NAME = 31                 # of an authority, so that eight digits of its hash may follow
AT_ONCE = 4                   # authorities asked at the same time


class NoBundle(EvidenceError):
    """There is no bundle in it whose seal could be stamped."""


class Way(Protocol):
    """The way out to authorities: `archiver.outbound.Outbound`, or one that leads nowhere."""

    def timestamp(self, url: str, query: bytes) -> bytes:
        """The reply of the authority at a URL to a query."""

    def submit(self, url: str, message: bytes) -> bytes:
        """The answer of the calendar at a URL to a message."""

    def fetch(self, url: str) -> bytes:
        """What stands at a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A timestamp authority, and what its tokens are called."""

    name: str                 # [A-Za-z0-9_-]{1,40}
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StampFailure:
    """An authority that gave no token."""

    authority: str
    size: int                 # of the checkpoint; 0: over the seal of a bundle
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamping:
    """What came of asking."""

    stamped: tuple[CheckpointStamped, ...] = ()
    failures: tuple[StampFailure, ...] = ()
    waiting: int = 0          # queries that go on waiting
    anchoring: Anchoring = field(default_factory=Anchoring)     # of calendars

    @property
    def has_proof(self) -> bool:
        """At least one token came."""
        return bool(self.stamped)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealStamping:
    """What came of asking for tokens over the seal of a bundle."""

    tokens: tuple[SealToken, ...] = ()
    failures: tuple[StampFailure, ...] = ()


def authorities(settings: Settings) -> tuple[Authority, ...]:
    """The authorities of the settings, each under a name of its own that stays the same from run to run."""
    found: dict[str, Authority] = {}
    for url in settings.tsa:
        parts = urlsplit(url)
        name = re.sub(r"[^a-z0-9]+", "-", f"{parts.hostname} {parts.port or ''}".strip().lower())[:MAX_NAME].strip("-")
        if name in found and found[name].url != url:       # two services of one host
            name = f"{name}-{sha256(url.encode()).hexdigest()[:8]}"
        found[name] = Authority(name=name, url=url)
    return tuple(found.values())


def require_authorities(settings: Settings) -> None:
    """InvalidSetting where there is nobody to ask."""
    if not settings.tsa and not settings.ots:
        raise InvalidSetting("no timestamp authority is configured",
                             hint="name two or more: --tsa URL, MUNIMENT_TSA, or tsa = [\"URL\", ...] in the settings; "
                                  "--ots URL for OpenTimestamps")


def way_out(settings: Settings) -> Outbound:
    """The way to the authorities."""
    proxy = UpstreamProxy.parse(settings.proxy) if settings.proxy else None
    return Outbound(proxy=proxy, ca_file=settings.ca_file)


def stamp_checkpoint(writer: CaseWriter, checkpoint: SignedCheckpoint, settings: Settings, environment: Environment, *,
                     way: Way | None = None) -> Stamping:
    """Ask every configured authority and calendar about a stored checkpoint, and whatever else waits.

    Never raises for them.
    """
    return _ask(writer, checkpoint.checkpoint, settings, environment, way or way_out(settings))


def _ask(writer: CaseWriter, checkpoint: Checkpoint, settings: Settings, environment: Environment,
         way: Way) -> Stamping:
    wanted = authorities(settings)
    for authority in wanted:
        stamps.queue(writer.case, checkpoint, authority.name, environment.random)
    done = send_waiting(writer, wanted, environment, way=way)
    return replace(done, anchoring=anchor(writer, checkpoint, settings, environment, way=way)) if settings.ots else done


def stamp_run(writer: CaseWriter, settings: Settings, environment: Environment) -> Stamping:
    """The last act of a run that collected something: sign the ledger, and have that stamped."""
    return stamp_checkpoint(writer, writer.checkpoint(), settings, environment)


def stamp_case(writer: CaseWriter, settings: Settings, environment: Environment, *, way: Way | None = None) -> Stamping:
    """Stamp the case as it stands: a new checkpoint where something happened since the last, and all that waits.

    InvalidSetting where no authority is configured.
    """
    require_authorities(settings)
    late = stamps.record_missing(writer)
    if stamps.needs_checkpoint(writer.case):
        writer.checkpoint()
    done = _ask(writer, stamps.latest_checkpoint(writer.case), settings, environment, way or way_out(settings))
    return replace(done, stamped=(*late, *done.stamped))


def send_waiting(writer: CaseWriter, wanted: Iterable[Authority], environment: Environment, *, way: Way) -> Stamping:
    """Send the queries that wait to the authorities they are for, several at once, and keep what comes."""
    urls = {authority.name: authority.url for authority in wanted}
    due = [one for one in stamps.waiting(writer.case) if one.authority in urls]
    if not due:
        return Stamping(waiting=len(stamps.waiting(writer.case)))
    taken: list[CheckpointStamped] = []
    failures: list[StampFailure] = []
    environment.progress.start("stamp", len(due), "timestamps")
    try:
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="stamp") as pool:
            replies = [pool.submit(way.timestamp, urls[one.authority], one.query.der) for one in due]
            for one, reply in zip(due, replies, strict=True):
                try:
                    taken.append(stamps.take_token(writer, one, reply.result(), now=environment.clock()))
                except (ArchiverError, EvidenceError) as error:
                    failures.append(StampFailure(authority=one.authority, size=one.size, reason=str(error),
                                                 hint=error.hint))
                environment.progress.advance("stamp", 1, one.authority)
    finally:
        environment.progress.finish("stamp")
    keep_authorities(writer.case, taken, way, environment.clock())
    return Stamping(stamped=tuple(taken), failures=tuple(failures), waiting=len(stamps.waiting(writer.case)))


def keep_authorities(case: Case, events: Iterable[CheckpointStamped], way: Way, moment: datetime) -> int:
    """Keep the certificates and revocation lists that stand behind tokens; how many lists could not be had.

    A list is asked for once a day and authority.
    """
    folder, failed = CustodyFolder(case.layout.custody), 0
    for event in events:
        token = stamps.token_of(case, event)
        keep_chain(folder, event.authority, token)
        if has_revocations(folder, event.authority, moment):
            continue
        for url in revocation_urls(token):
            try:
                keep_revocations(folder, event.authority, way.fetch(url), moment)
            except (ArchiverError, EvidenceError):
                failed += 1       # the token stands without; the next stamping asks again
    return failed


def stamp_zipped_seal(archive: Path, settings: Settings, environment: Environment, *,
                      way: Way | None = None) -> SealStamping:
    """`stamp_seal` for a bundle in a ZIP, which is written anew with the tokens in it and replaces the old one.

    NoBundle where the ZIP holds none; ContentMismatch where what was written is not what was unpacked.
    """
    with TemporaryDirectory(prefix=f".{archive.name}.", dir=archive.parent) as folder:
        unpacked = Path(folder, "in")
        unpacked.mkdir()
        found, findings = unpack_bag(archive, unpacked)
        if found is None or not (found / stamps.TAGMANIFEST).is_file():
            said = "; ".join(one.summary for one in findings[:3])
            raise NoBundle(f"{archive} holds no bundle whose seal could be stamped" + (f": {said}" if said else ""),
                           hint="give the folder, or the whole .zip: decrypt and join it first where it is in parts")
        # in a ZIP without a folder of its own, the bundle gets one
        bundle = found if found.parent == unpacked else found.rename(Path(folder, folder_for(archive).name))
        done = stamp_seal(bundle, settings, environment, way=way)
        if done.tokens:
            written = Path(folder, "stamped.zip")
            write_zip(bundle, written)
            check_zip(bundle, written)
            written.replace(archive)
            sync_folder(archive.parent)
    return done


def stamp_seal(bundle: Path, settings: Settings, environment: Environment, *, way: Way | None = None) -> SealStamping:
    """Ask every configured authority that has not done so to stamp the seal of a bundle folder; writes beside it.

    A token changes nothing that the seal covers, so a bundle that was handed over already may still get one.
    """
    tagmanifest = (bundle / stamps.TAGMANIFEST).read_bytes()
    due = [one for one in authorities(settings) if not stamps.has_seal_token(bundle, one.name)]
    taken: list[SealToken] = []
    failures: list[StampFailure] = []
    out = way or way_out(settings)
    for authority in due:
        query = make_query(tagmanifest, environment.random)
        try:
            reply = out.timestamp(authority.url, query.der)
            taken.append(stamps.take_seal_token(bundle, authority.name, query, reply, now=environment.clock()))
        except (ArchiverError, EvidenceError) as error:
            failures.append(StampFailure(authority=authority.name, size=0, reason=str(error), hint=error.hint))
    return SealStamping(tokens=tuple(taken), failures=tuple(failures))
