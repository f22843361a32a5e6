"""What a browser that connects itself tells of its requests over TLS: heads, bodies, connections.

1. These are not bytes of the wire: bodies are without chunking and content coding, heads are lists of fields, redirects
   have no bodies. Whoever writes them down says so.
2. What the browser did not hand over - evicted, beyond a limit, cut off - is marked, never made up.
3. Requests over plain HTTP are not here: they go through the recorder like everybody else's.
"""

import asyncio
import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from archiver.errors import BrowserFailed
from evidence_store.records import Truncation

if TYPE_CHECKING:
    from archiver.browser.targets import Path, TargetTree

MAX_TOLD = 10_000                       # exchanges of one page
MAX_BODY_BYTES = 64 * 1024 * 1024       # of one response: what Chromium keeps of it for us, too
MAX_BODIES_BYTES = 256 * 1024 * 1024    # of one page, in memory
BODY_SECONDS = 30.0
ENABLE = {"maxTotalBufferSize": MAX_BODIES_BYTES, "maxResourceBufferSize": MAX_BODY_BYTES,
          "maxPostDataSize": MAX_BODY_BYTES, "enableDurableMessages": True}
EVENTS = ("Network.requestWillBeSentExtraInfo", "Network.responseReceivedExtraInfo", "Network.dataReceived")
_STREAMED = frozenset({"EventSource", "Media"})     # their bodies are told while they come, or not at all
_BODILESS = frozenset({204, 205, 304})

Fields: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True)
class Told:
    """One request and its answer, as told."""

    url: str
    method: str
    kind: str
    sent_at: datetime
    ended_at: datetime
    request_fields: Fields
    request_body: bytes = b""
    request_is_whole: bool = True
    status: int | None = None
    reason: str = ""
    protocol: str = ""                      # "h2"
    response_fields: Fields = ()
    has_response_info: bool = False         # its fields as they came are told apart
    security: Mapping[str, Any] = field(default_factory=dict)    # Network.SecurityDetails
    body: bytes = b""
    truncated: Truncation | None = Truncation.UNSPECIFIED        # until the body was handed over
    note: str = "the browser did not hand over the body"
    local: bool = False                     # from a cache or a service worker
    streamed: bytearray | None = None

    @property
    def is_missed(self) -> bool:
        """A body that a page was made of was not handed over whole; redirects have none, streams no end."""
        redirect = self.status is not None and 300 <= self.status < 400
        return self.truncated is not None and not redirect and self.kind not in _STREAMED

    @property
    def has_answer(self) -> bool:
        """Somebody on the network answered."""
        return self.status is not None and not self.local and self.url.startswith("https://")


