"""`muniment open`."""

from pathlib import Path

import click

from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.access import copy_out
from muniment.flows.session import open_session


@verb("open")
@click.argument("item")
@click.option("-o", "--output", "folder", metavar="DIR", default=Path(), show_default=False,
              type=click.Path(path_type=Path, file_okay=False), help="Where the copy goes; default: this folder.")
@click.option("--purpose", default="", help="Why; stands in the ledger.")
@key_options
def command(run: Invocation, item: str, folder: Path, purpose: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Copy ITEM out of the case, to look at it elsewhere. The ledger records that bytes left."""
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="open") as session:
        copied = copy_out(session.writer, ItemId(item.upper()), folder, by=session.circumstances.collector,
                          purpose=purpose)
    run.out.result({"item": item.upper(), "path": str(copied.path), "seq": copied.seq}, text=str(copied.path))
    run.out.say(f"recorded as line {copied.seq} of the ledger")
    return ExitCode.OK
