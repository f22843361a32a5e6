"""What a browser says it sent, told from its debugging events and, as a second witness, by its driver. Pure.

1. Every hop of a redirect, preflights, frames, workers and service workers count; what came from a cache, from a
   service worker, or never left (blocked, offline, `data:`, `blob:`) does not.
2. A request that was cancelled before its answer, or is still waiting, may or may not have left the browser: it is
   `unsure`, and counts where the recorder has it.
3. The driver is attached to a worker before we are and may let it run: what only the driver saw counts, too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from archiver.browser.sockets import SocketLog
from archiver.clients.sent import SentRequest, sent_request

MAX_REQUESTS = 20_000           # of one page; one that asks for more is cut there, and the capture says so
RECORDER_FIELD = "muniment-recorder"    # of answers that are the recorder's own
_NEVER_LEFT = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_BLOCKED_BY", "net::ERR_UNKNOWN_URL_SCHEME",
               "net::ERR_UNSAFE_PORT", "net::ERR_CACHE_MISS", "net::ERR_DISALLOWED_URL_SCHEME")
_STREAMS = frozenset({"EventSource", "WebSocket", "Media"})     # they may go on for ever


class Fate(Enum):
    """How a request ended."""

    WAITING = "waiting"
    ANSWERED = "answered"       # a response, its body still coming
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"     # by the page, or because the page was left


@dataclass(slots=True, kw_only=True)
class PageRequest:
    """One request as the browser saw it."""

    method: str
    url: str
    kind: str                   # "Document", "Image", "Fetch" ... (Network.ResourceType)
    frame: str
    fate: Fate = Fate.WAITING
    status: int | None = None
    media_type: str = ""
    charset: str = ""
    error: str = ""
    local: bool = False         # answered by a cache or a service worker, or never sent
    given_up: bool = False      # nobody waits for it any more
    own_answer: bool = False    # the recorder's, not the server's: refused, or no connection

    @property
    def is_whole(self) -> bool:
        """A server's answer came, and to its end."""
        return self.fate is Fate.FINISHED and self.status is not None and not self.own_answer


@dataclass(slots=True, kw_only=True)
class NetworkLog:
    """Grows while a page lives."""

    requests: list[PageRequest] = field(default_factory=list)
    sockets: SocketLog = field(default_factory=SocketLog)
    activity: int = 0                                           # events so far, those of streams left out
    driver_saw: Counter[SentRequest] = field(default_factory=Counter)
    driver_got: Counter[SentRequest] = field(default_factory=Counter)   # of those, the ones that were answered
    beyond: int = 0                                             # requests over MAX_REQUESTS
    _open: dict[tuple[tuple[str, ...], str], PageRequest] = field(default_factory=dict)

    def take(self, target: tuple[str, ...], event: str, params: Mapping[str, Any]) -> None:
        """Take in one event of one target."""
        key = (target, str(params.get("requestId", "")))
        if event.startswith(("Network.webSocket", "Network.webTransport")):
            self.sockets.take(key, event, params)
            return
        known = self._open.get(key)
        self.activity += known is None or known.kind not in _STREAMS
        if event == "Network.requestWillBeSent":
            self._begin(key, params)
            return
        request = self._open.get(key)
        if request is None:
            return
        match event:
            case "Network.requestServedFromCache":
                request.local = True
            case "Network.responseReceived":
                _answer(request, params["response"])
                request.kind = str(params.get("type", request.kind))
            case "Network.loadingFinished":
                request.fate = Fate.FINISHED
                del self._open[key]
            case "Network.loadingFailed":
                _fail(request, params)
                del self._open[key]
            case _:
                pass

    def driver_request(self, method: str, url: str, *, answered: bool) -> None:
        """The driver saw a request, or its answer."""
        if url.startswith(("http://", "https://")):
            (self.driver_got if answered else self.driver_saw)[sent_request(method, url)] += 1

    def document(self, frame: str) -> PageRequest | None:
        """The last document that a frame got an answer for, redirects not counted."""
        found = (request for request in reversed(self.requests)
                 if request.kind == "Document" and request.frame == frame and request.status is not None
                 and not 300 <= request.status < 400)
        return next(found, None)

    def is_quiet(self) -> bool:
        """Nothing is on its way but streams."""
        return self.sockets.is_settled() and all(
            request.given_up or request.kind in _STREAMS or request.url.startswith(("data:", "blob:"))
            for request in self._open.values())

    def give_up(self) -> None:
        """Wait no longer for what is on its way now."""
        for request in self._open.values():
            request.given_up = True

    def sent(self) -> Iterator[SentRequest]:
        """Requests that left the browser."""
        yield from self.sockets.handshakes
        for request in self._wired():
            if request.status is not None or request.fate in {Fate.FAILED, Fate.FINISHED}:
                yield sent_request(request.method, request.url)
        yield from (self._driver_only() & self.driver_got).elements()

    def unsure(self) -> Iterator[SentRequest]:
        """Requests that may have left it."""
        for request in self._wired():
            if request.status is None and request.fate in {Fate.WAITING, Fate.CANCELLED}:
                yield sent_request(request.method, request.url)
        yield from (self._driver_only() - self.driver_got).elements()

    def _driver_only(self) -> Counter[SentRequest]:
        """What only the driver saw: the first requests of workers."""
        ours = Counter(sent_request(request.method, request.url) for request in self.requests)
        return self.driver_saw - ours

    def _wired(self) -> Iterator[PageRequest]:
        yield from (request for request in self.requests
                    if not request.local and request.url.startswith(("http://", "https://")))

    def _begin(self, key: tuple[tuple[str, ...], str], params: Mapping[str, Any]) -> None:
        before = self._open.pop(key, None)
        if before is not None and "redirectResponse" in params:
            _answer(before, params["redirectResponse"])
            before.fate = Fate.FINISHED
        if len(self.requests) >= MAX_REQUESTS:
            self.beyond += 1
            return
        asked = params["request"]
        request = PageRequest(method=str(asked["method"]), url=str(asked["url"]), frame=str(params.get("frameId", "")),
                              kind=str(params.get("type", "Other")))
        self.requests.append(request)
        self._open[key] = request


def _answer(request: PageRequest, response: Mapping[str, Any]) -> None:
    request.fate = Fate.ANSWERED
    request.status = int(response.get("status", 0)) or None
    request.media_type = str(response.get("mimeType", "")).lower()
    request.charset = str(response.get("charset", ""))
    names = {str(name).lower() for name in response.get("headers", {})}
    request.own_answer = RECORDER_FIELD in names
    served = ("fromDiskCache", "fromServiceWorker", "fromPrefetchCache")
    request.local = request.local or any(bool(response.get(name)) for name in served)


def _fail(request: PageRequest, params: Mapping[str, Any]) -> None:
    request.error = str(params.get("errorText", ""))
    cancelled = bool(params.get("canceled")) or request.error == "net::ERR_ABORTED"
    request.fate = Fate.CANCELLED if cancelled else Fate.FAILED
    if request.status is None:
        request.local = request.local or bool(params.get("blockedReason")) or request.error.startswith(_NEVER_LEFT)
