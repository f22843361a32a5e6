"""A signed-in identity: cookies, and which requests they are due to (RFC 6265). Pure.

1. A cookie goes to its own host, or below its domain if it was set for the domain, under its path, and over TLS where
   it asks for that; nowhere else, whichever client asks.
2. Nothing here shows a value: `repr` of a cookie and of an identity name what they are, not what they say.
"""

import json
from dataclasses import dataclass, field
from http.cookiejar import Cookie as JarCookie
from typing import Any
from urllib.parse import urlsplit

PREFIX = "profile "           # of an identity in the ledger
NOBODY = "none"
MIN_MASKED = 12               # characters of a value: shorter ones are words that occur anyhow


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """One cookie as a browser keeps it."""

    name: str
    value: str = field(repr=False)
    domain: str               # lower case, without a leading dot
    host_only: bool           # not for hosts below `domain`
    path: str = "/"
    secure: bool = False      # over TLS only
    http_only: bool = False
    expires: int | None = None    # seconds since 1970; None: at the end of the browser's session
    same_site: str = ""       # "Strict", "Lax", "None"; "" where it was not said

    @property
    def is_well_made(self) -> bool:
        """Chromium takes no cookie that says SameSite=None and is not for TLS only."""
        return self.secure or self.same_site != "None"

    def is_due(self, url: str) -> bool:
        """Whether a request for `url` carries it (RFC 6265 5.4, expiry left to the server)."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        if host != self.domain and (self.host_only or not _is_below(host, self.domain)):
            return False
        return _path_matches(parts.path or "/", self.path) and (parts.scheme in {"https", "wss"} or not self.secure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom a profile signs in as: its label, never a name of a person, and what proves it to servers."""

    label: str
    cookies: tuple[Cookie, ...] = field(repr=False)
    storage: str = field(default="[]", repr=False)    # localStorage and IndexedDB by origin, as Playwright writes them
    is_masked: bool = True    # what proves it is overwritten in the record; False: somebody asked to keep it

    @property
    def words(self) -> str:
        """As the ledger has it."""
        return f"{PREFIX}{self.label}"

    @property
    def domains(self) -> tuple[str, ...]:
        """Where it is signed in: domains of cookies, hosts of stored data."""
        return tuple(sorted({cookie.domain for cookie in self.cookies} | set(self._stored_at())))

    def is_known_to(self, url: str) -> bool:
        """Whether the server of `url`, or its page in a browser, is told of it."""
        return any(cookie.is_due(url) for cookie in self.cookies) or urlsplit(url).hostname in self._stored_at()

    def _stored_at(self) -> tuple[str, ...]:
        return tuple(urlsplit(str(one.get("origin", ""))).hostname or "" for one in json.loads(self.storage))

    def field(self, url: str, own: str = "") -> str:
        """The Cookie field of a request; `own` is what the client has from the server, which is newer.

        What is in `own` and belongs to this identity elsewhere is taken out.
        """
        pairs = [pair for pair in (one.strip() for one in own.split(";")) if pair and not self._is_strayed(pair, url)]
        names = {pair.partition("=")[0] for pair in pairs}
        due = sorted((cookie for cookie in self.cookies if cookie.is_due(url)), key=lambda one: -len(one.path))
        return "; ".join([*(f"{one.name}={one.value}" for one in due if one.name not in names), *pairs])

    def _is_strayed(self, pair: str, url: str) -> bool:
        name, _, value = pair.partition("=")
        mine = [cookie for cookie in self.cookies if (cookie.name, cookie.value) == (name, value)]
        return bool(mine) and not any(cookie.is_due(url) for cookie in mine)

    def mask(self, data: bytes) -> bytes:
        """What a program tells of traffic, with the values of its cookies overwritten by as many `x`."""
        for value in {cookie.value.encode() for cookie in self.cookies if len(cookie.value) >= MIN_MASKED}:
            data = data.replace(value, b"x" * len(value))
        return data

    def state(self) -> dict[str, Any]:
        """As a browser context takes it (Playwright's storage state)."""
        cookies = [{"name": one.name, "value": one.value, "path": one.path, "secure": one.secure,
                    "domain": one.domain if one.host_only else f".{one.domain}", "httpOnly": one.http_only,
                    "expires": -1 if one.expires is None else one.expires,
                    **({"sameSite": one.same_site} if one.same_site and one.is_well_made else {})}
                   for one in self.cookies]
        return {"cookies": cookies, "origins": json.loads(self.storage)}

    def jar(self) -> list[JarCookie]:
        """As Python's cookie jars have them, which yt-dlp looks into."""
        return [JarCookie(version=0, name=one.name, value=one.value, port=None, port_specified=False,
                          domain=one.domain if one.host_only else f".{one.domain}", domain_specified=not one.host_only,
                          domain_initial_dot=not one.host_only, path=one.path, path_specified=True, secure=one.secure,
                          expires=None, discard=True, comment=None, comment_url=None, rest={})
                for one in self.cookies]


def _is_below(host: str, domain: str) -> bool:
    """RFC 6265 5.1.3; addresses have nothing below them."""
    return host.endswith(f".{domain}") and not host.replace(".", "").isdigit() and ":" not in host


def _path_matches(path: str, own: str) -> bool:
    """RFC 6265 5.1.4."""
    return path == own or (path.startswith(own) and (own.endswith("/") or path[len(own):].startswith("/")))
