"""What can go wrong with replay."""

from evidence_store.errors import EvidenceError


class ReplayError(EvidenceError):
    """A replay could not be set up."""


class NoPlayer(ReplayError):
    """ReplayWeb.page is not installed."""

    def __init__(self) -> None:
        super().__init__("ReplayWeb.page, which plays archives back, is not installed",
                         hint="run `muniment replay --install` (needs npm), or `muniment replay --install TARBALL`")


class WrongPlayer(ReplayError):
    """A tarball that is not the one whose hash is pinned."""


class NothingToReplay(ReplayError):
    """The target holds no recorded page."""
