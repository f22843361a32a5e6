"""The demo's server: plain HTTP and HTTPS on loopback, virtual hosts by the Host field, a thread a connection.

1. It listens on 127.0.0.1 only, on ports the system chooses.
2. Every exchange is logged byte for byte when it ends, and only what the socket took.
"""

import contextlib
import socket
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from threading import Lock, Thread

from evidence_store.clock import Clock
from muniment.demo.responses import Response, parse_request, respond
from muniment.demo.routes import Route
from muniment.demo.wire import WireExchange, WireLog

LOOPBACK = "127.0.0.1"
MAX_HEAD = 64 * 1024          # browsers send less than 16 KiB
MAX_BODY = 1024 * 1024        # nothing here takes an upload
IDLE_SECONDS = 30.0           # a kept-alive connection is closed after this
SEND_PIECE = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A route and its content."""

    route: Route
    content: bytes


class Listener:
    """One listening socket and its connections."""

    def __init__(self, pages: Mapping[tuple[str, str], Served], *, log: WireLog, clock: Clock,
                 tls: ssl.SSLContext | None) -> None:
        self._pages, self._log, self._clock, self._tls = pages, log, clock, tls
        self._lock = Lock()
        self._numbers = count(1)
        self._open: set[socket.socket] = set()
        self._threads: list[Thread] = []
        self._closing = False
        self._socket = socket.create_server((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]
        self._acceptor = Thread(target=self._accept, name=f"demo-{self.scheme}", daemon=True)
        self._acceptor.start()

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return "http" if self._tls is None else "https"

    def close(self) -> None:
        """Stop listening, cut open connections, and wait for their threads."""
        self._closing = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)     # wakes the accepting thread
        self._socket.close()
        self._acceptor.join()
        with self._lock:
            remaining, threads = tuple(self._open), tuple(self._threads)
        for connection in remaining:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()

    def _accept(self) -> None:
        while not self._closing:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = Thread(target=self._serve, args=(connection, next(self._numbers)), daemon=True)
            with self._lock:
                self._open.add(connection)
                self._threads = [known for known in self._threads if known.is_alive()] + [thread]
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        """All exchanges of one connection; the other end may go away at any moment."""
        channel = connection
        try:
            connection.settimeout(IDLE_SECONDS)
            if self._tls is not None:
                channel = self._tls.wrap_socket(connection, server_side=True)
                with self._lock:
                    self._open.discard(connection)
                    self._open.add(channel)
            self._exchanges(channel, number)
        except OSError:      # ssl.SSLError and timeouts are OSErrors: the client left or speaks something else
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
                self._open.discard(channel)
            channel.close()

    def _exchanges(self, channel: socket.socket, number: int) -> None:
        unread = b""
        while True:
            head, unread = _read_head(channel, unread)
            if not head:
                return
            request = parse_request(head)
            body = b""
            if request is not None and 0 < request.length <= MAX_BODY:
                body, unread = _read_exactly(channel, unread, request.length)
            served = self._pages.get((request.host, request.path)) if request is not None else None
            response = respond(request, served.route if served else None, served.content if served else b"",
                               now=self._clock())
            with self._log.answering():
                sent = _send(channel, response.head + response.body)
                self._log.add(WireExchange(
                    scheme=self.scheme, host=request.host if request else "", connection=number, request=head + body,
                    head=response.head[:sent], body=response.body[:max(0, sent - len(response.head))],
                    dropped=response.drops or sent < len(response.head) + len(response.body)))
            if _ends(response, sent) or request is None or request.closes:
                if response.drops:
                    _cut(channel)
                return


def _ends(response: Response, sent: int) -> bool:
    return response.drops or sent < len(response.head) + len(response.body)


def _read_head(channel: socket.socket, unread: bytes) -> tuple[bytes, bytes]:
    """A request head and what was read beyond it; empty when the client is done or sends too much."""
    read = bytearray(unread)
    while (end := read.find(b"\r\n\r\n")) < 0:
        piece = channel.recv(SEND_PIECE)
        if not piece or len(read) + len(piece) > MAX_HEAD:
            return b"", b""
        read += piece
    return bytes(read[:end + 4]), bytes(read[end + 4:])


def _read_exactly(channel: socket.socket, unread: bytes, length: int) -> tuple[bytes, bytes]:
    read = bytearray(unread)
    while len(read) < length:
        piece = channel.recv(min(SEND_PIECE, length - len(read)))
        if not piece:
            break
        read += piece
    return bytes(read[:length]), bytes(read[length:])


def _send(channel: socket.socket, data: bytes) -> int:
    """How many bytes the socket took."""
    sent = 0
    try:
        while sent < len(data):
            sent += channel.send(data[sent:sent + SEND_PIECE])
    except OSError:     # the client closed: what was taken is what counts
        pass
    return sent


def _cut(channel: socket.socket) -> None:
    """End the stream without a TLS close: what arrived before stays readable, the rest never comes."""
    with contextlib.suppress(OSError):
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, int(IDLE_SECONDS)))
        channel.shutdown(socket.SHUT_WR)
