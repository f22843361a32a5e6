"""A recorder over a real WARC folder, and clients for it."""

import json
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from origin import Origin, Reply, TestCa
from warcio.archiveiterator import ArchiveIterator

from archiver.recorder import (
    CaptureChannel,
    EgressPolicy,
    Endpoint,
    MapResolver,
    Recorder,
    RecorderLimits,
    Resolver,
    UpstreamProxy,
    UpstreamTrust,
)
from archiver.recorder.tee import KnownPayload
from evidence_store.clock import Clock, system_clock, system_random
from evidence_store.records import CaptureId, Tool
from evidence_store.warc.model import RecordEntry
from evidence_store.warc.writer import WarcWriter

LOOPBACK = EgressPolicy(allow_private=True)


@dataclass(frozen=True, kw_only=True)
class StoredRecord:
    """A record as warcio reads it, its block untouched."""

    type: str
    fields: dict[str, str]
    block: bytes

    @property
    def id(self) -> str:
        return self.fields["WARC-Record-ID"].strip("<>")

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.block)

    @property
    def json_or_empty(self) -> dict[str, Any]:
        return self.json if self.fields.get("Content-Type") == "application/json" else {}


def read_records(folder: Path) -> list[StoredRecord]:
    """Every record of a folder of WARC files."""
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                fields = dict(record.rec_headers.headers)
                found.append(StoredRecord(type=record.rec_type, fields=fields, block=record.raw_stream.read()))
    return found


@dataclass
class Bench:
    """A recorder under test."""

    root: Path
    stack: ExitStack
    names: dict[str, Endpoint] = field(default_factory=dict)
    recorder: Recorder | None = None
    warc: WarcWriter | None = None
    captures: int = 0

    @property
    def warcs(self) -> Path:
        return self.root / "warcs"

    @property
    def spool(self) -> Path:
        return self.root / "spool"

    def origin(self, replies: dict[str, Reply] | Callable[[str, bytes], Reply], *hosts: str, ca: TestCa | None = None,
               address: str = "127.0.0.1", **certificate: bool) -> Origin:
        """A running origin under these names."""
        tls = ca.server_context(*hosts, **certificate) if ca is not None else None
        served = self.stack.enter_context(Origin(replies, tls, address=address))
        for host in hosts:
            self.names[host] = Endpoint(address=address, port=served.port)
        return served

    def start(self, *, policy: EgressPolicy = LOOPBACK, limits: RecorderLimits | None = None,
              ca: TestCa | None = None, upstream: UpstreamProxy | None = None,
              resolver: Resolver | None = None, known: KnownPayload | None = None, clock: Clock = system_clock,
              on_record: Callable[[RecordEntry], object] = lambda _: None) -> Recorder:
        """The recorder, running until the test ends."""
        for folder in (self.warcs, self.spool):
            folder.mkdir(exist_ok=True)
        files: tuple[Path, ...] = ()
        if ca is not None:
            files = (self.root / "roots.pem",)
            files[0].write_bytes(ca.pem)
        self.warc = WarcWriter(self.warcs, case_prefix="00c0ffee", clock=system_clock, random=system_random,
                               software=(Tool(name="test", version="1"),), on_record=on_record)
        self.stack.callback(self.warc.close)
        self.recorder = self.stack.enter_context(Recorder(
            warc=self.warc, spool=self.spool, policy=policy, limits=limits, upstream=upstream,
            known=known, clock=clock,
            resolver=resolver or MapResolver(self.names),
            trust=UpstreamTrust(ca_files=files, system_roots=False)))
        return self.recorder

    def channel(self, *, redact: bool = False) -> CaptureChannel:
        assert self.recorder is not None
        self.captures += 1
        return self.recorder.open_capture(CaptureId(f"{self.captures:016x}"), redact=redact)

    def records(self) -> list[StoredRecord]:
        """What stands in the WARC; closes the writer."""
        assert self.warc is not None
        self.warc.close()
        return read_records(self.warcs)


def client_of(channel: CaptureChannel) -> requests.Session:
    """A requests session configured as the archiver's is."""
    session = requests.Session()
    session.trust_env = False
    session.proxies = {"http": channel.proxy_url, "https": channel.proxy_url}
    session.verify = str(channel.ca_file)
    return session


def block_of(records: list[StoredRecord], record_id: str) -> bytes:
    """The block of one record."""
    return next(record.block for record in records if record.id == record_id)


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """What comes up to and with `end`, in however many pieces; or to the end of the connection."""
    found = b""
    while end not in found and (data := connection.recv(65536)):
        found += data
    return found
