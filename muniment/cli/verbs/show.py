"""`muniment show`."""

from collections.abc import Iterator

import click

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

MAX_POSTS = 5                 # shown of a page that has many


@verb("show")
@click.argument("item")
def command(run: Invocation, item: str) -> ExitCode:
    """One item: its record, hashes, metadata, findings and events."""
    with run.open_case() as case:
        view = view_item(case, ItemId(item.upper()))
        run.out.result(view_document(view), text=_lines(view))
    return ExitCode.OK


def _lines(view: ItemView) -> Iterator[str]:
    item = view.entry.item
    yield f"{item.id}  {item.kind}  {verdict_words(view.entry.verdict) if view.entry.capture else 'imported'}"
    yield f"  sha256    {item.sha256}"
    yield f"  size      {size(item.length)} ({item.length:,} bytes), {item.media_type}"
    yield f"  obtained  {item.obtained_at:%Y-%m-%d %H:%M:%S} UTC"
    if item.truncated:
        yield f"  cut       {item.truncated}"
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
    for event in view.events:
        yield f"  line {event.seq}  {event.time:%Y-%m-%d %H:%M:%S}  {visible(event.kind)}"
