"""What a capture is asked for, and what it gives back. Ids of items are given later, by whoever writes the case."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.verdicts.judge import Judgement
from evidence_store.posts import Post
from evidence_store.records import (
    CaptureId,
    CitationId,
    CitationKind,
    DerivativeKind,
    Exchange,
    ItemKind,
    Locator,
    Memento,
    Sha256,
    Tool,
    Truncation,
    View,
    WarcRef,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTask:
    """One URL to capture, and what the article says of it."""

    url: str
    identity: str  # the URL normalised: captures of one identity form a series
    kind: CitationKind = CitationKind.ARTICLE
    embedded: bool = False
    quote: str = ""  # the words that the article shows of it
    citations: tuple[CitationId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSettings:
    """Limits and manners of all captures of a run."""

    user_agent: str
    timeout: float = 60.0  # seconds without a byte
    video_time_limit: float = 3600.0  # seconds for one video
    max_bytes: int = 8 * 1024**3  # of one response; long videos are larger than one expects
    country: str = "country not said"  # from where servers see us, for the reasons
    way: str = ""  # ", via proxy ..."
    direct_browser: bool = False  # the browser has its own TLS with servers
    max_requisites: int = 300  # resources of one page; more are cut, and the capture says so


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """An item before it has its id."""

    kind: ItemKind
    sha256: Sha256
    length: int
    media_type: str
    source: WarcRef
    url: str
    name: str
    obtained_at: datetime
    truncated: Truncation | None
    encoded: bool
    decoded_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivativeDraft:
    """A file made from captured bytes, before it is in the blob store."""

    of: ItemDraft
    kind: DerivativeKind
    file: Path
    media_type: str
    tool: Tool
    arguments: tuple[str, ...]
    inputs: tuple[Locator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResult:
    """Everything one capture gave."""

    id: CaptureId
    task: CaptureTask
    final_url: str
    started_at: datetime
    ended_at: datetime
    client: str
    judgement: Judgement
    sent: int | None
    exchanges: tuple[Exchange, ...]
    unrecorded: tuple[str, ...]
    refused: tuple[str, ...]
    drafts: tuple[ItemDraft, ...]
    derivatives: tuple[DerivativeDraft, ...]
    failures: tuple[WarcRef, ...] = ()    # records of requests for which no connection could be made
    views: tuple[View, ...] = ()
    interactions: tuple[str, ...] = ()
    memento: Memento | None = None
    identity: str = "none"                # whom the servers were told of: "profile NAME"
    posts: tuple[Post, ...] = ()          # that the recorded answers show, the one asked for first
    ask_again_after: float | None = None  # seconds that the server asked to be left alone
