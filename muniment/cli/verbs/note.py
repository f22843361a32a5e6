"""`muniment note`."""

import click

from evidence_store.clock import system_clock, system_random
from evidence_store.events import Note
from evidence_store.handling import Corrected
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.signing import key_options, obtain_key
from muniment.flows.lookup import require_item


@verb("note")
@click.argument("text")
@click.option("--item", help="The item it is about; default: the case.")
@click.option("--corrects", metavar="SEQ", type=click.IntRange(min=0),
              help="The event that TEXT corrects: it stays as it is, and both are read from now on.")
@key_options
def command(run: Invocation, text: str, item: str | None, corrects: int | None, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Put TEXT into the ledger: what a person says of an item, or of the case."""
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case:
        about = require_item(case, ItemId(item.upper())).item.id if item else None
        obtained = obtain_key(run, settings, no_passphrase=no_passphrase)
        with case.writer(obtained.signer, command="note", clock=system_clock, random=system_random,
                         principal=settings.principal) as writer:
            if corrects is not None and corrects >= case.log.size:
                raise click.UsageError(f"there is no event {corrects} yet")
            (event,) = writer.append(Note(item=about, text=text) if corrects is None else
                                     Corrected(supersedes=corrects, text=text, item=about))
    run.out.result({"seq": event.seq, "item": about, "corrects": corrects},
                   text=f"noted as line {event.seq} of the ledger")
    return ExitCode.OK
