"""`muniment access`."""

from pathlib import Path

import click

from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.handling import give_access, items_named
from muniment.flows.session import open_session


@verb("access")
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@click.option("--by", metavar="NAME", default="", help="Who got them; stands in the ledger. Default: you.")
@click.option("--purpose", metavar="TEXT", default="", help="What for.")
@click.option("--how", metavar="TEXT", default="", help="In what way: on a stick, by a messenger, on the screen.")
@click.option("-o", "--output", "destination", metavar="DIR", type=click.Path(path_type=Path),
              help="Write the originals into this new folder; without it, what happened elsewhere is recorded.")
@key_options
def command(run: Invocation, items: tuple[str, ...], by: str, purpose: str, how: str, destination: Path | None,
            key: str | None, principal: str | None, no_passphrase: bool) -> ExitCode:
    """Copy ITEMs out of the case, or record that somebody got their bytes in another way than in a bundle.

    A bundle says more and proves more: `muniment bundle`. Viewing within the case is not recorded.
    """
    settings = run.settings(key=key, principal=principal).settings
    if destination is not None and destination.exists():
        raise click.UsageError(f"{destination} exists already")
    with run.open_case() as case:
        chosen = items_named(case, [ItemId(item.upper()) for item in items])
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                          command="access") as session:
            who = by or session.circumstances.collector
            files = give_access(session.writer, chosen, by=who, purpose=purpose, how=how, destination=destination)
    names = [item.id for item in chosen]
    run.out.result({"items": list(names), "by": who, "files": [str(file) for file in files]},
                   text="\n".join([f"recorded: {', '.join(names)} by {who}", *map(str, files)]))
    return ExitCode.OK
