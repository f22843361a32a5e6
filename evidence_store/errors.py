"""What can go wrong in the store, in one tree.

EvidenceError
    NotACase            the folder is no case, or of a later version
    FolderInUse         a new case cannot be made there
    StoreLocked         another process writes this case
    StoreDamaged        bytes on disk are not what was written
        LedgerDamaged   a line or body of the ledger
        ContentMismatch content that no longer has its hash
        WarcDamaged     a gzip member or record of a WARC
        CatalogueUnusable  the index over a case
    MissingContent      content that is named and not there
    FormatError         bytes that do not follow the format they claim
    SigningKeyError     a signing key that cannot be made, found, opened or used
    SignatureInvalid    a signature that does not stand for its message
    ClockDisagrees      a timestamp that contradicts the times in the ledger
    AppendFailed        the ledger could not be written to
    BundleRefused       a bundle that must not be sealed
    LimitExceeded       input larger than a limit allows

Every error says what happened and to what; `hint` says what to do. Only `muniment.cli` prints them and maps them to
exit codes. Names say the state that was met, so most do not end in Error.
"""


class EvidenceError(Exception):
    """Root of all errors of the store; `hint` is what the user can do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class NotACase(EvidenceError):
    """The folder is not a case, or not one this version reads."""


class FolderInUse(EvidenceError):
    """A new case cannot be made in this folder: something is there already."""


class StoreLocked(EvidenceError):
    """Another process writes this case."""


class StoreDamaged(EvidenceError):
    """Bytes on disk are not what was written."""


class LedgerDamaged(StoreDamaged):
    """A ledger line or body is not what the format or the chain demands."""


class ContentMismatch(StoreDamaged):
    """Content no longer has the hash it is recorded with."""


class WarcDamaged(StoreDamaged):
    """A gzip member or a record of a WARC file cannot be read."""


class CatalogueUnusable(StoreDamaged):
    """The catalogue cannot be read, or is of another ledger; it can be made anew."""


class MissingContent(EvidenceError):
    """Content that a record names is not in the store."""


class FormatError(EvidenceError):
    """Bytes do not follow the format they claim to have."""


class SigningKeyError(EvidenceError):
    """A signing key cannot be made, found, opened or used."""


class SignatureInvalid(EvidenceError):
    """A signature was made over other bytes, by another key, or for another purpose."""


class ClockDisagrees(EvidenceError):
    """A timestamp contradicts the times that the ledger, or this machine's clock, states: one of them is wrong."""


class AppendFailed(EvidenceError):
    """The ledger could not be written to; what was acknowledged before stands."""


class BundleRefused(EvidenceError):
    """A bundle would say what the ledger and its signatures do not prove, so it is not written."""


class LimitExceeded(EvidenceError):
    """Input is larger than a named limit allows."""
