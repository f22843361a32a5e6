"""The sample live blog, odd replies and one large file, captured by three recorders.

`python benchmarks/bench_capture.py [MIB]`.

Each fetches the same addresses with requests: through Muniment's recorder and through warcprox (where WARCPROX_PYTHON
names a Python that has it) eight at a time, under warcio's `capture_http` one after the other, as it records the thread
that began it only. The servers log every byte; what stands in the WARC is compared with that log. CPU is that of client
and recorder together.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

AT_ONCE = 8
MIB = 1 << 20
OURS, WARCIO, WARCPROX = "muniment", "warcio capture_http", "warcprox"
BIG = "http://big.example/big"
WARCPROX_PATCH = """
import json, os, sys
names = json.loads(os.environ["NAMES"])
import urllib3.util.connection as way
plain = way.create_connection
way.create_connection = lambda address, *a, **k: plain(("127.0.0.1", names["%s:%s" % address]), *a, **k)
from warcprox.main import main
from warcprox.warcproxy import WarcProxyHandler
WarcProxyHandler.allow_localhost = True
main(sys.argv)
"""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one recorder made of one job."""

    recorder: str
    job: str
    sent: int                 # exchanges in the servers' log
    responses_exact: int      # of these, in the WARC byte for byte
    heads_exact: int
    bodies_exact: int
    requests_exact: int
    cpu_seconds: float
    seconds: float
    peak_mib: int


def fetch(urls: Iterable[str], *, at_once: int = AT_ONCE, **options: object) -> None:
    """Ask for each address once; what a server drops is its own affair."""
    import requests

    def one(url: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            with suppress(requests.RequestException), session.get(url, stream=True, timeout=60, **options) as response:
                for _ in response.iter_content(MIB):
                    pass

    if at_once == 1:
        for url in urls:
            one(url)
        return
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, urls))


def with_muniment(folder: Path, urls: list[str], names: dict[str, int], ca_file: str) -> None:
    """Through our recorder."""
    from archiver.recorder import EgressPolicy, Endpoint, MapResolver, Recorder, UpstreamTrust
    from evidence_store.clock import system_clock, system_random
    from evidence_store.records import CaptureId, Tool
    from evidence_store.warc.writer import WarcWriter

    keyed = {(name.partition(":")[0], int(name.partition(":")[2])): Endpoint(address="127.0.0.1", port=port)
             for name, port in names.items()}
    for name in ("warcs", "spool"):
        (folder / name).mkdir()
    trust = UpstreamTrust(ca_files=(Path(ca_file),) if ca_file else ())
    with WarcWriter(folder / "warcs", case_prefix="00c0ffee", clock=system_clock, random=system_random,
                    software=(Tool(name="benchmark", version="1"),), on_record=lambda _: None) as warc, \
            Recorder(warc=warc, spool=folder / "spool", policy=EgressPolicy(allow_private=True), trust=trust,
                     resolver=MapResolver(keyed)) as recorder:
        channel = recorder.open_capture(CaptureId("0" * 16))
        fetch(urls, proxies={"http": channel.proxy_url, "https": channel.proxy_url}, verify=str(channel.ca_file))
        channel.close()


def with_warcio(folder: Path, urls: list[str], names: dict[str, int], ca_file: str) -> None:
    """Under warcio's patch of http.client, which must come before requests."""
    from warcio.capture_http import capture_http  # isort: skip
    import urllib3.util.connection as way

    plain = way.create_connection
    way.create_connection = lambda address, *rest, **named: plain(
        ("127.0.0.1", names["{}:{}".format(*address)]), *rest, **named)
    (folder / "warcs").mkdir()
    with capture_http(str(folder / "warcs" / "a.warc.gz"), warc_version="1.1"):
        fetch(urls, at_once=1, verify=ca_file or True)


@contextmanager
def warcprox(folder: Path, names: dict[str, int]) -> Iterator[int]:
    """A running warcprox; its port."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [os.environ["WARCPROX_PYTHON"], "-c", WARCPROX_PATCH, "-p", str(port), "-d", "warcs", "-z", "-c", "ca.pem",
         "--certs-dir", "certs", "--dedup-db-file", "/dev/null", "--stats-db-file", "/dev/null"],
        cwd=folder, env=os.environ | {"NAMES": json.dumps(names)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield port
    finally:
        PEAKS.append(peak_mib(process.pid))
        process.terminate()
        process.wait(120)


def with_warcprox(folder: Path, urls: list[str], names: dict[str, int], _: str) -> None:
    """Through warcprox."""
    with warcprox(folder, names) as port:
        proxy = f"http://127.0.0.1:{port}"
        fetch(urls, proxies={"http": proxy, "https": proxy}, verify=False)


PEAKS: list[int] = []     # of other processes of the job


def peak_mib(process: int | str) -> int:
    """Peak resident memory of a process since its program began; rusage would count the parent's too."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


WAYS = {OURS: with_muniment, WARCIO: with_warcio, WARCPROX: with_warcprox}


def child() -> None:
    """One job in a process of its own: prints what it cost."""
    job = json.load(sys.stdin)
    start = time.perf_counter()
    WAYS[job["recorder"]](Path(job["folder"]), job["urls"], job["names"], job["ca_file"])
    seconds = time.perf_counter() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu_seconds": sum(one.ru_utime + one.ru_stime for one in used),
                                 "peak_mib": max(peak_mib("self"), *PEAKS, 0)}))


