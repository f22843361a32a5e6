"""What can be learnt of the clock and the address of this machine by asking others, where the settings name them.

1. Nobody is asked who is not in the settings: a time server (`ntp`), a page that tells one's own address (`egress`).
2. With an upstream proxy the page is asked through it, and no time server is: that would go around the proxy.
3. What was not learnt is said, with the reason; nothing is guessed, and no clock is set.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from archiver.errors import ArchiverError
from archiver.sntp import Comparison, compare_clock
from evidence_store.records import Circumstances
from muniment.config.settings import Settings
from muniment.flows.circumstances import with_hashes

MAX_ADDRESS = 4096            # bytes of the page: an address and a line end


class Page(Protocol):
    """The way to the page that tells one's address: `archiver.outbound.Outbound`."""

    def fetch(self, url: str, limit: int) -> bytes:
        """What stands at a URL."""


def observed(given: Circumstances, settings: Settings, page: Page, clock: Callable[[], datetime], *,
             compare: Callable[[str, Callable[[], datetime]], Comparison] = compare_clock) -> Circumstances:
    """The circumstances with what could be learnt now, and with the hashes of the tools."""
    return replace(given, clock=_clock(given.clock, settings, clock, compare), tools=with_hashes(given.tools),
                   egress=f"{given.egress}{_seen_as(settings.egress, page)}")


def asked_words(settings: Settings) -> str:
    """Who is going to be asked, for the plan; "" for nobody."""
    asked = [f"its address is asked of {urlsplit(settings.egress).hostname}"] if "://" in settings.egress else []
    if settings.ntp and not settings.proxy:
        asked.append(f"its clock is compared with {settings.ntp}")
    return "".join(f", {one}" for one in asked)


def _clock(known: str, settings: Settings, clock: Callable[[], datetime],
           compare: Callable[[str, Callable[[], datetime]], Comparison]) -> str:
    if not settings.ntp:
        return known
    if settings.proxy:
        return f"{known}; no time server was asked, since that would go around the proxy"
    try:
        found = compare(settings.ntp, clock)
    except ArchiverError as error:
        return f"{known}; {error}"
    return (f"compared with {found.server} by NTP: offset {found.offset * 1000:+.0f} ms, "
            f"known to {found.uncertainty * 1000:.0f} ms; {known}")


def _seen_as(egress: str, page: Page) -> str:
    if not egress:
        return ""
    if "://" not in egress:
        return f", from {egress} (as stated)"
    host = urlsplit(egress).hostname
    try:
        said = page.fetch(egress, MAX_ADDRESS).decode("ascii", "replace").strip()
        return f", from {ipaddress.ip_address(said)} (says {host})"
    except ArchiverError as error:
        return f" ({host} did not tell the address: {error})"
    except ValueError:
        return f" ({host} told no address)"
