"""Spacing of requests to one host, shared by all captures of a run."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = 120.0  # seconds that a run waits; a server that asks for more is asked again in a later run
MAX_PAUSE = 7 * 24 * 3600.0  # seconds; a server that says "next year" is not believed
_DIGITS = 9  # of a number of seconds: 30 years


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


def retry_after_seconds(value: str | None, date: str | None) -> float | None:
    """Seconds that a Retry-After asks for (RFC 9110, 10.2.3), at most MAX_PAUSE.

    A date is taken against the server's own Date; None where there is none or it cannot be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:_DIGITS]), MAX_PAUSE) if len(text) <= _DIGITS else MAX_PAUSE
    try:
        seconds = (parsedate_to_datetime(text) - parsedate_to_datetime(date or "")).total_seconds()
    except (ValueError, TypeError):  # TypeError: only one of them has a zone
        return None
    return min(max(seconds, 0.0), MAX_PAUSE)
