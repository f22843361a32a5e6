"""Where everything stands in a case folder: the one place that knows the names.

`muniment.toml` is written last when a case is made: a folder without it is no case, whatever else it holds.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CaseLayout:
    """Paths of the case in folder `root`; nothing is touched by asking."""

    root: Path

    @property
    def settings(self) -> Path:
        """Title, case id, format version, and what the user configures for this case."""
        return self.root / "muniment.toml"

    @property
    def catalogue(self) -> Path:
        """The index; `reindex` makes it anew from everything else."""
        return self.root / "catalogue.sqlite"

    @property
    def search(self) -> Path:
        """The full-text index; it is made anew whenever it is missing."""
        return self.root / "search.sqlite"

    @property
    def lock(self) -> Path:
        """Held by the one writing process."""
        return self.root / "lock"

    @property
    def blobs(self) -> Path:
        """Imported files and derivatives by SHA-256."""
        return self.root / "blobs"

    @property
    def warcs(self) -> Path:
        """Captured bytes: `*.warc.gz` with their CDXJ beside them."""
        return self.root / "warcs"

    @property
    def spool(self) -> Path:
        """Exchanges that are still arriving."""
        return self.root / "spool"

    @property
    def custody(self) -> Path:
        """Ledger, bodies, checkpoints, keys."""
        return self.root / "custody"

    @property
    def checkpoints(self) -> Path:
        """Signed checkpoints, named by size."""
        return self.custody / "checkpoints"

    @property
    def keys(self) -> Path:
        """Enrolled public keys."""
        return self.custody / "keys"

    @property
    def orphans(self) -> Path:
        """What a crash left of an append, set aside."""
        return self.custody / "orphans"

    @property
    def authorities(self) -> Path:
        """Certificates of the recorder's own authorities, one a run."""
        return self.custody / "ca"

    def key_file(self, key16: str) -> Path:
        """Where the enrolled public key with that name stands."""
        return self.keys / f"{key16}.pub"

    def folders(self) -> tuple[Path, ...]:
        """Every folder of a case, parents first."""
        return (self.blobs, self.warcs, self.spool, self.custody, self.checkpoints, self.keys, self.authorities)
