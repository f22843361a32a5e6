"""WhatsApp's export (`_chat.txt`, `WhatsApp Chat with X.txt`): lines that begin with a time, and what follows them.

1. The order of day and month follows the phone's language and is written nowhere. It is read from the whole file: a
   first number above 12 makes it the day, a second one above 12 the month; where neither occurs, days come first, and
   dates that go backwards then but not the other way turn it.
2. A line that does not begin with a time belongs to the message before it.
Source: the exports of iOS (`[28/02/2015, 14:03:12] Omar: text`) and Android (`28/02/2015, 14:03 - Omar: text`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from archiver.chats.model import Chat, ChatForm, Message

MAX_MESSAGES = 2_000_000
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\ufeff"))
_HEAD = re.compile(
    r"\[?(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{2,4}),?\s+(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2}))?"
    r"(?:[\s\u202f]*(?P<half>[AaPp])\.?\s?[Mm]\.?)?(?:\]\s*|\s+[-\u2013]\s+)")
_SENDER = re.compile(r"([^:\n]{1,120}?):\s?(.*)", re.DOTALL)
# "<attached: 00000012-PHOTO.jpg>" (iOS), "IMG-20150228-WA0001.jpg (file attached)" in the phone's language (Android)
_ATTACHED = re.compile(r"<[^<>:]{2,30}: ([^<>]+\.\w{2,5})>|^([^\n/\\]{1,200}\.\w{2,5}) \([^()\n]{3,40}\)", re.MULTILINE)
_OMITTED = re.compile(r"<[^<>:]{3,40}>$|^(?:image|video|audio|sticker|GIF|document|Contact card) omitted$",
                      re.IGNORECASE)
_DELETED = re.compile(r"^(?:This message was deleted|You deleted this message)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    first: int
    second: int
    third: int
    clock: tuple[int, int, int]
    body: str


def parse_whatsapp(text: str, name: str = "") -> Chat:
    """The messages of an export; none where no line begins as one does."""
    entries: list[_Entry] = []
    unread = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.translate(_MARKS)
        match = _HEAD.match(bare)
        if match is not None and len(entries) < MAX_MESSAGES:
            entries.append(_entry(match, bare[match.end():]))
        elif entries:
            entries[-1] = replace(entries[-1], body=f"{entries[-1].body}\n{bare}")
        elif bare.strip():
            unread += 1
    day_first = _day_first(entries)
    messages = tuple(_message(number, entry, day_first=day_first) for number, entry in enumerate(entries, 1))
    return Chat(form=ChatForm.WHATSAPP, name=name, messages=messages, unread=unread)


def looks_like_whatsapp(text: str) -> bool:
    """Whether the first lines begin as messages do."""
    lines = [line.translate(_MARKS) for line in text.split("\n")[:20] if line.strip()]
    return bool(lines) and _HEAD.match(lines[0]) is not None


def _entry(match: re.Match[str], body: str) -> _Entry:
    hour = int(match["h"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    return _Entry(first=int(match["a"]), second=int(match["b"]), third=int(match["c"]),
                  clock=(hour, int(match["m"]), int(match["s"] or 0)), body=body)


def _day_first(entries: Sequence[_Entry]) -> bool:
    """Rule 1."""
    if any(entry.second > 12 for entry in entries):
        return False
    if any(12 < entry.first <= 31 for entry in entries):
        return True
    return _backwards(entries, day_first=True) <= _backwards(entries, day_first=False)


def _backwards(entries: Sequence[_Entry], *, day_first: bool) -> int:
    times = [at for entry in entries if (at := _at(entry, day_first=day_first))]
    return sum(1 for one, other in pairwise(times) if other < one)


def _at(entry: _Entry, *, day_first: bool) -> str:
    """ISO 8601 without a zone: the phone's own time; "" where it is no date."""
    if entry.first > 31:
        year, month, day = entry.first, entry.second, entry.third
    else:
        day, month = (entry.first, entry.second) if day_first else (entry.second, entry.first)
        year = entry.third
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, *entry.clock).isoformat()  # noqa: DTZ001
    except ValueError:
        return ""


def _message(number: int, entry: _Entry, *, day_first: bool) -> Message:
    match = _SENDER.fullmatch(entry.body.strip("\n"))
    sender, text = (match[1].strip(), match[2]) if match else ("", entry.body.strip())
    media = tuple(one for pair in _ATTACHED.findall(text) for one in pair if one)
    return Message(number=number, sender=sender, at=_at(entry, day_first=day_first), text=text.strip(), media=media,
                   missing_media=not media and _OMITTED.search(text.strip()) is not None,
                   deleted=_DELETED.match(text.strip()) is not None)
