"""Video through yt-dlp, as a child process that sees nothing but the recorder.

1. The child gets the recorder's proxy and CA, no inherited proxies or certificates, and a folder of its own.
2. It is killed at its time limit; what the recorder wrote by then stays.
3. What it leaves in the folder is a derivative; the originals are the exchanges in the WARC.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.clients.sent import SentRequest, sent_request
from archiver.identity import Identity

POLL = 0.2  # seconds between looks at the child and at the cancel flag
MEDIA_SUFFIXES = frozenset(
    {".mp4", ".mkv", ".webm", ".mov", ".m4a", ".mp3", ".ogg", ".opus", ".ts", ".flv", ".3gp", ".aac"}
)
BESIDE_SUFFIXES = frozenset({".vtt", ".srt", ".ttml", ".ass", ".srv3", ".json3", ".jpg", ".jpeg", ".png", ".webp"})
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """One piece of a stream, in its place."""

    format_id: str
    url: str
    byte_range: str  # "bytes=0-99", or ""
    file: str = ""  # name of the file that it was put into


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoResult:
    """What yt-dlp did with one URL."""

    supported: bool  # False: no extractor knows the URL, and the page shows no video
    error: str  # "" when it finished
    extractor: str
    title: str
    format_ids: tuple[str, ...]
    files: tuple[Path, ...]  # the media files it left
    beside: tuple[Path, ...]  # subtitles and preview pictures
    info_json: bytes  # what it learnt, as JSON; b"" when nothing
    fragments: tuple[Fragment, ...]
    sent: tuple[SentRequest, ...]
    folder: Path | None = None  # where it left them


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoClient:
    """Runs the worker for one capture channel."""

    proxy_url: str
    ca_file: str
    user_agent: str
    timeout: float  # seconds without a byte
    time_limit: float  # seconds for the whole job
    max_bytes: int
    ffmpeg: str  # path of the program, "" when there is none
    cancelled: Callable[[], bool]
    identity: Identity | None = None

    def download(self, url: str, folder: Path, *, replay: Path | None = None) -> VideoResult:
        """Download the video of `url` into `folder` (which must exist and be empty).

        `replay`: a list of recorded responses that answer in place of the network.
        """
        result = folder.with_name(folder.name + ".result.json")
        job = {
            "url": url,
            "folder": str(folder),
            "result": str(result),
            "proxy": self.proxy_url,
            "ffmpeg": self.ffmpeg,
            "timeout": self.timeout,
            "max_bytes": self.max_bytes,
            "replay": str(replay) if replay is not None else "",
            "max_entries": 10,
            "user_agent": self.user_agent,
            "identity": self.identity.state() if self.identity is not None else None,     # by a pipe, never a file
        }
        ended = self._run(json.dumps(job).encode())
        try:
            told: Mapping[str, Any] = json.loads(result.read_bytes())
        except (OSError, ValueError):
            told = {"error": ended or "yt-dlp ended without a result"}
        result.unlink(missing_ok=True)
        return _read_result(told, folder)

    def _run(self, job: bytes) -> str:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment |= {"SSL_CERT_FILE": self.ca_file, "YTDLP_NO_PLUGINS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "archiver.clients.ytdlp_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        left, errors, first = self.time_limit, b"", True
        while True:
            try:
                _, errors = child.communicate(job if first else None, timeout=POLL)
            except subprocess.TimeoutExpired:
                first, left = False, left - POLL
                if left <= 0 or self.cancelled():
                    _kill(child)
                    return "interrupted" if left > 0 else f"stopped after {self.time_limit:.0f} s"
                continue
            return "" if child.returncode == 0 else f"yt-dlp failed: {errors.decode('utf-8', 'replace').strip()[-300:]}"


def _kill(child: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)  # ffmpeg, its child, too
    except ProcessLookupError:
        child.kill()
    child.communicate()


def _read_result(told: Mapping[str, Any], folder: Path) -> VideoResult:
    info = told.get("info") or {}
    error = str(told.get("error") or "")
    files = tuple(folder / name for name in told.get("files", ()) if Path(name).suffix.lower() in MEDIA_SUFFIXES)
    beside = tuple(folder / name for name in told.get("files", ()) if Path(name).suffix.lower() in BESIDE_SUFFIXES)
    ordered = sorted(told.get("fragments", ()), key=lambda piece: (piece["format"], piece["file"], piece["index"]))
    return VideoResult(
        supported=error != "unsupported",
        error="" if error == "unsupported" else error,
        extractor=str(info.get("extractor_key") or ""),
        title=str(info.get("title") or "")[:500],
        format_ids=tuple(str(info.get("format_id") or "").split("+")) if info.get("format_id") else (),
        files=files,
        beside=beside,
        info_json=json.dumps(info, sort_keys=True, ensure_ascii=True).encode() if info else b"",
        fragments=tuple(Fragment(format_id=p["format"], url=p["url"], byte_range=p["range"], file=p["file"])
                        for p in ordered),
        sent=tuple(sent_request(method, url) for method, url in told.get("sent", ())),
        folder=folder,
    )


def find_ffmpeg() -> str:
    """Path of the ffmpeg that the imageio-ffmpeg package brings, "" where it has none for this machine."""
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return ""
