"""Names of files in a bundle: generated, the same for the same evidence, never taken from a page or a sender.

The extension follows the media type, so that a reader's computer opens the file with something that fits; where there
is no better word it is `bin`, which opens with nothing.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from evidence_store.records import Derivative, Item, ItemId

CAPTURES = "data/capture.wacz"
FALLBACK = "bin"

# A fixed table: the one of the operating system differs from machine to machine, and a bundle must not.
EXTENSIONS: Mapping[str, str] = {
    "application/dash+xml": "mpd",
    "application/epub+zip": "epub",
    "application/gzip": "gz",
    "application/json": "json",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/vnd.apple.mpegurl": "m3u8",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/warc": "warc",
    "application/x-mpegurl": "m3u8",
    "application/xhtml+xml": "xhtml",
    "application/xml": "xml",
    "application/zip": "zip",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/mpegurl": "m3u8",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/wav": "wav",
    "audio/webm": "weba",
    "audio/x-mpegurl": "m3u8",
    "audio/x-wav": "wav",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/jxl": "jxl",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tif",
    "image/webp": "webp",
    "image/x-adobe-dng": "dng",
    "image/x-canon-cr2": "cr2",
    "image/x-canon-cr3": "cr3",
    "image/x-fuji-raf": "raf",
    "image/x-icon": "ico",
    "image/x-nikon-nef": "nef",
    "image/x-olympus-orf": "orf",
    "image/x-panasonic-rw2": "rw2",
    "image/x-pentax-pef": "pef",
    "image/x-sony-arw": "arw",
    "message/rfc822": "eml",
    "text/css": "css",
    "text/csv": "csv",
    "text/html": "html",
    "text/javascript": "js",
    "text/plain": "txt",
    "text/tab-separated-values": "tsv",
    "text/vtt": "vtt",
    "text/xml": "xml",
    "video/3gpp": "3gp",
    "video/iso.segment": "m4s",
    "video/mp2t": "ts",
    "video/mp4": "mp4",
    "video/mpeg": "mpg",
    "video/ogg": "ogv",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
}
_KNOWN = frozenset(EXTENSIONS.values())


def extension(media_type: str, name: str = "") -> str:
    """The extension for content of a media type; `name` decides where the type says nothing."""
    known = EXTENSIONS.get(media_type)
    if known is not None:
        return known
    suffix = PurePosixPath(name).suffix.removeprefix(".").lower()
    return suffix if suffix in _KNOWN else FALLBACK


def item_folder(item: ItemId) -> str:
    """The folder of an item."""
    return f"data/items/{item}"


def original_path(item: Item) -> str:
    """Where an item's bytes stand."""
    return f"{item_folder(item.id)}/original.{extension(item.media_type, item.name)}"


def record_path(item: ItemId) -> str:
    """Where an item's record stands."""
    return f"{item_folder(item)}/item.json"


def derivative_path(derivative: Derivative) -> str:
    """Where a derivative's bytes stand: its kind, and enough of its hash to tell it from others of that kind."""
    name = f"{derivative.kind.value}-{derivative.content.sha256[:16]}.{extension(derivative.media_type)}"
    return f"{item_folder(derivative.item)}/derivatives/{name}"
