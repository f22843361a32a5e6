"""Checkpoints: the ledger's size and root, signed (C2SP tlog-checkpoint, with one extension line).

1. The text is exactly four lines, LF-ended: `muniment/<case id>`, the size in decimal, the RFC 6962 root in base64,
   `sha256-prefix <hex>`: the SHA-256 of the first <size> lines, for `head -n <size> ledger.jsonl | sha256sum`.
2. Nothing identifying stands in it: a checkpoint is handed to others.
3. Files are `<size, 10 digits>` (the text) and `.<KEY16>.sig` (canonical armour, namespace checkpoint@muniment);
   receipts `.receipt-<KEY16>.sig`, tokens `.<tsa>.tsr`, proofs `.<calendar>.ots` lie beside them, never overwritten.
"""

import base64
import binascii
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence_store.atomic import write_once
from evidence_store.custody import sshsig
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.keyfile import Signer
from evidence_store.custody.log import CustodyLog
from evidence_store.custody.merkle import HASH_BYTES, Frontier, leaf_hash
from evidence_store.custody.publickey import PublicKey
from evidence_store.errors import FormatError, LedgerDamaged, MissingContent, SignatureInvalid
from evidence_store.records import CaseId, Sha256

ORIGIN_PREFIX = "muniment/"
MAX_TEXT_BYTES = 1024               # four short lines; what others hand us is bounded

_TEXT = re.compile(r"(muniment/[0-9a-f]{32})\n([1-9][0-9]{0,9})\n"
                   r"([A-Za-z0-9+/]{43}=)\nsha256-prefix ([0-9a-f]{64})\n")
