"""Bytes over sockets, plain or TLS, with nothing buffered that was not asked for: backpressure is the kernel's.

1. A read takes what has come, at most a buffer; the next read happens only when the caller asks again.
2. TLS is `ssl` over memory buffers: the caller may have read the first byte already, and the chain of the connection
   can be asked for (asyncio's own transports allow neither).
3. Every failure of the connection is an OSError (`ssl.SSLError` is one).
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from archiver.recorder.limits import FIRST_READ_BYTES, READ_BYTES

_LINGER_SECONDS = 2.0        # for a client to read our last words before the connection is reset
_LINGER_READS = 64


class Wire(Protocol):
    """Bytes in and out of one connection."""

    async def read_into(self, buffer: memoryview) -> int:
        """Wait for bytes and put them into `buffer`; how many, 0 at the end."""

    def read_now(self, buffer: memoryview) -> int | None:
        """As `read_into`, of what is here already; None where one would have to wait."""

    async def write(self, data: bytes | memoryview) -> None:
        """Send all of `data`."""

    def write_now(self, data: bytes | memoryview) -> int:
        """Send what goes without waiting; how many bytes that was."""

    async def say_end(self) -> None:
        """Tell the peer that nothing more comes, where the protocol can (TLS: close_notify)."""

    @property
    def ended_cleanly(self) -> bool:
        """Whether the end that was read is one the peer meant (TLS: close_notify came)."""


class SocketWire:
    """A connected socket."""

    ended_cleanly = True

    def __init__(self, connected: socket.socket) -> None:
        connected.settimeout(0)
        with contextlib.suppress(OSError):      # not TCP, in tests
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connected
        self._loop = asyncio.get_running_loop()

    async def read_into(self, buffer: memoryview) -> int:
        """As `Wire`."""
        return await self._loop.sock_recv_into(self._socket, buffer)

    def read_now(self, buffer: memoryview) -> int | None:
        """As `Wire`."""
        try:
            return self._socket.recv_into(buffer)
        except BlockingIOError:
            return None

    async def write(self, data: bytes | memoryview) -> None:
        """As `Wire`."""
        await self._loop.sock_sendall(self._socket, data)

    def write_now(self, data: bytes | memoryview) -> int:
        """As `Wire`."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    async def say_end(self) -> None:
        """As `Wire`: the socket's own end says it."""


