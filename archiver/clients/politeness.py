"""Spacing of requests to one host, shared by all captures of a run."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_RETRY_AFTER = 120.0  # seconds; a server that asks for more is tried again in a later run


@dataclass(slots=True, kw_only=True)
class HostGate:
    """Lets one request through to a host every `spacing` seconds; `monotonic` and `sleep` are passed in."""

    spacing: float
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    _next: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, host: str) -> None:
        """Return when it is this caller's turn for `host`."""
        with self._lock:
            now = self.monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self.spacing
        if turn > now:
            self.sleep(turn - now)

    def hold(self, host: str, seconds: float) -> None:
        """Keep everyone off `host` for a while, as a Retry-After asks."""
        with self._lock:
            until = self.monotonic() + min(seconds, MAX_RETRY_AFTER)
            self._next[host] = max(self._next.get(host, 0.0), until)
