"""Requests counted where they are made, to be compared with what the recorder holds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from evidence_store.records import Exchange

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, order=True)
class SentRequest:
    """One request as a client counted it."""

    method: str
    url: str

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


def sent_request(method: str, url: str) -> SentRequest:
    """A count with the URL in the form both sides use: no fragment, no default port, a path."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2].lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    if port is not None and port == _DEFAULT_PORTS.get(parts.scheme):
        netloc = netloc.rpartition(":")[0]
    return SentRequest(method.upper(), urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")))


def unrecorded(sent: Iterable[SentRequest], exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Requests that were sent and are not in the WARC, by multiset comparison."""
    missing = Counter(sent) - Counter(sent_request(exchange.method, exchange.url) for exchange in exchanges)
    return tuple(sorted(str(request) for request in missing.elements()))


def settled(unsure: Iterable[SentRequest], sent: Iterable[SentRequest],
            exchanges: Iterable[Exchange]) -> list[SentRequest]:
    """Of requests that may have been sent, those that the recorder has beyond the ones surely sent."""
    spare = Counter(sent_request(exchange.method, exchange.url) for exchange in exchanges) - Counter(sent)
    return list((Counter(unsure) & spare).elements())


def unreported(sent: Iterable[SentRequest], exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Requests that are in the WARC and that no client says it sent."""
    spare = Counter(sent_request(exchange.method, exchange.url) for exchange in exchanges) - Counter(sent)
    return tuple(sorted(str(request) for request in spare.elements()))
