"""A page behind a wall: with a profile every client gets in, nobody else is told, and the record keeps no secret."""

import gzip
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from members_web import ROTATED, SECRET, WORDS, cookies_of, members_site
from origin import Origin
from recorder_bench import Bench, StoredRecord

from archiver.browser.program import find_browser
from archiver.browser.service import BrowserService
from archiver.browser.visit import VisitLimits
from archiver.capture.engine import Capturer
from archiver.capture.task import CaptureResult, CaptureSettings, CaptureTask
from archiver.clients.politeness import HostGate
from archiver.identity import Cookie, Identity
from archiver.verdicts.rules import default_rules
from evidence_store.clock import system_clock, system_random
from evidence_store.records import CitationKind, Verdict

MEMBER = Identity(label="desk", cookies=(
    Cookie(name="sid", value=SECRET, domain="members.test", host_only=True, http_only=True),))
QUICK = VisitLimits(settle_seconds=4.0, hanging_seconds=1.0, play_seconds=0.3, rounds=1)


@dataclass(frozen=True, kw_only=True)
class Visited:
    result: CaptureResult
    inside: Origin
    outside: Origin
    records: list[StoredRecord]
    root: Path


Visit = Callable[..., Visited]


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    def run(identity: Identity | None, *, browser: bool = False) -> Visited:
        root = tmp_path_factory.mktemp("members")
        with ExitStack() as stack:
            bench = Bench(root=root, stack=stack)
            inside = bench.origin(members_site("http://elsewhere.test"), "members.test")
            outside = bench.origin(members_site(""), "elsewhere.test")
            recorder = bench.start()
            service = None
            if browser:
                program = find_browser("auto")
                if not program:
                    pytest.skip("no Chromium, or the extra `browser` is not installed")
                service = stack.enter_context(BrowserService(
                    program=program, port=recorder.port, ca_pem=recorder.ca_pem, clock=system_clock, limits=QUICK))
            (root / "scratch").mkdir()
            capturer = Capturer(
                recorder=recorder, settings=CaptureSettings(user_agent="test", timeout=30.0, country="Country A"),
                rules=default_rules(), scratch=root / "scratch", ffmpeg="", ytdlp_version="0", clock=system_clock,
                gate=HostGate(spacing=0.0, monotonic=time.monotonic, sleep=time.sleep), random=system_random,
                sleep=lambda _: None, warc=bench.warc, browser=service, identity=identity)
            url = "http://members.test/post"
            result = capturer.capture(CaptureTask(url=url, identity=url, kind=CitationKind.POST, quote=WORDS))
            return Visited(result=result, inside=inside, outside=outside, records=bench.records(), root=root)

    return run


@pytest.fixture(scope="module")
def member(visit: Visit) -> Visited:
    return visit(MEMBER)


def test_without_a_profile_the_wall_is_called_a_wall_and_says_who_asked(visit: Visit) -> None:
    stranger = visit(None)
    judgement = stranger.result.judgement
    assert judgement.verdict is Verdict.LOGIN_WALL
    assert "not available from this vantage (Country A, not signed in)" in judgement.reasons
    assert stranger.result.identity == "none"


def test_with_a_profile_requests_and_ytdlp_get_in(member: Visited) -> None:
    assert member.result.judgement.verdict is Verdict.COMPLETE, member.result.judgement
    assert "quoted words found: yes (100%)" in member.result.judgement.reasons
    assert member.result.identity == "profile desk"
    asked = {entry.path for entry in member.inside.log if f"sid={SECRET}" in cookies_of(bytes(entry.received))}
    assert {"/post", "/photo.png", "/clip.m3u8", "/seg0.ts"} <= asked
    film = next(one for one in member.result.exchanges if one.url.endswith("/seg0.ts"))
    assert film.media_type == "video/mp2t"


def test_nobody_else_is_told(member: Visited) -> None:
    assert member.outside.log
    assert not [entry for entry in member.outside.log if SECRET.encode() in bytes(entry.received)]


def _everything(root: Path) -> bytes:
    """Every file, as it is and unpacked."""
    raw = [path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()]
    return b"\n".join([*raw, *(gzip.decompress(one) for one in raw if one.startswith(b"\x1f\x8b"))])


@pytest.mark.parametrize("secret", [SECRET, ROTATED], ids=["of the profile", "that the server set"])
def test_the_secret_is_in_no_file_of_the_capture(member: Visited, secret: str) -> None:
    assert SECRET.encode() in bytes(member.inside.of("/post").received)
    assert secret.encode() not in _everything(member.root)
    assert b"Muniment-Redacted: cookie" in _everything(member.root)


def test_credentials_are_kept_only_where_somebody_asked_for_that(visit: Visit) -> None:
    kept = visit(Identity(label="desk", cookies=MEMBER.cookies, is_masked=False))
    assert SECRET.encode() in b"".join(record.block for record in kept.records if record.type == "request")


@pytest.mark.browser
def test_with_a_profile_chromium_gets_in_and_the_record_keeps_no_secret(visit: Visit) -> None:
    shown = visit(MEMBER, browser=True)
    assert shown.result.client.startswith("Chromium")
    assert shown.result.judgement.against.startswith("page as rendered")
    assert WORDS.encode() in b"".join(record.block for record in shown.records if record.type == "resource")
    assert shown.result.identity == "profile desk"
    asked = [entry for entry in shown.inside.log if entry.path == "/post"]
    assert [cookies_of(bytes(entry.received)) for entry in asked] == [f"sid={SECRET}"]
    assert not [entry for entry in shown.outside.log if SECRET.encode() in bytes(entry.received)]
    assert SECRET.encode() not in _everything(shown.root)
