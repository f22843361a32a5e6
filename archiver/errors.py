"""What can go wrong between an article and its preserved bytes, in one tree.

ArchiverError
    InvalidSetting      a proxy URL, an allowance or a certificate file that cannot be used
    RecorderStopped     the recorder is not running
    RecordingFailed     bytes that came over the wire could not be put into the WARC
    EgressRefused       policy forbids the connection
    ArticleUnreadable   a file that holds no article this version reads
    UpstreamFailed      the server (or the proxy before it) could not be reached or understood
    AnswerUnusable      a server answered with something that is not what it was asked for
    BrowserFailed       Chromium could not be started, or stopped working

Every error says what happened and to what; `hint` says what to do. Only `muniment.cli` prints them and maps them to
exit codes.
"""

from enum import StrEnum


class ArchiverError(Exception):
    """Root of all errors of the archiver; `hint` is what the user can do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InvalidSetting(ArchiverError):
    """A proxy URL, an allowance or a certificate file cannot be used."""


class RecorderStopped(ArchiverError):
    """The recorder is asked for something while it does not run."""


class RecordingFailed(ArchiverError):
    """What came over the wire could not be put into the WARC; its spool is kept."""


class EgressRefused(ArchiverError):
    """Policy forbids the connection; no byte was sent."""


class ArticleUnreadable(ArchiverError):
    """A file holds no article, or cannot be read as one."""


class FailureKind(StrEnum):
    """Why a request got no exchange."""

    DNS = "dns"                # the name has no address
    CONNECT = "connect"        # nothing listens, no route, or no answer in time
    TLS = "tls"                # no handshake, not even an unverified one
    PROXY = "proxy"            # the upstream proxy failed or refused
    STORE = "store"            # the disk would not take the bytes


class UpstreamFailed(ArchiverError):
    """The server could not be reached."""

    def __init__(self, kind: FailureKind, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


class AnswerUnusable(ArchiverError):
    """A server that Muniment itself asks (an authority for timestamps) answered with something else."""


class BrowserFailed(ArchiverError):
    """Chromium could not be started, or stopped working; what it had done by then is recorded."""
