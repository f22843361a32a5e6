"""`muniment prove`."""

from pathlib import Path

import click

from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.flows.lookup import require_item
from muniment.flows.prove import prove_item


@verb("prove")
@click.argument("item")
@click.option("-o", "--output", "destination", metavar="DIR", required=True, type=click.Path(path_type=Path),
              help="The folder to make; it must not exist.")
def command(run: Invocation, item: str, destination: Path) -> ExitCode:
    """Prove that ITEM stands in the signed ledger, without the rest of the case.

    Writes the item, the event that brought it, and the RFC 6962 path from there to a signed checkpoint, with the
    scripts that check them. The event names whatever else came with it.
    """
    if destination.exists():
        raise click.UsageError(f"{destination} exists already")
    with run.open_case() as case:
        proven = prove_item(case, require_item(case, ItemId(item.upper())), destination)
    proof = proven.proof
    run.out.result({"item": proof.item, "folder": str(destination), "seq": proof.seq, "size": proof.checkpoint.size,
                    "path": [node.hex() for node in proof.path], "also_named": list(proven.also_named)},
                   text=f"{proof.item}: event {proof.seq} of {proof.checkpoint.size}, in {destination}")
    if proven.also_named:
        run.out.warn(f"the event also names {', '.join(proven.also_named)}, with their addresses and hashes")
    run.out.say(f"check it: python3 verify_proof.py proof.json original.* --trust FILE   (in {destination})")
    return ExitCode.OK
