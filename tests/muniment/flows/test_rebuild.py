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
    return served | separate_audio(folder)


def separate_audio(folder: Path) -> dict[str, tuple[str, bytes]]:
    """A film whose sound (EXT-X-MEDIA) and subtitles (WebVTT) are streams of their own, and a page with a film."""
    picture = "testsrc=size=64x48:rate=25:duration=2"
    for name, chosen in (("sight", ["-map", "0:v", "-c:v", "mpeg2video"]), ("sound", ["-map", "1:a", "-c:a", "aac"])):
        subprocess.run([find_ffmpeg(), "-loglevel", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi",
                        "-i", "sine=duration=2", *chosen, "-f", "hls", "-hls_time", "1",
                        "-hls_playlist_type", "vod", "-hls_flags", "single_file" if name == "sound" else "0",
                        str(folder / f"{name}.m3u8")], check=True, timeout=60)
    words = b"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:00.000 --> 00:00:00.900\nThe bridge\n"
    later = words.replace(b"00:00:00.000 --> 00:00:00.900\nThe", b"00:00:01.000 --> 00:00:01.900\nBehind the")
    master = ('#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="sound",DEFAULT=YES,LANGUAGE="en",URI="sound.m3u8"\n'
              '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",URI="words.m3u8"\n'
              '#EXT-X-STREAM-INF:BANDWIDTH=90000,RESOLUTION=64x48,CODECS="mp4v.20.9,mp4a.40.2",AUDIO="a",SUBTITLES="s"\n'
              'sight.m3u8\n')
    told = ('{"@context":"https://schema.org","@type":"VideoObject","name":"The bridge","contentUrl":"http://HOST/film",'
            '"thumbnailUrl":"http://HOST/still.jpg","uploadDate":"2015-10-20"}')
    served = {"/master.m3u8": (PLAYLIST, master.encode()),
              "/film": (PLAYLIST, pieces("film", ["#EXTINF:2,", "plain-0.ts", "#EXTINF:2,", "plain-1.ts"]).encode()),
              "/words-0.vtt": ("text/vtt", words),
              "/words-1.vtt": ("text/vtt", later),
              "/words.m3u8": (PLAYLIST, pieces("words", ["#EXTINF:1,", "words-0.vtt", "#EXTINF:1,", "words-1.vtt"])
                              .encode()),
              "/page.html": ("text/html", f'<title>The bridge</title><script type="application/ld+json">{told}</script>'
                             .encode()
                             + b"<h1>The bridge</h1><p>" + b"A film of the bridge in the valley. " * 9),
              "/still.jpg": ("image/jpeg", b"\xff\xd8\xff\xe0" + bytes(300) + b"\xff\xd9")}
    for file in sorted(folder.glob("s[io]*")):
        served[f"/{file.name}"] = (PLAYLIST if file.suffix == ".m3u8" else "video/mp2t", file.read_bytes())
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
        if kind == "text/html":
            host = re.search(rb"(?i)\r\nhost: ([^\r]+)", head)
            body = body.replace(b"HOST", host[1] if host else b"")
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


FILM, WORDS, PICTURE, TOLD = (DerivativeKind.MERGED_VIDEO, DerivativeKind.SUBTITLES, DerivativeKind.THUMBNAIL,
                              DerivativeKind.DESCRIPTION)


@pytest.mark.parametrize(("name", "kinds"), [
    pytest.param("aes.m3u8", {FILM, TOLD}, id="HLS, AES-128, discontinuity"),
    pytest.param("ranges.m3u8", {FILM, TOLD}, id="HLS, byte ranges", marks=pytest.mark.soak),
    pytest.param("film.mpd", {FILM, TOLD}, id="DASH, separate audio", marks=pytest.mark.soak),
    pytest.param("master.m3u8", {FILM, WORDS, TOLD}, id="HLS, separate audio in byte ranges, subtitles in pieces"),
    pytest.param("page.html", {FILM, PICTURE, TOLD}, id="a page that yt-dlp knows, with a preview picture",
                 marks=pytest.mark.soak),
])
def test_a_film_and_what_belongs_to_it_are_recorded_whole_and_made_again_from_the_warc_alone(
        session: Session, origin: Origin, captured: Callable[[str], Capture], name: str,
        kinds: set[DerivativeKind]) -> None:
    first = len(origin.log)
    done = captured(name)
    assert done.verdict is Verdict.COMPLETE, done.reasons
    assert done.sent == done.recorded
    before = len(origin.log)
    if first != before:          # else another test had it captured
        assert sorted(one.url.partition(str(origin.port))[2] for one in done.exchanges) == sorted(
            one.path for one in origin.log[first:])
    made = [rebuilt for item in done.items for rebuilt in rebuild(session.case, item.id)]
    assert {one.derivative.kind: one.outcome for one in made} == dict.fromkeys(kinds, RebuildOutcome.SAME), made
    assert all(one.derivative.recipe.inputs for one in made)
    assert len(origin.log) == before          # nothing was asked of the server


def test_what_is_said_of_a_film_names_nothing_of_this_machine(session: Session,
                                                             captured: Callable[[str], Capture]) -> None:
    made = [one.derivative for item in captured("aes.m3u8").items
            for one in session.case.catalogue.derivatives(item.id)]
    described = next(one for one in made if one.kind is DerivativeKind.DESCRIPTION)
    with session.case.open_content(described.content) as stream:
        said = stream.read()
    assert b'"title"' in said
    assert not [name for name in (b"filepath", b"epoch", b"/tmp", b"User-Agent") if name in said]


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
    assert {one.outcome for one in made} == {RebuildOutcome.IMPOSSIBLE}
    assert all("aes-2.ts" in one.words for one in made)

