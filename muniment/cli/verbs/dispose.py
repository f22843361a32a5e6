"""`muniment dispose`."""

import click

from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.handling import dispose, items_named
from muniment.flows.session import open_session


@verb("dispose")
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@click.option("--method", metavar="TEXT", required=True,
              help='How custody ended: "returned to the source", "handed to the court", "carrier destroyed".')
@click.option("--authority", metavar="NAME", required=True, help="By whose decision.")
@click.option("--reason", metavar="TEXT", default="", help="Why.")
@key_options
def command(run: Invocation, items: tuple[str, ...], method: str, authority: str, reason: str, key: str | None,
            principal: str | None, no_passphrase: bool) -> ExitCode:
    """Record that custody of ITEMs ended: returned, handed on for good, destroyed.

    This records what people did. Nothing is removed from the case: its events, and the bytes in it, stay.
    """
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case:
        chosen = items_named(case, [ItemId(item.upper()) for item in items])
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                          command="dispose") as session:
            event = dispose(session.writer, chosen, method=method, authority=authority, reason=reason)
    names = [item.id for item in chosen]
    run.out.result({"seq": event.seq, "items": list(names), "method": method, "authority": authority},
                   text=f"line {event.seq} of the ledger: {', '.join(names)}, {method}, by decision of {authority}")
    return ExitCode.OK