def run(recorder: str, folder: Path, urls: list[str], names: dict[str, int], ca_file: str) -> dict[str, float]:
    """A job in a new process."""
    folder.mkdir()
    job = {"recorder": recorder, "folder": str(folder), "urls": urls, "names": names, "ca_file": ca_file}
    ran = subprocess.run([sys.executable, __file__, "child"], input=json.dumps(job).encode(), capture_output=True,
                         check=False, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    if ran.returncode:
        raise SystemExit(f"{recorder}: {ran.stderr.decode()[-2000:]}")
    return json.loads(ran.stdout)


def blocks(folder: Path) -> tuple[list[bytes], list[bytes]]:
    """The request and response blocks of a folder of WARC files, as they stand there."""
    from warcio.archiveiterator import ArchiveIterator

    requests, responses = [], []
    for path in sorted(folder.rglob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                if record.rec_type in {"request", "response"}:
                    (requests if record.rec_type == "request" else responses).append(record.raw_stream.read())
    return requests, responses


def common(sent: Iterable[bytes], kept: Iterable[bytes]) -> int:
    """How many of these stand there too, each as often as it was sent."""
    return (Counter(sent) & Counter(kept)).total()


def judged(recorder: str, job: str, folder: Path, cost: dict[str, float],
           log: list[tuple[bytes, bytes]]) -> Result:
    """The WARC against the servers' log of (request, response)."""
    requests, responses = blocks(folder)
    parts = [response.partition(b"\r\n\r\n") for response in responses]
    sent = [response.partition(b"\r\n\r\n") for _, response in log]
    return Result(recorder=recorder, job=job, sent=len(log), cpu_seconds=cost["cpu_seconds"], seconds=cost["seconds"],
                  peak_mib=int(cost["peak_mib"]),
                  responses_exact=common((response for _, response in log), responses),
                  heads_exact=common((head for head, *_ in sent), (head for head, *_ in parts)),
                  bodies_exact=common((body for *_, body in sent), (body for *_, body in parts)),
                  requests_exact=common((request for request, _ in log), requests))


def live_blog(recorder: str, folder: Path) -> Result:
    """Every address of the sample web, by HTTP and HTTPS."""
    from muniment.demo import start_demo_web
    from muniment.demo.routes import ROUTES

    (folder / "web").mkdir()
    with start_demo_web(folder / "web") as web:
        names = {f"{one.host}:{one.port}": one.local_port for one in web.endpoints}
        urls = [f"{scheme}://{route.host}{route.path}" for scheme in ("http", "https") for route in ROUTES]
        cost = run(recorder, folder / "run", urls, names, str(web.ca_file))
        log = [(one.request, one.response) for one in web.log]
    return judged(recorder, "the sample live blog", folder / "run", cost, log)


def odd_replies(recorder: str, folder: Path) -> Result:
    """What real servers send that is not as it should be, and interim responses: see tests/support/odd_replies.py."""
    from odd_replies import WHOLE
    from origin import Origin, TestCa

    ca = TestCa()
    roots = folder / "roots.pem"
    roots.write_bytes(ca.pem)
    with Origin(WHOLE) as plain, Origin(WHOLE, ca.server_context("odd.example")) as secure:
        names = {"odd.example:80": plain.port, "odd.example:443": secure.port}
        urls = [f"{scheme}://odd.example{path}" for scheme in ("http", "https") for path in WHOLE]
        cost = run(recorder, folder / "run", urls, names, str(roots))
        log = [(bytes(one.received), bytes(one.sent)) for origin in (plain, secure) for one in origin.log]
    return judged(recorder, "odd replies", folder / "run", cost, log)


def large_file(recorder: str, folder: Path, mib: int) -> dict[str, float]:
    """One file of media, over plain HTTP."""
    from origin import Fill, Origin, Reply, Send

    head = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % (mib * MIB)
    with Origin({"/big": Reply((Send(head), Fill(os.urandom(MIB), mib)), keep=False)}) as origin:
        return run(recorder, folder / "run", [BIG], {"big.example:80": origin.port}, "")


def main() -> None:
    """Both jobs with each recorder, as a table and as JSON."""
    mib = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    recorders = [OURS, WARCIO, *([WARCPROX] if os.environ.get("WARCPROX_PYTHON") else [])]
    out: dict[str, object] = {}
    say = sys.stdout.write
    say("| job | recorder | sent | responses exact | heads | bodies | requests exact | CPU s | s | peak MiB |\n"
        "|---|---|---|---|---|---|---|---|---|---|\n")
    for job in (live_blog, odd_replies):
        for recorder in recorders:
            with tempfile.TemporaryDirectory() as name:
                one = job(recorder, Path(name))
            out[f"{recorder}, {one.job}"] = asdict(one)
            say(f"| {one.job} | {one.recorder} | {one.sent} | {one.responses_exact} | {one.heads_exact} | "
                f"{one.bodies_exact} | {one.requests_exact} | {one.cpu_seconds:.1f} | {one.seconds:.1f} | "
                f"{one.peak_mib} |\n")
    say(f"\n| recorder | {mib} MiB: MB/s | CPU s | peak MiB |\n|---|---|---|---|\n")
    for recorder in recorders:
        with tempfile.TemporaryDirectory() as name:
            cost = large_file(recorder, Path(name), mib)
        out[f"{recorder}, {mib} MiB"] = cost
        say(f"| {recorder} | {mib * MIB / cost['seconds'] / 1e6:.0f} | {cost['cpu_seconds']:.1f} | "
            f"{cost['peak_mib']:.0f} |\n")
    say(json.dumps(out) + "\n")


if __name__ == "__main__":
    child() if sys.argv[1:] == ["child"] else main()
