"""`muniment list`."""

from collections.abc import Iterator

import click

from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry, ItemFilter
from evidence_store.records import ItemKind, Verdict
from muniment.cli.command import verb
from muniment.cli.documents import item_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count, table
from muniment.flows.wording import size, verdict_words


@verb("list")
@click.argument("words", nargs=-1)
@click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in ItemKind]),
              help="Only items of this kind; may be given more than once.")
@click.option("--verdict", "verdicts", multiple=True, type=click.Choice([verdict.value for verdict in Verdict]),
              help="Only items of captures that ended so.")
def command(run: Invocation, words: tuple[str, ...], kinds: tuple[str, ...], verdicts: tuple[str, ...]) -> ExitCode:
    """The items of the case. WORDS restrict them to those whose id, URL, name or citation holds them."""
    which = ItemFilter(kinds=frozenset(map(ItemKind, kinds)), verdicts=frozenset(map(Verdict, verdicts)),
                       text=" ".join(words))
    with run.open_case() as case:
        entries = tuple(all_items(case, which))
        run.out.result({"items": [item_document(entry) for entry in entries]},
                       text=table(("item", "kind", "verdict", "size", "type", "url or name"), map(_row, entries)))
        run.out.say(count(len(entries), "item"))
    return ExitCode.OK


def all_items(case: Case, which: ItemFilter) -> Iterator[ItemEntry]:
    """The items that pass the filter, page by page."""
    after = 0
    while page := case.catalogue.items(which, after=after):
        yield from page
        after = page[-1].position


def _row(entry: ItemEntry) -> tuple[str, ...]:
    item = entry.item
    verdict = verdict_words(entry.verdict) if entry.capture else "imported"
    return item.id, item.kind, verdict, size(item.length), item.media_type, item.url or item.name
