"""Bytes to WARC: an exchange that ended becomes records, and the `Exchange` that names them.

1. Blocks are the spooled bytes, never parsed and re-emitted; their digests were computed while they arrived.
2. One exchange, one group: metadata of the connection, DNS answer, response, request, remarks - in one file.
3. The TLS chain is recorded once per (server, outcome, chain) and capture, a DNS answer once per (name, answer).
4. Spool files stay until the WARC is synced.
5. Where that is asked for, the same payload at the same URL is written once: later ones are revisits of it. The
   exchange names both records.
"""

import io
import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from archiver.recorder.channel import ExchangeNote, Failure
from archiver.recorder.relay import Outcome
from archiver.recorder.resolver import Resolution, dns_record
from archiver.recorder.spool import Ending, Slip, Spool
from archiver.recorder.tls import TlsFacts
from evidence_store.clock import format_time
from evidence_store.records import CaptureId, Exchange, Peer, Sha256, Truncation, WarcRef
from evidence_store.warc.bodies import BodyMeasure, measure_response
from evidence_store.warc.http import HttpHead
from evidence_store.warc.model import Block, RecordEntry, Wire
from evidence_store.warc.writer import WarcWriter

KnownPayload: TypeAlias = Callable[[str, Sha256], RecordEntry | None]     # of a URL and a payload: its first record

MIN_REPEATED = 2048        # bytes of payload from which a revisit saves more than it is itself
_SYNC_SECONDS = 1.0        # how long spool files may outlive their exchange
_SYNC_EXCHANGES = 64
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An exchange that ended, on its way into the WARC."""

    spool: Spool
    tls: TlsFacts | None
    resolution: Resolution | None
    outcome: Outcome
    relayed_by_proxy: bool


@dataclass(slots=True)
class CaptureLog:
    """What was written for one capture; touched by the writer thread only, until the capture is closed."""

    capture: CaptureId
    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[ExchangeNote] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    not_recorded: list[str] = field(default_factory=list)
    chains: dict[tuple[object, ...], WarcRef] = field(default_factory=dict)
    answers: dict[Resolution, WarcRef] = field(default_factory=dict)


class Tee:
    """Writes exchanges into the WARC; one thread at a time."""

    def __init__(self, warc: WarcWriter, known: KnownPayload | None = None,
                 monotonic: Callable[[], float] = time.monotonic) -> None:
        self._warc = warc
        self._known = known
        self._monotonic = monotonic
        self._unsynced: list[Spool] = []
        self._synced_at = monotonic()

    def commit(self, ended: Ended, log: CaptureLog) -> None:
        """Write the records of an exchange and note them in the capture's log."""
        slip, ending = ended.spool.slip, ended.spool.ending
        if ending is None:
            raise ValueError("an exchange is committed before it ended")
        with self._warc.exchange():
            others = [*self._tls(ended, log), *self._dns(ended, log)]
            exchange = write_exchange(self._warc, slip, ending, request=ended.spool.request_block(), others=others,
                                      response=ended.spool.response_block(), relayed_by_proxy=ended.relayed_by_proxy,
                                      known=self._known)
            exchange = self._remark(ended, exchange)
        log.exchanges.append(exchange)
        response = exchange.response.record if exchange.response else None
        log.notes.extend(ExchangeNote(url=slip.url, response=response, text=text) for text in ended.outcome.notes)
        if ended.outcome.upgraded:
            log.not_recorded.append(slip.url)
        self._unsynced.append(ended.spool)
        if len(self._unsynced) >= _SYNC_EXCHANGES or self._monotonic() - self._synced_at >= _SYNC_SECONDS:
            self.sync()

    def fail(self, failure: Failure, capture: CaptureId, log: CaptureLog) -> None:
        """Record that a request could not be sent."""
        said = {"schema": "muniment/failure/1", "capture": capture, "kind": failure.kind, "method": failure.method,
                "url": failure.url, "detail": failure.detail, "at": format_time(failure.at)}
        entry = self._warc.write_metadata(uri=failure.url, date=failure.at, block=_json_block(said), media_type=JSON)
        log.failures.append(replace(failure, record=entry.ref))

    def sync(self) -> None:
        """Make everything durable, then remove the spool files."""
        self._warc.sync()
        self._synced_at = self._monotonic()
        while self._unsynced:
            self._unsynced.pop().remove()

    def _tls(self, ended: Ended, log: CaptureLog) -> list[WarcRef]:
        peer = ended.spool.slip.peer
        if ended.tls is None:
            return []
        key = (peer.host, peer.port, peer.tls, peer.tls_cause, ended.tls)
        if key not in log.chains:
            entry = self._warc.write_metadata(
                uri=_origin_url(ended.spool.slip.url), date=ended.spool.slip.started_at, media_type=JSON,
                block=_json_block(_tls_facts(peer, ended.tls)), wire=_wire(peer, ""))
            log.chains[key] = entry.ref
        return [log.chains[key]]

    def _dns(self, ended: Ended, log: CaptureLog) -> list[WarcRef]:
        answer = ended.resolution
        if answer is None:
            return []
        if answer not in log.answers:
            date = ended.spool.slip.started_at
            block = Block.of_bytes(dns_record(answer, date.astimezone(UTC).strftime("%Y%m%d%H%M%S")))
            log.answers[answer] = self._warc.write_resource(uri=f"dns:{answer.host}", date=date, block=block,
                                                            media_type="text/dns").ref
        return [log.answers[answer]]

    def _remark(self, ended: Ended, exchange: Exchange) -> Exchange:
        """What the blocks do not say: interim responses, bytes after the end, why it was cut."""
        outcome = ended.outcome
        if not (outcome.notes or outcome.interim or outcome.trailing):
            return exchange
        said = {"schema": "muniment/exchange/1", "capture": ended.spool.slip.capture, "url": exchange.url,
                "method": exchange.method, "truncated": exchange.truncated, "notes": outcome.notes,
                "interim": [b64encode(head).decode("ascii") for head in outcome.interim],
                "after_end": b64encode(outcome.trailing).decode("ascii"), "after_end_cut": outcome.trailing_cut}
        about = exchange.response or exchange.request
        entry = self._warc.write_metadata(uri=exchange.url, date=exchange.started_at, block=_json_block(said),
                                          media_type=JSON, concurrent_to=(about.record,))
        return _with_record(exchange, entry.ref)


