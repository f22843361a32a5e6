"""A process that records one download, to be killed or measured: `recording_child.py FOLDER PORT PATH`.

Prints `started` once the spool holds a million bytes, then `done RSS_KIB` when the capture is closed.
"""

import resource
import socket
import sys
import threading
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

from archiver.recorder import EgressPolicy, Endpoint, MapResolver, Recorder
from evidence_store.clock import system_clock, system_random
from evidence_store.records import CaptureId, Tool
from evidence_store.warc.writer import WarcWriter


def watch(spool: Path, stop: threading.Event) -> None:
    """Say when enough was spooled to be worth killing."""
    while not stop.wait(0.01):
        if sum(path.stat().st_size for path in spool.glob("*.response")) > 1_000_000:
            say("started")
            return


def say(line: str) -> None:
    """A line to whoever started this process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def peak_kib() -> int:
    """Peak resident memory of this process alone; ru_maxrss begins with that of the process it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)


def download(proxy_url: str, url: str) -> int:
    """Fetch a URL through the proxy and throw it away, without a buffer of its own."""
    proxy = urlsplit(proxy_url)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    buffer, total = bytearray(1 << 18), 0
    with socket.create_connection((proxy.hostname, proxy.port)) as connection:
        connection.sendall(f"GET {url} HTTP/1.1\r\nHost: big.test\r\nConnection: close\r\n"
                           f"Proxy-Authorization: Basic {secret}\r\n\r\n".encode())
        while count := connection.recv_into(buffer):
            total += count
    return total


def main(folder: Path, port: int, path: str) -> None:
    """Record one download."""
    warcs, spool = folder / "warcs", folder / "spool"
    for wanted in (warcs, spool):
        wanted.mkdir(exist_ok=True)
    stop = threading.Event()
    threading.Thread(target=watch, args=(spool, stop), daemon=True).start()
    with WarcWriter(warcs, case_prefix="00c0ffee", clock=system_clock, random=system_random,
                    software=(Tool(name="test", version="1"),), on_record=lambda _: None) as warc, \
            Recorder(warc=warc, spool=spool, policy=EgressPolicy(allow_private=True),
                     resolver=MapResolver({"big.test": Endpoint(address="127.0.0.1", port=port)})) as recorder:
        channel = recorder.open_capture(CaptureId("c" * 16))
        download(channel.proxy_url, f"http://big.test{path}")
        recording = channel.close()
    stop.set()
    whole = sum(exchange.is_whole for exchange in recording.exchanges)
    say(f"done {peak_kib()} {whole}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
