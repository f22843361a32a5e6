"""Exported chats among the items: what was found in them, and their messages, for search and for reading.

1. Messages are read out of the item each time: the export is the evidence, and is not wire bytes.
2. Telephone numbers are withheld from all that is made of it, unless somebody asks for them.
"""

from collections.abc import Iterable, Iterator

from archiver.chats import Chat, chat_of, is_chat
from archiver.chats.find import MAX_EXPORT
from archiver.chats.model import span, without_numbers
from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import Item
from evidence_store.search.index import Document, DocumentKind
from evidence_store.writer import CaseWriter
from muniment.flows.circumstances import tool

CHECK = "chat.messages"
NOT_WIRE_BYTES = "not wire bytes: an app wrote it on somebody's device, and whoever had it could edit it"
MAX_PEOPLE = 50               # names in a finding; the export has all


def chats_in(case: Case, item: Item, *, phone_numbers: bool = False) -> tuple[Chat, ...]:
    """The chats of an item; none where it is no export, or cannot be read."""
    if not is_chat(item.name) or item.length > MAX_EXPORT:
        return ()
    try:
        with case.open_item(item) as stream:
            data = stream.read()
    except (EvidenceError, OSError):
        return ()
    found = chat_of(data, item.name)
    return found if phone_numbers else tuple(without_numbers(chat) for chat in found)


def record_chats(writer: CaseWriter, items: Iterable[Item]) -> None:
    """A finding for each item that is an export."""
    for item in items:
        found = chats_in(writer.case, item)
        if found:
            writer.append(_finding(item, found))


def message_documents(case: Case, item: Item) -> Iterator[Document]:
    """What a search finds of an export: each message."""
    number = 0
    for chat in chats_in(case, item):
        for message in chat.messages:
            number += 1
            words = (message.sender, message.text, message.forwarded_from, *message.media)
            yield Document(kind=DocumentKind.MESSAGE, reference=f"{item.id} message {number}",
                           title=" ".join(filter(None, (message.sender, message.at, chat.name))),
                           text="\n".join(filter(None, words)))


def _finding(item: Item, chats: tuple[Chat, ...]) -> FindingEvent:
    messages = [message for chat in chats for message in chat.messages]
    people = tuple(dict.fromkeys(person for chat in chats for person in chat.people))
    first, last = span(messages)
    unread = sum(chat.unread for chat in chats)
    when = f", from {first} to {last} by the device's own clock" if first else ""
    rest = f"; {unread} entries could not be read" if unread else ""
    summary = (f"messages: {len(messages)}, senders: {len(people)}, in a {chats[0].form} export{when}; "
               f"{NOT_WIRE_BYTES}{rest}")
    return FindingEvent(
        item=item.id, check=CHECK, outcome=Outcome.INCONCLUSIVE if unread else Outcome.PASS, summary=summary,
        tools=(tool("muniment"),),
        details={"form": chats[0].form.value, "messages": len(messages), "senders": list(people[:MAX_PEOPLE]),
                 "first": first, "last": last, "chats": len(chats), "unread": unread, "wire_bytes": False,
                 "media": sum(len(message.media) for message in messages),
                 "media_left_out": sum(1 for message in messages if message.missing_media),
                 "deleted": sum(1 for message in messages if message.deleted),
                 "edited": sum(1 for message in messages if message.edited)})
