"""One exchange: the request to the server, the response to the client, every byte into the spool first.

1. Bytes are passed on as they come: nothing is decoded, merged or re-emitted, and no more is read than was passed on.
2. The response block holds the final response only. Interim responses (1xx) are kept beside it; of them only 100 is
   passed on, and 101: clients such as Python's http.client take any other for the final response.
3. An end that is not the end the framing promises is marked: `disconnect` (the server), `time` and `length` (limits),
   `unspecified` (the client left, the capture was closed, or the reply is not HTTP) - with a note in words.
4. Bytes after the declared end are no part of the response; they are kept beside it, up to MAX_TRAILING_BYTES.
5. After 101 the connection speaks another protocol: it is passed through and counted, not recorded, and said so.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

from archiver.recorder.http1 import Body, is_strict, keeps_alive, may_be_response, response_body
from archiver.recorder.limits import (
    MAX_HEAD_BYTES,
    MAX_INTERIM_RESPONSES,
    MAX_TRAILING_BYTES,
    YIELD_BYTES,
    RecorderLimits,
)
from archiver.recorder.redact import mask_fields
from archiver.recorder.spool import Spool
from archiver.recorder.upstream import Upstream
from archiver.recorder.wire import Connection
from evidence_store.records import Truncation
from evidence_store.warc.http import HttpHead, head_length, parse_response_head


class StaleConnection(Exception):
    """Nothing came on a connection that was used before; the request may be repeated on a new one (RFC 9112 9.3.1)."""


class _ServerGone(Exception):
    """The connection to the server failed."""


class _ClientGone(Exception):
    """The connection to the client failed."""


class _Cut(Exception):
    """The exchange ends here, for the reason given."""

    def __init__(self, truncation: Truncation, text: str) -> None:
        super().__init__(text)
        self.truncation = truncation


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of an exchange; filled while it runs."""

    head: HttpHead | None = None              # of the final response
    truncated: Truncation | None = None
    notes: list[str] = field(default_factory=list)
    interim: list[bytes] = field(default_factory=list)     # heads of 1xx responses, masked where asked
    trailing: bytes = b""                     # after the declared end
    trailing_cut: bool = False                # there was more of it
    upgraded: bool = False                    # not recorded from the response head on
    tunnelled: tuple[int, int] = (0, 0)       # bytes up and down after the upgrade
    redacted: tuple[str, ...] = ()            # fields masked in the response
    answered: bool = False                    # the client got at least the beginning of a response
    client_reusable: bool = False
    server_reusable: bool = False
    odd_head: bool = False                    # the client may see the end of the body elsewhere
    open_ended: bool = False                  # the client takes the end of the connection for the end of the body

    def cut(self, truncation: Truncation, text: str) -> None:
        """Mark the exchange."""
        self.truncated = truncation
        self.notes.append(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, ready to be sent."""

    method: str
    head: bytes               # what the server gets
    stored_head: bytes        # what is recorded of it: the same, or with secrets masked
    body: Body
    keeps_alive: bool         # what the client's head says
    bodyless: bool            # nothing follows the head, so it may be sent again
    redacted: tuple[str, ...] = ()    # fields masked in `stored_head`
    wire_head: bytes = b""    # what goes out instead of `head` where a proxy passes the request on


class Relay:
    """Runs one exchange between a client and a server."""

    def __init__(self, *, client: Connection, upstream: Upstream, asked: Asked, spool: Spool, limits: RecorderLimits,
                 redact: bool, reused: bool) -> None:
        self._client = client
        self._server = upstream.connection
        self._asked = asked
        self._spool = spool
        self._limits = limits
        self._redact = redact
        self._may_be_stale = reused and asked.bodyless
        self._last_sent = 0.0          # loop time of the last request byte
        self._since_yield = 0
        self._unstored = bytearray()   # a head of which the end has not come
        self._trailers = bytearray()   # held back for masking
        self.outcome = Outcome()

    async def run(self) -> Outcome:
        """The whole exchange; raises StaleConnection where nothing came on a kept connection."""
        outcome = self.outcome
        sending = asyncio.create_task(self._send())
        try:
            async with asyncio.timeout(self._limits.total_seconds) as total:
                await self._receive(sending)
        except TimeoutError:
            seconds = self._limits.total_seconds if total.expired() else self._limits.idle_seconds
            what = "the exchange was not over" if total.expired() else "the server sent nothing"
            outcome.cut(Truncation.TIME, f"{what} for {seconds:g} s")
        except _ServerGone as gone:
            outcome.cut(Truncation.DISCONNECT, f"the connection to the server broke: {gone}")
        except _ClientGone as gone:
            outcome.cut(Truncation.UNSPECIFIED, f"the client closed the connection: {gone}")
        except _Cut as cut:
            outcome.cut(cut.truncation, str(cut))
        except asyncio.CancelledError:
            outcome.cut(Truncation.UNSPECIFIED, "the capture was closed while the exchange went on")
            raise
        finally:
            await self._stop(sending)
            self._store_rest()
        return outcome

    async def _stop(self, sending: "asyncio.Task[None]") -> None:
        if not sending.done():
            self.outcome.client_reusable = self.outcome.server_reusable = False
            self.outcome.notes.append(f"the exchange ended while the request was being sent, after "
                                      f"{self._spool.request_length} bytes of it")
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError, _ClientGone, _Cut):
            await sending

    # --- the request -------------------------------------------------------------------------------------------

    async def _send(self) -> None:
        """The request, head and body; where the server stops reading, its answer says why."""
        loop = asyncio.get_running_loop()
        try:
            await self._server.write(self._asked.wire_head or self._asked.head)
            self._spool.write_request(self._asked.stored_head)
            self._last_sent = loop.time()
            while not self._asked.body.done:
                data = await self._from_client()
                if not data:
                    raise _ClientGone("before the request was whole")
                taken = self._asked.body.take(data)
                await self._server.write(data[:taken])
                self._spool.write_request(data[:taken])
                self._last_sent = loop.time()
                self._client.unread(data[taken:])
                if self._spool.request_length > self._limits.max_request_bytes:
                    raise _Cut(Truncation.LENGTH, f"the request is longer than {self._limits.max_request_bytes} bytes")
        except OSError as failure:
            self.outcome.notes.append(f"the server stopped reading the request: {failure}")

    async def _from_client(self) -> memoryview:
        try:
            return await self._client.some()
        except OSError as failure:
            raise _ClientGone(str(failure)) from failure

    async def _to_client(self, data: bytes | memoryview) -> None:
        try:
            sent = self._client.write_now(data)
            if sent < len(data):
                async with asyncio.timeout(self._limits.idle_seconds):
                    await self._client.write(memoryview(data)[sent:])
        except TimeoutError as failure:
            raise _ClientGone(f"it took nothing for {self._limits.idle_seconds:g} s") from failure
        except OSError as failure:
            raise _ClientGone(str(failure)) from failure
        self.outcome.answered = True

    # --- the response ------------------------------------------------------------------------------------------

    async def _from_server(self) -> memoryview:
        """Bytes of the server; empty at the end. Silence does not count while the request is still going out."""
        try:
            data = self._server.some_now()
        except OSError as failure:
            raise _ServerGone(str(failure)) from failure
        return await self._wait_for_server() if data is None else data

    async def _wait_for_server(self) -> memoryview:
        start = asyncio.get_running_loop().time()
        while True:
            try:
                async with asyncio.timeout_at(start + self._limits.idle_seconds):
                    return await self._server.some()
            except TimeoutError:
                if self._last_sent <= start:
                    raise
                start = self._last_sent
            except OSError as failure:
                raise _ServerGone(str(failure)) from failure

    async def _receive(self, sending: "asyncio.Task[None]") -> None:
        receiving = asyncio.ensure_future(self._receive_response())
        try:
            await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done() and not receiving.done():
                sending.result()        # the client left, or the request is too long: no answer will be waited for
            await receiving
        finally:
            receiving.cancel()
            with contextlib.suppress(asyncio.CancelledError, TimeoutError, StaleConnection, _ServerGone, _ClientGone,
                                     _Cut):
                await receiving

    async def _receive_response(self) -> None:
        raw = await self._final_head()
        if raw is None:
            return
        head = parse_response_head(raw)
        if head is None:
            raise _Cut(Truncation.UNSPECIFIED, "the status line cannot be read")
        self.outcome.head = head
        self._store_head(raw)
        if head.status == 101:
            await self._to_client(raw)
            await self._pass_through()
            return
        body = response_body(self._asked.method, head)
        self.outcome.open_ended = not body.delimited
        await self._relay_body(raw, body)
        await self._after_body(head, body, strict=is_strict(raw))

    async def _final_head(self) -> bytes | None:
        """The head of the final response; None where there is none and what came instead was dealt with."""
        for _ in range(MAX_INTERIM_RESPONSES):
            raw, complete = await self._read_head()
            if not complete:
                await self._not_a_head(raw)
                return None
            head = parse_response_head(raw)
            if head is None or head.status is None or head.status // 100 != 1 or head.status == 101:
                return raw
            stored, masked = mask_fields(raw) if self._redact else (raw, ())
            self.outcome.interim.append(stored)
            self.outcome.redacted += masked
            if head.status == 100:
                await self._to_client(raw)
        raise _Cut(Truncation.LENGTH, f"more than {MAX_INTERIM_RESPONSES} interim responses")

    async def _read_head(self) -> tuple[bytes, bool]:
        """The bytes of a head, and whether they are all of it; what came of it stands in `_unstored` meanwhile."""
        raw = self._unstored
        while True:
            data = await self._from_server() if raw else await self._first_bytes()
            if not data:
                break
            start = max(0, len(raw) - 3)
            raw += data
            if not may_be_response(bytes(raw[:8])):
                break
            found = head_length(bytes(raw[start:]))
            if found is not None and start + found <= MAX_HEAD_BYTES:
                self._server.unread(raw[start + found:])
                return self._take_unstored(start + found), True
            if len(raw) > MAX_HEAD_BYTES:
                raise _Cut(Truncation.LENGTH, f"the head is longer than {MAX_HEAD_BYTES} bytes")
        return self._take_unstored(len(raw)), False

    def _take_unstored(self, length: int) -> bytes:
        taken = bytes(self._unstored[:length])
        self._unstored.clear()
        return taken

    async def _first_bytes(self) -> memoryview:
        """The first bytes of a head; raises StaleConnection where a kept connection was closed before them."""
        stale = self._may_be_stale and not self.outcome.interim
        try:
            data = await self._from_server()
        except _ServerGone:
            if stale:
                raise StaleConnection from None
            raise
        if not data and stale:
            raise StaleConnection
        return data

    async def _not_a_head(self, raw: bytes) -> None:
        """The server sent nothing, or half a head, or something that is not HTTP/1 (HTTP/0.9)."""
        if not raw:
            raise _ServerGone("it was closed before an answer came")
        self._store_head(raw)
        if may_be_response(raw):
            await self._to_client(raw)
            raise _ServerGone("it was closed within the head of the response")
        self.outcome.open_ended = True
        await self._to_client(raw)
        while data := await self._from_server():
            await self._pass_on(data)
        raise _Cut(Truncation.UNSPECIFIED, "the reply does not begin with a status line; its end cannot be told")

    def _store_head(self, raw: bytes) -> None:
        stored, masked = mask_fields(raw) if self._redact else (raw, ())
        self.outcome.redacted += masked
        self._spool.write_response(stored)

    async def _relay_body(self, raw_head: bytes, body: Body) -> None:
        """The body, as it comes; the head goes to the client with its first bytes."""
        unsent = raw_head
        while not body.done:
            if unsent and not self._server.has_unread:
                await self._to_client(unsent)
                unsent = b""
            data = await self._from_server()
            if not data:
                if not body.end():
                    raise _ServerGone("it was closed before the end of the body")
                break
            taken = 0
            while taken < len(data) and not body.done:
                in_trailers = body.in_trailers
                count = body.take(data[taken:])
                await self._pass_on(data[taken:taken + count], before=unsent, trailers=in_trailers)
                taken, unsent = taken + count, b""
            if taken < len(data):
                self._server.unread(data[taken:])
        if unsent:
            await self._to_client(unsent)

    async def _pass_on(self, data: memoryview, *, before: bytes = b"", trailers: bool = False) -> None:
        """Body bytes: into the spool, then to the client, up to the limit."""
        self._since_yield += len(data)
        if self._since_yield > YIELD_BYTES:     # a fast server and a fast client would never let anyone else run
            self._since_yield = 0
            await asyncio.sleep(0)
        room = self._limits.max_bytes - self._spool.response_length - len(self._trailers)
        piece = data[:max(0, room)]
        if trailers and self._redact:
            self._trailers += piece
        else:
            self._spool.write_response(piece)
        await self._to_client(before + bytes(piece) if before else piece)
        if len(piece) < len(data):
            raise _Cut(Truncation.LENGTH, f"the response is longer than {self._limits.max_bytes} bytes")

    def _store_rest(self) -> None:
        """What was held back when the exchange ended."""
        if self._unstored:
            self._store_head(self._take_unstored(len(self._unstored)))
        if self._trailers:
            stored, masked = mask_fields(bytes(self._trailers))
            self.outcome.redacted += masked
            self._spool.write_response(stored)
            self._trailers.clear()

    async def _after_body(self, head: HttpHead, body: Body, *, strict: bool) -> None:
        """What the connections may be used for, and what came that nobody asked for."""
        outcome = self.outcome
        if not body.delimited:
            if not self._server.ended_cleanly:
                outcome.notes.append("the connection ended without close_notify: that the body is whole is not proved")
            return
        quiet = await self._server.is_quiet()
        extra = self._server.take_unread()
        if extra:
            outcome.trailing, outcome.trailing_cut = extra[:MAX_TRAILING_BYTES], len(extra) > MAX_TRAILING_BYTES
            outcome.notes.append(f"{len(extra)} bytes or more came after the declared end of the response")
        outcome.server_reusable = quiet and keeps_alive(head)
        outcome.client_reusable = keeps_alive(head) and self._asked.keeps_alive
        outcome.odd_head = not strict

    async def _pass_through(self) -> None:
        """Another protocol from here on (RFC 9110 7.8): bytes both ways until one side ends."""
        outcome = self.outcome
        outcome.upgraded = True
        counts = [0, 0]

        async def pump(source: Connection, sink: Connection, side: int) -> None:
            while counts[side] <= self._limits.max_bytes and (data := await source.some()):
                counts[side] += len(data)
                await sink.write(data)

        pumps = {asyncio.ensure_future(pump(self._client, self._server, 0)),
                 asyncio.ensure_future(pump(self._server, self._client, 1))}
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            outcome.tunnelled = (counts[0], counts[1])
            outcome.notes.append(f"not recorded: after the upgrade to another protocol {counts[0]} bytes went to the "
                                 f"server and {counts[1]} came back")
