"""yt-dlp in a process of its own: reads a job from standard input, writes what it did to a result file.

1. Only the requests handler, only through the recorder's proxy; ffmpeg inherits the proxy; plugins, caches and
   sections are off.
2. Every request is counted where it leaves; every fragment is listed in the order in which it makes the file.
3. In a rebuild it has no network: requests are answered from recorded responses, and what was not recorded fails.
4. Of an identity each server gets what is due to it, and nothing of it stands in what is handed back.
5. Nothing is repaired or remuxed besides joining the chosen streams: what it leaves is a derivative.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from requests.exceptions import ConnectionError as RequestsConnectionError
from urllib3 import HTTPHeaderDict, HTTPResponse
from yt_dlp import YoutubeDL
from yt_dlp.downloader.external import FFmpegFD
from yt_dlp.downloader.fragment import FragmentFD
from yt_dlp.networking._requests import RequestsHTTPAdapter, RequestsRH
from yt_dlp.utils import DownloadError, UnsupportedError, YoutubeDLError

from archiver.clients.fetch import sign_in
from archiver.identity import Identity, read_cookies

MAX_INFO = 8 * 1024 * 1024  # bytes of info JSON handed back
# What was sent stands in the request records; yt-dlp draws another User-Agent each time.
_OF_THE_RUN = frozenset({"epoch", "requested_downloads", "filepath", "filename", "_filename", "http_headers"})


class Worker:
    """One job: an address in, files and counts out."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.sent: list[list[str]] = []
        self.fragments: list[dict[str, Any]] = []
        self.messages: list[str] = []
        self.identity = _identity(job.get("identity"))
        self.recorded = RecordedWeb(Path(job["replay"])) if job.get("replay") else None

    def run(self) -> dict[str, Any]:
        """Download and describe; errors become text."""
        error, info = "", None
        with self._downloader() as ydl:
            try:
                info = ydl.extract_info(self.job["url"], download=not self.job.get("probe"))
            except UnsupportedError:
                error = "unsupported"
            except (DownloadError, YoutubeDLError) as failure:
                error = "unsupported" if "Unsupported URL" in str(failure) else str(failure)[:1000]
            clean = _lasting(ydl.sanitize_info(info)) if info else None
        return {
            "error": error,
            "info": _without_secrets(clean) if self.identity is not None else clean,
            "sent": self.sent,
            "fragments": self.fragments,
            "messages": self.messages[-50:],
            "files": sorted(p.name for p in Path(self.job["folder"]).iterdir() if _is_finished(p)),
        }

    def _downloader(self) -> YoutubeDL:
        worker = self

        class CountingAdapter(RequestsHTTPAdapter):  # type: ignore[misc]  # yt-dlp is untyped
            """Counts a request when it is handed to the connection."""

            def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
                worker.sent.append([request.method, request.url])
                if worker.identity is not None:
                    sign_in(request, worker.identity)
                if worker.recorded is not None:
                    return self.build_response(request, worker.recorded.answer(request))
                return super().send(request, *args, **kwargs)

        class RecordedRH(RequestsRH):  # type: ignore[misc]
            """The requests handler with counting adapters."""

            RH_KEY = "Requests"

            def _create_instance(self, cookiejar: Any, legacy_ssl_support: Any = None) -> Any:
                session = super()._create_instance(cookiejar, legacy_ssl_support)
                adapter = CountingAdapter(
                    ssl_context=self._make_sslcontext(legacy_ssl_support=legacy_ssl_support),
                    source_address=self.source_address,
                    max_retries=0,
                )
                session.mount("https://", adapter)
                session.mount("http://", adapter)
                return session

        class RecordedYDL(YoutubeDL):  # type: ignore[misc]
            """Uses no handler but ours."""

            def build_request_director(self, handlers: Any, preferences: Any = None) -> Any:  # noqa: ARG002
                return super().build_request_director([RecordedRH], None)

        self._list_fragments()
        if self.recorded is not None:
            _forbid_ffmpeg_downloads()
        ydl = RecordedYDL(self._options(), auto_init=True)
        for cookie in self.identity.jar() if self.identity is not None else ():
            ydl.cookiejar.set_cookie(cookie)      # extractors look there whether somebody is signed in
        return ydl

    def _list_fragments(self) -> None:
        original = FragmentFD._download_fragment  # noqa: SLF001 - the one place that names each fragment
        worker = self

        def listed(fd: Any, ctx: Any, frag_url: str, info_dict: Any, *args: Any, **kwargs: Any) -> Any:
            headers = args[0] if args else kwargs.get("headers")
            worker.fragments.append(
                {
                    "format": str(info_dict.get("format_id") or ""),
                    "file": Path(str(ctx.get("filename") or "")).name,
                    "url": frag_url,
                    "range": (headers or {}).get("Range", ""),
                    "index": int(info_dict.get("fragment_index") or ctx.get("fragment_index") or 0),
                }
            )
            return original(fd, ctx, frag_url, info_dict, *args, **kwargs)

        FragmentFD._download_fragment = listed  # noqa: SLF001

    def _options(self) -> dict[str, Any]:
        job = self.job
        return {
            "proxy": job["proxy"],
            "compat_opts": {"no-certifi"},
            "paths": {"home": job["folder"]},
            "outtmpl": {"default": "media-%(autonumber)05d.%(format_id)s.%(ext)s"},
            "ffmpeg_location": job["ffmpeg"] or None,
            "logger": self,
            "noprogress": True,
            "quiet": True,
            "cachedir": False,
            "fixup": "never",
            "nopart": True,
            "continuedl": False,
            "updatetime": False,
            "overwrites": True,
            "noplaylist": True,
            "playlistend": job["max_entries"],
            "ignoreerrors": False,
            "socket_timeout": job["timeout"],
            "retries": 2,
            "fragment_retries": 2,
            "extractor_retries": 1,
            "skip_unavailable_fragments": False,
            "writethumbnail": True,
            "writesubtitles": True,
            "subtitleslangs": ["all", "-live_chat"],
            "concurrent_fragment_downloads": 4,
            "max_filesize": job["max_bytes"],
            "external_downloader": {"default": "native"},
            "keepvideo": False,
            "enable_file_urls": False,
            "http_headers": {"User-Agent": job["user_agent"]} if job["user_agent"] else {},
            "match_filter": _no_live,
            "remote_components": [],      # no code from elsewhere
        }

    def debug(self, message: str) -> None:
        """Receive yt-dlp's talk."""
        self.messages.append(message[:500])

    info = warning = error = debug


