"""A real Chromium through the recorder: what it sent is what is recorded, and the page is what a reader saw."""

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from origin import Origin, TestCa
from recorder_bench import Bench, StoredRecord, block_of, read_records
from scripted_web import HIDDEN, PARENT, QUOTED, SAID, SPOKEN, answer

from archiver.browser.program import find_browser
from archiver.browser.service import BrowserService
from archiver.browser.visit import VisitLimits
from archiver.capture.engine import Capturer
from archiver.capture.task import CaptureResult, CaptureSettings, CaptureTask
from archiver.clients.politeness import HostGate
from archiver.verdicts.rules import default_rules
from evidence_store.clock import system_clock, system_random
from evidence_store.records import CitationKind, Exchange, TlsOutcome, Verdict, ViewKind

pytestmark = pytest.mark.browser
QUICK = VisitLimits(settle_seconds=4.0, hanging_seconds=1.0, play_seconds=0.3)


@dataclass(frozen=True, kw_only=True)
class Captured:
    """One capture of one page, and what the origin knows of it."""

    result: CaptureResult
    origin: Origin
    records: list[StoredRecord]

    def exchange(self, path: str) -> Exchange:
        found = [one for one in self.result.exchanges if one.url.endswith(path)]
        assert found, f"{path} was not recorded"
        return found[0]

    def view(self, kind: ViewKind) -> bytes:
        return block_of(self.records, next(one.record.record for one in self.result.views if one.kind is kind))


Make = Callable[..., Captured]


@pytest.fixture(scope="module")
def test_ca() -> TestCa:
    return TestCa()


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A recorder and one Chromium; every page is visited in a context of its own."""

    bench: Bench
    capturer: Capturer

    def capture(self, url: str, origin: Origin, *, quote: str, kind: CitationKind) -> Captured:
        result = self.capturer.capture(CaptureTask(url=url, identity=url, kind=kind, quote=quote))
        self.capturer.warc.sync()
        return Captured(result=result, origin=origin, records=read_records(self.bench.warcs))


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Captures a page of `scripted_web` with the installed Chromium, which is started once for all over plain HTTP."""
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    with ExitStack() as stack:
        def studio(bench: Bench, ca: TestCa | None = None) -> Studio:
            recorder = bench.start(ca=ca)
            browser = stack.enter_context(BrowserService(program=program, port=recorder.port, ca_pem=recorder.ca_pem,
                                                         clock=system_clock, limits=QUICK))
            return Studio(bench=bench, capturer=_capturer(bench, browser))

        shared = studio(Bench(root=tmp_path_factory.mktemp("browser"), stack=stack))

        def run(path: str, *, quote: str = "", kind: CitationKind = CitationKind.POST,
                ca: TestCa | None = None) -> Captured:
            if ca is None:      # service workers need a secure context, which over plain HTTP only loopback is
                origin = shared.bench.origin(answer)
                return shared.capture(f"http://127.0.0.1:{origin.port}{path}", origin, quote=quote, kind=kind)
            bench = Bench(root=tmp_path_factory.mktemp("secure"), stack=stack)
            origin = bench.origin(answer, "pages.test", ca=ca)
            return studio(bench, ca).capture(f"https://pages.test{path}", origin, quote=quote, kind=kind)

        yield run


def _capturer(bench: Bench, browser: BrowserService | None) -> Capturer:
    assert bench.recorder is not None
    assert bench.warc is not None
    scratch = bench.root / "scratch"
    scratch.mkdir()
    gate = HostGate(spacing=0.0, monotonic=time.monotonic, sleep=time.sleep)
    return Capturer(recorder=bench.recorder, settings=CaptureSettings(user_agent="test", timeout=60.0),
                    rules=default_rules(), gate=gate, scratch=scratch, ffmpeg="", ytdlp_version="0",
                    clock=system_clock, random=system_random, sleep=lambda _: None, warc=bench.warc, browser=browser)


@pytest.fixture(scope="module")
def post(make: Make) -> Captured:
    return make("/post", quote=QUOTED)


