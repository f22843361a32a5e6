"""Exchanges on disk while they arrive.

1. Bytes are in the spool before they are passed on: what a client has seen, a crash does not take.
2. A stream below SPOOL_IN_MEMORY_BYTES stays in memory; as one grows beyond it, both streams of the exchange and their
   slip go to disk.
3. The slip (`.slip`, one JSON line when the exchange begins, one more when it ends) says all that is needed to write
   the exchange's records without the process that received it, record ids included: recovery never writes twice.
4. Spool files are removed only when the WARC holds the records durably.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path

from archiver.errors import RecordingFailed
from archiver.recorder.limits import SPOOL_IN_MEMORY_BYTES
from evidence_store.clock import format_time, parse_time
from evidence_store.records import CaptureId, Peer, RecordId, Sha256, TlsOutcome, Truncation
from evidence_store.warc.model import Block

SLIP, REQUEST, RESPONSE = ".slip", ".request", ".response"
_SCHEMA = "muniment/spool/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is known of an exchange when its first byte is sent."""

    capture: CaptureId
    method: str
    url: str
    started_at: datetime
    peer: Peer
    request: RecordId             # ids of the records to be written
    response: RecordId
    redacted: tuple[str, ...] = ()    # fields masked in the request
    masking: bool = False         # fields of the response are masked too

    def to_json(self) -> str:
        """One line."""
        peer = {"host": self.peer.host, "port": self.peer.port, "address": self.peer.address, "tls": self.peer.tls,
                "version": self.peer.tls_version, "cipher": self.peer.tls_cipher, "cause": self.peer.tls_cause,
                "chain": list(self.peer.chain_sha256)}
        return json.dumps({"schema": _SCHEMA, "capture": self.capture, "method": self.method, "url": self.url,
                           "started_at": format_time(self.started_at), "peer": peer, "request": self.request,
                           "response": self.response, "redacted": list(self.redacted),
                           "masking": self.masking})

    @classmethod
    def parse(cls, line: str) -> "Slip":
        """The inverse of `to_json`; raises ValueError, KeyError or TypeError for anything else."""
        data = json.loads(line)
        if data["schema"] != _SCHEMA:
            raise ValueError(f"spool of an unknown form {data['schema']!r}")
        peer = data["peer"]
        return cls(capture=CaptureId(data["capture"]), method=data["method"], url=data["url"],
                   started_at=parse_time(data["started_at"]), request=RecordId(data["request"]),
                   response=RecordId(data["response"]), redacted=tuple(data["redacted"]),
                   masking=bool(data["masking"]),
                   peer=Peer(host=peer["host"], port=int(peer["port"]), address=peer["address"],
                             tls=TlsOutcome(peer["tls"]), tls_version=peer["version"], tls_cipher=peer["cipher"],
                             tls_cause=peer["cause"], chain_sha256=tuple(Sha256(name) for name in peer["chain"])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an exchange ended."""

    ended_at: datetime
    truncated: Truncation | None
    redacted: tuple[str, ...] = ()    # fields masked in the response
    request_whole: bool = True

    def to_json(self) -> str:
        """One line."""
        return json.dumps({"ended_at": format_time(self.ended_at), "truncated": self.truncated,
                           "redacted": list(self.redacted), "request_whole": self.request_whole})

    @classmethod
    def parse(cls, line: str) -> "Ending":
        """The inverse of `to_json`; raises ValueError, KeyError or TypeError for anything else."""
        data = json.loads(line)
        return cls(ended_at=parse_time(data["ended_at"]), redacted=tuple(data["redacted"]),
                   request_whole=bool(data["request_whole"]),
                   truncated=None if data["truncated"] is None else Truncation(data["truncated"]))


class SpoolStream:
    """One direction of an exchange: bytes, their length and SHA-256."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._digest = hashlib.sha256()
        self._small = bytearray()
        self._file: FileIO | None = None
        self.length = 0

    @property
    def wants_disk(self) -> bool:
        """It grew beyond what is held in memory."""
        return self._file is None and self.length > SPOOL_IN_MEMORY_BYTES

    def write(self, data: bytes | memoryview) -> None:
        """Append."""
        self._digest.update(data)
        self.length += len(data)
        if self._file is None:
            self._small += data
        else:
            _write_all(self._file, data)

    def to_disk(self) -> None:
        """From now on the bytes are in the file."""
        if self._file is None:
            self._file = FileIO(self._path, "xb")
            _write_all(self._file, self._small)
            self._small = bytearray()

    def duplicate(self) -> int | None:
        """A descriptor of the file, for whoever syncs it; None: not on disk."""
        return None if self._file is None or self._file.closed else os.dup(self._file.fileno())

    def block(self) -> Block:
        """The bytes as a record block; nothing may be written after."""
        if self._file is not None:
            self._file.close()
        return Block(source=bytes(self._small) if self._file is None else self._path, length=self.length,
                     sha256=Sha256(self._digest.hexdigest()))

    def remove(self) -> None:
        """Forget the bytes."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)


class Spool:
    """Both directions of one exchange, and its slip."""

    def __init__(self, folder: Path, name: str, slip: Slip) -> None:
        self.slip = slip
        self.ending: Ending | None = None
        self._slip_path = folder / f"{name}{SLIP}"
        self._slip_file: FileIO | None = None
        self._request = SpoolStream(folder / f"{name}{REQUEST}")
        self._response = SpoolStream(folder / f"{name}{RESPONSE}")

    @property
    def request_length(self) -> int:
        """Bytes of the request so far."""
        return self._request.length

    @property
    def response_length(self) -> int:
        """Bytes of the response so far."""
        return self._response.length

    def write_request(self, data: bytes | memoryview) -> None:
        """Bytes that were sent to the server."""
        self._write(self._request, data)

    def write_response(self, data: bytes | memoryview) -> None:
        """Bytes that came from the server."""
        self._write(self._response, data)

    def _write(self, stream: SpoolStream, data: bytes | memoryview) -> None:
        try:
            stream.write(data)
            if stream.wants_disk:
                if self._slip_file is None:
                    self._slip_file = FileIO(self._slip_path, "xb")
                    _write_all(self._slip_file, self.slip.to_json().encode("ascii") + b"\n")
                self._request.to_disk()
                self._response.to_disk()
        except OSError as failure:
            raise self._failed(failure) from failure

    def end(self, ending: Ending) -> None:
        """No more bytes come."""
        self.ending = ending
        try:
            if self._slip_file is not None:
                _write_all(self._slip_file, ending.to_json().encode("ascii") + b"\n")
        except OSError as failure:
            raise self._failed(failure) from failure

    def _failed(self, failure: OSError) -> RecordingFailed:
        return RecordingFailed(f"{self.slip.url} cannot be kept in {self._slip_path.parent}: {failure}",
                               hint="free disk space, then run the command again")

    def descriptors(self) -> list[int]:
        """Duplicates of the open files, for whoever syncs them."""
        slip = None if self._slip_file is None or self._slip_file.closed else os.dup(self._slip_file.fileno())
        found = (slip, self._request.duplicate(), self._response.duplicate())
        return [descriptor for descriptor in found if descriptor is not None]

    def request_block(self) -> Block:
        """The request as a record block."""
        return self._request.block()

    def response_block(self) -> Block:
        """The response as a record block."""
        return self._response.block()

    def remove(self) -> None:
        """The WARC holds it durably: remove the files, the slip last."""
        self._request.remove()
        self._response.remove()
        if self._slip_file is not None:
            self._slip_file.close()
            self._slip_path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the files and leave them for recovery."""
        self._request.block()
        self._response.block()
        if self._slip_file is not None:
            self._slip_file.close()


def sync_descriptors(descriptors: list[int]) -> None:
    """Make what was spooled so far durable, and close the duplicates. Blocks: call it in a worker thread."""
    for descriptor in descriptors:
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """What a crash left of one exchange."""

    slip: Slip
    ending: Ending | None         # None: it had not ended
    request: Path
    response: Path
    slip_path: Path

    def remove(self) -> None:
        """The WARC holds it durably: remove the files, the slip last."""
        for path in (self.request, self.response, self.slip_path):
            path.unlink(missing_ok=True)


def leftovers(folder: Path) -> tuple[list[Leftover], list[Path]]:
    """What lies in a spool folder, and slips that cannot be read (the machine lost power while one was written)."""
    found: list[Leftover] = []
    unreadable: list[Path] = []
    for path in sorted(folder.glob(f"*{SLIP}")):
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
        try:
            slip = Slip.parse(lines[0])
        except (IndexError, ValueError, KeyError, TypeError):
            unreadable.append(path)
            continue
        found.append(Leftover(slip=slip, ending=_ending(lines[1:]), slip_path=path, request=path.with_suffix(REQUEST),
                              response=path.with_suffix(RESPONSE)))
    return found, unreadable


def _ending(lines: list[str]) -> Ending | None:
    try:
        return Ending.parse(lines[0]) if lines else None
    except (ValueError, KeyError, TypeError):      # torn by the crash: it had not ended
        return None


def _write_all(file: FileIO, data: bytes | bytearray | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) or 0:]
