"""TimeMaps (RFC 7089 section 5): the copies of a URL that an archive lists. Pure.

1. A copy is taken by what the archive says of it: a URI and a time; what cannot be read is passed over, never guessed.
2. A copy that lies at another host than the archive's is none: an archive does not speak for others.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

MAX_COPIES = 100_000            # of one URL; front pages of newspapers have some ten thousand
_LINK = re.compile(r"<([^<>\s]{1,4000})>((?:\s*;\s*[\w*-]{1,40}\s*=\s*(?:\"[^\"]{0,400}\"|[^\s;,\"]{0,400})){0,12})")
_PARAMETER = re.compile(r";\s*([\w*-]{1,40})\s*=\s*(?:\"([^\"]{0,400})\"|([^\s;,\"]{0,400}))")
_STAMPED = re.compile(r"/(\d{14})/(?=https?:|[a-z0-9])", re.IGNORECASE)
_TODAY_HOSTS = frozenset({"archive.ph", "archive.today", "archive.is", "archive.li", "archive.vn", "archive.fo",
                          "archive.md"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A web archive, by the prefix of its addresses: `https://web.archive.org/web/`, `http://127.0.0.1:8080/case/`."""

    prefix: str

    @property
    def name(self) -> str:
        """Its host."""
        return urlsplit(self.prefix).hostname or self.prefix

    def timemap(self, url: str) -> str:
        """Where it lists its copies of `url`, in link format."""
        path = "timemap/" if self.name in _TODAY_HOSTS else "timemap/link/"
        return f"{self.prefix.rstrip('/')}/{path}{url}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One memento."""

    uri: str
    at: datetime          # UTC, when the archive got it

    @property
    def raw(self) -> str:
        """Its address as the archive got it, nothing rewritten: `id_` after the time, where there is a time in it."""
        return _STAMPED.sub(lambda found: f"/{found[1]}id_/", self.uri, count=1)

    @property
    def is_raw(self) -> bool:
        """The archive can give it unchanged."""
        return self.raw != self.uri


def parse_timemap(text: str, archive: Archive) -> tuple[Copy, ...]:
    """The copies that a TimeMap in link format lists, oldest first."""
    found: dict[str, Copy] = {}
    for link in _LINK.finditer(text):
        told = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(link[2])}
        if "memento" not in told.get("rel", "").lower().split() or urlsplit(link[1]).hostname != archive.name:
            continue
        try:
            at = parsedate_to_datetime(told.get("datetime", "")).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        found[link[1]] = Copy(uri=link[1], at=at)
        if len(found) >= MAX_COPIES:
            break
    return tuple(sorted(found.values(), key=lambda copy: copy.at))


def nearest(copies: Iterable[Copy], day: date | None, limit: int) -> tuple[Copy, ...]:
    """Up to `limit` copies, the one nearest to noon of that day (UTC) first; without a day the newest first."""
    if day is None:
        return tuple(sorted(copies, key=lambda copy: copy.at, reverse=True)[:limit])
    noon = datetime.combine(day, time(12), UTC)
    return tuple(sorted(copies, key=lambda copy: abs(copy.at - noon))[:limit])
