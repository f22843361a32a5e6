"""What a target is: by its first bytes and its structure; the name decides only between forms that begin alike."""

import gzip
import zipfile
import zlib
from pathlib import Path

from evidence_store.custody.checkpoint import ORIGIN_PREFIX
from evidence_store.custody.ots import MAGIC as OTS_MAGIC
from evidence_store.custody.sshsig import BEGIN
from evidence_store.warc.arc import is_arc
from evidence_store.warc.wacz_reader import ZIP_ERRORS
from verify.foreign.tar_file import head_of, is_tar
from verify.report import TargetKind

HEAD = 4096                   # bytes: enough for every mark below, and for the first line of a WARC in gzip
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_AGE = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")
_STARTS = {TargetKind.CHECKPOINT: (ORIGIN_PREFIX.encode(),), TargetKind.SIGNATURE: (BEGIN,),
           TargetKind.ENCRYPTED: _AGE}
_MEDIA_START = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"%PDF-",
                b"BM", b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\0\0\0\x0cjP  ",
                b"\xff\x4f\xff\x51", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01", b"8BPS", b"DDS ", b"BLP",
                b"icns", b"\0\0\x01\0", b"%!PS", b"\x01\xda", b"qoif")
_TAR_NAMES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_BOXES = (b"ftyp", b"moov", b"styp", b"moof", b"sidx", b"mdat", b"wide")
_MEDIA_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".webp", ".avif", ".heic", ".heif", ".bmp", ".jp2",
                ".j2k", ".mp4", ".mov", ".m4v", ".3gp", ".mkv", ".webm", ".mp3", ".m4a", ".wav", ".ogg", ".pdf",
                ".dng", ".m4s", ".tga", ".sgi", ".pcx", ".fli", ".ico", ".psd", ".spider", ".eps", ".svg", ".avi",
                ".opus", ".flac")


def kind_of_folder(path: Path) -> TargetKind:
    """A bag, where a declaration or a manifest with its payload is there; else a folder of files."""
    if (path / "bagit.txt").is_file() or ((path / "data").is_dir() and any(path.glob("manifest-*.txt"))):
        return TargetKind.BAG
    return TargetKind.FOLDER


def kind_of_file(path: Path) -> TargetKind:
    """What a file is. OSError where it cannot be read."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    name = path.name.lower()
    if head.startswith(OTS_MAGIC) or name.endswith(".ots"):
        return TargetKind.OPENTIMESTAMPS
    if name.endswith((".tsr", ".tst", ".tsd")) or _is_token(head):
        return TargetKind.TIMESTAMP
    for kind, marks in _STARTS.items():
        if head.lstrip().startswith(marks):
            return kind
    if head.startswith(_ZIP) or name.endswith((".zip", ".wacz")):
        return _kind_of_zip(path, name)
    archive = _kind_of_archive(head, name)
    if archive is None and (is_tar(head_of(path, head)) or name.endswith(_TAR_NAMES)):
        return TargetKind.TAR
    return archive or _kind_of_rest(head, name)


def _kind_of_archive(head: bytes, name: str) -> TargetKind | None:
    inner = _first_bytes(head) if head.startswith(_GZIP) else head
    if inner.startswith(b"WARC/"):
        return TargetKind.WARC
    if is_arc(inner):
        return TargetKind.ARC
    # what begins otherwise may be a damaged one: then the name decides
    if name.endswith((".warc", ".warc.gz")):
        return TargetKind.WARC
    return TargetKind.ARC if name.endswith((".arc", ".arc.gz")) else None


def _kind_of_rest(head: bytes, name: str) -> TargetKind:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return TargetKind.DOCUMENT
    media = (head.startswith(_MEDIA_START) or head[4:8] in _BOXES or head[8:12] in (b"WEBP", b"AVI ", b"WAVE")
             or name.endswith(_MEDIA_NAMES))
    return TargetKind.MEDIA if media else TargetKind.FILE


def _first_bytes(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD)
    except (zlib.error, gzip.BadGzipFile):
        return b""


def _is_token(head: bytes) -> bool:
    """A DER sequence with the object identifier of signed data or of a timestamp's content near its beginning."""
    return head[:1] == b"\x30" and bytes.fromhex("060b2a864886f70d0109100104") in head[:200]


def _kind_of_zip(path: Path, name: str) -> TargetKind:
    """By the members; where the directory cannot be read, by the name."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (*ZIP_ERRORS, OSError):
        names = set()
    if "datapackage.json" in names or name.endswith(".wacz"):
        return TargetKind.WACZ
    if any(one == "bagit.txt" or (one.endswith("/bagit.txt") and one.count("/") == 1) for one in names):
        return TargetKind.ZIPPED_BAG
    return TargetKind.ZIP