class TlsWire:
    """TLS over another wire."""

    def __init__(self, under: Wire, context: ssl.SSLContext, *, server_side: bool, host: str | None = None) -> None:
        self._under = under
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_side=server_side, server_hostname=host)
        self._sealed = bytearray(FIRST_READ_BYTES)
        self._sending = asyncio.Lock()      # a reader may have to answer (key update) while a writer sends
        self.ended_cleanly = False
        self._ended = False

    async def handshake(self, already_read: bytes = b"") -> None:
        """Agree on keys; `already_read` are the peer's first bytes."""
        self._incoming.write(already_read)
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
            except ssl.SSLError:
                with contextlib.suppress(OSError):      # the alert that tells the peer why
                    await self._flush()
                raise
            else:
                await self._flush()
                return

    async def read_into(self, buffer: memoryview) -> int:
        """As `Wire`."""
        while True:
            length = self._opened(buffer)
            if length is not None:
                return length
            if self._outgoing.pending:
                await self._flush()
            await self._fill()

    def read_now(self, buffer: memoryview) -> int | None:
        """As `Wire`."""
        while True:
            length = self._opened(buffer)
            if length is not None or self._outgoing.pending:
                return length
            sealed = self._under.read_now(memoryview(self._sealed))
            if sealed is None:
                return None
            self._fed(sealed)

    def write_now(self, data: bytes | memoryview) -> int:  # noqa: ARG002
        """As `Wire`: nothing, as what is once sealed must go out whole."""
        return 0

    def _opened(self, buffer: memoryview) -> int | None:
        """Bytes that are already here, as many as fit; None: more must come first; 0: the end."""
        length = 0
        try:
            while length < len(buffer) and not self._ended:      # one call opens one record of at most 16 KiB
                count = int(self.tls.read(len(buffer) - length, buffer[length:]))
                self._ended = self.ended_cleanly = count == 0        # close_notify came
                length += count
        except ssl.SSLWantReadError:
            return length or None
        except ssl.SSLZeroReturnError:
            self._ended = self.ended_cleanly = True
        except ssl.SSLEOFError:
            self._ended = True
        except ssl.SSLError:
            if not length:
                raise
        return length

    async def write(self, data: bytes | memoryview) -> None:
        """As `Wire`."""
        if len(data):
            self.tls.write(data)
            await self._flush()

    async def say_end(self) -> None:
        """As `Wire`."""
        with contextlib.suppress(ssl.SSLError):     # it wants to read the peer's, which nobody waits for
            self.tls.unwrap()
        await self._flush()

    async def _flush(self) -> None:
        async with self._sending:
            while self._outgoing.pending:
                await self._under.write(self._outgoing.read(READ_BYTES))

    async def _fill(self) -> None:
        self._fed(await self._under.read_into(memoryview(self._sealed)))

    def _fed(self, length: int) -> None:
        """Sealed bytes came; none are the end."""
        if not length:
            self._incoming.write_eof()
            return
        self._incoming.write(memoryview(self._sealed)[:length])
        if length == len(self._sealed) < READ_BYTES:
            self._sealed = bytearray(len(self._sealed) * 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadRead:
    """The bytes of a head, as far as they came."""

    raw: bytes
    complete: bool      # up to and with the empty line


class Connection:
    """One side of the recorder: a wire, and bytes that were read too far."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._wire: Wire = SocketWire(connected)
        self._buffer = bytearray(FIRST_READ_BYTES)
        self._pending: bytes = b""
        self.tls: ssl.SSLObject | None = None

    async def start_tls(self, context: ssl.SSLContext, *, server_side: bool, host: str | None = None) -> None:
        """Go over to TLS; bytes read too far are the handshake's first."""
        wire = TlsWire(self._wire, context, server_side=server_side, host=host)
        first, self._pending = self._pending, b""
        await wire.handshake(first)
        self._wire, self.tls = wire, wire.tls

    @property
    def ended_cleanly(self) -> bool:
        """As `Wire`."""
        return self._wire.ended_cleanly

    async def some(self) -> memoryview:
        """The next bytes, at least one; empty at the end. Valid until the next call."""
        if self._pending:
            pending, self._pending = self._pending, b""
            return memoryview(pending)
        return self._filled(await self._wire.read_into(memoryview(self._buffer)))

    def some_now(self) -> memoryview | None:
        """As `some`, of what is here already; None where one would have to wait."""
        if self._pending:
            pending, self._pending = self._pending, b""
            return memoryview(pending)
        length = self._wire.read_now(memoryview(self._buffer))
        return None if length is None else self._filled(length)

    def _filled(self, length: int) -> memoryview:
        filled = self._buffer
        if length == len(filled) < READ_BYTES:
            self._buffer = bytearray(len(filled) * 4)
        return memoryview(filled)[:length]

    def unread(self, data: bytes | bytearray | memoryview) -> None:
        """Put back what belongs to the next reader."""
        self._pending = bytes(data) + self._pending

    @property
    def has_unread(self) -> bool:
        """Whether bytes were read too far."""
        return bool(self._pending)

    def take_unread(self) -> bytes:
        """What was read too far."""
        pending, self._pending = self._pending, b""
        return pending

    async def read_head(self, limit: int, end: Callable[[bytes], int | None],
                        plausible: Callable[[bytes], bool]) -> HeadRead:
        """Bytes up to where `end` finds the end of the head, as many as came; at most about `limit`.

        Stops where the bytes so far are not `plausible`.
        """
        head = bytearray()
        while True:
            data = await self.some()
            if not data:
                return HeadRead(raw=bytes(head), complete=False)
            start = max(0, len(head) - 3)       # the empty line may lie across two reads
            head += data
            found = end(bytes(head[start:]))
            if found is not None and start + found <= limit:
                self.unread(head[start + found:])
                return HeadRead(raw=bytes(head[:start + found]), complete=True)
            if len(head) > limit or not plausible(bytes(head[:16])):
                return HeadRead(raw=bytes(head), complete=False)

    async def write(self, data: bytes | memoryview) -> None:
        """Send all of `data`."""
        await self._wire.write(data)

    def write_now(self, data: bytes | memoryview) -> int:
        """Send what goes without waiting; how many bytes that was."""
        return self._wire.write_now(data)

    async def is_quiet(self) -> bool:
        """Whether an idle connection is still open, with nothing unasked for on it (RFC 9112 9.3.1, 9.6)."""
        if self._pending:
            return False
        try:
            async with asyncio.timeout(0):
                data = await self.some()
                self.unread(data)
        except TimeoutError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Close; what was sent still reaches the peer."""
        self._socket.close()

    def abort(self) -> None:
        """Reset: the peer sees that this was not the end."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    async def finish(self) -> None:
        """Say that nothing more comes, let the peer read it, close. A reset would take our last words with it."""
        with contextlib.suppress(OSError):
            async with asyncio.timeout(_LINGER_SECONDS):
                await self._wire.say_end()
                self._socket.shutdown(socket.SHUT_WR)
                for _ in range(_LINGER_READS):
                    if not await self._wire.read_into(memoryview(self._buffer)):
                        break
        self._socket.close()
