"""What a browser told of exchanges that it had itself, as records that say so.

1. Each record carries `Muniment-Decoded-By`; each `Exchange` names the program (`decoded_by`). None is taken for the
   wire.
2. Field names that no longer fit a body without codings get the prefix X-Archive-Orig-; Content-Length is the stored
   body's.
3. One `metadata` record a capture says what was passed on unread: tunnels, their bytes, TLS as the browser saw it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from archiver.browser.direct import DirectLog, Fields, Told
from archiver.identity import Identity
from archiver.recorder import Tunnel
from archiver.recorder.redact import mask_fields
from archiver.recorder.tee import measure
from evidence_store.clock import format_time
from evidence_store.records import CaptureId, Exchange, Peer, TlsOutcome, Truncation, WarcRef
from evidence_store.warc.model import Block, Wire
from evidence_store.warc.writer import WarcWriter

SCHEMA = "muniment/direct/1"
PREFIX = "X-Archive-Orig-"
MAX_NAMED = 5                 # exchanges without a whole body that are named one by one
_CODED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectRecords:
    """What was written."""

    exchanges: tuple[Exchange, ...]
    reasons: tuple[str, ...]      # what a reader of the capture must know
    is_whole: bool                # the bodies that a page is made of were handed over to their end


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectWriter:
    """Writes what one capture's browser told."""

    warc: WarcWriter
    capture: CaptureId
    told_by: str                  # "Chromium 156.0.8078.79"
    tunnels: tuple[Tunnel, ...]
    identity: Identity | None

    def write(self, log: DirectLog) -> DirectRecords:
        """All exchanges of a visit."""
        told = tuple(log.answered())
        if not told and not self.tunnels:
            return DirectRecords(exchanges=(), reasons=(), is_whole=True)
        with self.warc.exchange():
            about = self._about(told)
        exchanges = tuple(self._one(one, about) for one in told)
        self.warc.sync()
        return DirectRecords(exchanges=exchanges, reasons=tuple(self._reasons(told, log)),
                             is_whole=not any(one.is_missed for one in told) and not log.beyond)

    def _one(self, told: Told, about: WarcRef) -> Exchange:
        request, masked_request = self._masked(_request_head(told))
        response, masked_response = self._masked(_response_head(told))
        peer = self._peer(told)
        wire = Wire(address=peer.address, protocols=(told.protocol,) if told.protocol else ())
        block = Block.of_bytes(response + told.body)
        head, body = measure(block)
        with self.warc.exchange():
            answer = self.warc.write_response(
                uri=told.url, date=told.sent_at, block=block, payload_sha256=body.payload_sha256, wire=wire,
                truncated=told.truncated, redacted=masked_response, decoded_by=self.told_by,
                concurrent_to=(about.record,))
            asked = self.warc.write_request(
                uri=told.url, date=told.sent_at, block=Block.of_bytes(request + told.request_body), wire=wire,
                truncated=None if told.request_is_whole else Truncation.UNSPECIFIED, redacted=masked_request,
                decoded_by=self.told_by, concurrent_to=(answer.ref.record, about.record))
        return Exchange(
            url=told.url, method=told.method, started_at=told.sent_at, ended_at=told.ended_at, peer=peer,
            request=asked.ref, response=answer.ref, status=told.status, media_type=head.media_type if head else "",
            payload_sha256=body.payload_sha256, payload_length=body.payload_length,
            content_sha256=body.content_sha256, content_length=body.content_length,
            location=head.first("location") if head else "", truncated=told.truncated, other_records=(about,),
            decoded_by=self.told_by)

    def _masked(self, head: bytes) -> tuple[bytes, tuple[str, ...]]:
        return mask_fields(head) if self.identity is not None and self.identity.is_masked else (head, ())

    def _peer(self, told: Told) -> Peer:
        parts = urlsplit(told.url)
        host, port = parts.hostname or "", parts.port or 443
        address = next((one.address for one in self.tunnels if (one.host, one.port) == (host, port)), "")
        return Peer(host=host, port=port, address=address, tls=TlsOutcome.VERIFIED,
                    tls_version=str(told.security.get("protocol", "")).replace("TLS ", "TLSv"),
                    tls_cipher=str(told.security.get("cipher", "")))

    def _about(self, told: Sequence[Told]) -> WarcRef:
        """The record of what was passed on unread."""
        said = {
            "schema": SCHEMA, "capture": self.capture, "told_by": self.told_by, "decoded": True,
            "tunnels": [{"host": one.host, "port": one.port, "address": one.address,
                         "opened_at": format_time(one.opened_at), "sent": one.sent, "received": one.received}
                        for one in self.tunnels],
            "tls": _seen_tls(told), "missing": [{"url": one.url, "why": one.note} for one in told if one.truncated]}
        url = told[0].url if told else f"https://{self.tunnels[0].host}/"
        date = told[0].sent_at if told else self.tunnels[0].opened_at
        block = Block.of_bytes(json.dumps(said, sort_keys=True).encode("ascii") + b"\n")
        return self.warc.write_metadata(uri=url, date=date, block=block, media_type="application/json").ref

    def _reasons(self, told: Sequence[Told], log: DirectLog) -> Iterable[str]:
        yield (f"{len(told)} exchanges were had by {self.told_by} itself: their records are what it told, decoded, "
               "not bytes of the wire")
        lacking = [one for one in told if one.truncated is not None]
        if lacking:
            named = "; ".join(f"{one.url} ({one.note})" for one in lacking[:MAX_NAMED])
            yield f"of {len(lacking)} of them the browser did not hand over the whole body: {named}"
        if log.beyond:
            yield f"{log.beyond} more were not taken down"
        known = Counter((urlsplit(one.url).hostname, urlsplit(one.url).port or 443) for one in told)
        unknown = sorted({one.host for one in self.tunnels if one.received and (one.host, one.port) not in known})
        if unknown:
            yield f"connections of which the browser told no exchange: {', '.join(unknown[:MAX_NAMED])}"


def _seen_tls(told: Iterable[Told]) -> list[dict[str, Any]]:
    """Certificates as the browser told of them, once a host."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in told:
        if one.security:
            found.setdefault(urlsplit(one.url).netloc, one.security)
    names = ("protocol", "cipher", "keyExchangeGroup", "subjectName", "sanList", "issuer", "validFrom", "validTo")
    return [{"host": host, **{name: seen[name] for name in names if name in seen}} for host, seen in found.items()]


def _request_head(told: Told) -> bytes:
    parts = urlsplit(told.url)
    target = parts.path or "/"
    line = f"{told.method} {target}{'?' + parts.query if parts.query else ''} HTTP/1.1"
    fields = told.request_fields
    if not any(name.lower() == "host" for name, _ in fields):
        fields = (("Host", parts.netloc.rpartition("@")[2]), *fields)
    return _head(line, fields)


def _response_head(told: Told) -> bytes:
    fields = [(f"{PREFIX}{name}" if name.lower() in _CODED else name, value) for name, value in told.response_fields]
    line = f"HTTP/1.1 {told.status} {told.reason}"
    return _head(line, (*fields, ("Content-Length", str(len(told.body)))))


def _head(line: str, fields: Fields) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in fields)]
    clean = (one.replace("\r", " ").replace("\n", " ") for one in lines)
    return "\r\n".join(clean).encode("utf-8", "replace") + b"\r\n\r\n"
