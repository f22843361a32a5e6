"""What a browser did with one page, and what it made of it."""

from dataclasses import dataclass, field
from datetime import datetime

from archiver.browser.direct import DirectLog
from archiver.browser.network import NetworkLog, PageRequest
from archiver.identity import Identity
from evidence_store.records import ViewKind

MAX_INTERACTIONS = 500          # listed one by one; a page that makes us do more is told to be endless


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRequest:
    """What to open, and as whom."""

    url: str
    proxy_server: str           # http://127.0.0.1:PORT
    user: str                   # of the capture's channel
    token: str
    user_agent: str             # "": the browser's own
    identity: Identity | None = None
    is_direct: bool = False     # the browser has its own TLS with servers, and its word is what is recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLimits:
    """How long a page is looked at; seconds and steps."""

    total_seconds: float = 120.0
    load_seconds: float = 45.0          # until the page has loaded, or is taken as it is
    quiet_seconds: float = 0.8          # without a request under way: loaded
    hanging_seconds: float = 2.0        # without anything new, while a request hangs
    settle_seconds: float = 8.0         # at most, waiting for that quiet after each thing done
    play_seconds: float = 4.0           # that media play
    scroll_steps: int = 60
    scroll_pause_ms: int = 120
    expansions: int = 20                # clicks on "show more" in one round
    rounds: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RawView:
    """A view before it stands in the WARC."""

    kind: ViewKind
    media_type: str
    data: bytes
    taken_at: datetime


@dataclass(slots=True, kw_only=True)
class Visit:
    """Grows while a page is visited; what there is when something fails is kept."""

    network: NetworkLog = field(default_factory=NetworkLog)
    views: list[RawView] = field(default_factory=list)
    interactions: list[str] = field(default_factory=list)
    document: PageRequest | None = None     # the main document as the browser got it; None: it got none
    shown_url: str = ""                     # what the address bar says at the end
    text: str = ""                          # what a reader sees at the end, frames included
    direct: DirectLog | None = None         # what it told of exchanges that it had itself
    html: str = ""                          # the document at the end
    consent: str = ""                       # what was refused, in words
    problems: list[str] = field(default_factory=list)
    version: str = ""                       # "Chromium 156.0.8078.79"

    def note(self, at: datetime, text: str) -> None:
        """List something done to the page."""
        if len(self.interactions) < MAX_INTERACTIONS:
            self.interactions.append(f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} {text}")
