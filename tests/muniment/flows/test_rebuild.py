"""Films through yt-dlp and the recorder: every byte recorded, and each made again offline from the WARC alone."""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from origin import Origin, Reply, Send, reply

from archiver.capture.task import CaptureTask
from archiver.clients.ytdlp import find_ffmpeg
from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import create_key
from evidence_store.records import Capture, CitationKind, DerivativeKind, Verdict
from muniment.config.settings import Settings
from muniment.flows.environment import Environment
from muniment.flows.rebuild import RebuildOutcome, rebuild
from muniment.flows.session import Session, Signing, open_session, run_tasks

KEY, IV = bytes(range(16)), bytes(range(16, 32))
PIECES = [b"\x47" + bytes([number]) * 1879 for number in range(6)]
PLAYLIST = "application/vnd.apple.mpegurl"


def encrypted(data: bytes) -> bytes:
    padder = padding.PKCS7(128).padder()
    box = Cipher(algorithms.AES(KEY), modes.CBC(IV)).encryptor()
    return box.update(padder.update(data) + padder.finalize()) + box.finalize()


def pieces(name: str, lines: list[str]) -> str:
    return "\n".join(["#EXTM3U", "#EXT-X-TARGETDURATION:2", *lines, "#EXT-X-ENDLIST", ""]) + f"# {name}\n"


def films(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Path to media type and body of everything the origin serves."""
    served: dict[str, tuple[str, bytes]] = {"/key": ("application/octet-stream", KEY),
                                            "/whole.ts": ("video/mp2t", b"".join(PIECES))}
    aes = [f'#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x{IV.hex()}']
    ranges, plain = [], []
    for number, piece in enumerate(PIECES):
        served[f"/aes-{number}.ts"] = ("video/mp2t", encrypted(piece))
        served[f"/plain-{number}.ts"] = ("video/mp2t", piece)
        aes += [*(["#EXT-X-DISCONTINUITY"] if number == 3 else []), "#EXTINF:2,", f"aes-{number}.ts"]
        plain += ["#EXTINF:2,", f"plain-{number}.ts"]
        ranges += ["#EXTINF:2,", f"#EXT-X-BYTERANGE:{len(piece)}@{number * len(PIECES[0])}", "whole.ts"]
    for name, lines in (("aes", aes), ("ranges", ranges), ("plain", plain)):
        served[f"/{name}.m3u8"] = (PLAYLIST, pieces(name, lines).encode())
    subprocess.run([find_ffmpeg(), "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=2",
                    "-f", "lavfi", "-i", "sine=duration=2", "-map", "0:v", "-map", "1:a", "-c:v", "mpeg4",
                    "-c:a", "aac", "-f", "dash", "-use_template", "1", "-use_timeline", "1", "-seg_duration", "1",
                    str(folder / "film.mpd")], check=True, timeout=60)
    for file in sorted(folder.iterdir()):
        kind = "application/dash+xml" if file.suffix == ".mpd" else "video/iso.segment"
        served[f"/{file.name}"] = (kind, file.read_bytes())
    return served


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    if not find_ffmpeg():
        pytest.skip("no ffmpeg for this machine")
    served = films(tmp_path_factory.mktemp("film"))

    def answer(path: str, head: bytes) -> Reply:
        if path not in served:
            return reply(b"none\n", status=b"404 Not Found")
        kind, body = served[path]
        asked = re.search(rb"(?i)\r\nrange: bytes=(\d+)-(\d*)", head)
        fields = f"Content-Type: {kind}\r\nAccept-Ranges: bytes\r\n".encode()
        if asked is None:
            return reply(body, fields=fields)
        first, last = int(asked[1]), int(asked[2] or len(body) - 1)
        part = body[first:last + 1]
        head_line = b"HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n%b\r\n"
        return Reply((Send(head_line % (len(part), first, first + len(part) - 1, len(body), fields) + part),))

    with Origin(answer) as running:
        yield running


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder, world = tmp_path_factory.mktemp("films"), Environment()
    signing = Signing(signer=create_key(folder / "key", comment="t", passphrase=None), principal="t@example.org")
    settings = Settings(per_host_delay=0.0, browser="never", archives=(), robots="off", allow_private=True)
    with (Case.create(folder / "case", CaseCharter(title="c"), signer=signing.signer, principal=signing.principal,
                      clock=world.clock, random=world.random) as case,
          open_session(case, signing, settings, world, command="t") as opened):
        yield opened


@pytest.fixture(scope="module")
def captured(session: Session, origin: Origin) -> Callable[[str], Capture]:
    """The capture of a film of the origin; each is captured once."""

    @cache
    def capture(name: str) -> Capture:
        url = f"http://127.0.0.1:{origin.port}/{name}"
        with session.capturer() as capturer:
            return run_tasks(session, capturer, [CaptureTask(url=url, identity=url, kind=CitationKind.VIDEO)],
                             again=True).captures[0]

    return capture


@pytest.mark.parametrize("name", ["aes.m3u8", pytest.param("ranges.m3u8", marks=pytest.mark.soak), "film.mpd"],
                         ids=["HLS, AES-128, discontinuity", "HLS, byte ranges", "DASH, separate audio"])
def test_a_film_is_recorded_whole_and_made_again_from_the_warc_alone(
        session: Session, origin: Origin, captured: Callable[[str], Capture], name: str) -> None:
    done = captured(name)
    assert done.verdict is Verdict.COMPLETE, done.reasons
    assert done.sent == done.recorded
    before = len(origin.log)
    made = [rebuilt for item in done.items for rebuilt in rebuild(session.case, item.id)]
    assert [one.outcome for one in made] == [RebuildOutcome.SAME], made
    assert made[0].derivative.kind is DerivativeKind.MERGED_VIDEO
    assert len(origin.log) == before          # nothing was asked of the server


def test_the_decrypted_film_is_the_pieces_in_their_order(session: Session,
                                                        captured: Callable[[str], Capture]) -> None:
    made = [one.derivative for item in captured("aes.m3u8").items
            for one in session.case.catalogue.derivatives(item.id)]
    film = next(one for one in made if one.kind is DerivativeKind.MERGED_VIDEO)
    with session.case.open_content(film.content) as stream:
        assert stream.read() == b"".join(PIECES)
    assert len(film.recipe.inputs) == len(PIECES)
    assert DerivativeKind.DESCRIPTION in {one.kind for one in made}


def test_a_film_whose_piece_is_lost_is_not_made_up(session: Session, captured: Callable[[str], Capture],
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    done, catalogue = captured("aes.m3u8"), session.case.catalogue
    item = next(one for one in done.items if catalogue.derivatives(one.id))
    lacking = replace(done, exchanges=tuple(one for one in done.exchanges if "aes-2" not in one.url))
    monkeypatch.setattr(type(catalogue), "capture", lambda self, number: lacking)
    made = rebuild(session.case, item.id)
    assert [one.outcome for one in made] == [RebuildOutcome.IMPOSSIBLE]
    assert "aes-2.ts" in made[0].words