def write_exchange(warc: WarcWriter, slip: Slip, ending: Ending, *, request: Block, response: Block,
                   others: Sequence[WarcRef] = (), relayed_by_proxy: bool = False,
                   known: KnownPayload | None = None) -> Exchange:
    """Response (or revisit) and request records, and what they are to a reader."""
    head, body = (None, None) if not response.length else measure(response)
    beside = [record.record for record in others]
    response_entry: RecordEntry | None = None
    original: RecordEntry | None = None
    if response.length:
        wire = _wire(slip.peer, head.version if head and not relayed_by_proxy else "")
        payload = body.payload_sha256 if body else None
        may_repeat = payload is not None and body is not None and _repeats(head, body, ending)
        original = known(slip.url, payload) if known and payload and may_repeat else None
        if head and original and original.payload_digest:
            response_entry = warc.write_revisit(
                uri=slip.url, date=slip.started_at, block=Block.of_bytes(_beginning(response, head.length)), wire=wire,
                original=original, record_id=slip.response, redacted=ending.redacted, concurrent_to=beside)
        else:
            response_entry = warc.write_response(
                uri=slip.url, date=slip.started_at, block=response, record_id=slip.response, redacted=ending.redacted,
                payload_sha256=payload, truncated=ending.truncated, wire=wire, concurrent_to=beside)
            original = None
    request_entry = warc.write_request(
        uri=slip.url, date=slip.started_at, block=request, record_id=slip.request, redacted=slip.redacted,
        wire=_wire(slip.peer, ""),
        truncated=None if ending.request_whole else Truncation.UNSPECIFIED,
        concurrent_to=[*([slip.response] if response_entry else []), *beside])
    return Exchange(
        url=slip.url, method=slip.method, started_at=slip.started_at, ended_at=ending.ended_at, peer=slip.peer,
        request=request_entry.ref, response=response_entry.ref if response_entry else None,
        status=head.status if head else None, media_type=head.media_type if head else "",
        payload_sha256=body.payload_sha256 if body else None, payload_length=body.payload_length if body else 0,
        content_sha256=body.content_sha256 if body else None, content_length=body.content_length if body else 0,
        content_coding=body.coding if body else "", location=head.first("location") if head else "",
        truncated=ending.truncated, other_records=(*others, *((original.ref,) if original else ())),
        payload_in=original.ref.record if original else None)


def measure(response: Block) -> tuple[HttpHead | None, BodyMeasure]:
    """The head of a response block, and what its body comes to."""
    if isinstance(response.source, Path):
        with response.source.open("rb") as stream:
            return measure_response(stream)
    return measure_response(io.BytesIO(response.source))


def _repeats(head: HttpHead | None, body: BodyMeasure, ending: Ending) -> bool:
    """Whether a response is one that a revisit could stand for: whole, ordinary, and read alike by all readers."""
    return (head is not None and head.status == 200 and head.is_plain and ending.truncated is None
            and body.payload_length >= MIN_REPEATED)


def _beginning(block: Block, length: int) -> bytes:
    if isinstance(block.source, Path):
        with block.source.open("rb") as stream:
            return stream.read(length)
    return block.source[:length]


def _with_record(exchange: Exchange, record: WarcRef) -> Exchange:
    return replace(exchange, other_records=(*exchange.other_records, record))


def _wire(peer: Peer, http_version: str) -> Wire:
    """What the record says of the connection (WARC-IP-Address, WARC-Protocol, WARC-Cipher-Suite)."""
    protocols = [http_version.lower()] if http_version.startswith("HTTP/") else []
    if peer.tls_version:
        protocols.append(f"tls/{peer.tls_version.removeprefix('TLSv')}")
    suite = peer.tls_cipher if peer.tls_cipher.startswith("TLS_") else ""     # older ones have OpenSSL's names here
    return Wire(address=peer.address, protocols=tuple(protocols), cipher_suite=suite)


def _origin_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"


def _tls_facts(peer: Peer, facts: TlsFacts) -> dict[str, object]:
    return {"schema": "muniment/tls/1", "host": peer.host, "port": peer.port, "address": peer.address,
            "outcome": peer.tls, "cause": peer.tls_cause, "protocol": facts.version, "cipher": facts.cipher,
            "chain_sha256": list(facts.chain_sha256), "chain": [_pem(der) for der in facts.chain]}


def _pem(der: bytes) -> str:
    """A certificate in PEM; base 64 of it as it came where it cannot be parsed."""
    try:
        return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode("ascii")
    except ValueError:
        return b64encode(der).decode("ascii")


def _json_block(said: Mapping[str, object]) -> Block:
    return Block.of_bytes(json.dumps(said, sort_keys=True).encode("ascii") + b"\n")