_SIGNATURE = re.compile(r"(\d{10})\.([0-9a-f]{16})\.sig")
_BESIDE = re.compile(r"(\d{10})\.(receipt-[0-9a-f]{16}\.sig|[A-Za-z0-9_-]{1,40}\.(?:tsr|ots))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the first `size` lines of a ledger are."""

    origin: str               # "muniment/" and the case id
    size: int                 # lines
    root: bytes               # RFC 6962 root over them, 32 bytes
    prefix_sha256: Sha256     # of their bytes, one after the other

    def to_text(self) -> bytes:
        """The bytes that are signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nsha256-prefix {self.prefix_sha256}\n".encode("ascii")

    @classmethod
    def parse(cls, text: bytes) -> "Checkpoint":
        """The checkpoint of exactly these bytes; FormatError for any other spelling."""
        try:
            match = _TEXT.fullmatch(text[:MAX_TEXT_BYTES].decode("ascii"))
        except UnicodeDecodeError as error:
            raise FormatError("not a checkpoint: not ASCII") from error
        if match is None or len(text) > MAX_TEXT_BYTES:
            raise FormatError("not a checkpoint of Muniment")
        origin, size, root, prefix = match.groups()
        found = cls(origin=origin, size=int(size), root=_decode_root(root), prefix_sha256=Sha256(prefix))
        if found.to_text() != text:        # base64 with stray low bits has the same value in another spelling
            raise FormatError("not a checkpoint: the root is spelt in another way")
        return found

    @property
    def case(self) -> CaseId:
        """The case it is of."""
        return CaseId(self.origin.removeprefix(ORIGIN_PREFIX))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint and one signature that stands for it."""

    checkpoint: Checkpoint
    signer: PublicKey
    armour: bytes             # canonical SSHSIG, namespace checkpoint@muniment

    @property
    def size(self) -> int:
        """Lines covered."""
        return self.checkpoint.size

    @classmethod
    def verified(cls, checkpoint: Checkpoint, armour: bytes) -> "SignedCheckpoint":
        """The checkpoint with a signature that was checked; SignatureInvalid or FormatError when it does not stand."""
        signer = sshsig.verify_canonical(checkpoint.to_text(), armour, sshsig.CHECKPOINT)
        return cls(checkpoint=checkpoint, signer=signer, armour=armour)


def checkpoint_of(log: CustodyLog, case: CaseId, size: int | None = None) -> Checkpoint:
    """The checkpoint of the first `size` lines (None: all); LedgerDamaged when their chain is broken."""
    return next(checkpoints_of(log, case, [log.size if size is None else size]))


def checkpoints_of(log: CustodyLog, case: CaseId, sizes: Sequence[int]) -> Iterator[Checkpoint]:
    """The checkpoints of several sizes, ascending, in one pass over the ledger."""
    frontier, prefix, done = Frontier(), hashlib.sha256(), 0
    lines = log.lines(0, max(sizes, default=0))
    for size in sorted(set(sizes)):
        for line in _take(lines, size - done):
            frontier.add(leaf_hash(line))
            prefix.update(line)
        done = size
        yield Checkpoint(origin=ORIGIN_PREFIX + case, size=size, root=frontier.root(),
                         prefix_sha256=Sha256(prefix.hexdigest()))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> SignedCheckpoint:
    """Sign a checkpoint."""
    armour = signer.sign(checkpoint.to_text(), sshsig.CHECKPOINT)
    return SignedCheckpoint(checkpoint=checkpoint, signer=signer.public, armour=armour)


def store_checkpoint(folder: CustodyFolder, signed: SignedCheckpoint) -> Path:
    """Write signature and text; stored before, they are left as they are. Returns the path of the text.

    The signature comes first: killed in between, there is no checkpoint yet, never one that nobody signed.
    LedgerDamaged when another checkpoint of the same size is stored: one case has one chain.
    """
    path = folder.checkpoint(signed.size)
    folder.checkpoints.mkdir(exist_ok=True)
    text = signed.checkpoint.to_text()
    for target, content in ((_signature_file(path, signed.signer), signed.armour), (path, text)):
        if not target.exists():
            write_once(target, content)
        elif target.read_bytes() != content:
            raise LedgerDamaged(f"{target.name} is stored already and differs",
                                hint="the ledger was changed after it was signed; run `muniment verify` on the case")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """A checkpoint in its folder, with the files that lie beside it, by name."""

    path: Path                # the text
    size: int                 # that its name gives
    signatures: tuple[Path, ...]
    beside: tuple[Path, ...]  # receipts and tokens

    def read(self) -> Checkpoint:
        """Its text; FormatError when that is no checkpoint, or one of another size."""
        with self.path.open("rb") as file:
            found = Checkpoint.parse(file.read(MAX_TEXT_BYTES + 1))
        if found.size != self.size:
            raise FormatError(f"the checkpoint {self.path.name} says that it is of {found.size} lines")
        return found

    def signed(self) -> tuple[SignedCheckpoint, ...]:
        """It with each of its signatures; SignatureInvalid or FormatError where one does not stand for its name."""
        checkpoint = self.read() if self.signatures else None
        return tuple(self._verified(checkpoint, path) for path in self.signatures if checkpoint is not None)

    def _verified(self, checkpoint: Checkpoint, path: Path) -> SignedCheckpoint:
        with path.open("rb") as file:
            signed = SignedCheckpoint.verified(checkpoint, file.read(sshsig.MAX_ARMOUR_BYTES + 1))
        if path != _signature_file(self.path, signed.signer):
            raise SignatureInvalid(f"{path.name} was signed by {signed.signer.fingerprint}, not by the key it names")
        return signed


def stored_checkpoints(folder: CustodyFolder) -> tuple[StoredCheckpoint, ...]:
    """Every checkpoint in the folder, ascending by size; one listing of the folder."""
    signatures: defaultdict[int, list[Path]] = defaultdict(list)
    beside: defaultdict[int, list[Path]] = defaultdict(list)
    for path in sorted(folder.checkpoints.iterdir()) if folder.checkpoints.is_dir() else ():
        for pattern, found in ((_SIGNATURE, signatures), (_BESIDE, beside)):
            if match := pattern.fullmatch(path.name):
                found[int(match[1])].append(path)
    return tuple(StoredCheckpoint(path=folder.checkpoint(size), size=size, signatures=tuple(signatures[size]),
                                  beside=tuple(beside[size])) for size in folder.checkpoint_sizes())


def stored_checkpoint(folder: CustodyFolder, size: int) -> StoredCheckpoint:
    """The stored checkpoint of `size` lines; MissingContent when there is none."""
    found = next((one for one in stored_checkpoints(folder) if one.size == size), None)
    if found is None:
        raise MissingContent(f"there is no checkpoint of {size} lines")
    return found


def _signature_file(path: Path, signer: PublicKey) -> Path:
    return path.with_name(f"{path.name}.{signer.key16}.sig")


def _take(lines: Iterator[bytes], count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield next(lines)


def _decode_root(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise FormatError("not a checkpoint: the root is not base64") from error
    if len(found) != HASH_BYTES:
        raise FormatError("not a checkpoint: the root has not 32 bytes")
    return found
