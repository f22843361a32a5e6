"""The settings there are: name, kind, default and meaning of each, in one place.

1. A setting has one name everywhere: `per_host_delay` in a file, MUNIMENT_PER_HOST_DELAY in the environment,
   `--per-host-delay` on the command line.
2. A value of the wrong kind is an error that names it; nothing is guessed.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

Value: TypeAlias = "str | int | float | bool | Path | tuple[str, ...] | None"

SETTINGS_FILE_NAME = "muniment.toml"     # of a case; the user's own is `user_settings_file()`
ROBOTS = ("record", "obey", "off")
REVISITS = ("earlier", "all", "off")
MEBIBYTE = 1024 * 1024
PICTURES = ("shielded", "blurred", "grey", "clear")     # blurred and grey, one of them, or neither
REPORT_LANGUAGES = ("en", "ar", "fr")     # those that the report has messages in
BYTE_UNITS = (("ki", 1024), ("mi", MEBIBYTE), ("gi", 1024 * MEBIBYTE), ("k", 10**3), ("m", 10**6), ("g", 10**9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values in force."""

    key: str = ""                              # a file, or agent:SHA256:...; "" is the key in the user's data directory
    principal: str = ""                        # who signs: an address or a pseudonym, as in allowed_signers
    per_host_delay: float = 1.0                # seconds between two requests to one host
    concurrency: int = 4                       # captures at once
    timeout: float = 60.0                      # seconds without a byte before a request counts as dead
    max_bytes: int = 2048 * MEBIBYTE           # of one response
    user_agent: str = ""                       # "" is what each client says by itself
    proxy: str = ""                            # upstream proxy, http:// or socks5h://
    ca_file: Path | None = None                # extra roots for servers, PEM
    allow: tuple[str, ...] = ()                # addresses that may be reached though private: ADDRESS[/LEN][:PORT]
    allow_private: bool = False                # loopback and private addresses may be reached
    browser: str = "auto"                      # what shows pages: auto, never, or the path of a Chromium
    direct_browser: bool = False               # Chromium has its own TLS with servers; what it tells is recorded
    country: str = ""                          # where requests leave to the internet, as you say it: for the reasons
    via: str = ""                              # a second vantage: what is not available is asked for again through it
    profile: str = ""                          # whom captures are signed in as: a profile of `muniment profile`
    keep_credentials: bool = False             # what proves that profile to servers stays readable in the record
    robots: str = "record"                     # robots.txt: record (and say what it asks), obey, or off
    revisits: str = "earlier"                  # a payload that its URL gave before is referred to: one of REVISITS
    archives: tuple[str, ...] = ("https://web.archive.org/web/",)   # asked for dated copies of pages that are gone
    ocr: tuple[str, ...] = ("eng", "ara", "rus")   # languages of words in pictures, as Tesseract calls them
    tsa: tuple[str, ...] = ()                  # RFC 3161 authorities, by URL
    report_language: str = "en"                # of the report in a bundle
    ots: tuple[str, ...] = ()                  # OpenTimestamps calendars, by URL
    ntp: str = ""                              # a time server to compare the clock with: HOST[:PORT]
    egress: str = ""                           # the address that servers see, or the URL of a page that tells it
    pictures: str = "shielded"                 # how the application shows pictures at first: one of PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingKind:
    """How a setting is read from text or TOML, and what is said when it cannot be."""

    read: Callable[[object], Value]            # raises ValueError, whose words follow the name of the setting
    meaning: str


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")  # noqa: TRY004 - one kind of error for all kinds of wrong value
    return value


def _switch(value: object) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    found = value if isinstance(value, bool) else words.get(str(value).strip().lower())
    if found is None:
        raise ValueError("must be true or false")
    return found


