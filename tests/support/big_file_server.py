"""A server on loopback whose one file stops half-way until it is told to go on: a download can be met in the middle."""

import hashlib
import http.server
import random
import threading
from types import TracebackType
from typing import Self

PIECE = 1 << 20


class BigFileServer:
    """Serves `size` bytes at any path; the first answer waits at half until `go_on` is set."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.halfway = threading.Event()
        self.go_on = threading.Event()
        self._piece = random.Random(7).randbytes(PIECE)
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/film.mp4"

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        """Send the file."""
        handler.send_response(200)
        handler.send_header("Content-Type", "video/mp4")
        handler.send_header("Content-Length", str(self.size))
        handler.end_headers()
        try:
            for start in range(0, self.size, PIECE):
                if start >= self.size // 2 and not self.go_on.is_set():
                    handler.wfile.flush()
                    self.halfway.set()
                    self.go_on.wait(60)
                handler.wfile.write(self._piece[: min(PIECE, self.size - start)])
        except OSError:
            handler.close_connection = True

    def sha256(self) -> str:
        """Of the whole file."""
        digest = hashlib.sha256()
        for start in range(0, self.size, PIECE):
            digest.update(self._piece[: min(PIECE, self.size - start)])
        return digest.hexdigest()

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_on.set()
        self._http.shutdown()
        self._http.server_close()