def wire(origin: Origin) -> Counter[tuple[bytes, bytes]]:
    for path in {entry.path for entry in origin.log}:
        origin.all_of(path)             # waits for the end of each
    return Counter((bytes(entry.received), bytes(entry.sent)) for entry in origin.log)


def test_what_the_browser_sent_is_what_was_recorded_and_what_the_server_saw(post: Captured) -> None:
    result = post.result
    assert result.unrecorded == ()
    assert result.sent == len(result.exchanges) == len(post.origin.log)
    assert not [reason for reason in result.judgement.reasons if "no client reported" in reason]


def test_every_block_is_the_bytes_of_the_wire(post: Captured) -> None:
    blocks = Counter((block_of(post.records, one.request.record), block_of(post.records, one.response.record))
                     for one in post.result.exchanges if one.response is not None)
    assert blocks == wire(post.origin)


@pytest.mark.parametrize("path", ["/api/post", "/photo0.png", "/photo5.png", "/events", "/from-worker", "/sw.js",
                                  "/precached", "/behind", "/refused", "/api/rest"])
def test_what_scripts_workers_and_streams_ask_for_is_recorded(post: Captured, path: str) -> None:
    assert post.exchange(path).status == 200


def test_a_post_made_by_scripts_is_complete_as_rendered(post: Captured) -> None:
    judgement = post.result.judgement
    assert judgement.verdict is Verdict.COMPLETE, judgement
    assert judgement.against.startswith("page as rendered")
    assert "quoted words found: yes (100%)" in judgement.reasons


def test_consent_is_refused_and_what_was_done_is_listed_in_order(post: Captured) -> None:
    listed = "\n".join(post.result.interactions)
    assert "consent refused: clicked “Reject all”" in listed
    assert "click: “Show more”" in listed
    assert "scroll: back to 0" in listed
    assert "Accept" not in listed
    assert listed.index("script: dom.js") < listed.index("script: consent.js") < listed.index("script: scroll.js")
    assert "sha256" in listed


def test_views_are_taken_before_and_after_and_stand_in_the_warc(post: Captured) -> None:
    kinds = [view.kind for view in post.result.views]
    assert set(kinds) == set(ViewKind)
    assert post.view(ViewKind.SCREENSHOT).startswith(b"\x89PNG")
    assert post.view(ViewKind.SCREENSHOT_BEFORE).startswith(b"\x89PNG")
    assert post.view(ViewKind.THUMBNAIL).startswith(b"\xff\xd8")
    assert post.view(ViewKind.PDF).startswith(b"%PDF-")
    assert b"multipart/related" in post.view(ViewKind.MHTML)
    text = post.view(ViewKind.TEXT).decode()
    assert QUOTED in text
    assert PARENT in text
    assert HIDDEN in text
    assert b"Reject all" in post.view(ViewKind.DOM_BEFORE)
    assert b"Reject all" not in post.view(ViewKind.DOM)


def test_views_are_resources_named_after_the_page_and_go_with_its_exchange(post: Captured) -> None:
    uris = {record.fields["WARC-Target-URI"] for record in post.records if record.type == "resource"}
    assert {f"urn:{kind.value}:{post.result.final_url}" for kind in ViewKind} <= uris
    page = post.exchange("/post")
    assert {view.record for view in post.result.views} <= set(page.other_records)


def test_no_address_of_this_machine_leaves_through_webrtc(post: Captured) -> None:
    assert post.exchange("/candidates?n=0").status == 200


def test_the_item_is_the_page_as_sent_not_as_rendered(post: Captured) -> None:
    page = next(draft for draft in post.result.drafts if draft.url.endswith("/post"))
    assert page.source == post.exchange("/post").response
    assert page.sha256 == post.exchange("/post").payload_sha256


def test_the_browsers_own_calls_get_no_further_than_the_recorder(post: Captured) -> None:
    assert {exchange.peer.address for exchange in post.result.exchanges} == {"127.0.0.1"}
    assert post.result.refused == ()
    assert "answered 407 by the recorder" in post.result.interactions[-1]


