"""A download through the recorder against the same download direct: `python benchmarks/bench_proxy_download.py [MIB]`.

Server, recorder and client are three processes. The client is curl, or a bare socket where curl is missing. Each way
is run ROUNDS times, alternating; the best time of each counts, as everything else is the machine's noise. The time in
which the record reaches the WARC after the client has its bytes is given apart.
"""

import json
import multiprocessing
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from origin import Fill, Origin, Reply, Send, TestCa  # noqa: E402 - the tests' origin serves here too

from archiver.recorder import EgressPolicy, Endpoint, MapResolver, Recorder, UpstreamTrust  # noqa: E402
from evidence_store.clock import system_clock, system_random  # noqa: E402
from evidence_store.records import CaptureId, Tool  # noqa: E402
from evidence_store.warc.writer import WarcWriter  # noqa: E402

ROUNDS = 6
MIB = 1 << 20
HOST = "big.test"
TARGET = 0.5


@dataclass(frozen=True)
class Result:
    """One scheme's figures."""

    scheme: str
    client: str
    mib: int
    direct_mib_s: float
    proxied_mib_s: float
    ratio: float
    commit_s: float
    recorder_peak_mib: int


def serve(pipe: Connection, mib: int, scheme: str) -> None:
    """The origin's process."""
    block = os.urandom(MIB)
    ca = TestCa()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % (mib * MIB)
    context = ca.server_context(HOST) if scheme == "https" else None
    with Origin({"/big": Reply((Send(head), Fill(block, mib)), keep=False)}, context) as origin:
        pipe.send((origin.port, ca.pem))
        pipe.recv()


def record(pipe: Connection, folder: Path, port: int, ca_pem: bytes) -> None:
    """The recorder's process: a channel for every message, then how long its close took."""
    for name in ("warcs", "spool"):
        (folder / name).mkdir()
    (folder / "roots.pem").write_bytes(ca_pem)
    resolver = MapResolver({HOST: Endpoint(address="127.0.0.1", port=port)})
    with WarcWriter(folder / "warcs", case_prefix="00c0ffee", clock=system_clock, random=system_random,
                    software=(Tool(name="benchmark", version="1"),), on_record=lambda _: None) as warc, \
            Recorder(warc=warc, spool=folder / "spool", policy=EgressPolicy(allow_private=True), resolver=resolver,
                     trust=UpstreamTrust(ca_files=(folder / "roots.pem",))) as recorder:
        number = 0
        while pipe.recv():
            number += 1
            channel = recorder.open_capture(CaptureId(f"{number:016x}"))
            pipe.send((channel.proxy_url, str(channel.ca_file)))
            pipe.recv()
            start = time.perf_counter()
            recording = channel.close()
            assert [exchange.is_whole for exchange in recording.exchanges] == [True]
            pipe.send((time.perf_counter() - start, peak_mib()))


def peak_mib() -> int:
    """Peak resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


def fetch_with_curl(url: str, port: int, ca_file: str, proxy: str = "") -> None:
    """curl, its bytes thrown away."""
    way = ["--proxy", proxy] if proxy else ["--resolve", f"{HOST}:{port}:127.0.0.1"]
    subprocess.run(["curl", "-sS", "--fail", "--noproxy", "", "-o", os.devnull, "--cacert", ca_file, *way, url],
                   check=True)


def fetch_with_socket(url: str, port: int, ca_file: str, proxy: str = "") -> None:
    """A client of nothing but a socket."""
    parts, way = urlsplit(url), urlsplit(proxy)
    secret = b64encode(f"{way.username}:{way.password}".encode()).decode()
    sign_in = f"Proxy-Authorization: Basic {secret}\r\n" if proxy else ""
    connection = socket.create_connection(("127.0.0.1", way.port if proxy else port))
    target = parts.path
    if proxy and parts.scheme == "http":
        target = url
    elif proxy:
        connection.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n{sign_in}\r\n".encode())
        connection.recv(4096)
        sign_in = ""
    if parts.scheme == "https":
        connection = ssl.create_default_context(cafile=ca_file).wrap_socket(connection, server_hostname=HOST)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{sign_in}\r\n".encode())
    buffer = bytearray(256 * 1024)
    while connection.recv_into(buffer):
        pass
    connection.close()


def run(scheme: str, mib: int, folder: Path) -> Result:
    """Both ways, alternating."""
    curl = shutil.which("curl") is not None
    fetch = fetch_with_curl if curl else fetch_with_socket
    (ours, theirs), (mine, recorders) = multiprocessing.Pipe(), multiprocessing.Pipe()
    origin = multiprocessing.Process(target=serve, args=(theirs, mib, scheme))
    origin.start()
    port, ca_pem = ours.recv()
    roots = folder / "origin.pem"
    roots.write_bytes(ca_pem)
    (folder / "case").mkdir()
    recorder = multiprocessing.Process(target=record, args=(recorders, folder / "case", port, ca_pem))
    recorder.start()
    default = 443 if scheme == "https" else 80
    direct, proxied, commits, peak = [], [], [], 0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        fetch(f"{scheme}://{HOST}:{port}/big", port, str(roots))
        direct.append(time.perf_counter() - start)
        mine.send(True)
        proxy, ca_file = mine.recv()
        start = time.perf_counter()
        fetch(f"{scheme}://{HOST}:{default}/big", port, ca_file, proxy)
        proxied.append(time.perf_counter() - start)
        mine.send(True)
        commit, peak = mine.recv()
        commits.append(commit)
    mine.send(False)
    ours.send(False)
    recorder.join()
    origin.join()
    return Result(scheme=scheme, client="curl" if curl else "socket", mib=mib, direct_mib_s=round(mib / min(direct), 1),
                  proxied_mib_s=round(mib / min(proxied), 1), ratio=round(min(direct) / min(proxied), 2),
                  commit_s=round(min(commits), 2), recorder_peak_mib=peak)


def main() -> int:
    """Print one JSON line a scheme; 1 where the target is missed."""
    mib = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    multiprocessing.set_start_method("spawn")
    missed = False
    for scheme in ("http", "https"):
        with tempfile.TemporaryDirectory() as folder:
            result = run(scheme, mib, Path(folder))
        print(json.dumps(asdict(result)))
        missed = missed or result.ratio < TARGET
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
