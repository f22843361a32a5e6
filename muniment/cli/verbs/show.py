"""`muniment show`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from evidence_store.canonical import JsonValue
from evidence_store.case import Case
from evidence_store.records import ItemId
from evidence_store.visible import visible
from muniment.cli.command import verb
from muniment.cli.documents import view_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.sayings import saying_lines
from muniment.flows.item_view import ItemView, view_item
from muniment.flows.post_view import post_lines
from muniment.flows.wording import outcome_words, size, verdict_words

if TYPE_CHECKING:
    from archiver.chats import Chat, Message

MAX_POSTS = 5                 # shown of a page that has many


@verb("show")
@click.argument("item")
@click.option("--messages", is_flag=True, help="Of a messenger's export: its messages, telephone numbers withheld.")
@click.option("--rebuild", "again", is_flag=True,
              help="Make its film again, offline, from the WARC alone: the same SHA-256, or why not.")
@click.option("--phone-numbers", is_flag=True, help="With --messages: show the telephone numbers.")
def command(run: Invocation, item: str, messages: bool, again: bool, phone_numbers: bool) -> ExitCode:
    """One item: its record, hashes, metadata, findings and events."""
    with run.open_case() as case:
        view = view_item(case, ItemId(item.upper()))
        if again:
            return _rebuild(run, case, view.entry.item.id)
        document, text = view_document(view), _lines(view)
        if messages:
            # parsers of exports, which no other showing of an item needs
            from muniment.flows.chats import NOT_WIRE_BYTES, chats_in

            chats = chats_in(case, view.entry.item, phone_numbers=phone_numbers)
            document |= {"messages": [_message(chat, message) for chat in chats for message in chat.messages],
                         "messages_are": NOT_WIRE_BYTES}
            text = _message_lines(chats)
        run.out.result(document, text=text)
    return ExitCode.OK


def _message(chat: "Chat", message: "Message") -> dict[str, JsonValue]:
    return {"chat": chat.name, "number": message.number, "sender": message.sender, "at": message.at,
            "text": message.text, "id": message.id, "media": list(message.media),
            "media_left_out": message.missing_media, "reply_to": message.reply_to,
            "forwarded_from": message.forwarded_from, "edited": message.edited, "deleted": message.deleted}


def _message_lines(chats: "tuple[Chat, ...]") -> Iterator[str]:
    for chat in chats:
        yield visible(f"{chat.form}: {chat.name or 'a chat'}, {len(chat.messages)} messages")
        for message in chat.messages:
            said = visible(message.text, lines=True).replace("\n", "\n    ")
            yield f"  {visible(message.at):<20} {visible(message.sender)}: {said}"
            yield from (f"    with {visible(name)}" for name in message.media)


def _rebuild(run: Invocation, case: Case, item: ItemId) -> ExitCode:
    # the programs that join films, which no other showing of an item needs
    from muniment.flows.rebuild import RebuildOutcome, rebuild

    made = rebuild(case, item)
    run.out.result({"item": item, "rebuilt": [{"sha256": one.derivative.content.sha256, "outcome": one.outcome,
                                               "made": one.sha256, "why": one.words} for one in made]},
                   text=[f"{item}: {one.derivative.content.sha256}: {one.words}" for one in made]
                   or [f"{item}: nothing was joined to make it: its bytes stand in the case as they came"])
    outcomes = {one.outcome for one in made}
    if RebuildOutcome.DIFFERENT in outcomes:
        return ExitCode.VERIFICATION_FAILED
    return ExitCode.INCONCLUSIVE if RebuildOutcome.IMPOSSIBLE in outcomes else ExitCode.OK


def _lines(view: ItemView) -> Iterator[str]:
    item = view.entry.item
    yield f"{item.id}  {item.kind}  {verdict_words(view.entry.verdict) if view.entry.capture else 'imported'}"
    yield f"  sha256    {item.sha256}"
    yield f"  size      {size(item.length)} ({item.length:,} bytes), {item.media_type}"
    yield f"  obtained  {item.obtained_at:%Y-%m-%d %H:%M:%S} UTC"
    if item.truncated:
        yield f"  cut       {item.truncated}"
    if item.decoded_by:
        yield f"  decoded   by {visible(item.decoded_by)}, which connected itself: not the bytes of the wire"
    if item.same_bytes_as:
        yield f"  same as   {item.same_bytes_as}"
    if view.record:
        yield f"  stored    {view.record.file}, byte {view.record.offset:,}"
    if item.url:
        yield f"  url       {visible(item.url)}"
    if item.name:
        yield f"  name      {visible(item.name)}"
    for number, post in enumerate(view.posts[:MAX_POSTS]):
        yield from (f"  {visible(line)}" for line in (*(("",) if number else ()), *post_lines(post)))
    if len(view.posts) > MAX_POSTS:
        yield f"  and {len(view.posts) - MAX_POSTS} more posts: `show --json` has them all"
    for entry in view.findings:
        finding = entry.finding
        yield f"  {outcome_words(finding.outcome):<17} {visible(finding.check)}: {visible(finding.summary)}"
    yield from (f"  {visible(line)}" for line in saying_lines(view))
    for said in view.elsewhere:
        who = visible(said.principal or said.by)
        yield f"  {said.kind} by {who} in another case, {said.at:%Y-%m-%d %H:%M}: {visible(said.text)}"
    for event in view.events:
        yield f"  line {event.seq}  {event.time:%Y-%m-%d %H:%M:%S}  {visible(event.kind)}"
