"""robots.txt (RFC 9309): recorded with the first page of each origin, and obeyed only where somebody asked for that.

1. Evidence is kept because it may go; what a site asks of crawlers is recorded beside it and said, and by default not
   followed.
2. One request an origin and run, never repeated; a site without the file asks for nothing.
"""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from archiver.clients.fetch import FetchClient, Fetched

MAX_BYTES = 512 * 1024  # RFC 9309, 2.5 asks for at least 500 KiB


class RobotsPolicy(StrEnum):
    """What is done about robots.txt."""

    RECORD = "record"
    OBEY = "obey"
    OFF = "off"


@dataclass(slots=True, kw_only=True)
class RobotsFiles:
    """What the origins of a run ask for; any thread may call."""

    policy: RobotsPolicy
    user_agent: str
    _rules: dict[str, Any] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, url: str, client: FetchClient) -> None:
        """Fetch the robots.txt of this URL's origin through the capture's channel, unless the run has it."""
        origin = _origin(url)
        if self.policy is RobotsPolicy.OFF or not origin:
            return
        with self._mutex:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._rules:
                self._rules[origin] = _parsed(client.fetch_once(f"{origin}/robots.txt", keep=MAX_BYTES))

    def disallows(self, url: str) -> bool:
        """The origin was asked, and does not want this URL fetched."""
        rules = self._rules.get(_origin(url))
        return rules is not None and not rules.can_fetch(url, self.user_agent)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.scheme in {"http", "https"} else ""


def _parsed(answer: Fetched) -> Any:
    """Its rules; None where there are none to follow: no answer, an error, a page instead of the file."""
    from protego import Protego

    if not answer.is_whole or answer.status != 200 or answer.media_type == "text/html":
        return None
    return Protego.parse(answer.body.decode("utf-8", "replace"))
