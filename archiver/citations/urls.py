"""The identity of a URL: two addresses of one thing give one string.

1. `normalise_url` is idempotent, never raises, and changes nothing that could choose another page on an unknown site:
   parameter order, letter case of path and query, trailing slash stay.
2. What it removes is named: fragment (but "#!" routes), default port, tracking parameters (`tracking`), "." and ".."
   segments.
3. On the platforms of `platforms` one post or video has one identity, whichever of its hosts and forms was cited.
4. The URL as the article gave it is kept elsewhere (`Citation.url`); an identity is for comparing, not for fetching.
"""

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from archiver.citations.platforms import canonical_parts, platform_of
from archiver.citations.tracking import is_tracking

MAX_URL = 8192          # characters; longer ones are data smuggled into an address, not a citation
DEFAULT_PORTS = {"http": 80, "https": 443}

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")   # RFC 3986 2.3
_PATH_SAFE = _UNRESERVED | frozenset(b"!$&'()*+,;=:@/")
_QUERY_SAFE = _UNRESERVED | frozenset(b"!$'()*,;:@/?[]+")  # within one name or value; "+" is a space there, so it stays
_HEX = frozenset("0123456789abcdefABCDEF")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def normalise_url(url: str) -> str:
    """The form of `url` by which citations are compared; `url` itself, stripped, where it cannot be parsed."""
    stripped = clean_url(url)
    parts = split_url(stripped)
    if parts is None or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return stripped
    fragment = _encode(parts.fragment, _PATH_SAFE | {0x3F}) if parts.fragment.startswith("!") else ""
    path = _path(parts.path)
    if fragment.startswith("!/") and platform_of(parts.hostname) == "x":    # twitter.com/#!/name/status/1, until 2012
        path, fragment = fragment[1:], ""
    scheme, host, path, query = canonical_parts(parts.scheme, _host(parts.hostname), path, _query(parts.query))
    return urlunsplit((scheme, _netloc(parts, host), path, query, fragment))


def absolute_url(href: str, base_url: str) -> str:
    """`href` resolved against the page; "" unless that gives http(s), a host and a bearable length."""
    cleaned = clean_url(href)
    if not cleaned or len(cleaned) > MAX_URL:
        return ""
    try:
        joined = urljoin(base_url, cleaned)
    except ValueError:      # "http://[": not an address
        return ""
    parts = split_url(joined)
    if parts is None or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return ""
    return joined


def clean_url(url: str) -> str:
    """`url` without surrounding white space, and without the tabs and line ends that HTML permits inside it."""
    return _CONTROL.sub("", url).strip(" \x85\xa0").replace(" ", "%20")


def split_url(url: str) -> SplitResult | None:
    """The parts of a URL; None where it has none (bad brackets, a port that is no number)."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  a property that raises for ports out of range
    except ValueError:
        return None
    return parts


def host_of(url: str) -> str:
    """Host and explicit port of a URL, lower case, without "www."; "" where there is none."""
    parts = split_url(url)
    if parts is None or not parts.hostname:
        return ""
    host = _host(parts.hostname).removeprefix("www.")
    port = parts.port
    return host if port is None or port == DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


def _host(hostname: str) -> str:
    host = hostname.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:        # labels too long, or characters IDNA 2003 refuses: kept as they are
        return host


def _netloc(parts: SplitResult, host: str) -> str:
    bracketed = f"[{host}]" if ":" in host else host
    port = parts.port
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        bracketed = f"{bracketed}:{port}"
    userinfo, at, _ = parts.netloc.rpartition("@")
    return f"{userinfo}{at}{bracketed}"


def _path(path: str) -> str:
    encoded = _encode(path, _PATH_SAFE)
    kept: list[str] = []
    segments = encoded.split("/")[1:] if encoded.startswith("/") else encoded.split("/")
    for position, segment in enumerate(segments):           # RFC 3986 5.2.4
        last = position == len(segments) - 1
        if segment == "..":
            if kept:
                kept.pop()
            if last:
                kept.append("")
        elif segment == ".":
            if last:
                kept.append("")
        else:
            kept.append(segment)
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    pairs = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if pair and not is_tracking(name):
            pairs.append(f"{_encode(name, _QUERY_SAFE)}{equals}{_encode(value, _QUERY_SAFE | {0x3D})}")
    return "&".join(pairs)


def _encode(text: str, safe: frozenset[int]) -> str:
    """Percent-encoding in one form: unreserved characters plain, the rest as upper-case escapes (RFC 3986 6.2.2)."""
    out: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "%" and len(text) >= position + 3 and text[position + 1] in _HEX and text[position + 2] in _HEX:
            value = int(text[position + 1:position + 3], 16)
            out.append(chr(value) if value in _UNRESERVED else f"%{value:02X}")
            position += 3
            continue
        if character.isascii() and ord(character) in safe:
            out.append(character)
        else:
            out.extend(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        position += 1
    return "".join(out)
