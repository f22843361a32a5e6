"""Cookies as browsers and their extensions export them: cookies.txt (Netscape) and JSON. Pure.

1. What is no cookie is an error with its line or number, never its value: an import is whole or it is not made.
2. A cookie for a whole top-level domain ("com") is refused: it would go to everybody.
"""

import json
from collections.abc import Mapping
from typing import Any

from archiver.errors import InvalidSetting
from archiver.identity.model import Cookie

MAX_COOKIES = 20_000          # a browser keeps 3,300 (Chromium) to 5,000 (Firefox)
MAX_EXPORT_BYTES = 32 * 1024 * 1024
_HTTP_ONLY = "#HttpOnly_"     # curl's and yt-dlp's mark before a domain
_SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None", "no_restriction": "None"}
_RAW = {"Name raw": "name", "Content raw": "value", "Path raw": "path", "Expires raw": "expires"}  # of one extension


def read_cookies(raw: bytes) -> tuple[tuple[Cookie, ...], str]:
    """The cookies of an export and, from a browser state of Playwright, its storage as JSON; InvalidSetting else."""
    if len(raw) > MAX_EXPORT_BYTES:
        raise InvalidSetting(f"the file is larger than {MAX_EXPORT_BYTES} bytes: it is no export of cookies")
    text = raw.decode("utf-8-sig", "replace")
    if text.lstrip()[:1] in {"[", "{"}:
        found, storage = _json(text)
    else:
        found, storage = [_line(line, number) for number, line in enumerate(text.splitlines(), 1) if _says(line)], "[]"
    if not found:
        raise InvalidSetting("no cookie is in the file", hint="cookies.txt (Netscape form) or a JSON export is read")
    if len(found) > MAX_COOKIES:
        raise InvalidSetting(f"{len(found)} cookies are more than a browser keeps ({MAX_COOKIES})")
    return tuple({(one.name, one.domain, one.path, one.host_only): one for one in found}.values()), storage


def _says(line: str) -> bool:
    return bool(line.strip()) and (line.startswith(_HTTP_ONLY) or not line.startswith("#"))


def _line(line: str, number: int) -> Cookie:
    """`domain  below  path  secure  expires  name  value`, between tabs."""
    parts = line.removeprefix(_HTTP_ONLY).rstrip("\r\n").split("\t")
    if len(parts) == 6:
        parts.append("")
    if len(parts) != 7:
        raise InvalidSetting(f"line {number} has {len(parts)} columns between tabs, and a cookie has 7",
                             hint="cookies.txt (Netscape form) or a JSON export is read")
    domain, below, path, secure, expires, name, value = parts
    return _made(f"line {number}", {"domain": domain, "hostOnly": below.upper() != "TRUE", "path": path,
                                    "secure": secure.upper() == "TRUE", "expires": expires, "name": name,
                                    "value": value, "httpOnly": line.startswith(_HTTP_ONLY)})


def _json(text: str) -> tuple[list[Cookie], str]:
    """A list of cookies (extensions), or an object with `cookies` (and `origins`: a state of Playwright)."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidSetting(f"the file is no JSON: {type(error).__name__}") from None
    storage: object = []
    if isinstance(told, Mapping):
        storage, told = told.get("origins", []), told.get("cookies")
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        raise InvalidSetting("the JSON is no list of cookies")
    if not isinstance(storage, list):
        raise InvalidSetting("`origins` in the JSON is no list")
    return [_made(f"cookie {number}", _renamed(one)) for number, one in enumerate(told, 1)], json.dumps(storage)


def _renamed(told: Mapping[str, Any]) -> dict[str, Any]:
    """The names of one extension (Cookie Quick Manager) as those of the others."""
    if "Name raw" not in told:
        return dict(told)
    host = str(told.get("Host raw", "")).partition("://")[2].rstrip("/")
    return {**{ours: told.get(theirs, "") for theirs, ours in _RAW.items()}, "domain": host,
            "secure": str(told.get("Send for raw")).lower() == "true",
            "httpOnly": str(told.get("HTTP only raw")).lower() == "true"}


def _made(where: str, told: Mapping[str, Any]) -> Cookie:
    name, value, domain = told.get("name"), told.get("value"), told.get("domain") or told.get("host")
    if not isinstance(name, str) or not isinstance(value, str) or not isinstance(domain, str) or not domain:
        raise InvalidSetting(f"{where} of the export has no name, value or domain")
    if any(ord(char) < 32 or ord(char) == 127 or char == ";" for char in f"{name}{value}{domain}"):
        raise InvalidSetting(f"{where} of the export has characters that no cookie has")
    host = domain.lstrip(".").lower()
    host_only = bool(told.get("hostOnly", not domain.startswith(".")))
    if not host_only and "." not in host and host != "localhost":
        raise InvalidSetting(f"{where} of the export is meant for every host below .{host}")
    path = told.get("path")
    return Cookie(name=name, value=value, domain=host, host_only=host_only,
                  path=path if isinstance(path, str) and path.startswith("/") else "/",
                  secure=bool(told.get("secure")), http_only=bool(told.get("httpOnly")),
                  expires=_moment(told.get("expirationDate", told.get("expires", told.get("expiry")))),
                  same_site=_SAME_SITE.get(str(told.get("sameSite") or "").lower(), ""))


def _moment(told: object) -> int | None:
    """Seconds since 1970; None for the end of the session (0, -1, none, or words)."""
    try:
        seconds = int(float(told)) if isinstance(told, int | float | str) and told != "" else 0
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < 253402300800 else None      # the year 10000: some write milliseconds
