"""WARC writing: CPU seconds and size against warcio and FastWARC, on one generated corpus.

usage: bench_warc_write.py [MEGABYTES]     (default 300; each writer runs in a process of its own)

The corpus has 60 % small text by count, JPEG-like and MP4-like files (random bytes: as incompressible as the real
thing). "media" is its JPEG and MP4 part, "mixed" all of it. Ours is measured twice: digests handed in, as the recorder
does, and computed by the writing process, as the others must.
"""

import hashlib
import io
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

WRITERS = ("ours", "ours+digests", "warcio", "fastwarc", "copy")
TARGET_SPEED = 8.0       # times warcio's CPU speed on media-heavy input
TARGET_SIZE = 1.02       # times warcio's size
WORDS = ["reported", "school", "mosque", "video", "near", "strike", "village", "source", "said", "after", "morning",
         "killed", "wounded", "photo", "from", "Sarmin", "Wudehi", "Reuters", "TASS", "unconfirmed", "hospital"]
DATE = datetime(2026, 1, 1, tzinfo=UTC)


def make_corpus(folder: Path, megabytes: int) -> None:
    """Response blocks as files: by count 60 % text of 5-60 KB, 39 % JPEG of 100 KB-1 MB, 1 % MP4 of 20-60 MB."""
    dice, left, number = random.Random(1), megabytes * 1_000_000, 0
    while left > 0:
        draw = dice.random()
        if draw < 0.6:
            body = " ".join(dice.choices(WORDS, k=dice.randrange(700, 9000))).encode()
            kind, name = "text/html; charset=utf-8", "text"
        elif draw < 0.99:
            body, kind, name = dice.randbytes(dice.randrange(100_000, 1_000_000)), "image/jpeg", "media"
        else:
            body, kind, name = dice.randbytes(dice.randrange(20_000_000, 60_000_000)), "video/mp4", "media"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        (folder / f"{number:06d}.{name}").write_bytes(head + body)
        left -= len(body)
        number += 1


def blocks(corpus: Path, kind: str) -> list[Path]:
    return sorted(path for path in corpus.iterdir() if kind == "mixed" or path.suffix == f".{kind}")


def digests(path: Path) -> tuple[int, str, str]:
    """Length, block digest and payload digest of a block, in one pass."""
    block, payload, length = hashlib.sha256(), hashlib.sha256(), 0
    with path.open("rb") as stream:
        while data := stream.read(1 << 20):
            block.update(data)
            payload.update(data if length else data[data.index(b"\r\n\r\n") + 4:])
            length += len(data)
    return length, block.hexdigest(), payload.hexdigest()


def write_ours(files: list[Path], folder: Path, known: dict[str, tuple[int, str, str]] | None) -> Iterator[Path]:
    from evidence_store.clock import system_clock, system_random
    from evidence_store.records import Sha256, Tool
    from evidence_store.warc.model import Block
    from evidence_store.warc.writer import WarcWriter

    with WarcWriter(folder, case_prefix="0badcafe", clock=system_clock, random=system_random,
                    software=(Tool(name="Muniment", version="0"),), on_record=lambda _: None) as writer:
        for path in files:
            length, block, payload = known[path.name] if known is not None else digests(path)
            writer.write_response(uri=f"http://example.com/{path.name}", date=DATE, payload_sha256=Sha256(payload),
                                  block=Block(source=path, length=length, sha256=Sha256(block)))
    yield from folder.glob("*.warc.gz")


def write_warcio(files: list[Path], folder: Path) -> Iterator[Path]:
    from warcio.statusandheaders import StatusAndHeadersParser
    from warcio.warcwriter import WARCWriter

    target = folder / "warcio.warc.gz"
    parser = StatusAndHeadersParser(["HTTP/1.1"])
    with target.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        for path in files:
            with path.open("rb") as block:
                head = parser.parse(block)
                writer.write_record(writer.create_warc_record(
                    f"http://example.com/{path.name}", "response", payload=block, http_headers=head))
    yield target


def write_fastwarc(files: list[Path], folder: Path) -> Iterator[Path]:
    from fastwarc import GzipWriter
    from fastwarc.warc import WarcRecord, WarcRecordType

    target = folder / "fastwarc.warc.gz"
    with target.open("wb") as stream:
        out = GzipWriter(stream)
        for path in files:
            record = WarcRecord()
            record.init_headers(record_type=WarcRecordType.response)
            record.headers["WARC-Target-URI"] = f"http://example.com/{path.name}"
            record.set_bytes_content(path.read_bytes())
            record.write(out, checksum_data=True)
        out.close()
    yield target


def write_copy(files: list[Path], folder: Path) -> Iterator[Path]:
    target = folder / "copy"
    with target.open("wb") as out:
        for path in files:
            with path.open("rb") as stream:
                while data := stream.read(1 << 20):
                    out.write(data)
    yield target


def run_one(writer: str, kind: str, corpus: Path, folder: Path) -> None:
    """In a process of its own: write, then print CPU seconds and size."""
    files = blocks(corpus, kind)
    known = {path.name: digests(path) for path in files} if writer == "ours" else None
    makers = {"ours": lambda chosen, target: write_ours(chosen, target, known),
              "ours+digests": lambda chosen, target: write_ours(chosen, target, None),
              "warcio": write_warcio, "fastwarc": write_fastwarc, "copy": write_copy}
    with tempfile.TemporaryDirectory(dir=folder) as warm:
        list(makers[writer](files[:1], Path(warm)))      # imports are not what is measured
    before = resource.getrusage(resource.RUSAGE_SELF)
    made = list(makers[writer](files, folder))
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(seconds, sum(path.stat().st_size for path in made))


def measure(writer: str, kind: str, corpus: Path) -> tuple[float, int]:
    with tempfile.TemporaryDirectory(dir=corpus.parent) as folder:
        done = subprocess.run([sys.executable, __file__, "--run", writer, kind, corpus, folder], check=True,
                              capture_output=True, text=True)
    seconds, size = done.stdout.split()
    return float(seconds), int(size)


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory(prefix="muniment-bench-") as scratch:
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        make_corpus(corpus, megabytes)
        out = io.StringIO()
        for kind in ("media", "mixed"):
            files = blocks(corpus, kind)
            size_in = sum(path.stat().st_size for path in files)
            print(f"{kind}: {len(files)} records, {size_in / 1e6:.0f} MB", file=out)
            print(f"  {'writer':<14}{'CPU s':>8}{'MB/s':>8}{'x warcio':>10}{'out/in':>9}{'/warcio':>9}", file=out)
            found = {writer: measure(writer, kind, corpus) for writer in WRITERS}
            base_seconds, base_size = found["warcio"]
            for writer, (seconds, size) in found.items():
                print(f"  {writer:<14}{seconds:>8.2f}{size_in / 1e6 / seconds:>8.0f}{base_seconds / seconds:>10.1f}"
                      f"{size / size_in:>9.3f}{size / base_size:>9.3f}", file=out)
            if kind == "media":
                seconds, size = found["ours"]
                met = base_seconds / seconds >= TARGET_SPEED and size <= base_size * TARGET_SIZE
                print(f"  target: >= {TARGET_SPEED:.0f} x warcio at <= {TARGET_SIZE} x its size: "
                      f"{'met' if met else 'MISSED'}", file=out)
        print(out.getvalue(), end="")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_one(sys.argv[2], sys.argv[3], Path(sys.argv[4]), Path(sys.argv[5]))
    else:
        main()
