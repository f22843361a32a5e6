"""Where ffmpeg fetches a stream itself, it reaches servers through the recorder and no other way."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from origin import Origin, reply

from archiver.capture.task import CaptureTask
from archiver.clients.ytdlp import find_ffmpeg
from archiver.clients.ytdlp_worker import Worker
from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import create_key
from evidence_store.records import CitationKind
from muniment.config.settings import Settings
from muniment.flows.environment import Environment
from muniment.flows.session import Signing, open_session, run_tasks

# METHOD=SAMPLE-AES is what yt-dlp's own downloader leaves to ffmpeg
PLAYLIST = (b'#EXTM3U\n#EXT-X-VERSION:5\n#EXT-X-TARGETDURATION:2\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="key",IV=0x'
            + b"00" * 16 + b"\n#EXTINF:2,\npiece-0.ts\n#EXTINF:2,\npiece-1.ts\n#EXT-X-ENDLIST\n")


@pytest.fixture
def origin() -> Iterator[Origin]:
    if not find_ffmpeg():
        pytest.skip("no ffmpeg for this machine")
    packet = b"\x47\x1f\xff\x10" + b"\xff" * 184
    piece = reply(packet * 40)
    with Origin({"/film.m3u8": reply(PLAYLIST, fields=b"Content-Type: application/vnd.apple.mpegurl\r\n"),
                 "/key": reply(b"k" * 16), "/piece-0.ts": piece, "/piece-1.ts": piece}) as one:
        yield one


def test_every_request_of_ffmpeg_is_recorded(tmp_path: Path, origin: Origin) -> None:
    world = Environment()
    signing = Signing(signer=create_key(tmp_path / "key", comment="t", passphrase=None), principal="t@example.org")
    settings = Settings(per_host_delay=0.0, browser="never", archives=(), robots="off", allow_private=True)
    url = f"http://127.0.0.1:{origin.port}/film.m3u8"
    with (Case.create(tmp_path / "case", CaseCharter(title="c"), signer=signing.signer, principal=signing.principal,
                      clock=world.clock, random=world.random) as case,
          open_session(case, signing, settings, world, command="t") as session, session.capturer() as capturer):
        done = run_tasks(session, capturer, [CaptureTask(url=url, identity=url, kind=CitationKind.VIDEO)], again=True)
    seen = Counter((entry.method, entry.path) for entry in origin.log)
    recorded = Counter((one.method, one.url.partition(str(origin.port))[2]) for one in done.captures[0].exchanges)
    assert recorded == seen
    by_ffmpeg = [entry.path for entry in origin.log if b"icy-metadata: 1" in bytes(entry.received).lower()]
    assert by_ffmpeg, (done.captures[0].reasons, "ffmpeg asked for nothing: the test shows nothing")


def test_sections_plugins_caches_and_code_from_elsewhere_are_off(tmp_path: Path) -> None:
    options = Worker({"proxy": "http://127.0.0.1:1", "folder": str(tmp_path), "ffmpeg": "", "max_entries": 1,
                      "timeout": 1.0, "max_bytes": 1, "user_agent": ""})._options()
    assert "download_ranges" not in options
    assert options["remote_components"] == []
    assert options["cachedir"] is False
    assert options["external_downloader"] == {"default": "native"}
    assert options["enable_file_urls"] is False
