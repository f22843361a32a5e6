"""Which files are exported chats, and the messages in them."""

import json
import re
from pathlib import PurePosixPath

from archiver.chats.model import Chat
from archiver.chats.telegram import parse_telegram
from archiver.chats.whatsapp import looks_like_whatsapp, parse_whatsapp

MAX_EXPORT = 512 << 20        # bytes: a chat of a million messages has some 300 MB
_WHATSAPP_NAME = re.compile(r"_?chat\.txt|.*whatsapp.*\.txt", re.IGNORECASE)
_PREFIX = re.compile(r"^WhatsApp Chat (?:with|-|mit|con|avec) ", re.IGNORECASE)


def is_chat(name: str) -> bool:
    """Whether a file is called as a messenger's export is; only its content decides."""
    base = PurePosixPath(name.replace("!", "/")).name
    return base.lower() == "result.json" or _WHATSAPP_NAME.fullmatch(base) is not None


def chat_of(data: bytes, name: str) -> tuple[Chat, ...]:
    """The chats in a file; none where it is no export."""
    base = PurePosixPath(name.replace("!", "/")).name
    if base.lower().endswith(".json"):
        try:
            return parse_telegram(json.loads(data))
        except (ValueError, RecursionError):
            return ()
    text = data.decode("utf-8", "replace")
    if not looks_like_whatsapp(text):
        return ()
    return (parse_whatsapp(text, _PREFIX.sub("", base.removesuffix(".txt")).removeprefix("_chat")),)
