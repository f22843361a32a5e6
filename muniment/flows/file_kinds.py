"""What a file is, by its first bytes, else by its name. Pure."""

from dataclasses import dataclass

from evidence_store.records import ItemKind

HEAD_BYTES = 64               # enough for every signature below


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """Kind and media type of a file."""

    kind: ItemKind
    media_type: str


def _kind(kind: ItemKind, media_type: str) -> FileKind:
    return FileKind(kind=kind, media_type=media_type)


UNKNOWN = _kind(ItemKind.DATA, "application/octet-stream")
# Signatures of the formats' own specifications; WebP, AVIF, HEIC, MP4 and MOV are told by their brand.
_SIGNATURES = (
    (b"\xff\xd8\xff", _kind(ItemKind.PHOTO, "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", _kind(ItemKind.PHOTO, "image/png")),
    (b"GIF8", _kind(ItemKind.PHOTO, "image/gif")),
    (b"II*\x00", _kind(ItemKind.PHOTO, "image/tiff")),
    (b"MM\x00*", _kind(ItemKind.PHOTO, "image/tiff")),
    (b"%PDF-", _kind(ItemKind.DOCUMENT, "application/pdf")),
    (b"\x1aE\xdf\xa3", _kind(ItemKind.VIDEO, "video/x-matroska")),
    (b"OggS", _kind(ItemKind.AUDIO, "audio/ogg")),
    (b"ID3", _kind(ItemKind.AUDIO, "audio/mpeg")),
    (b"WARC/", _kind(ItemKind.DATA, "application/warc")),
)
_BRANDS = {
    b"avif": _kind(ItemKind.PHOTO, "image/avif"),
    b"heic": _kind(ItemKind.PHOTO, "image/heic"),
    b"heix": _kind(ItemKind.PHOTO, "image/heic"),
    b"hevc": _kind(ItemKind.PHOTO, "image/heic"),
    b"heim": _kind(ItemKind.PHOTO, "image/heic"),
    b"msf1": _kind(ItemKind.PHOTO, "image/heif"),
    b"avis": _kind(ItemKind.PHOTO, "image/avif"),
    b"crx ": _kind(ItemKind.PHOTO, "image/x-canon-cr3"),
    **{brand: _kind(ItemKind.VIDEO, "video/3gpp") for brand in (b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3ge6", b"3gr6",
                                                                b"3gs7", b"3gg6")},
    b"mif1": _kind(ItemKind.PHOTO, "image/heif"),
    b"qt  ": _kind(ItemKind.VIDEO, "video/quicktime"),
    b"M4A ": _kind(ItemKind.AUDIO, "audio/mp4"),
}
# RAW files are TIFF inside, or near it: their names tell them apart.
_RAW = {
    ".dng": "image/x-adobe-dng", ".cr2": "image/x-canon-cr2", ".nef": "image/x-nikon-nef",
    ".arw": "image/x-sony-arw", ".orf": "image/x-olympus-orf", ".rw2": "image/x-panasonic-rw2",
    ".pef": "image/x-pentax-pef", ".raf": "image/x-fuji-raf"}
_RAW_HEADS = (b"II*\x00", b"MM\x00*", b"IIRO", b"IIRS", b"MMOR", b"IIU\x00", b"FUJIFILMCCD-RAW")
_SUFFIXES = {
    ".html": _kind(ItemKind.PAGE, "text/html"),
    ".htm": _kind(ItemKind.PAGE, "text/html"),
    ".txt": _kind(ItemKind.PAGE, "text/plain"),
    ".json": _kind(ItemKind.DATA, "application/json"),
    ".csv": _kind(ItemKind.DOCUMENT, "text/csv"),
    ".doc": _kind(ItemKind.DOCUMENT, "application/msword"),
    ".docx": _kind(ItemKind.DOCUMENT, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".warc": _kind(ItemKind.DATA, "application/warc"),
    ".arc": _kind(ItemKind.DATA, "application/x-arc"),
    ".arc.gz": _kind(ItemKind.DATA, "application/x-arc"),
    ".warc.gz": _kind(ItemKind.DATA, "application/warc"),
    ".wacz": _kind(ItemKind.DATA, "application/wacz"),
    ".gz": _kind(ItemKind.DATA, "application/gzip"),
    ".zip": _kind(ItemKind.DATA, "application/zip"),
}


def file_kind(head: bytes, name: str) -> FileKind:
    """The kind of a file that begins with `head` and is called `name`."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _kind(ItemKind.PHOTO, "image/webp")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _kind(ItemKind.VIDEO, "video/mp4"))
    lower = name.lower()
    if head.startswith(_RAW_HEADS) and lower.endswith(tuple(_RAW)):
        return _kind(ItemKind.PHOTO, _RAW[lower[-4:]])
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head:       # the EBML head's DocType
        return _kind(ItemKind.VIDEO, "video/webm")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    return next((kind for suffix, kind in _SUFFIXES.items() if lower.endswith(suffix)), UNKNOWN)
