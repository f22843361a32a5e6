"""`muniment prove`."""

from pathlib import Path

import click

from evidence_store.handling import Accessed
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.lookup import require_item
from muniment.flows.prove import NOT_SAID, prove, write_proof
from muniment.flows.session import open_session


@verb("prove")
@click.argument("item")
@click.option("-o", "--output", "destination", metavar="DIR", required=True, type=click.Path(path_type=Path),
              help="The folder to make; it must not exist.")
@click.option("--to", "recipient", metavar="NAME", default="", help="Who gets it; stands in the ledger.")
@key_options
def command(run: Invocation, item: str, destination: Path, recipient: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Prove that ITEM stands in the signed ledger, without the rest of the case.

    Writes the item, the event that brought it, and the RFC 6962 path from there to a signed checkpoint, with the
    scripts that check them. The event names whatever else came with it. That bytes leave the case is recorded.
    """
    settings = run.settings(key=key, principal=principal).settings
    if destination.exists():
        raise click.UsageError(f"{destination} exists already")
    with run.open_case() as case:
        entry = require_item(case, ItemId(item.upper()))
        proof = prove(case, entry)
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                          command="prove") as session:
            session.writer.append(Accessed(items=(entry.item.id,), by=recipient or NOT_SAID, how="inclusion proof"))
        proven = write_proof(case, entry, proof, destination)
    run.out.result({"item": proof.item, "folder": str(destination), "seq": proof.seq, "size": proof.checkpoint.size,
                    "path": [node.hex() for node in proof.path], "also_named": list(proven.also_named)},
                   text=f"{proof.item}: event {proof.seq} of {proof.checkpoint.size}, in {destination}")
    if proven.also_named:
        run.out.warn(f"the event also names {', '.join(proven.also_named)}, with their addresses and hashes")
    run.out.say(f"check it: python3 verify_proof.py proof.json original.* --trust FILE   (in {destination})")
    return ExitCode.OK
