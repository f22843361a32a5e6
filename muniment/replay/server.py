"""The replay server: loopback only, GET and HEAD only, for nobody but its own name.

1. It listens on 127.0.0.1, on a port that the system picks.
2. A request whose Host is not this server's own name and port is refused: a page elsewhere cannot read from it by way
   of a name that it makes point here (DNS rebinding).
3. Everything but GET and HEAD is refused; nothing here changes anything.
4. Captured files are handed out as pictures or media, or else as downloads that no browser shows.
5. No page may load anything from anywhere else; nothing is cached.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from evidence_store.errors import EvidenceError
from muniment.replay import answers
from muniment.replay.library import Library, Moment, Page
from muniment.replay.player import Player
from muniment.replay.ranges import ByteRange, RangeNotSatisfiable, parse_range

LOOPBACK = "127.0.0.1"
COPY = 1 << 16
MAX_TARGET = 64 * 1024        # characters of a request's target: recorded addresses can be long
QUIET_SECONDS = 30.0          # after which a connection without a request is closed

# The player evaluates code and makes workers; neither it nor what it shows may reach another server.
PLAYER_POLICY = ("default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' data: blob:; "
                 "frame-src 'self' blob: data:; form-action 'self'; base-uri 'self'; object-src 'none'")
PAGE_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
FILE_POLICY = "sandbox; default-src 'none'"
# What a browser shows without running anything.
SHOWN = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
         "bmp": "image/bmp", "mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg", "m4a": "audio/mp4",
         "ogg": "audio/ogg", "weba": "audio/webm"}
_REPORT = re.compile(r"(START-HERE|report)\.html|report/[A-Za-z0-9-]+\.html|report/views/[A-Za-z0-9-]+\.png"
                     r"|VERIFY\.txt")
_FILE = re.compile(r"data/items/[A-Z]+-[0-9]+/(derivatives/)?[A-Za-z0-9_-]+\.[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayServer:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        """Its first page."""
        return f"http://{LOOPBACK}:{self.port}/"


@contextmanager
def serving(library: Library, player: Player) -> Iterator[ReplayServer]:
    """Serve a library until the context ends."""
    with _Server(library, player) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="replay", daemon=True)
        thread.start()
        try:
            yield ReplayServer(port=server.port)
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, library: Library, player: Player) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.port = int(self.server_address[1])
        self.library = library
        self.visits = {visit.key: visit for visit in library.visits}
        self.player = player

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "muniment"
    sys_version = ""
    timeout = QUIET_SECONDS

    def do_GET(self) -> None:
        """Answer with a body."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer without one."""
        self._answer()

    def __getattr__(self, name: str) -> object:
        # BaseHTTPRequestHandler looks for do_<METHOD>; every other method is refused in one place
        if name.startswith("do_"):
            return self._refuse_method
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Nothing is written: the addresses are evidence."""

    def _refuse_method(self) -> None:
        self.close_connection = True
        self._page(HTTPStatus.METHOD_NOT_ALLOWED, answers.failure(405, "only GET and HEAD are answered"))

    def _answer(self) -> None:
        own = {f"{LOOPBACK}:{self.server.port}", f"localhost:{self.server.port}"}
        if self.headers.get_all("Host") is None or self.headers.get_all("Host") not in [[name] for name in own]:
            self.close_connection = True
            self._page(HTTPStatus.MISDIRECTED_REQUEST, answers.failure(421, "this server answers to its own name only"))
            return
        if len(self.path) > MAX_TARGET:
            self._page(HTTPStatus.REQUEST_URI_TOO_LONG, answers.failure(414, "this address is too long"))
            return
        parts = urlsplit(self.path)
        try:
            self._route(unquote(parts.path), {name: values[-1] for name, values in parse_qs(parts.query).items()})
        except EvidenceError as error:
            self._page(HTTPStatus.INTERNAL_SERVER_ERROR, answers.failure(500, str(error)))

    def _route(self, path: str, query: dict[str, str]) -> None:
        if path == "/":
            self._page(HTTPStatus.OK, answers.list_page(self.server.library))
        elif path == "/play":
            self._play(query)
        elif path == "/open" or (path == "/report/replay.html" and query):
            self._open(query)
        elif path.startswith("/wacz/") and path.endswith(".wacz"):
            self._wacz(path.removeprefix("/wacz/").removesuffix(".wacz"))
        elif path.startswith("/rwp/"):
            self._player(path.removeprefix("/rwp/"))
        else:
            self._file(path.removeprefix("/"))

    def _play(self, query: dict[str, str]) -> None:
        visit = self.server.visits.get(query.get("visit", ""))
        url, at = query.get("url", ""), _moment(query.get("ts", ""))
        if visit is None or (url and not url.startswith(answers.PLAYED)):
            self._missing()
            return
        page = Page(url=url, at=at or visit.main.at) if url else visit.main
        text = answers.play_page(self.server.library, Moment(visit=visit, page=page), self.server.port)
        self._page(HTTPStatus.OK, text, policy=PLAYER_POLICY)

    def _open(self, query: dict[str, str]) -> None:
        found = next((self.server.library.moment(kind, query[kind]) for kind in ("item", "citation") if kind in query),
                     None)
        if found is None:
            self._page(HTTPStatus.NOT_FOUND, answers.failure(404, "nothing of this was recorded as a page that can be "
                                                                  "replayed"))
            return
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", answers.link_to(found.visit, found.page))
        self.send_header("Content-Length", "0")
        self._common(PAGE_POLICY)
        self.end_headers()

    def _wacz(self, key: str) -> None:
        visit = self.server.visits.get(key)
        if visit is None:
            self._missing()
            return
        path = self.server.library.archive(visit)
        with path.open("rb") as stream:
            self._stream(stream, path.stat().st_size, "application/wacz", FILE_POLICY)

    def _player(self, name: str) -> None:
        own = {"quiet.js": "quiet.js", "replay/guard.js": "guard.js", "replay/": "player.html",
               "replay/index.html": "player.html"}
        theirs = {"ui.js": "ui.js", "replay/ui.js": "ui.js", "replay/sw.js": "sw.js", "LICENSE": "LICENSE"}
        if name in own:
            content = answers.static(own[name])
        elif name in theirs:
            content = self.server.player.read(theirs[name])
        else:
            self._missing()
            return
        kind = "text/javascript" if name.endswith(".js") else "text/plain" if name == "LICENSE" else "text/html"
        self._bytes(HTTPStatus.OK, content, f"{kind}; charset=utf-8", PLAYER_POLICY)

    def _file(self, name: str) -> None:
        """A page of a bundle's report, or one of its files."""
        folder = self.server.library.folder
        path = folder / name if folder and (_REPORT.fullmatch(name) or _FILE.fullmatch(name)) else None
        if folder is None or path is None or not path.is_file() or path.resolve() != folder.resolve() / name:
            self._missing()
            return
        suffix = name.rpartition(".")[2]
        with path.open("rb") as stream:
            length = path.stat().st_size
            if _REPORT.fullmatch(name) and suffix in {"html", "txt"}:
                kind = "text/html" if suffix == "html" else "text/plain"
                self._stream(stream, length, f"{kind}; charset=utf-8", PAGE_POLICY)
            elif suffix in SHOWN:
                self._stream(stream, length, SHOWN[suffix], FILE_POLICY)
            else:
                self._stream(stream, length, "application/octet-stream", FILE_POLICY, download=True)

    def _missing(self) -> None:
        self._page(HTTPStatus.NOT_FOUND, answers.failure(404, "there is nothing here"))

    def _page(self, status: HTTPStatus, text: str, *, policy: str = PAGE_POLICY) -> None:
        self._bytes(status, text.encode("utf-8", "replace"), "text/html; charset=utf-8", policy)

    def _bytes(self, status: HTTPStatus, content: bytes, media_type: str, policy: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self._common(policy)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _common(self, policy: str) -> None:
        for name, value in (("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
                            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
                            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cache-Control", "no-store"),
                            ("Permissions-Policy", "camera=(), microphone=(), geolocation=()")):
            self.send_header(name, value)

    def _stream(self, stream: BinaryIO, length: int, media_type: str, policy: str, *, download: bool = False) -> None:
        try:
            part = parse_range(self.headers.get("Range"), length)
        except RangeNotSatisfiable:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{length}")
            self.send_header("Content-Length", "0")
            self._common(policy)
            self.end_headers()
            return
        chosen = part or ByteRange(start=0, stop=length)
        self.send_response(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK)
        if part:
            self.send_header("Content-Range", f"bytes {part.start}-{part.stop - 1}/{length}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(chosen.stop - chosen.start))
        if download:
            self.send_header("Content-Disposition", "attachment")
        self._common(policy)
        self.end_headers()
        if self.command != "HEAD":
            _copy(stream, self.wfile, chosen)


def _copy(source: BinaryIO, target: object, part: ByteRange) -> None:
    write = getattr(target, "write")  # noqa: B009 - socketserver's writers share no type
    source.seek(part.start)
    left = part.stop - part.start
    while left and (data := source.read(min(left, COPY))):
        write(data)
        left -= len(data)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


