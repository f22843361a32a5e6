"""What a file's name says: which program names files so, and the date in it. Anybody can change a name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_DAY = r"(?P<y>20\d\d)[-_]?(?P<m>\d\d)[-_]?(?P<d>\d\d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSays:
    """A pattern that a name follows."""

    program: str          # "WhatsApp"
    meaning: str          # what the date in it is: "received or sent", "taken"
    day: str = ""         # ISO 8601
    removes: bool = True  # the program removes metadata: none is to be expected


_PATTERNS: tuple[tuple[str, str, str, bool], ...] = (
    (rf"(?:IMG|VID|AUD|PTT|STK)-{_DAY}-WA\d{{4}}", "WhatsApp", "received or sent", True),
    (r"WhatsApp (?:Image|Video|Audio) (?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d) at ", "WhatsApp", "saved", True),
    (r"photo_\d+@(?P<d>\d\d)-(?P<m>\d\d)-(?P<y>20\d\d)_", "Telegram (export)", "posted", True),
    (r"photo_(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)_\d\d-\d\d-\d\d", "Telegram (desktop)", "saved", True),
    (rf"signal-{_DAY}-", "Signal", "saved", True),
    (r"\d{6,}_\d{10,}_\d{6,}_[nostabq](?=\.)", "Facebook or Instagram", "", True),
    (rf"Screenshot[_ ]{_DAY}", "a screenshot", "made", True),
    (rf"(?:IMG|VID|PXL|MVIMG)_{_DAY}_\d{{6}}", "an Android camera", "taken", False),
    (r"(?:IMG|DSC|DSCN|DSCF|MVI)_?\d{4,5}(?=\.)", "a camera or iPhone", "", False))


def name_says(name: str) -> NameSays | None:
    """The first pattern that a file name, or the last part of an address, follows."""
    for pattern, program, meaning, removes in _PATTERNS:
        match = re.match(pattern, name)
        if match is not None:
            return NameSays(program=program, meaning=meaning, day=_day(match.groupdict().get), removes=removes)
    return None


def _day(part: Callable[[str], str | None]) -> str:
    try:
        return date(int(part("y") or 0), int(part("m") or 0), int(part("d") or 0)).isoformat()
    except ValueError:
        return ""