def test_messages_of_a_websocket_are_recorded_beside_its_handshake(make: Make) -> None:
    talk = make("/talk")
    handshake = talk.exchange("/talking")
    assert handshake.status == 101
    record = next(one for one in talk.records if one.fields.get("WARC-Target-URI", "").startswith("urn:websocket:ws:")
                  and "/talking" in one.fields["WARC-Target-URI"])
    assert record.type == "resource"
    assert handshake.response is not None
    assert handshake.response.record in record.fields["WARC-Concurrent-To"]
    assert record.id in {one.record for one in handshake.other_records}
    first, *messages = [json.loads(line) for line in record.block.splitlines()]
    assert (first["schema"], first["messages"], first["kept"], first["decoded"]) == ("muniment/websocket/1", 3, 3, True)
    told = Counter((one["direction"], one["opcode"], base64.b64decode(one["payload"])) for one in messages)
    assert told == Counter([("sent", 1, SAID.encode()), ("received", 1, SPOKEN), ("received", 2, b"\0\1\2")])
    assert any("/talking: 3 messages, recorded as the browser tells them" in one
               for one in talk.result.judgement.reasons)
    assert talk.result.unrecorded == ()


def test_connections_to_peers_are_declared_missing(post: Captured) -> None:
    assert any(one.startswith("WebRTC: the page had 1 connections") for one in post.result.judgement.reasons)


def test_pieces_that_a_player_fetches_are_recorded_and_a_websocket_is_declared(make: Make) -> None:
    player = make("/player")
    assert player.exchange("/clip.m3u8").status == 200
    assert player.exchange("/seg1.ts").status == 200
    assert player.result.unrecorded == ()
    assert any("/live: no connection came about" in reason for reason in player.result.judgement.reasons)


def test_a_page_that_stays_empty_with_its_scripts_run_is_blank(make: Make) -> None:
    judgement = make("/empty").result.judgement
    assert judgement.verdict is Verdict.BLANK
    assert "needs" not in " ".join(judgement.reasons)


@pytest.mark.parametrize("path", ["/report.pdf", "/download"])
def test_what_is_no_page_is_fetched_plainly(make: Make, path: str) -> None:
    captured = make(path, kind=CitationKind.ARTICLE)
    assert captured.result.judgement.verdict is Verdict.COMPLETE
    assert captured.result.judgement.against.startswith("the file")
    assert captured.result.views == ()
    assert captured.result.unrecorded == ()


def test_a_missing_page_is_gone_and_its_words_are_kept(make: Make) -> None:
    assert make("/nothing-here").result.judgement.verdict is Verdict.GONE


def test_a_page_that_breaks_off_is_truncated_without_waiting_for_the_rest(make: Make) -> None:
    assert make("/cut").result.judgement.verdict is Verdict.TRUNCATED


def test_chromium_trusts_the_recorder_for_sites_over_tls(make: Make, test_ca: TestCa) -> None:
    secure = make("/plain", ca=test_ca)
    assert secure.result.judgement.verdict is Verdict.COMPLETE, secure.result.judgement
    assert {one.peer.tls for one in secure.result.exchanges} == {TlsOutcome.VERIFIED}
    assert secure.exchange("/photo1.png").status == 200
    assert secure.result.sent == len(secure.result.exchanges)
    assert any(view.kind is ViewKind.PDF for view in secure.result.views)


def test_a_browser_that_does_not_start_leaves_the_page_to_plain_fetching(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    with ExitStack() as stack:
        bench = Bench(root=tmp_path, stack=stack)
        origin = bench.origin(answer, "127.0.0.1")
        recorder = bench.start()
        broken = stack.enter_context(BrowserService(program="/bin/false", port=recorder.port, ca_pem=recorder.ca_pem,
                                                    clock=system_clock))
        url = f"http://127.0.0.1:{origin.port}/post"
        result = _capturer(bench, broken).capture(CaptureTask(url=url, identity=url))
    assert any(reason.startswith("not rendered: /bin/false does not start") for reason in result.judgement.reasons)
    assert "scripts not run" in result.judgement.against or result.judgement.verdict is Verdict.BLANK
