"""`muniment log`."""

from collections.abc import Iterator

import click

from evidence_store.case import Case
from evidence_store.catalogue.model import EventFilter
from evidence_store.events import UnknownEvent, decode_body
from evidence_store.records import ItemId
from evidence_store.visible import visible
from muniment.cli.command import verb
from muniment.cli.documents import event_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.flows.event_words import event_words


@verb("log")
@click.argument("item", required=False)
@click.option("--type", "kinds", multiple=True, metavar="TYPE", help="Only events of this type, such as capture.")
def command(run: Invocation, item: str | None, kinds: tuple[str, ...]) -> ExitCode:
    """The ledger: what happened in the case, or to ITEM. With --json each event as it is stored."""
    which = EventFilter(kinds=frozenset(kinds), item=ItemId(item.upper()) if item else None)
    with run.open_case() as case:
        bodies = _bodies(case, which)
        if run.out.json_wanted:
            run.out.result({"events": [event_document(seq, body) for seq, body in bodies]}, text="")
        else:
            run.out.result({}, text=(_line(seq, body) for seq, body in bodies))
    return ExitCode.OK


def _bodies(case: Case, which: EventFilter) -> Iterator[tuple[int, bytes]]:
    after = -1
    while page := case.catalogue.events(which, after=after):
        for entry in page:
            yield entry.seq, case.log.body(entry.seq)
        after = page[-1].seq


def _line(seq: int, body: bytes) -> str:
    event = decode_body(seq, body)
    kind = event.body.type if isinstance(event.body, UnknownEvent) else event.body.TYPE
    return f"{seq:>7}  {event.time:%Y-%m-%d %H:%M:%S}  {visible(kind):<18} {visible(event_words(event.body))}"
