"""The nouns of a case. Functions pass these; JSON is made of them only at the edge (`evidence_store.events`).

1. An item is bytes (an original) plus its record; its id is given by the writer at append and never reused.
2. Captured bytes live once, in the WARC, and are identified by record id, block digest and block length (`WarcRef`).
   File and offset are catalogue data and may change; what identifies may not.
3. Imported bytes live in the blob store, by SHA-256 (`BlobRef`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias

CaseId = NewType("CaseId", str)          # 32 lower-case hex digits, random
ItemId = NewType("ItemId", str)          # ITEM-0001
CitationId = NewType("CitationId", str)  # CITE-0001, numbered within the case
CaptureId = NewType("CaptureId", str)    # 16 lower-case hex digits, random
Sha256 = NewType("Sha256", str)          # 64 lower-case hex digits
RecordId = NewType("RecordId", str)      # WARC-Record-ID without the angle brackets: urn:uuid:...

NO_RECORD = RecordId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRef:
    """What identifies captured bytes for ever: the block of one WARC record."""

    record: RecordId
    sha256: Sha256        # of the record block, as stored
    length: int           # bytes of the block


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """Bytes in the blob store."""

    sha256: Sha256
    length: int


Locator: TypeAlias = WarcRef | BlobRef


class Verdict(StrEnum):
    """How a capture ended (DESIGN section 4)."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    TRUNCATED = "truncated"
    GONE = "gone"
    DELETED = "deleted"
    SOFT_404 = "soft_404"
    LOGIN_WALL = "login_wall"
    CHALLENGE = "challenge"
    GEO_BLOCKED = "geo_blocked"
    AGE_GATE = "age_gate"
    PRIVATE_OR_SUSPENDED = "private_or_suspended"
    BLANK = "blank"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    NOT_ATTEMPTED = "not_attempted"


class CitedContent(StrEnum):
    """Whether a capture contains what the article cites: its quoted words, or its picture or recording."""

    NOT_ASKED = "not_asked"       # the article shows nothing of it to look for
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Truncation(StrEnum):
    """Why a body ends early: the values of WARC-Truncated (WARC/1.1 5.13)."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


class TlsOutcome(StrEnum):
    """What verifying the server's certificate gave."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"     # the cause stands in `Peer.tls_cause`
    NOT_USED = "not_used"         # plain HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The other end of one connection."""

    host: str
    port: int
    address: str                  # the IP address connected to, or "via proxy"
    tls: TlsOutcome = TlsOutcome.NOT_USED
    tls_version: str = ""         # "TLSv1.3"
    tls_cipher: str = ""
    tls_cause: str = ""           # why verification failed, in the library's words
    chain_sha256: tuple[Sha256, ...] = ()  # SHA-256 of each DER certificate, leaf first


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request and its response, as they went over the wire."""

    url: str
    method: str
    started_at: datetime              # UTC, when the first request byte was sent
    ended_at: datetime
    peer: Peer
    request: WarcRef
    response: WarcRef | None          # None: the server sent nothing
    status: int | None                # None: no status line could be read
    media_type: str                   # of the response, lower case, without parameters; "" when not said
    payload_sha256: Sha256 | None     # of the body with chunking removed, content coding kept; None: no body
    payload_length: int               # bytes of that body
    content_sha256: Sha256 | None = None  # of the body fully decoded; None: no body, or it cannot be decoded
    content_length: int = 0
    content_coding: str = ""          # "", "gzip", "br", "deflate", "gzip, br"
    location: str = ""                # the Location header, raw
    truncated: Truncation | None = None
    other_records: tuple[WarcRef, ...] = ()   # metadata (TLS) and resource (DNS) records written for it
    decoded_by: str = ""              # "Chromium 156.0": as that program told it, not bytes of the wire; "": the wire
    payload_in: RecordId | None = None    # where `response` is a revisit: the earlier response, among `other_records`

    @property
    def body_record(self) -> WarcRef | None:
        """The record whose block holds the body: the response, or what it is a revisit of."""
        if self.payload_in is None:
            return self.response
        return next((one for one in self.other_records if one.record == self.payload_in), self.response)

    @property
    def is_whole(self) -> bool:
        """The response came, and to its end."""
        return self.response is not None and self.truncated is None


class ItemKind(StrEnum):
    """What an item is to a reader."""

    PAGE = "page"
    POST = "post"
    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    FRAGMENT = "fragment"     # one piece of a streamed video, as sent
    MANIFEST = "manifest"     # an HLS or DASH playlist, as sent
    DATA = "data"             # JSON, subtitles, anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Where in another item an item stands: a record of a WARC, ARC or WACZ, a member of a ZIP."""

    item: ItemId              # the archive, kept whole
    member: str = ""          # of a ZIP or WACZ; "" in a WARC or ARC itself
    record: RecordId = NO_RECORD      # as the archive has it; "" for a member that is a file
    offset: int = 0           # of the record in the archive or the member
    inner: int = 0            # where it begins in the gzip member's content


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of evidence: what its bytes are, and where they came from."""

    id: ItemId
    kind: ItemKind
    sha256: Sha256            # of the original: the content, decoded (chunking and content coding removed)
    length: int               # bytes of the original
    media_type: str
    source: Locator           # WarcRef of the response record, or BlobRef
    url: str = ""             # normalised URL; "" for imported files
    name: str = ""            # file name, for imported files; last path segment otherwise
    obtained_at: datetime     # UTC: when captured or imported; of a record in an archive, its WARC-Date
    truncated: Truncation | None = None
    encoded: bool = False     # the content coding could not be undone: sha256 and length are of the body as sent
    decoded_by: str = ""      # as its exchange: these are not the bytes that the server sent, but what became of them
    same_bytes_as: ItemId | None = None
    file_time: datetime | None = None   # of an imported file: its last change, as the file system gave it
    within: Within | None = None   # taken out of an archive that somebody handed over


class DerivativeKind(StrEnum):
    """What a derivative is."""

    MERGED_VIDEO = "merged_video"
    THUMBNAIL = "thumbnail"
    SUBTITLES = "subtitles"
    DESCRIPTION = "description"   # what yt-dlp learnt of a film, as JSON
    FRAME = "frame"
    VIEW = "view"             # a picture that shows something of a picture: error levels, noise
    REDACTED = "redacted"     # a version in which something cannot be seen
    PREVIEW = "preview"       # a smaller picture of itself that the file carries; thumbnails are the smallest
    REPLAY = "replay"         # the first screen of a page, played back
    TEXT = "text"             # words that a program read in the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program or library that touched evidence."""

    name: str
    version: str
    sha256: str = ""          # of the executable, where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a derivative was made, so that it can be made again."""

    tool: Tool
    arguments: tuple[str, ...]
    inputs: tuple[Locator, ...]      # in the order of use


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """Bytes made from an original."""

    item: ItemId
    kind: DerivativeKind
    content: BlobRef
    media_type: str
    recipe: Recipe


