"""Telegram's export (`result.json` of Telegram Desktop): one chat, or all of an account.

Source: Telegram Desktop, `export_output_json.cpp`; `text` is a string or a list of strings and entities.
"""

from collections.abc import Iterator

from archiver.chats.model import Chat, ChatForm, Message

MEDIA = ("photo", "file", "thumbnail")
NOT_INCLUDED = "(File not included"     # "(File not included. Change data exporting settings to download.)"
MAX_MESSAGES = 2_000_000


def parse_telegram(document: object) -> tuple[Chat, ...]:
    """The chats of an export; none where the document is no export."""
    return tuple(_chat(one) for one in _chats(document))


def _chats(document: object) -> Iterator[dict[str, object]]:
    if not isinstance(document, dict):
        return
    if isinstance(document.get("messages"), list):
        yield document
    for part in ("chats", "left_chats"):
        held = document.get(part)
        for one in held.get("list", []) if isinstance(held, dict) and isinstance(held.get("list"), list) else []:
            if isinstance(one, dict) and isinstance(one.get("messages"), list):
                yield one


def _chat(chat: dict[str, object]) -> Chat:
    entries = chat["messages"]
    messages: list[Message] = []
    unread = 0
    for entry in entries[:MAX_MESSAGES] if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("type") in ("message", "service"):
            messages.append(_message(len(messages) + 1, entry))
        else:
            unread += 1
    return Chat(form=ChatForm.TELEGRAM, name=_text(chat.get("name")), messages=tuple(messages), unread=unread)


def _message(number: int, entry: dict[str, object]) -> Message:
    service = entry.get("type") == "service"
    text = _plain(entry.get("text"))
    if service:
        text = " ".join(filter(None, (_text(entry.get("actor")), _text(entry.get("action")).replace("_", " "), text)))
    named = [_text(entry.get(name)) for name in MEDIA if entry.get(name)]
    files = tuple(name for name in named if not name.startswith(NOT_INCLUDED))
    return Message(number=number, sender="" if service else _text(entry.get("from")) or _text(entry.get("from_id")),
                   at=_text(entry.get("date")), text=text, id=_text(entry.get("id")), media=files,
                   missing_media=any(name.startswith(NOT_INCLUDED) for name in named),
                   reply_to=_text(entry.get("reply_to_message_id")), forwarded_from=_text(entry.get("forwarded_from")),
                   edited=_text(entry.get("edited")))


def _plain(text: object) -> str:
    if isinstance(text, str):
        return text
    parts = text if isinstance(text, list) else []
    return "".join(part if isinstance(part, str) else _text(part.get("text")) if isinstance(part, dict) else ""
                   for part in parts)


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
