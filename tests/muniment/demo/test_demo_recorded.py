"""Everything the demo serves, recorded through the proxy, stands in the WARC exactly as it went over the wire."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests
from recorder_bench import client_of

from archiver.recorder import EgressPolicy, Endpoint, MapResolver, Recorder, UpstreamTrust
from evidence_store.clock import system_clock, system_random
from evidence_store.findings import Outcome
from evidence_store.records import CaptureId, Tool, Truncation
from evidence_store.warc.model import RecordEntry, WarcType
from evidence_store.warc.reader import record_at
from evidence_store.warc.writer import WarcWriter
from muniment.demo.routes import ROUTES, Delivery
from verify.checks import check_warcs

RANGED = {"Range": "bytes=1000-2999"}


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


def block(folder: Path, entry: RecordEntry) -> bytes:
    with record_at(folder / entry.file, entry.offset) as record:
        return b"".join(iter(lambda: record.read(1 << 16), b""))


def ask(client: requests.Session, url: str, headers: dict[str, str]) -> None:
    with suppress(requests.RequestException):      # one page's connection is cut
        client.get(url, headers=headers, timeout=30, allow_redirects=False)


def test_requests_heads_and_bodies_of_both_schemes_are_recorded_byte_for_byte(web, tmp_path, stack):
    warcs, spool = tmp_path / "warcs", tmp_path / "spool"
    warcs.mkdir()
    spool.mkdir()
    entries: list[RecordEntry] = []
    names = {(one.host, one.port): Endpoint(address=one.address, port=one.local_port) for one in web.endpoints}
    with WarcWriter(warcs, case_prefix="00c0ffee", clock=system_clock, random=system_random, on_record=entries.append,
                    software=(Tool(name="test", version="1"),)) as warc:
        recorder = stack.enter_context(Recorder(
            warc=warc, spool=spool, policy=EgressPolicy(allow_private=True), resolver=MapResolver(names),
            trust=UpstreamTrust(ca_files=(web.ca_file,), system_roots=False)))
        channel = recorder.open_capture(CaptureId("0" * 16))
        client = client_of(channel)
        wanted = [(f"{scheme}://{route.host}{route.path}", headers) for scheme in ("http", "https") for route in ROUTES
                  for headers in ({}, RANGED) if not headers or route.delivery is Delivery.PLAIN]
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda one: ask(client, *one), wanted))
        client.close()
        recording = channel.close()
    assert len(recording.exchanges) == len(web.log) == len(wanted)
    places = {entry.ref.record: entry for entry in entries}
    recorded = Counter((block(warcs, places[one.request.record]), block(warcs, places[one.response.record]))
                       for one in recording.exchanges)
    assert recorded == Counter((one.request, one.response) for one in web.log)
    cut = [one for one in recording.exchanges if one.truncated is not None]
    assert {(one.peer.host, one.truncated) for one in cut} == {("monitor.example", Truncation.DISCONNECT)}
    assert sum(1 for entry in entries if entry.type is WarcType.RESPONSE) == len(wanted)
    findings = list(check_warcs(warcs.glob("*.warc.gz"), {}))
    assert [one.check for one in findings if one.outcome is Outcome.FAIL] == []
