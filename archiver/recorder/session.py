"""One client connection, from its first byte to its last.

1. Every request (or the CONNECT around it) names a capture and its token; anything else gets 407 and is counted.
2. After CONNECT the first byte decides: 0x16 is TLS, anything else plain HTTP (as `ws://` through a proxy is).
3. A request ends as an exchange, a refusal or a failure; the client is told which, in words.
4. A server connection is kept for the next request of the same client connection to the same server, no longer.
"""

import asyncio
import base64
import binascii
import contextlib
import hmac
from dataclasses import dataclass, field, replace
from typing import NoReturn, Protocol

from archiver.errors import EgressRefused, FailureKind, RecordingFailed, UpstreamFailed
from archiver.recorder.channel import Failure, Refusal
from archiver.recorder.http1 import LengthBody, keeps_alive, request_body
from archiver.recorder.limits import MAX_REQUEST_HEAD_BYTES, ODD_HEAD_SECONDS, RecorderLimits
from archiver.recorder.redact import mask_fields
from archiver.recorder.relay import Asked, Outcome, Relay, StaleConnection
from archiver.recorder.replies import TUNNEL_OPEN, own_reply, sign_in
from archiver.recorder.request import (
    BadRequest,
    Origin,
    Target,
    absolute_form,
    origin_form,
    parse_absolute,
    parse_authority,
    parse_in_tunnel,
)
from archiver.recorder.spool import Ending, Slip, Spool
from archiver.recorder.tee import CaptureLog, Ended
from archiver.recorder.tls import CertificateAuthority
from archiver.recorder.tunnel import Tunnel, pass_on
from archiver.recorder.upstream import Connector, Upstream
from archiver.recorder.wire import Connection
from evidence_store.clock import Clock
from evidence_store.records import CaptureId, RecordId
from evidence_store.warc.http import HttpHead, head_length, parse_request_head

_TLS_HANDSHAKE = 0x16       # RFC 8446 5.1: content type of a handshake record


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A request in flight: the session that serves it, and a future that is done when the request is."""

    session: "asyncio.Task[None] | None"
    landed: "asyncio.Future[None]"
    is_tunnel: bool = False     # a connection, not a request: it has no end to wait for


@dataclass(slots=True, kw_only=True)
class OpenCapture:
    """A capture while its channel is open; touched by the proxy's thread only."""

    id: CaptureId
    token: str
    direct_token: str           # of a browser that connects itself; "" where none does
    redact: bool                # what identifies the user is masked in what is stored
    identity: bool              # there is such a thing: it goes over verified connections only
    log: CaptureLog
    refusals: list[Refusal] = field(default_factory=list)
    flights: list[Flight] = field(default_factory=list)
    tunnels: list[Tunnel] = field(default_factory=list)
    closing: bool = False


class Desk(Protocol):
    """What a session needs of the proxy around it."""

    limits: RecorderLimits
    connector: Connector
    authority: CertificateAuthority
    clock: Clock

    def capture_of(self, user: str) -> OpenCapture | None:
        """The open capture of that id."""

    def count_unauthenticated(self) -> None:
        """Somebody was answered 407."""

    def new_spool(self, slip: Slip) -> Spool:
        """A spool for an exchange that begins."""

    def new_record_id(self) -> RecordId:
        """An id for a record to be written."""

    async def commit(self, ended: Ended, capture: OpenCapture) -> None:
        """Queue an exchange for the WARC."""

    async def fail(self, failure: Failure, capture: OpenCapture) -> None:
        """Queue a failure for the WARC."""

    def drop(self, spool: Spool) -> None:
        """Forget a spool nothing was received for."""


class _Over(Exception):
    """The connection ends here; all that was to be said was said."""