def _number(value: object, *, least: float, unit: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else float("nan")
    except ValueError:
        number = float("nan")
    if not least <= number < float("inf"):     # also false for "nan"
        raise ValueError(f"must be a number of {unit}, {least:g} or more")
    return number


def _whole(value: object, *, least: int, unit: str) -> int:
    number = _number(value, least=least, unit=unit)
    if number != int(number):
        raise ValueError(f"must be a whole number of {unit}")
    return int(number)


def _bytes(value: object) -> int:
    """A number of bytes: 1048576, "500 MB", "2GiB"."""
    if not isinstance(value, str):
        return _whole(value, least=1, unit="bytes")
    text, unit = value.strip().lower().removesuffix("b"), "bytes, such as 500MB or 2GiB"
    for suffix, factor in BYTE_UNITS:
        if text.endswith(suffix):
            return int(_number(text.removesuffix(suffix).strip(), least=0, unit=unit) * factor)
    return _whole(text, least=1, unit=unit)


def _proxy(value: object) -> str:
    text = _text(value)
    if text and (urlsplit(text).scheme not in {"http", "socks5h"} or not urlsplit(text).hostname):
        raise ValueError("must be http://HOST:PORT or socks5h://HOST:PORT (socks5h: names are resolved by the proxy)")
    return text


def _browser(value: object) -> str:
    text = _text(value).strip()
    if not text:
        raise ValueError("must be auto, never, or the path of a Chromium")
    return text


def _robots(value: object) -> str:
    text = _text(value).strip().lower()
    if text not in ROBOTS:
        raise ValueError(f"must be {', '.join(ROBOTS[:-1])} or {ROBOTS[-1]}")
    return text


def _revisits(value: object) -> str:
    text = "off" if value is False else _text(value).strip().lower()     # TOML has a word of its own for it
    if text not in REVISITS:
        raise ValueError(f"must be {', '.join(REVISITS[:-1])} or {REVISITS[-1]}")
    return text


def _file(value: object) -> Path | None:
    text = value if isinstance(value, Path) else _text(value)
    return Path(text).expanduser() if str(text) else None


def _list(value: object, check: Callable[[str], str]) -> tuple[str, ...]:
    parts: Sequence[object] = value.replace(",", " ").split() if isinstance(value, str) else value if isinstance(
        value, list | tuple) else [value]
    return tuple(check(_text(part)) for part in parts)


def _address(text: str) -> str:
    """ADDRESS[/LEN][:PORT]; an IPv6 address before a port stands in brackets."""
    network, port = text, ""
    if text.startswith("["):
        network, _, rest = text[1:].partition("]")
        suffix, _, port = rest.partition(":")
        network += suffix
    elif text.count(":") == 1:
        network, _, port = text.partition(":")
    try:
        ipaddress.ip_network(network, strict=False)
        good = not port or 0 < int(port) < 65536
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"must be ADDRESS[/LEN][:PORT], and {text[:80]!r} is not")
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"must be http or https URLs, and {text[:80]!r} is not one")
    return text


def _report_language(value: object) -> str:
    text = _text(value).strip().lower()
    if text not in REPORT_LANGUAGES:
        raise ValueError(f"must be one of {', '.join(REPORT_LANGUAGES)}")
    return text


def _pictures(value: object) -> str:
    if value not in PICTURES:
        raise ValueError(f"must be one of {', '.join(PICTURES)}")
    return _text(value)


def _egress(value: object) -> str:
    text = _text(value).strip()
    if text and "://" in text:
        return _url(text)
    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError as error:
        raise ValueError("must be an IP address, or the URL of a page that tells it") from error


def _archives(value: object) -> tuple[str, ...]:
    return () if value in ("none", ["none"], ("none",)) else _list(value, _url)


def _languages(value: object) -> tuple[str, ...]:
    return () if value in ("none", ["none"], ("none",)) else _list(value, _language)


def _language(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3,8}(?:_[A-Za-z]{2,8}){0,3}", text):
        raise ValueError(f"must be names of Tesseract's models such as eng or chi_sim, and {text[:80]!r} is not one")
    return text


