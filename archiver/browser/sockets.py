"""What went over a page's websockets, message by message, as the browser tells it. Pure.

1. These are messages, not bytes of the wire: frames put together, unmasked, decompressed. Their record says so.
2. What is beyond a limit is counted and declared missing, never left out silently.
3. WebTransport and WebRTC are not recorded at all; that a page used them is declared.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from archiver.clients.sent import SentRequest, sent_request
from evidence_store.clock import format_time

MAX_SOCKETS = 100               # of one page
MAX_MESSAGES = 10_000           # of one socket: tickers send a few a second
MAX_MESSAGE_BYTES = 1024 * 1024         # kept of one message
MAX_SOCKET_BYTES = 16 * 1024 * 1024     # kept of one socket
SCHEMA = "muniment/websocket/1"
MEDIA_TYPE = "application/x-ndjson"
_TEXT = 1                       # RFC 6455 5.2: the payload is UTF-8
_FRAMES = {"Network.webSocketFrameSent": "sent", "Network.webSocketFrameReceived": "received"}

Key: TypeAlias = tuple[tuple[str, ...], str]    # target and request id


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message."""

    at: datetime
    direction: str              # "sent" or "received"
    opcode: int                 # RFC 6455 11.8: 1 text, 2 binary
    payload: bytes              # as much as is kept
    length: int                 # of the whole


@dataclass(slots=True, kw_only=True)
class Socket:
    """One websocket; grows while it is open."""

    url: str
    opened_at: datetime | None = None
    clock: float = 0.0          # seconds between the browser's clock and the time of day
    answered: bool = False
    closed: bool = False
    messages: list[Message] = field(default_factory=list)
    seen: int = 0
    kept_bytes: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Every message that the browser told of is kept, to its end."""
        return self.seen == len(self.messages) and all(len(one.payload) == one.length for one in self.messages)

    def words(self) -> str:
        """What of it is recorded, for the reasons of a capture."""
        if self.is_whole:
            return f"websocket {self.url}: {self.seen} messages, recorded as the browser tells them"
        kept = sum(len(one.payload) == one.length for one in self.messages)
        return f"websocket {self.url}: of {self.seen} messages {kept} are recorded whole, the others are missing"

    def to_lines(self, told_by: str, mask: Callable[[bytes], bytes]) -> bytes:
        """The record: a line about the socket, then one a message."""
        first = {"schema": SCHEMA, "url": self.url, "told_by": told_by, "decoded": True, "messages": self.seen,
                 "kept": len(self.messages), "closed": self.closed, "errors": self.errors}
        lines: list[Mapping[str, object]] = [first]
        for one in self.messages:
            cut = {"length": one.length} if len(one.payload) < one.length else {}
            lines.append({"at": format_time(one.at), "direction": one.direction, "opcode": one.opcode, **cut,
                          "payload": base64.b64encode(mask(one.payload)).decode("ascii")})
        return b"".join(json.dumps(line, sort_keys=True).encode("ascii") + b"\n" for line in lines)


@dataclass(slots=True, kw_only=True)
class SocketLog:
    """The sockets of one page, its frames and its workers."""

    sockets: dict[Key, Socket] = field(default_factory=dict)
    handshakes: list[SentRequest] = field(default_factory=list)
    beyond: int = 0                                             # sockets over MAX_SOCKETS
    transports: list[str] = field(default_factory=list)         # URLs of WebTransport connections
    peers: int = 0                                              # WebRTC connections seen at once, at most

    def take(self, key: Key, event: str, params: Mapping[str, Any]) -> None:
        """Take in one event about a socket."""
        if event == "Network.webTransportCreated":
            if len(self.transports) < MAX_SOCKETS:
                self.transports.append(str(params.get("url", "")))
            return
        if event == "Network.webSocketCreated":
            if len(self.sockets) >= MAX_SOCKETS:
                self.beyond += 1
                return
            self.sockets[key] = Socket(url=str(params["url"]))
            return
        socket = self.sockets.get(key)
        if socket is None:
            return
        match event:
            case "Network.webSocketWillSendHandshakeRequest":
                self._begin(socket, params)
            case "Network.webSocketHandshakeResponseReceived":
                socket.answered = True
            case "Network.webSocketFrameSent" | "Network.webSocketFrameReceived":
                _add(socket, _FRAMES[event], params)
            case "Network.webSocketFrameError":
                socket.errors.append(str(params.get("errorMessage", ""))[:300])
            case "Network.webSocketClosed":
                socket.closed = True
            case _:
                pass

    def is_settled(self) -> bool:
        """No socket waits for its connection."""
        return all(one.answered or one.closed or one.errors for one in self.sockets.values())

    def told(self) -> tuple[str, ...]:
        """What is recorded of them, and what is missing."""
        lines = [one.words() for one in self.sockets.values() if one.answered or one.seen]
        lines += [f"websocket {one.url}: no connection came about" for one in self.sockets.values()
                  if not (one.answered or one.seen)]
        lines += [f"{self.beyond} more websockets were not recorded"] if self.beyond else []
        lines += [f"WebTransport {url}: what went over it is not recorded" for url in self.transports]
        lines += [f"WebRTC: the page had {self.peers} connections to peers; what went over them is not recorded"
                  ] if self.peers else []
        return tuple(lines)

    def _begin(self, socket: Socket, params: Mapping[str, Any]) -> None:
        socket.clock = float(params.get("wallTime", 0)) - float(params.get("timestamp", 0))
        socket.opened_at = _moment(socket, params)
        scheme, _, rest = socket.url.partition("://")
        self.handshakes.append(sent_request("GET", f"{'https' if scheme == 'wss' else 'http'}://{rest}"))


def _add(socket: Socket, direction: str, params: Mapping[str, Any]) -> None:
    socket.seen += 1
    frame = params.get("response", {})
    opcode, told = int(frame.get("opcode", 0)), str(frame.get("payloadData", ""))
    try:
        payload = told.encode("utf-8", "replace") if opcode == _TEXT else base64.b64decode(told)
    except binascii.Error:
        payload = told.encode("utf-8", "replace")
    room = min(MAX_MESSAGE_BYTES, MAX_SOCKET_BYTES - socket.kept_bytes)
    if len(socket.messages) >= MAX_MESSAGES or (room <= 0 and payload):
        return
    kept = payload[:room]
    socket.kept_bytes += len(kept)
    socket.messages.append(Message(at=_moment(socket, params), direction=direction, opcode=opcode, payload=kept,
                                   length=len(payload)))


def _moment(socket: Socket, params: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(params.get("timestamp", 0)) + socket.clock, UTC)
