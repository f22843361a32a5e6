"""`muniment redact`."""

from pathlib import Path

import click

from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.handling import items_named, redact
from muniment.flows.session import open_session


@verb("redact")
@click.argument("item")
@click.argument("version", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--what", metavar="TEXT", required=True, help='What cannot be seen in it: "the faces of two bystanders".')
@click.option("--reason", metavar="TEXT", default="", help="Why.")
@key_options
def command(run: Invocation, item: str, version: Path, what: str, reason: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Keep VERSION, a redacted version of ITEM, beside its original, linked by both hashes.

    Make it with a program of your choice from a `muniment working-copy`. Cover with solid colour, since what is blurred
    can often be read, and remove metadata, since a preview in it may show what you covered. The original stays.
    """
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case:
        (original,) = items_named(case, [ItemId(item.upper())])
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                          command="redact") as session:
            made = redact(session.writer, original, version, what=what, reason=reason)
    run.out.result({"item": original.id, "original": original.sha256, "sha256": made.content.sha256,
                    "size": made.content.length, "media_type": made.media_type, "what": what},
                   text=f"{original.id}: {what}; redacted version {made.content.sha256}")
    return ExitCode.OK
