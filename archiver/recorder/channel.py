"""A capture's door to the recorder, and what came through it.

1. A channel belongs to one capture: its user name is the capture's id, its password a random token of this run.
2. `close` waits for exchanges in flight, cuts those that do not end, and returns what was recorded: every exchange
   named in a `Recording` stands in the WARC, synced.
3. A request is in exactly one of `exchanges`, `refusals` and `failures`; nothing that a client sent is silently lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.errors import FailureKind
from archiver.recorder.tunnel import Tunnel
from evidence_store.records import CaptureId, Exchange, RecordId, WarcRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that policy forbade; nothing was sent."""

    method: str
    url: str
    reason: str

    def __str__(self) -> str:
        """As a capture lists it: the URL and the reason."""
        return f"{self.url}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request for which no connection could be made; nothing was sent."""

    kind: FailureKind
    method: str
    url: str
    detail: str           # in the words of the system or library
    at: datetime
    record: WarcRef | None = None     # the metadata record that says so, once it is written


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeNote:
    """Something about a recorded exchange that its bytes do not say."""

    url: str
    response: RecordId | None
    text: str             # "the server closed the connection after 500 of 1000 bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """All that went through one channel."""

    capture: CaptureId
    exchanges: tuple[Exchange, ...]           # in the order in which their requests were sent
    refusals: tuple[Refusal, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[ExchangeNote, ...] = ()
    not_recorded: tuple[str, ...] = ()        # URLs whose connection went over to another protocol (websockets)
    tunnels: tuple[Tunnel, ...] = ()          # of a browser that connects itself: passed on, not recorded
    unauthenticated: int = 0                  # requests answered 407 while the channel was open, whoever sent them

    @property
    def refused(self) -> tuple[str, ...]:
        """The refusals as a `Capture` lists them."""
        return tuple(str(refusal) for refusal in self.refusals)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureChannel:
    """What a client is configured with."""

    capture: CaptureId
    proxy_url: str                # http://CAPTURE:TOKEN@127.0.0.1:PORT, for http and https alike
    ca_file: Path                 # PEM file of the recorder's CA, removed when the recorder stops
    direct_url: str = ""          # the same door for a browser that connects itself; "" where none does
    closer: Callable[[], Recording]

    def close(self) -> Recording:
        """End the capture; blocks until its exchanges stand in the WARC. Raises `RecordingFailed`."""
        return self.closer()