class CitationKind(StrEnum):
    """What an article cites."""

    ARTICLE = "article"
    POST = "post"
    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    MENTION = "mention"
    LOST_EMBED = "lost_embed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One thing the article cites, with the words around it."""

    kind: CitationKind
    url: str = ""             # as the article gives it, made absolute; "" for mentions and lost embeds
    identity: str = ""        # the URL normalised for comparison (tracking, mobile hosts, fragments removed)
    platform: str = ""        # "x", "youtube", "telegram", "facebook", ...; "" for the open web
    embedded: bool = False    # shown in the article, not only linked
    anchor: str = ""          # link text, caption or alternative text
    context: str = ""         # the sentence around it
    offset: int = 0           # characters from the start of the article's main text
    credit: str = ""          # "LCC" in "Photo from LCC"
    claimed_time: str = ""    # as stated, resolved to ISO 8601 where the article's date allows
    claimed_place: str = ""
    source: str = ""          # for mentions and lost embeds: who is cited
    alternatives: tuple[str, ...] = ()   # other URLs of the same thing (srcset, sources), best first


class ViewKind(StrEnum):
    """What a browser made of a page; the value is the namespace of the record's URI (`urn:view:https://...`)."""

    SCREENSHOT_BEFORE = "view-untouched"   # of the first screen, before anything was done to the page
    DOM_BEFORE = "dom-untouched"
    SCREENSHOT = "view"                    # of the whole page, at the end
    THUMBNAIL = "thumbnail"
    PDF = "pdf"
    DOM = "dom"
    MHTML = "mhtml"
    TEXT = "text"                          # what a reader sees, frames included


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page as a browser showed it: not bytes that a server sent."""

    kind: ViewKind
    record: WarcRef               # a `resource` record
    media_type: str
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """What a web archive was asked for, and which of its copies this is: never the live page (RFC 7089)."""

    original: str                 # the URL that was looked for
    archive: str                  # its host
    copies: int                   # that it lists
    archived_at: datetime | None  # when the archive got this copy, as it says; None: it has none
    wanted: str = ""              # the day it should be nearest to, ISO 8601; "": the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One attempt at one URL; it ends in a verdict."""

    id: CaptureId
    url: str                      # as asked for
    final_url: str                # after redirects
    started_at: datetime
    ended_at: datetime
    client: str                   # "requests", "yt-dlp": what asked
    verdict: Verdict
    reasons: tuple[str, ...]
    against: str                  # what `complete` was judged against: "page and 3 images; replies not attempted"
    sent: int | None              # requests counted at the clients; None: not countable
    recorded: int                 # exchanges in the WARC
    unrecorded: tuple[str, ...] = ()   # "GET https://..." sent but not recorded
    refused: tuple[str, ...] = ()      # "https://10.0.0.1/: private address" refused by policy
    citations: tuple[CitationId, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    items: tuple[Item, ...] = ()       # new items of this capture
    same_items: tuple[ItemId, ...] = ()   # items that an earlier capture of this URL already gave, seen again
    identity: str = ""                 # `url` normalised for comparison: captures with one identity are a series
    failures: tuple[WarcRef, ...] = ()    # metadata records of requests for which no connection could be made
    views: tuple[View, ...] = ()       # by a browser; each is among the records of the main document's exchange, too
    memento: Memento | None = None     # this is a copy in an archive, not the page itself
    cited_content: CitedContent = CitedContent.NOT_ASKED
    interactions: tuple[str, ...] = ()     # every script, click, scroll and play, in order: "20:15:01.250 click: ..."

    @property
    def series(self) -> str:
        """What makes this capture one of a series."""
        return self.identity or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Under what conditions evidence was collected (Berkeley Protocol, paragraph 155 g)."""

    collector: str                # principal of the key
    machine: str                  # operating system and architecture; never a host or user name
    clock: str                    # "not synchronised" or "NTP, offset 3 ms"
    egress: str                   # "direct", "via proxy socks5h://127.0.0.1:9050"
    identity: str                 # "none", "profile NAME"
    tools: tuple[Tool, ...]
