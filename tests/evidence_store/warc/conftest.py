"""WARC files made by our writer, with fixed time and ids, for the tests of this folder."""

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence_store.records import RecordId, Sha256, Tool
from evidence_store.warc.model import Block, RecordEntry, Wire
from evidence_store.warc.writer import WarcWriter

STARTED = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
SOFTWARE = (Tool(name="Muniment", version="0.1.0"), Tool(name="Python", version="3.11"))


def sha256(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


def http_response(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *fields, "")).encode("latin-1") + body


@dataclass
class Folder:
    """A folder of WARC files and what its writer announced."""

    path: Path
    announced: list[RecordEntry] = field(default_factory=list)
    _ticks: int = 0

    def clock(self) -> datetime:
        self._ticks += 1
        return STARTED + timedelta(seconds=self._ticks)

    @contextmanager
    def writer(self, **options: object) -> Iterator[WarcWriter]:
        settings = {"case_prefix": "0badcafe", "clock": self.clock, "random": random.Random(7).randbytes,
                    "software": SOFTWARE, "on_record": self.announced.append}
        with WarcWriter(self.path, **(settings | options)) as writer:  # type: ignore[arg-type]
            yield writer

    @property
    def warcs(self) -> list[Path]:
        return sorted(self.path.glob("*.warc.gz"))

    @property
    def warc(self) -> Path:
        (only,) = self.warcs
        return only


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    path = tmp_path / "warcs"
    path.mkdir()
    return Folder(path)


@pytest.fixture
def write_page() -> Callable[..., RecordEntry]:
    """Write one exchange: a response and its request; the response's entry."""

    def write(writer: WarcWriter, body: bytes, *, url: str = "https://example.com:443/page?b=2&a=1",
              media_type: str = "text/html; charset=utf-8", method: str = "GET", sent: bytes = b"",
              sent_type: str = "application/x-www-form-urlencoded") -> RecordEntry:
        block = http_response(body, f"Content-Type: {media_type}", f"Content-Length: {len(body)}")
        asked = (f"{method} /page?b=2&a=1 HTTP/1.1\r\nHost: example.com\r\nContent-Type: {sent_type}\r\n"
                 f"Content-Length: {len(sent)}\r\n\r\n").encode() + sent
        with writer.exchange():
            response = writer.write_response(
                uri=url, date=STARTED, block=Block.of_bytes(block), payload_sha256=sha256(body),
                wire=Wire(address="192.0.2.7", protocols=("http/1.1", "tls/1.3"), cipher_suite="TLS_AES_128_GCM"))
            writer.write_request(uri=url, date=STARTED, block=Block.of_bytes(asked),
                                 concurrent_to=[response.ref.record])
        return response

    return write


@pytest.fixture
def record_id() -> RecordId:
    return RecordId("urn:uuid:00000000-0000-4000-8000-000000000001")


@pytest.fixture
def mixed(folder: Folder, write_page: Callable[..., RecordEntry]) -> Folder:
    """A closed file with every type of record, chunked and coded bodies, text and media."""
    media = random.Random(3).randbytes(300_000)
    with folder.writer() as writer:
        write_page(writer, b"<p>quoted</p>" * 40)
        write_page(writer, b"{}", method="POST", sent=b"name=a+b&x=1", url="http://example.com:80/form")
        photo = write_page(writer, media, media_type="image/jpeg", url="http://example.com/photo.jpg")
        chunked = http_response(b"4;ext=1\r\nwiki\r\n5\r\npedia\r\n0\r\nTrailer: x\r\n\r\n",
                                "Transfer-Encoding: chunked")
        writer.write_response(uri="http://example.com/chunked", date=STARTED, block=Block.of_bytes(chunked),
                              payload_sha256=sha256(b"wikipedia"))
        writer.write_revisit(uri="http://example.com/photo.jpg", date=STARTED, original=photo,
                             block=Block.of_bytes(http_response(b"", "Content-Type: image/jpeg")))
        writer.write_metadata(uri="https://example.com/page", date=STARTED, media_type="application/json",
                              block=Block.of_bytes(b'{"tls":[]}'), concurrent_to=[photo.ref.record])
        writer.write_resource(uri="dns:example.com", date=STARTED, media_type="text/dns",
                              block=Block.of_bytes(b"20260304\r\nexample.com. 60 IN A 192.0.2.7\r\n"))
        writer.write_resource(uri="urn:view:https://example.com/page", date=STARTED, media_type="image/png",
                              block=Block.of_bytes(b"\x89PNG\r\n\x1a\n"))
        writer.write_conversion(uri="urn:conversion:merged.mp4", date=STARTED, media_type="video/mp4",
                                block=Block.of_bytes(b"ftyp"), refers_to=photo.ref.record)
    return folder
