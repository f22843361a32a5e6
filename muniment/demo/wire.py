"""The server's own log: every byte of every exchange, to be compared with what a recorder wrote.

1. What is logged is what was handed to the socket or read from it (after TLS), never what was meant to be sent.
2. Who has the whole of an answer finds its exchange in the log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

PATIENCE_SECONDS = 30.0       # for a client that takes its answer slowly


@dataclass(frozen=True, slots=True, kw_only=True)
class WireExchange:
    """One request and its response, as the server saw them."""

    scheme: str           # "http" or "https"
    host: str             # of the Host field, lower case, without port
    connection: int       # exchanges of one connection share this number
    request: bytes        # head and body, as read
    head: bytes           # response head including the empty line, as sent
    body: bytes           # response body as sent: with chunk framing and content coding
    dropped: bool         # the server closed the connection before the body's announced end

    @property
    def response(self) -> bytes:
        """Every byte of the response."""
        return self.head + self.body


class WireLog:
    """Collects exchanges from the server's threads, in the order in which they ended."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._exchanges: list[WireExchange] = []
        self._answering = 0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Around sending an answer and adding its exchange."""
        with self._changed:
            self._answering += 1
        try:
            yield
        finally:
            with self._changed:
                self._answering -= 1
                self._changed.notify_all()

    def add(self, exchange: WireExchange) -> None:
        """One exchange ended."""
        with self._changed:
            self._exchanges.append(exchange)

    def exchanges(self) -> tuple[WireExchange, ...]:
        """What ended so far, once no answer is being sent (rule 2)."""
        with self._changed:
            self._changed.wait_for(lambda: not self._answering, timeout=PATIENCE_SECONDS)
            return tuple(self._exchanges)
