"""The nouns of exported chats, and the withholding of telephone numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

# International numbers of 8 to 15 digits (E.164), and national ones that begin with 0, with the separators that people
# and apps write. Other figures - coordinates, dates, ids, sums - are not numbers to call.
_NUMBER = re.compile(r"(?<![\w/.:#@,-])(?:(?:\+|00)\d(?:[\u00a0\u202a-\u202e \-.()/]{0,2}\d){6,14}"
                     r"|\(?0\d(?:[\u00a0 \-()/]{0,2}\d){6,12})(?![\w:]|-\w)")
_DIGITS = re.compile(r"\d")


class ChatForm(StrEnum):
    """Whose export it is."""

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, as the export tells it."""

    number: int                # within the export, from 1
    sender: str                # "" for what the app itself wrote (somebody joined, a call)
    at: str                    # ISO 8601 as the export gives it; without a zone where it gives none
    text: str
    id: str = ""               # of the platform
    media: tuple[str, ...] = ()    # file names beside the export
    missing_media: bool = False    # the export says that a medium was left out
    reply_to: str = ""
    forwarded_from: str = ""
    edited: str = ""           # when it was edited, as `at`
    deleted: bool = False      # the export says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One exported conversation."""

    form: ChatForm
    name: str
    messages: tuple[Message, ...]
    unread: int = 0            # entries or lines that could not be read

    @property
    def people(self) -> tuple[str, ...]:
        """Who wrote, each once, in the order of their first message."""
        return tuple(dict.fromkeys(message.sender for message in self.messages if message.sender))


def without_numbers(chat: Chat) -> Chat:
    """The chat with every telephone number replaced by a name that stays the same throughout it."""
    names: dict[str, str] = {}

    def clean(text: str) -> str:
        def name(found: re.Match[str]) -> str:
            digits = "".join(_DIGITS.findall(found[0])).removeprefix("00")
            return names.setdefault(digits, f"[number {len(names) + 1}]")
        return _NUMBER.sub(name, text)

    return replace(chat, name=clean(chat.name), messages=tuple(
        replace(message, sender=clean(message.sender), text=clean(message.text),
                forwarded_from=clean(message.forwarded_from)) for message in chat.messages))


def span(messages: Iterable[Message]) -> tuple[str, str]:
    """The first and last time that messages give; "" where none does."""
    times = sorted(message.at for message in messages if message.at)
    return (times[0], times[-1]) if times else ("", "")
