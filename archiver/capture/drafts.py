"""From exchanges to item drafts: which responses are evidence of their own. Pure."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from archiver.capture.task import ItemDraft
from evidence_store.records import Exchange, ItemKind, Sha256

MANIFEST_TYPES = frozenset(
    {
        "application/vnd.apple.mpegurl",
        "application/x-mpegurl",
        "audio/mpegurl",
        "audio/x-mpegurl",
        "application/dash+xml",
    }
)
MANIFEST_SUFFIXES = (".m3u8", ".mpd")
_DOCUMENTS = (
    "application/pdf",
    "application/msword",
    "application/vnd.",
    "application/rtf",
    "application/zip",
    "text/csv",
)
_BY_SUFFIX = {
    ".jpg": ItemKind.PHOTO,
    ".jpeg": ItemKind.PHOTO,
    ".png": ItemKind.PHOTO,
    ".webp": ItemKind.PHOTO,
    ".gif": ItemKind.PHOTO,
    ".mp4": ItemKind.VIDEO,
    ".webm": ItemKind.VIDEO,
    ".mov": ItemKind.VIDEO,
    ".pdf": ItemKind.DOCUMENT,
}
MAX_NAME = 120


def item_kind(media_type: str, url: str, *, page: ItemKind = ItemKind.PAGE) -> ItemKind:
    """What an item is, by its media type, else by the end of its URL; `page` says what HTML is here (page or post)."""
    path = urlsplit(url).path.lower()
    if media_type in MANIFEST_TYPES or path.endswith(MANIFEST_SUFFIXES):
        return ItemKind.MANIFEST
    if media_type in {"text/html", "application/xhtml+xml"}:
        return page
    for prefix, kind in (("image/", ItemKind.PHOTO), ("video/", ItemKind.VIDEO), ("audio/", ItemKind.AUDIO)):
        if media_type.startswith(prefix):
            return kind
    if media_type.startswith(_DOCUMENTS):
        return ItemKind.DOCUMENT
    return next((kind for suffix, kind in _BY_SUFFIX.items() if path.endswith(suffix)), ItemKind.DATA)


def draft(exchange: Exchange, identity: str, *, page: ItemKind = ItemKind.PAGE) -> ItemDraft | None:
    """The draft of an exchange's content; None where no body came."""
    source = exchange.body_record
    if source is None or exchange.payload_sha256 is None:
        return None
    decoded = exchange.content_sha256 is not None
    return ItemDraft(
        kind=item_kind(exchange.media_type, exchange.url, page=page),
        sha256=Sha256(exchange.content_sha256 or exchange.payload_sha256),
        length=exchange.content_length if decoded else exchange.payload_length,
        media_type=exchange.media_type,
        source=source,
        url=identity,
        name=unquote(urlsplit(exchange.url).path.rsplit("/", 1)[-1])[:MAX_NAME],
        obtained_at=exchange.ended_at,
        truncated=exchange.truncated,
        encoded=not decoded,
        decoded_by=exchange.decoded_by,
    )


def best_exchange(exchanges: Iterable[Exchange], url: str) -> Exchange | None:
    """The exchange that best shows what `url` gave: whole and successful before broken, later before earlier."""
    key = url.split("#", 1)[0]
    found = [exchange for exchange in exchanges if exchange.url == key and exchange.response is not None]
    return max(
        found,
        key=lambda e: (e.is_whole, e.status is not None and e.status < 300, e.status != 206, e.ended_at),
        default=None,
    )
