"""Who is visible in a bundle to be: all that it would hand over, and what must not be seen in it.

1. Searched is what will be handed over: originals, derivatives, WARC records as they are and decoded, bodies, extracts.
2. What was found stops the sealing until each of it is let pass, or withheld.
3. A name that is on every machine ("root", "localhost") is no name; it is said that it was not searched for.
"""

import getpass
import io
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from evidence_store import canonical
from evidence_store.bundle.captures import disclosed_records
from evidence_store.bundle.contents import Selection, gather, select
from evidence_store.canonical import JsonValue
from evidence_store.case import Case
from evidence_store.disclosure.plan import Withholding
from evidence_store.errors import EvidenceError
from evidence_store.events import Captured, FindingEvent, stated_event, to_fields
from evidence_store.progress import Progress
from evidence_store.records import ItemId
from evidence_store.warc.model import RecordEntry, WarcType
from verify.exposure.model import Exposure, ExposureKind, Place, Secret
from verify.exposure.search import Found, search

GENERIC = frozenset({
    "root", "user", "admin", "administrator", "guest", "home", "ubuntu", "debian", "runner", "build", "test", "nobody",
    "localhost", "localhost.localdomain", "computer", "laptop", "desktop", "server", "docker", "macbook", "vagrant",
    "/", "/root", "/home", "/home/user"})
MIN_LOCAL = 4             # characters of a user or host name that is looked for
MAX_SECRETS_FILE = 1 << 20
SAMPLE = 60               # bytes out of a withheld item: enough to be found nowhere else
TASK = "exposure"
ALIKE = 31                # of 256 bits of PDQ, its authors' threshold for the same picture
TELLING_QUALITY = 50      # of 100: below, their PDQ hashes of different pictures meet by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the machine and its user are called."""

    user: str = ""
    host: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """What is looked for beyond what looks like a secret."""

    surroundings: Surroundings = field(default_factory=Surroundings)
    own: tuple[str, ...] = ()             # the user's own list
    profiles: tuple[Secret, ...] = ()     # what proves signed-in profiles to servers
    unsearched: tuple[str, ...] = ()      # names too common to look for


def surroundings() -> Surroundings:
    """Those of this machine."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return Surroundings(user=user, host=socket.gethostname(), folders=(str(Path.home()),))


def read_own_list(path: Path) -> tuple[str, ...]:
    """One secret a line; blank lines and lines that begin with # are passed over. May raise OSError."""
    with path.open("rb") as stream:
        lines = stream.read(MAX_SECRETS_FILE).decode("utf-8", "surrogateescape").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def find_exposures(case: Case, withholding: Withholding, not_selected: Sequence[ItemId], watchlist: Watchlist,
                   progress: Progress) -> Found:
    """What a bundle with this selection would give away."""
    absent = frozenset(withholding.seqs)
    shown = [event for event in case.events() if event.seq not in absent]
    contents = gather([*shown, *(stated_event(extract) for extract in withholding.extracts)])
    selection = select(contents, not_selected)
    places = tuple(_places(case, selection, withholding))
    secrets = (*_secrets(case, watchlist), *_withheld(case, withholding))
    progress.start(TASK, None, "places")
    try:
        found = search(places, secrets, told=lambda name: progress.advance(TASK, note=name))
        return replace(found, exposures=(*found.exposures, *alike(case, withholding, not_selected)))
    finally:
        progress.finish(TASK)


def _places(case: Case, selection: Selection, withholding: Withholding) -> Iterator[Place]:
    for item in selection.items:
        yield Place(name=item.id, open=partial(case.open_item, item), received=bool(item.url))
    for derivative in selection.derivatives:
        yield Place(name=f"{derivative.kind.value} of {derivative.item}",
                    open=partial(case.open_content, derivative.content))
    for entry in disclosed_records(case, selection):
        yield from _record_places(case, entry)
    absent = frozenset(withholding.seqs)
    for seq in range(case.log.size):
        if seq not in absent:
            yield Place(name=f"event {seq}", open=partial(_body, case, seq), received=_is_capture(case, seq))
    for extract in withholding.extracts:
        yield Place(name=f"what is stated of event {extract.of}",
                    open=partial(io.BytesIO, canonical.encode(to_fields(extract))),
                    received="capture" in extract.stated)


def _record_places(case: Case, entry: RecordEntry) -> Iterator[Place]:
    name = f"{entry.type} of {entry.uri}" if entry.uri else str(entry.type)
    yield Place(name=name, open=partial(io.BytesIO, entry.uri.encode("utf-8", "surrogateescape")), received=True)
    yield Place(name=name, open=partial(case.open_content, entry.ref), received=True)
    if entry.type is WarcType.RESPONSE:
        yield Place(name=f"{name}, decoded", open=partial(_decoded, case, entry), received=True)


