"""`muniment working-copy`."""

from pathlib import Path

import click

from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.handling import items_named, working_copies
from muniment.flows.session import open_session


@verb("working-copy")
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@click.option("-o", "--output", "destination", metavar="DIR", required=True, type=click.Path(path_type=Path),
              help="The folder to make; it must not exist.")
@click.option("--for", "holder", metavar="NAME", required=True, help="Who works on the copies; stands in the ledger.")
@click.option("--purpose", metavar="TEXT", default="", help="What for.")
@key_options
def command(run: Invocation, items: tuple[str, ...], destination: Path, holder: str, purpose: str, key: str | None,
            principal: str | None, no_passphrase: bool) -> ExitCode:
    """Copy the originals of ITEMs to work on; that and their hashes are recorded.

    The evidence stays in the case, untouched: edit the copy, never the original.
    """
    settings = run.settings(key=key, principal=principal).settings
    if destination.exists():
        raise click.UsageError(f"{destination} exists already")
    with run.open_case() as case:
        chosen = items_named(case, [ItemId(item.upper()) for item in items])
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                          command="working-copy") as session:
            files = working_copies(session.writer, chosen, destination, holder=holder, purpose=purpose)
    run.out.result({"folder": str(destination), "holder": holder,
                    "copies": [{"item": item.id, "sha256": item.sha256, "size": item.length, "file": str(file)}
                               for item, file in zip(sorted(chosen, key=lambda one: one.id), files, strict=True)]},
                   text=[str(file) for file in files])
    return ExitCode.OK