class Session:
    """Serves one client connection."""

    def __init__(self, client: Connection, desk: Desk) -> None:
        self._client = client
        self._desk = desk
        self._capture: OpenCapture | None = None
        self._tunnel: Origin | None = None
        self._upstream: Upstream | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_direct = False     # the client is a browser that connects itself
        self._farewell = False      # the client is to be told that nothing more comes
        self._patience = desk.limits.keep_alive_seconds

    async def run(self) -> None:
        """Requests, one after the other, until one side ends."""
        self._task = asyncio.current_task()
        try:
            with contextlib.suppress(_Over):
                while await self._serve_one():
                    pass
            if self._farewell:
                await self._client.finish()
        except (OSError, asyncio.CancelledError):     # the client left, or the recorder stops
            pass
        finally:
            if self._upstream is not None:
                self._upstream.connection.close()
            self._client.close()

    async def _serve_one(self) -> bool:
        """One request; whether another may follow."""
        raw, head = await self._read_request()
        if head.method == "CONNECT" and self._tunnel is None:
            await self._open_tunnel(head)
            return True
        capture = self._capture or await self._authenticate(head)
        if capture is None:
            return True
        return await self._in_flight(capture, raw, head)

    async def _read_request(self) -> tuple[bytes, HttpHead]:
        try:
            async with asyncio.timeout(self._patience):
                read = await self._client.read_head(MAX_REQUEST_HEAD_BYTES, _request_end, lambda _: True)
        except TimeoutError:
            self._farewell = True
            raise _Over from None
        raw = read.raw.lstrip(b"\r\n")     # RFC 9112 2.2: empty lines before a request are ignored
        if not raw:
            raise _Over
        head = parse_request_head(raw)
        if head is None or not read.complete:
            await self._answer(own_reply(400, "Bad Request", "bad request", "This is no whole HTTP/1 request head."))
        return raw, head

    # --- who asks ----------------------------------------------------------------------------------------------

    async def _authenticate(self, head: HttpHead) -> OpenCapture | None:
        """The capture whose name and token the request carries; None: it was told to sign in, and may try again."""
        user, _, token = _basic(head).partition(":")
        capture = self._desk.capture_of(user)
        if capture is not None:
            self._is_direct = bool(capture.direct_token) and hmac.compare_digest(token.encode(),
                                                                                 capture.direct_token.encode())
            if self._is_direct or hmac.compare_digest(token.encode(), capture.token.encode()):
                return capture
        self._desk.count_unauthenticated()
        body = request_body(head)
        keep = keeps_alive(head) and isinstance(body, LengthBody) and body.done
        reply = sign_in(method=head.method, keep=keep)
        if not keep:
            await self._answer(reply)
        await self._client.write(reply)
        return None

    async def _open_tunnel(self, head: HttpHead) -> None:
        """CONNECT: from here on the connection is the client's way to one server."""
        capture = await self._authenticate(head)
        if capture is None:
            return
        try:
            origin = parse_authority(head.target.decode("latin-1"), "https")
        except BadRequest as fault:
            await self._answer(own_reply(400, "Bad Request", "bad request", str(fault)))
        await self._client.write(TUNNEL_OPEN)
        async with asyncio.timeout(self._desk.limits.keep_alive_seconds):
            first = await self._client.some()
        if not first:
            raise _Over
        is_tls = first[0] == _TLS_HANDSHAKE
        self._client.unread(first)
        if is_tls and self._is_direct:
            await self._tunnel_unread(capture, origin)
        if is_tls:
            async with asyncio.timeout(self._desk.limits.connect_seconds):
                await self._client.start_tls(self._desk.authority.context_for(origin.host.rstrip(".")),
                                             server_side=True)
        self._capture = capture
        self._tunnel = origin if is_tls else replace(origin, scheme="http")

    async def _tunnel_unread(self, capture: OpenCapture, origin: Origin) -> NoReturn:
        """Pass on what the client and the server say to each other in TLS of their own."""
        opened_at = self._desk.clock()
        landed = asyncio.get_running_loop().create_future()
        capture.flights.append(flight := Flight(session=self._task, landed=landed, is_tunnel=True))
        try:
            connection, address = await self._desk.connector.open_unread(origin)
            await pass_on(self._client, connection, self._desk.limits, lambda sent, received: capture.tunnels.append(
                Tunnel(host=origin.host, port=origin.port, address=address, opened_at=opened_at, sent=sent,
                       received=received)))
        except EgressRefused as refusal:
            capture.refusals.append(Refusal(method="CONNECT", url=origin.url(b"/"), reason=str(refusal)))
        except UpstreamFailed as failure:
            await self._desk.fail(Failure(kind=failure.kind, method="CONNECT", url=origin.url(b"/"),
                                          detail=str(failure), at=self._desk.clock()), capture)
        finally:
            landed.set_result(None)
            capture.flights.remove(flight)
        raise _Over

    # --- what is asked -----------------------------------------------------------------------------------------

    async def _in_flight(self, capture: OpenCapture, raw: bytes, head: HttpHead) -> bool:
        """One request, known to its capture while it runs."""
        if capture.closing:
            await self._answer(own_reply(403, "Forbidden", "closed", "This capture is closed.", method=head.method))
        landed = asyncio.get_running_loop().create_future()
        capture.flights.append(flight := Flight(session=self._task, landed=landed))
        try:
            return await self._exchange(capture, raw, head)
        finally:
            landed.set_result(None)
            capture.flights.remove(flight)

    async def _exchange(self, capture: OpenCapture, raw: bytes, head: HttpHead) -> bool:
        try:
            target = parse_in_tunnel(head.target, self._tunnel) if self._tunnel else parse_absolute(head.target)
            asked = _asked(raw, head, target, redact=capture.redact)
        except BadRequest as fault:
            await self._answer(own_reply(400, "Bad Request", "bad request", str(fault), method=head.method))
        try:
            outcome = await self._ask(capture, target, asked)
        except EgressRefused as refusal:
            capture.refusals.append(Refusal(method=head.method, url=target.url, reason=str(refusal)))
            await self._answer(own_reply(403, "Forbidden", "refused", f"Refused: {refusal}", method=head.method))
        except UpstreamFailed as failure:
            await self._desk.fail(self._failure(failure.kind, head, target, str(failure)), capture)
            await self._answer(own_reply(502, "Bad Gateway", failure.kind, str(failure), method=head.method))
        except RecordingFailed as failure:
            await self._desk.fail(self._failure(FailureKind.STORE, head, target, str(failure)), capture)
            self._client.abort()
            raise _Over from failure
        return await self._after(outcome, head)

    def _failure(self, kind: FailureKind, head: HttpHead, target: Target, detail: str) -> Failure:
        return Failure(kind=kind, method=head.method, url=target.url, detail=detail, at=self._desk.clock())

    async def _ask(self, capture: OpenCapture, target: Target, asked: Asked) -> Outcome:
        """The exchange on a kept connection, or on a new one where that is none or turned out closed."""
        kept, self._upstream = self._upstream, None
        if kept is not None and kept.origin == target.origin and await kept.connection.is_quiet():
            with contextlib.suppress(StaleConnection):
                return await self._relay(capture, target, asked, kept, reused=True)
        elif kept is not None:
            kept.connection.close()
        fresh = await self._desk.connector.open(target.origin, identity=capture.identity)
        return await self._relay(capture, target, asked, fresh, reused=False)

    async def _relay(self, capture: OpenCapture, target: Target, asked: Asked, upstream: Upstream, *,
                     reused: bool) -> Outcome:
        slip = Slip(capture=capture.id, method=asked.method, url=target.url, started_at=self._desk.clock(),
                    peer=upstream.peer, request=self._desk.new_record_id(), response=self._desk.new_record_id(),
                    redacted=asked.redacted, masking=capture.redact)
        if upstream.relayed_by_proxy:
            proxy = self._desk.connector.proxy
            asked = replace(asked, wire_head=absolute_form(asked.head, target, proxy.basic if proxy else b""))
        spool = self._desk.new_spool(slip)
        relay = Relay(client=self._client, upstream=upstream, asked=asked, spool=spool, limits=self._desk.limits,
                      redact=capture.redact, reused=reused)
        try:
            outcome = await relay.run()
        except StaleConnection:
            upstream.connection.close()
            self._desk.drop(spool)
            raise
        except RecordingFailed:
            upstream.connection.close()
            spool.close()
            raise
        except asyncio.CancelledError:      # the capture was closed: what came is kept
            upstream.connection.close()
            await self._end(capture, upstream, spool, relay.outcome, asked)
            raise
        if outcome.server_reusable:
            self._upstream = upstream
        else:
            upstream.connection.close()
        await self._end(capture, upstream, spool, outcome, asked)
        return outcome

    async def _end(self, capture: OpenCapture, upstream: Upstream, spool: Spool, outcome: Outcome,
                   asked: Asked) -> None:
        """Hand the exchange over to the WARC."""
        whole = asked.body.done and spool.request_length > 0
        spool.end(Ending(ended_at=self._desk.clock(), truncated=outcome.truncated, request_whole=whole,
                         redacted=tuple(dict.fromkeys(outcome.redacted))))
        if upstream.relayed_by_proxy:
            outcome.notes.append("the proxy passed request and response on itself: they may differ from the server's")
        await self._desk.commit(Ended(spool=spool, tls=upstream.tls, resolution=upstream.resolution, outcome=outcome,
                                      relayed_by_proxy=upstream.relayed_by_proxy), capture)

    async def _after(self, outcome: Outcome, head: HttpHead) -> bool:
        """The client connection after an exchange."""
        if outcome.client_reusable:
            # After a malformed head the client may not have found the end of the body; closing shows it. Closing at
            # once would take the connection from clients that did find it and are about to send.
            longest = self._desk.limits.keep_alive_seconds
            self._patience = min(ODD_HEAD_SECONDS, longest) if outcome.odd_head else longest
            return True
        if not outcome.answered:
            reason = outcome.notes[-1] if outcome.notes else "no answer"
            await self._answer(own_reply(502, "Bad Gateway", "no answer", reason, method=head.method))
        if outcome.truncated is not None and outcome.open_ended:
            self._client.abort()            # a mere end would look like the end of the body
        self._farewell = outcome.truncated is None
        return False

    async def _answer(self, reply: bytes) -> NoReturn:
        """The recorder's last words on this connection."""
        await self._client.write(reply)
        self._farewell = True
        raise _Over


def _request_end(data: bytes) -> int | None:
    lead = len(data) - len(data.lstrip(b"\r\n"))
    found = head_length(data[lead:])
    return None if found is None else lead + found


def _basic(head: HttpHead) -> str:
    """`user:password` of a request to the proxy; "" where there is none (RFC 7617)."""
    scheme, _, value = head.first("proxy-authorization").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _asked(raw: bytes, head: HttpHead, target: Target, *, redact: bool) -> Asked:
    body = request_body(head)
    if body is None:
        raise BadRequest("the end of the request body cannot be told")
    sent = origin_form(raw, head, target.path)
    stored, masked = mask_fields(sent) if redact else (sent, ())
    return Asked(method=head.method, head=sent, stored_head=stored, body=body, keeps_alive=keeps_alive(head),
                 bodyless=body.done, redacted=masked)
