"""The bytes in which a secret can stand, and what in bytes looks like one. Pure.

1. A secret is looked for as it is, percent-encoded, escaped as in JSON and HTML, in UTF-16, and in base64 at each of
   the three positions.
2. What looks like an egress address, a cookie or a path is not yet an exposure: its value is looked for like any
   other secret, everywhere.
"""

import base64
import html
import ipaddress
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from verify.exposure.model import ExposureKind, Secret

MIN_COOKIE = 6                # characters; shorter values ("1", "true", "en-GB") name nobody
MIN_BASE64 = 8                # bytes of a secret that is looked for in base64: shorter ones are found by chance

# An `address` alone is mostly a server's, or a street.
_NAMES = (rb"(?:(?:client|user|remote|visitor|your|source|egress|real)[-_]?(?:ip(?:[-_]?addr(?:ess)?)?|addr(?:ess)?)"
          rb"|ip(?:[-_]?addr(?:ess)?)?)")
_ADDRESS = rb"((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?:(?::|%3[Aa])[0-9A-Fa-f]{0,4}){2,7})"
_IN_URL = re.compile(rb"(?i)(?:[?&;/]|%26|%3f|%2f|\\u0026|amp;)" + _NAMES + rb"(?:=|/|%3d|%2f|\\u003d)" + _ADDRESS)
_IN_JSON = re.compile(rb"(?i)[\"']" + _NAMES + rb"\\?[\"']\s*:\s*\\?[\"']" + _ADDRESS + rb"\\?[\"']")
_IN_FIELD = re.compile(rb"(?im)^(?:x-(?:client|real|remote|forwarded|original|originating|cluster-client|user|your"
                       rb"|source)(?:-ip|-addr|-for)?|cf-connecting-ip|true-client-ip|fastly-client-ip|client-ip)"
                       rb":[ \t]*" + _ADDRESS)
_COOKIES = re.compile(rb"(?im)^cookie:[ \t]*([^\r\n]+)")
_CREDENTIALS = re.compile(rb"(?im)^(?:proxy-)?authorization:[ \t]*(?:[a-z0-9-]+[ \t]+)?([^\r\n]+)")
_MASKED = re.compile(r"x*\Z")
_WINDOWS_HOME = re.compile(rb"(?i)\b[a-z]:(?:\\\\?|/)(?:users|documents and settings)(?:\\\\?|/)"
                           rb"([^\\/:*?\"<>|\r\n\0]{2,40})")
_UNIX_HOME = re.compile(rb"(?<![A-Za-z0-9./])/(?:home|Users)/([A-Za-z0-9._-]{2,40})(?=/|\b)")
_SHARED_FOLDERS = frozenset({"public", "default", "all users", "shared", "default user"})


def secrets_in(chunk: bytes, *, received: bool) -> Iterator[Secret]:
    """What looks like an address, cookie, credential or somebody's folder."""
    for pattern in (_IN_URL, _IN_JSON, _IN_FIELD):
        for match in pattern.finditer(chunk):
            address = _address(match[1])
            if address:
                yield Secret(kind=ExposureKind.EGRESS, value=address, needles=_address_forms(address))
    for match in _CREDENTIALS.finditer(chunk):
        value = match[1].decode("latin-1").strip()
        if not _MASKED.match(value):
            yield Secret(kind=ExposureKind.CREDENTIAL, value=value)
    for match in _COOKIES.finditer(chunk):
        for pair in match[1].decode("latin-1").split(";"):
            value = pair.partition("=")[2].strip()
            if len(value) >= MIN_COOKIE and not _MASKED.match(value):
                yield Secret(kind=ExposureKind.COOKIE, value=value)
    for match in () if received else (*_WINDOWS_HOME.finditer(chunk), *_UNIX_HOME.finditer(chunk)):
        if match[1].decode("latin-1").casefold() not in _SHARED_FOLDERS:
            yield Secret(kind=ExposureKind.PATH, value=match[0].decode("utf-8", "replace"), needles=(match[0],))


def spellings(secret: Secret) -> Iterator[tuple[bytes, bool]]:
    """Each byte string to look for, and whether it must stand alone."""
    plain = secret.needles or (secret.value.encode("utf-8", "surrogateescape"),)
    for needle in plain:
        yield needle, secret.bounded
        if len(needle) >= MIN_BASE64:
            yield from ((piece, False) for piece in _base64(needle))
    if secret.needles:
        return
    value = secret.value
    escaped = json.dumps(value)[1:-1]
    for form in {quote(value, safe="", errors="replace"), quote(value, errors="replace"), escaped,
                 escaped.replace("/", r"\/"), html.escape(value).encode("ascii", "xmlcharrefreplace").decode()}:
        if form != value:
            yield form.encode("ascii"), secret.bounded
    yield from ((value.encode(form, "replace"), False) for form in ("utf-16-le", "utf-16-be"))


def _base64(needle: bytes) -> Iterator[bytes]:
    """What of the base64 of any text around it depends on the needle alone, at each position (RFC 4648 4)."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + needle)
        start, end = (0, 2, 3)[before], len(encoded) - (4 if (before + len(needle)) % 3 else 0)
        if end - start >= MIN_BASE64:
            yield encoded[start:end]


def _address(text: bytes) -> str:
    try:
        found = ipaddress.ip_address(unquote(text.decode("ascii")))
    except ValueError:
        return ""
    tells_nobody = found.is_loopback or found.is_unspecified or found.is_multicast or found.is_link_local
    return "" if tells_nobody else str(found)


def _address_forms(address: str) -> tuple[bytes, ...]:
    found = ipaddress.ip_address(address)
    forms = {address, found.exploded, address.upper()}
    forms |= {form.replace(":", "%3A") for form in forms}
    return tuple(sorted(form.encode() for form in forms))
