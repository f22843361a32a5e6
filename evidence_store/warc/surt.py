"""SURT: the sort-friendly key of a URL in a CDXJ index.

`https://www.Example.com:443/Foo/?b=2&a=1#x` -> `com,example)/foo?a=1&b=2`: the host reversed, `www`, default ports,
user info, fragment and session ids removed, the path made plain, the query sorted, everything in lower case. The rules
are those of the Wayback Machine's canonicaliser (Heritrix: AggressiveIAURLCanonicalizer), which index readers expect.
"""

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

MAX_UNESCAPE = 8         # rounds of percent-decoding: more than anything real nests

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):(.*)$", re.IGNORECASE | re.DOTALL)
_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "#%")   # bytes left as they are
_QUERY_SESSIONS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    r"^(.*)(?:jsessionid=[0-9a-z]{32})(?:&(.*))?$",
    r"^(.*)(?:phpsessid=[0-9a-z]{32})(?:&(.*))?$",
    r"^(.*)(?:sid=[0-9a-z]{32})(?:&(.*))?$",
    r"^(.*)(?:aspsessionid[a-z]{8}=[a-z]{24})(?:&(.*))?$",
    r"^(.*)(?:cfid=[^&]+&cftoken=[^&]+)(?:&(.*))?$",
))
_PATH_SESSIONS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    r"^(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$",
    r"^(.*/)(?:\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$",
))


def surt(uri: str) -> str:
    """The key of a URI. Any text has one; it holds no white space."""
    text = re.sub(r"[\r\n\t]", "", uri.strip())
    found = _SCHEME.match(text)
    if found is None or not found[2].startswith("//"):
        return _opaque(text)
    scheme, rest = found[1].lower(), found[2][2:]
    authority, path, query = _split(rest.partition("#")[0])
    if not authority:
        return _opaque(text)
    return f"{_host_key(scheme, authority)}){_path_key(path)}{_query_key(query)}"


def _opaque(text: str) -> str:
    """`dns:`, `urn:` and whatever has no authority."""
    return _escape(text.encode("utf-8", "surrogatepass")).lower().replace("%25", "%").rstrip("/")


def _split(rest: str) -> tuple[str, str, str]:
    end = re.search(r"[/?]", rest)
    authority, tail = (rest, "") if end is None else (rest[:end.start()], rest[end.start():])
    path, _, query = tail.partition("?")
    return authority, path, query


def _host_key(scheme: str, authority: str) -> str:
    host = authority.rpartition("@")[2]
    name, colon, port = host.rpartition(":") if re.search(r":\d*$", host) else (host, "", "")
    if host.startswith("["):                        # RFC 3986 3.2.2: an IPv6 literal
        name, _, port = host[1:].partition("]")
        port = port.removeprefix(":")
    elif not colon:
        name, port = host, ""
    port = port.lstrip("0")
    shown = "" if port in ("", _DEFAULT_PORTS.get(scheme, "")) else f":{port}"
    plain = _WWW.sub("", _ascii_host(name).lower().strip("."))
    plain = re.sub(r"\.{2,}", ".", plain)
    return ",".join(reversed(plain.split("."))) + shown


def _ascii_host(name: str) -> str:
    decoded = _unescape(name)
    try:
        text = decoded.decode("utf-8")
        return text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        return _escape(decoded)


def _path_key(path: str) -> str:
    plain = _unescape(path)
    parts: list[bytes] = []
    for part in plain.removeprefix(b"/").split(b"/"):
        if part == b".." and parts:
            parts.pop()                # the reference's way: an empty part counts, and so does a leading `..`
        elif part != b".":
            parts.append(part)
    key = _escape(b"/" + b"/".join(part for part in parts if part))
    for session in _PATH_SESSIONS:
        match = session.match(key)
        key = match[1] + match[2] if match else key
    return key.lower()


def _query_key(query: str) -> str:
    key = _escape(_unescape(query))
    for session in _QUERY_SESSIONS:
        match = session.match(key)
        if match:
            key = match[1] + (match[2] or "")
    key = "&".join(sorted(key.lower().split("&"), key=lambda pair: pair.partition("=")))
    return f"?{key}" if key else ""


def _unescape(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(MAX_UNESCAPE):
        plain = unquote_to_bytes(data)
        if plain == data:
            break
        data = plain
    return data


def _escape(data: bytes) -> str:
    return quote_from_bytes(data, safe=_PLAIN)