@dataclass(slots=True, kw_only=True)
class DirectLog:
    """Grows while a page lives; the tree's listener hands events in, in their order."""

    all: list[Told] = field(default_factory=list)
    beyond: int = 0
    held: int = 0                           # bytes of bodies
    _hops: dict[tuple["Path", str], list[Told]] = field(default_factory=dict)
    _request_infos: dict[tuple["Path", str], list[Fields]] = field(default_factory=dict)
    _response_infos: dict[tuple["Path", str], list[Fields]] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _clock: float = 0.0

    def take(self, tree: "TargetTree", target: "Path", event: str, params: Mapping[str, Any]) -> None:
        """Take in one event."""
        key = (target, str(params.get("requestId", "")))
        if event == "Network.requestWillBeSent":
            self._begin(key, params)
            return
        if event == "Network.requestWillBeSentExtraInfo":
            self._request_infos.setdefault(key, []).append(_fields(params.get("headers", {})))
            return
        if event == "Network.responseReceivedExtraInfo":
            self._response_infos.setdefault(key, []).append(_fields(params.get("headers", {})))
            return
        told = self._hops.get(key, [None])[-1]
        if told is None:
            return
        match event:
            case "Network.requestServedFromCache":
                told.local = True
            case "Network.responseReceived":
                told.kind = str(params.get("type", told.kind))
                _answer(told, params["response"], has_info=bool(params.get("hasExtraInfo")))
                if told.kind in _STREAMED and told.has_answer:
                    self._start(self._stream(tree, key, told))
            case "Network.dataReceived":
                self._add(told, str(params.get("data", "")))
            case "Network.loadingFinished":
                told.ended_at = self._moment(params)
                self._start(self._fetch(tree, key, told))
            case "Network.loadingFailed":
                told.ended_at = self._moment(params)
                told.note = f"it ended early: {params.get('errorText', '')}"
                told.truncated = Truncation.DISCONNECT
            case _:
                pass

    async def settle(self) -> None:
        """Wait for the bodies that were asked for, then give each exchange its fields."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=BODY_SECONDS)
        for key, hops in self._hops.items():
            asked, answered = self._request_infos.get(key, []), self._response_infos.get(key, [])
            with_info = [told for told in hops if told.has_response_info]
            if len(asked) == len(hops):                 # one each, in order; else nobody can tell whose they are
                for told, fields in zip(hops, asked, strict=True):
                    told.request_fields = fields
            if len(answered) == len(with_info):
                for told, fields in zip(with_info, answered, strict=True):
                    told.response_fields = fields
            for told in hops:
                if told.streamed is not None and not told.body:
                    told.body = bytes(told.streamed)

    def answered(self) -> Iterator[Told]:
        """The exchanges there were, in the order of their requests."""
        yield from (told for told in self.all if told.has_answer)

    def _begin(self, key: tuple["Path", str], params: Mapping[str, Any]) -> None:
        self._clock = float(params.get("wallTime", 0)) - float(params.get("timestamp", 0))
        hops = self._hops.setdefault(key, [])
        if hops and "redirectResponse" in params:
            _answer(hops[-1], params["redirectResponse"], has_info=bool(params.get("redirectHasExtraInfo")))
            _end_redirect(hops[-1], self._moment(params))
        if len(self.all) >= MAX_TOLD:
            self.beyond += 1
            return
        asked = params["request"]
        body, whole = _request_body(asked)
        told = Told(url=str(asked["url"]).partition("#")[0], method=str(asked["method"]),
                    kind=str(params.get("type", "Other")), sent_at=self._moment(params),
                    ended_at=self._moment(params), request_fields=_fields(asked.get("headers", {})),
                    request_body=body, request_is_whole=whole)
        hops.append(told)
        self.all.append(told)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stream(self, tree: "TargetTree", key: tuple["Path", str], told: Told) -> None:
        """Have the body told while it comes: of a stream there is no other way."""
        told.streamed = bytearray()
        try:
            answer = await tree.send(key[0], "Network.streamResourceContent", {"requestId": key[1]})
        except BrowserFailed:
            told.streamed = None
            return
        buffered = _decoded(str(answer.get("bufferedData", "")))
        told.streamed[:0] = buffered
        self.held += len(buffered)
        told.note = "the stream had not ended when the page was left, or its beginning was not told"

    def _add(self, told: Told, data: str) -> None:
        if told.streamed is None or not data:
            return
        piece = _decoded(data)
        room = min(MAX_BODY_BYTES - len(told.streamed), MAX_BODIES_BYTES - self.held)
        told.streamed += piece[:max(room, 0)]
        self.held += len(piece[:max(room, 0)])

    async def _fetch(self, tree: "TargetTree", key: tuple["Path", str], told: Told) -> None:
        """The body of an answer that ended."""
        if not told.has_answer or told.method == "HEAD" or told.status in _BODILESS or _says_empty(told):
            told.truncated = None
            return
        try:
            answer = await tree.send(key[0], "Network.getResponseBody", {"requestId": key[1]}, seconds=BODY_SECONDS)
        except BrowserFailed as error:
            if told.kind == "Preflight":            # of a preflight no body is read by anybody
                told.truncated = None
            told.note = f"no body: {error}"
            return
        text = str(answer["body"])
        body = _decoded(text) if answer.get("base64Encoded") else text.encode("utf-8", "surrogatepass")
        if len(body) > MAX_BODIES_BYTES - self.held:
            told.note, told.truncated = "the bodies of this page are larger than what is kept", Truncation.LENGTH
            return
        self.held += len(body)
        told.body, told.truncated, told.note = body, None, ""

    def _moment(self, params: Mapping[str, Any]) -> datetime:
        return datetime.fromtimestamp(float(params.get("timestamp", 0)) + self._clock, UTC)


def _answer(told: Told, response: Mapping[str, Any], *, has_info: bool) -> None:
    told.status = int(response.get("status", 0)) or None
    told.reason = str(response.get("statusText", ""))
    told.protocol = str(response.get("protocol", ""))
    told.response_fields = _fields(response.get("headers", {}))
    told.has_response_info = has_info
    told.security = response.get("securityDetails") or {}
    told.local = told.local or any(response.get(name) for name in
                                   ("fromDiskCache", "fromServiceWorker", "fromPrefetchCache"))


def _end_redirect(told: Told, at: datetime) -> None:
    """The body of a redirect is read by nobody."""
    told.ended_at = at
    told.truncated = None if _says_empty(told) else Truncation.UNSPECIFIED
    told.note = "" if told.truncated is None else "a browser hands over no body of a redirect"


def _says_empty(told: Told) -> bool:
    return any(name.lower() == "content-length" and value.strip() == "0" for name, value in told.response_fields)


def _fields(headers: Mapping[str, Any]) -> Fields:
    """Name and value, a line each: of several with one name the browser makes one, with line ends between."""
    return tuple((str(name), line) for name, value in headers.items() if not str(name).startswith(":")
                 for line in str(value).split("\n"))


def _request_body(asked: Mapping[str, Any]) -> tuple[bytes, bool]:
    entries = asked.get("postDataEntries")
    if entries and all("bytes" in one for one in entries):
        return b"".join(_decoded(str(one["bytes"])) for one in entries), True
    if "postData" in asked:
        return str(asked["postData"]).encode("utf-8", "surrogatepass"), True
    return b"", not asked.get("hasPostData")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
