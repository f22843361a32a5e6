"""A calendar of OpenTimestamps on loopback, and a chain of blocks of our own with hardly any work in them."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PENDING, BITCOIN = bytes.fromhex("83dfe30d2ef90c8e"), bytes.fromhex("0588960d73d71901")
EASY = bytes.fromhex("ffff7f20")          # a target that every second header meets
MOMENT = 1_800_000_000                    # time of the block: 15 January 2027


def counted(data: bytes) -> bytes:
    assert len(data) < 128
    return bytes([len(data)]) + data


def mined(merkle_root: bytes, moment: int = MOMENT) -> bytes:
    """A header with that root whose work is done."""
    for nonce in range(1000):
        header = b"\1\0\0\0" + bytes(32) + merkle_root + moment.to_bytes(4, "little") + EASY
        header += nonce.to_bytes(4, "little")
        if hashlib.sha256(hashlib.sha256(header).digest()).digest()[-1] < 0x7F:
            return header
    raise AssertionError("no header was found")


@dataclass
class Calendar:
    """What it was given, and the block that it has put all of it into, if it has."""

    url: str = ""
    up: bool = True
    taken: dict[bytes, bytes] = field(default_factory=dict)      # commitment by message
    asked: list[str] = field(default_factory=list)
    height: int = 0                                              # 0: in no block yet
    moment: int = MOMENT

    def promise(self, message: bytes) -> bytes:
        """Append four bytes, hash, and promise the rest."""
        salt = len(self.taken).to_bytes(4, "big")
        self.taken[message] = hashlib.sha256(message + salt).digest()
        return b"\xf0\x04" + salt + b"\x08\x00" + PENDING + counted(counted(self.url.encode()))

    def rest(self, commitment: bytes) -> bytes:
        """On to the block: some transaction around it, hashed twice."""
        return b"\xf1\x03tx:\x08\x08\x00" + BITCOIN + counted(self.number(self.height))

    def header(self, commitment: bytes) -> bytes:
        root = hashlib.sha256(hashlib.sha256(b"tx:" + commitment).digest()).digest()
        return mined(root, self.moment)

    def headers(self) -> str:
        """A line for a verifier."""
        (commitment,) = self.taken.values()
        return f"# our own chain\n{self.height} {self.header(commitment).hex()}\n"

    @staticmethod
    def number(value: int) -> bytes:
        out = bytearray()
        while value >= 128:
            out.append(value & 127 | 128)
            value >>= 7
        return bytes([*out, value])


@contextmanager
def serving() -> Iterator[Calendar]:
    calendar = Calendar()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(calendar.promise(body) if calendar.up and self.path == "/digest" and len(body) == 32 else None)

        def do_GET(self) -> None:
            calendar.asked.append(self.path)
            commitment = bytes.fromhex(self.path.removeprefix("/timestamp/"))
            known = calendar.height and commitment in calendar.taken.values()
            self.answer(calendar.rest(commitment) if known else None)

        def answer(self, data: bytes | None) -> None:
            self.send_response(200 if data is not None else 404)
            self.end_headers()
            self.wfile.write(data or b"Pending confirmation in Bitcoin blockchain")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    calendar.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield calendar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