class RecordedWeb:
    """Answers requests out of a list of recorded responses, in the order in which they were given."""

    def __init__(self, index: Path) -> None:
        self._folder = index.parent
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for one in json.loads(index.read_bytes()):
            self._held.setdefault((one["method"], one["url"], one["range"]), []).append(one)

    def answer(self, request: Any) -> Any:
        """A urllib3 response; ConnectionError where nothing was recorded for the request."""
        url = request.url.split("#", 1)[0]
        with self._lock:
            found = self._held.get((request.method, url, request.headers.get("Range", "")))
            if not found:
                raise RequestsConnectionError(f"not recorded: {request.method} {url[:500]}")
            one = found.pop(0) if len(found) > 1 else found[0]
        return HTTPResponse(body=(self._folder / one["file"]).open("rb"), status=one["status"], preload_content=False,
                            headers=HTTPHeaderDict(one["fields"]), decode_content=False)


def _identity(state: dict[str, Any] | None) -> Identity | None:
    """As it came through the pipe."""
    if not state or not state["cookies"]:
        return None
    cookies, _ = read_cookies(json.dumps(state).encode())
    return Identity(label="", cookies=cookies)


def _without_secrets(told: Any) -> Any:
    """A description without the cookies and credentials that yt-dlp notes beside each address."""
    if isinstance(told, dict):
        return {name: _without_secrets(value) for name, value in told.items()
                if str(name).lower() not in {"cookies", "cookie", "authorization"}}
    return [_without_secrets(one) for one in told] if isinstance(told, list) else told


def _is_finished(file: Path) -> bool:
    """Not what a joining that failed left behind."""
    return file.is_file() and ".temp." not in file.name and file.stat().st_size > 0


def _lasting(told: Any) -> Any:
    """What yt-dlp learnt, without what is of this run or this machine: when, in which folder, as which program."""
    if isinstance(told, dict):
        return {key: _lasting(value) for key, value in told.items()
                if key not in _OF_THE_RUN and not key.startswith("__")}
    return [_lasting(one) for one in told] if isinstance(told, list) else told


def _forbid_ffmpeg_downloads() -> None:
    def refused(*_: Any, **__: Any) -> int:
        raise DownloadError("ffmpeg fetched this stream itself: what it made cannot be made again without the network")

    FFmpegFD._call_downloader = refused  # noqa: SLF001 - the one door through which ffmpeg reaches the network


def _no_live(info: dict[str, Any], *, incomplete: bool = False) -> str | None:  # noqa: ARG001 - yt-dlp passes it
    return "a live stream has no end to wait for" if info.get("is_live") else None


def main() -> None:
    """Run the job given on standard input."""
    job = json.load(sys.stdin)
    outcome = json.dumps(Worker(job).run(), default=str)
    Path(job["result"]).write_text(
        outcome if len(outcome) <= MAX_INFO else json.dumps({"error": "the description is too large"}), "utf-8"
    )


if __name__ == "__main__":
    main()
