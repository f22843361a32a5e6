"""The named fields of a WARC record: written strictly, read leniently.

1. Written: `WARC/1.1`, CRLF, UTF-8, one line a field; a value with a control character is an error, never a second
   field.
2. Read: WARC/0.17 to 1.1, folded lines, bare LF, missing colons; the raw bytes stay available.
3. WARC-Date is UTC with microseconds (WARC/1.1 5.4); read with any precision.
4. Default ports and fragments do not stand in a WARC-Target-URI that is written; white space, control
   characters and everything beyond ASCII are percent-encoded.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from evidence_store.errors import FormatError
from evidence_store.records import RecordId, Truncation
from evidence_store.warc.model import WarcType

VERSION = "WARC/1.1"
MAX_FIELDS_SIZE = 1 << 16    # bytes of a record's named fields: ours are under 2 KiB, the longest URI about 32 KiB
MAX_CONTENT_LENGTH = 1 << 50  # above any file; keeps arithmetic on a hostile length exact

_AUTHORITY = re.compile(r"^(?P<scheme>https?|wss?)://(?P<host>[^/?#]*?):(?P<port>[0-9]*)(?=[/?#]|$)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_UNSAFE = re.compile(r"[^\x21-\x7e]|[<>\"]")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?Z$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFields:
    """The version line and the named fields of a record, as they stand in the file."""

    version: str                              # "WARC/1.1"
    pairs: tuple[tuple[str, str], ...]        # name and value, in order; undecodable bytes as surrogates
    raw: bytes                                # the bytes, with the empty line that ends them
    odd_lines: int = 0                        # lines without a colon

    def get(self, name: str) -> str:
        """The first value of a field, "" when it is not there."""
        wanted = name.lower()
        return next((value for field, value in self.pairs if field.lower() == wanted), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, in order."""
        wanted = name.lower()
        return tuple(value for field, value in self.pairs if field.lower() == wanted)

    @property
    def type(self) -> WarcType | None:
        """None: a type that WARC/1.1 does not define."""
        try:
            return WarcType(self.get("WARC-Type").lower())
        except ValueError:
            return None

    @property
    def record_id(self) -> RecordId:
        """WARC-Record-ID without the angle brackets."""
        return bare_id(self.get("WARC-Record-ID"))

    @property
    def uri(self) -> str:
        """WARC-Target-URI; angle brackets, which wget writes around it, are removed."""
        value = self.get("WARC-Target-URI")
        return value[1:-1] if value.startswith("<") and value.endswith(">") else value

    @property
    def date(self) -> datetime | None:
        """WARC-Date; None where it cannot be read."""
        return parse_warc_date(self.get("WARC-Date"))

    @property
    def content_length(self) -> int | None:
        """Content-Length; None where it is no number."""
        value = self.get("Content-Length")
        if not (value.isascii() and value.isdigit()) or len(value) > 18:
            return None
        return int(value) if int(value) <= MAX_CONTENT_LENGTH else None

    @property
    def media_type(self) -> str:
        """Content-Type in lower case, without parameters."""
        return self.get("Content-Type").partition(";")[0].strip().lower()

    @property
    def truncated(self) -> Truncation | None:
        """WARC-Truncated; a reason the standard does not name is `unspecified`."""
        value = self.get("WARC-Truncated").lower()
        if not value:
            return None
        return Truncation(value) if value in set(Truncation) else Truncation.UNSPECIFIED


def parse_fields(raw: bytes) -> WarcFields:
    """The fields of a record's head, which ends with an empty line; raises FormatError without a version line."""
    lines = raw.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
    version = lines[0].strip()
    if not version.upper().startswith("WARC/"):
        raise FormatError(f"a record begins with {version[:40]!r} and not with WARC/")
    pairs: list[tuple[str, str]] = []
    odd = 0
    for line in lines[1:]:
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if line[0] in " \t" and pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}")
        elif colon:
            pairs.append((name.strip(), value.strip()))
        else:
            odd += 1
    return WarcFields(version=version, pairs=tuple(pairs), raw=raw, odd_lines=odd)


def format_fields(pairs: list[tuple[str, str]]) -> bytes:
    """The head of a record to write, with the empty line."""
    for name, value in pairs:
        if _CONTROL.search(value):
            raise FormatError(f"{name} would hold a control character: {value[:80]!r}")
    lines = [VERSION, *(f"{name}: {value}" for name, value in pairs)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def bare_id(value: str) -> RecordId:
    """A record id without angle brackets and white space."""
    return RecordId(value.strip().removeprefix("<").removesuffix(">"))


def format_warc_date(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_warc_date(text: str) -> datetime | None:
    """A WARC-Date of any precision down to minutes; None for anything else."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    micro = int((match[7] or "0").ljust(6, "0")[:6])
    try:
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
    except ValueError:
        return None


def target_uri(uri: str) -> str:
    """A URI as it is written into WARC-Target-URI."""
    bare = uri.strip().partition("#")[0] if uri[:4].lower() == "http" else uri.strip()
    match = _AUTHORITY.match(bare)
    if match is not None and match["port"] in ("", _DEFAULT_PORTS[match["scheme"].lower()]):
        bare = bare[:match.end("host")] + bare[match.end():]
    return _UNSAFE.sub(_percent_encode, bare)


def _percent_encode(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
