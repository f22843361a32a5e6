"""`muniment list`."""

from collections.abc import Iterator

import click

from evidence_store.case import Case
from evidence_store.catalogue.model import PAGE, ItemEntry, ItemFilter, ItemOrder
from evidence_store.findings import Outcome
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
@click.option("--outcome", "outcomes", multiple=True, type=click.Choice([outcome.value for outcome in Outcome]),
              help="Only items with a latest finding that ended so.")
@click.option("--source", "sources", multiple=True, metavar="TEXT",
              help="Only items whose URL holds TEXT, or that a post on that platform gave; imported: from outside.")
@click.option("--place", default="", metavar="TEXT", help="Only items whose citation claims such a place.")
@click.option("--since", default="", metavar="DATE", help="Obtained then or later: 2015, 2015-10 or 2015-10-20.")
@click.option("--until", default="", metavar="DATE", help="Obtained then or earlier.")
@click.option("--sort", "order", type=click.Choice([order.value for order in ItemOrder]),
              default=ItemOrder.POSITION.value, help="Default: as they came.")
@click.option("--reverse", is_flag=True, help="The other way round.")
def command(run: Invocation, words: tuple[str, ...], kinds: tuple[str, ...], verdicts: tuple[str, ...],
            outcomes: tuple[str, ...], sources: tuple[str, ...], place: str, since: str, until: str, order: str,
            reverse: bool) -> ExitCode:
    """The items of the case. WORDS restrict them to those whose id, URL, name or citation holds them."""
    which = ItemFilter(kinds=frozenset(map(ItemKind, kinds)), verdicts=frozenset(map(Verdict, verdicts)),
                       outcomes=frozenset(map(Outcome, outcomes)), sources=frozenset(sources), place=place,
                       since=since, until=until, text=" ".join(words))
    with run.open_case() as case:
        entries = tuple(all_items(case, which, ItemOrder(order), backwards=reverse))
        run.out.result({"items": [item_document(entry) for entry in entries]},
                       text=table(("item", "kind", "verdict", "size", "type", "url or name"), map(_row, entries)))
        run.out.say(count(len(entries), "item"))
    return ExitCode.OK


def all_items(case: Case, which: ItemFilter, order: ItemOrder, *, backwards: bool) -> Iterator[ItemEntry]:
    """The items that pass the filter, in an order, page by page."""
    positions = case.catalogue.item_positions(which, order, backwards=backwards)
    for start in range(0, len(positions), PAGE):
        yield from case.catalogue.items_at(positions[start:start + PAGE])


def _row(entry: ItemEntry) -> tuple[str, ...]:
    item = entry.item
    verdict = verdict_words(entry.verdict) if entry.capture else "imported"
    return item.id, item.kind, verdict, size(item.length), item.media_type, item.url or item.name