KINDS: dict[str, SettingKind] = {
    "key": SettingKind(read=_text, meaning="the signing key: a file, or agent:SHA256:...; empty: the key in the user's "
                                           "data directory"),
    "principal": SettingKind(read=_text, meaning="who signs, as it shall stand in the ledger: address or pseudonym"),
    "per_host_delay": SettingKind(read=lambda v: _number(v, least=0, unit="seconds"),
                                  meaning="seconds between two requests to one host"),
    "concurrency": SettingKind(read=lambda v: _whole(v, least=1, unit="captures"), meaning="captures at once"),
    "timeout": SettingKind(read=lambda v: _number(v, least=0.1, unit="seconds"),
                           meaning="seconds without a byte before a request counts as dead"),
    "max_bytes": SettingKind(read=_bytes, meaning="largest response, in bytes; longer ones are cut and marked"),
    "user_agent": SettingKind(read=_text, meaning="what the client calls itself; empty: its own name"),
    "proxy": SettingKind(read=_proxy, meaning="upstream proxy: http:// or socks5h:// (Tor)"),
    "ca_file": SettingKind(read=_file, meaning="extra roots for servers, a PEM file"),
    "allow": SettingKind(read=lambda v: _list(v, _address), meaning="private addresses that may be reached after all"),
    "allow_private": SettingKind(read=_switch, meaning="loopback and private addresses may be reached"),
    "browser": SettingKind(read=_browser, meaning="what shows pages: auto (an installed Chromium), never, or the path "
                                                  "of one"),
    "archives": SettingKind(read=_archives, meaning="web archives that are asked for dated copies of what is gone, by "
                                                    "the prefix of their addresses; none: no archive is asked"),
    "ocr": SettingKind(read=_languages, meaning="languages of the words that Tesseract reads in pictures, as it calls "
                                               "them; none: nothing is read"),
    "direct_browser": SettingKind(read=_switch, meaning="Chromium connects itself, for sites that refuse the "
                                                        "recorder's TLS; recorded is what it tells, marked as decoded"),
    "country": SettingKind(read=_text, meaning="where requests leave to the internet, as you say it: told with what is "
                                               "not available from there"),
    "via": SettingKind(read=_proxy, meaning="a second vantage, as `proxy`: what is not available is asked for again"),
    "profile": SettingKind(read=_text, meaning="whom captures are signed in as: a name of `muniment profile list`; its "
                                               "cookies go to their own domains only"),
    "keep_credentials": SettingKind(read=_switch, meaning="cookies and credentials of the profile stay readable in the "
                                                          "record; the ledger says so"),
    "robots": SettingKind(read=_robots, meaning="robots.txt of each site: record (and say what it asks), obey, or off"),
    "revisits": SettingKind(read=_revisits, meaning="a payload that its URL gave before is recorded as a revisit: of "
                                                    "what earlier runs recorded (earlier), of this run too (all), off"),
    "ntp": SettingKind(read=_text, meaning="a time server that the clock is compared with before a capture, "
                                           "HOST[:PORT]; empty: what the operating system says"),
    "egress": SettingKind(read=_egress, meaning="the address that servers see you come from, or the URL of a page that "
                                                "tells it in plain text; it stands in the record"),
    "ots": SettingKind(read=lambda v: _list(v, _url), meaning="OpenTimestamps calendars, by URL"),
    "tsa": SettingKind(read=lambda v: _list(v, _url), meaning="timestamp authorities (RFC 3161), by URL"),
    "report_language": SettingKind(read=_report_language, meaning="of the report in a bundle: en, ar or fr; what was "
                                                                  "captured stays as it is"),
    "pictures": SettingKind(read=_pictures, meaning="how `tui` shows pictures at first: shielded (blurred and grey), "
                                                    "blurred, grey or clear"),
}

NAMES: tuple[str, ...] = tuple(field.name for field in fields(Settings))
