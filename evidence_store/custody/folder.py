"""The custody folder of a case or bundle: what lies where, and the names it may have."""

import re
from dataclasses import dataclass
from pathlib import Path

SEQ_DIGITS = 10

_CHECKPOINT = re.compile(r"\d{10}")


@dataclass(frozen=True, slots=True)
class CustodyFolder:
    """Paths within `custody/`."""

    root: Path

    @property
    def ledger(self) -> Path:
        """The ledger lines."""
        return self.root / "ledger.jsonl"

    @property
    def bodies(self) -> Path:
        """In a case: the bodies, line N that of event N."""
        return self.root / "bodies.jsonl"

    @property
    def checkpoints(self) -> Path:
        """Checkpoints, their signatures, receipts and tokens."""
        return self.root / "checkpoints"

    @property
    def keys(self) -> Path:
        """Public keys, `<KEY16>.pub`."""
        return self.root / "keys"

    @property
    def orphans(self) -> Path:
        """What a crash left over, set aside."""
        return self.root / "orphans"

    @property
    def pending(self) -> Path:
        """Timestamp queries that no authority has answered yet. In a case only."""
        return self.root / "pending"

    @property
    def authorities(self) -> Path:
        """What is kept of timestamp authorities, a folder each."""
        return self.root / "tsa"

    def authority(self, name: str) -> Path:
        """What is kept of one of them."""
        return self.authorities / name

    def checkpoint(self, size: int) -> Path:
        """The text of the checkpoint of `size` lines."""
        return self.checkpoints / f"{size:0{SEQ_DIGITS}d}"

    def checkpoint_sizes(self) -> tuple[int, ...]:
        """The sizes of which there is a checkpoint, ascending."""
        if not self.checkpoints.is_dir():
            return ()
        return tuple(sorted(int(path.name) for path in self.checkpoints.iterdir() if _CHECKPOINT.fullmatch(path.name)))