def _decoded(case: Case, entry: RecordEntry) -> BinaryIO:
    try:
        return case.open_content(entry.ref, decoded=True)
    except EvidenceError:
        return io.BytesIO()       # it cannot be decoded by anybody; as it was sent it is searched


def _body(case: Case, seq: int) -> BinaryIO:
    return io.BytesIO(case.log.body(seq))


def _is_capture(case: Case, seq: int) -> bool:
    return isinstance(case.event(seq).body, Captured)


def _secrets(case: Case, watchlist: Watchlist) -> Iterator[Secret]:
    around = watchlist.surroundings
    for kind, value in ((ExposureKind.USER, around.user), (ExposureKind.HOST, around.host)):
        if is_telling(value):
            yield Secret(kind=kind, value=value)
    for folder in (*around.folders, str(case.layout.root.resolve())):
        if is_telling(folder):
            yield Secret(kind=ExposureKind.PATH, value=folder, bounded=False)
    for own in watchlist.own:
        yield Secret(kind=ExposureKind.OWN, value=own, bounded=False)
    yield from watchlist.profiles
    names = {event.body.circumstances.identity for event in case.events() if isinstance(event.body, Captured)}
    for name in sorted(names):
        account = name.removeprefix("profile ").strip()
        if account != name and is_telling(account):
            yield Secret(kind=ExposureKind.ACCOUNT, value=account)


def is_telling(name: str) -> bool:
    """A name by which somebody could be found."""
    return len(name) >= MIN_LOCAL and name.casefold() not in GENERIC


def _withheld(case: Case, withholding: Withholding) -> Iterator[Secret]:
    """What of withheld items captured bytes may show: addresses, names, hashes, the bytes themselves."""
    for word in sorted(withholding.marks.words):
        if len(word) >= MIN_LOCAL:
            yield Secret(kind=ExposureKind.WITHHELD, value=word)
    for name in withholding.items:
        entry = case.catalogue.item(name)
        if entry is None or entry.item.length < SAMPLE:
            continue
        with case.open_item(entry.item) as stream:
            sample = _sample(stream, entry.item.length)
        yield Secret(kind=ExposureKind.WITHHELD, value=f"bytes of {name}", needles=(sample,), bounded=False)


def _sample(stream: BinaryIO, length: int) -> bytes:
    """Bytes from the middle, where a file is itself and not its format's head."""
    skip, sample = max(length // 2 - SAMPLE // 2, 0), b""
    while piece := stream.read(1 << 16):       # to the end, where the hash of the whole is checked
        if skip < len(piece) and len(sample) < SAMPLE:
            sample += piece[skip:skip + SAMPLE - len(sample)]
        skip = max(skip - len(piece), 0)
    return sample


Judge = Callable[[Found], "Judgement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Which exposures somebody let pass."""

    accepted: frozenset[str] = frozenset()     # their ids
    everything: bool = False
    reason: str = ""

    def open(self, found: Found) -> tuple[str, ...]:
        """The ids of those that nobody let pass."""
        return tuple(one.id for one in found.exposures if not self.everything and one.id not in self.accepted)


def let_all_pass(_: Found) -> Judgement:
    """Somebody said yes to everything beforehand."""
    return Judgement(everything=True)


def too_common(names: Iterable[str]) -> tuple[str, ...]:
    """Names that are not searched for."""
    return tuple(name for name in names if name and not is_telling(name))


def alike(case: Case, withholding: Withholding, not_selected: Sequence[ItemId]) -> tuple[Exposure, ...]:
    """Pictures that stay and look like one that is withheld: a smaller copy shows as much as the original."""
    hashes = {event.body.item: found for event in case.events() if isinstance(event.body, FindingEvent)
              and event.body.item and (found := _perceptual_hash(event.body.details)) is not None}
    back = {*withholding.items, *not_selected}
    exposures = []
    for gone in withholding.items:
        near = [item for item, value in hashes.items() if item not in back and gone in hashes
                and (value ^ hashes[gone]).bit_count() <= ALIKE]
        if near:
            exposures.append(Exposure(kind=ExposureKind.WITHHELD, value=f"a picture that looks like {gone}",
                                      places=tuple(near), count=len(near)))
    return tuple(exposures)


def _perceptual_hash(details: Mapping[str, JsonValue]) -> int | None:
    """The PDQ hash of a finding; None where it has none, or one that says nothing (PDQ: quality below 50)."""
    pdq = details.get("pdq")
    if not isinstance(pdq, Mapping):
        return None
    value, quality = pdq.get("hash"), pdq.get("quality")
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        return None
    return int(value, 16) if isinstance(quality, int) and quality >= TELLING_QUALITY else None
