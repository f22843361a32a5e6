"""`muniment transfer`."""

from pathlib import Path

import click

from evidence_store.atomic import write_once
from evidence_store.canonical import JsonValue
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.session import open_session
from muniment.flows.stamp import stamp_checkpoint
from muniment.flows.transfer import Offered, offer
from muniment.report.paper import TransferPage, transfer_html, transfer_text


@verb("transfer")
@click.option("--to", "recipient", metavar="NAME", required=True, help="Who receives it; stands in the ledger.")
@click.option("--bundle", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="The bundle that is handed over; default: the checkpoint alone.")
@click.option("--purpose", metavar="TEXT", default="", help="Why.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the signed checkpoint there, for the recipient to keep.")
@click.option("--paper", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write a page for somebody without a key: to print, sign by hand and keep (.html, else plain text).")
@key_options
def command(run: Invocation, recipient: str, bundle: Path | None, purpose: str, output: Path | None,
            paper: Path | None, key: str | None, principal: str | None, no_passphrase: bool) -> ExitCode:
    """Offer a checkpoint, with or without a bundle, to somebody who gives a receipt for it.

    What somebody else keeps is what defeats an insider who holds the key.
    """
    settings = run.settings(key=key, principal=principal).settings
    taken = next((path for path in (output, paper) if path is not None and path.exists()), None)
    if taken is not None:
        raise click.UsageError(f"{taken} exists already")
    with run.open_case() as case:
        world = environment(run)
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                          command="transfer") as session:
            offered = offer(session.writer, recipient, purpose=purpose, bundle=bundle)
            stamp_checkpoint(session.writer, offered.latest, settings, world)
    if output is not None:
        write_once(output, offered.to_bytes())
    if paper is not None:
        page = TransferPage(checkpoint=offered.checkpoint, signer=offered.signer, recipient=recipient,
                            made_at=world.clock(), bundle=offered.bundle)
        write_once(paper, transfer_html(page) if paper.suffix.lower() in {".html", ".htm"} else transfer_text(page))
    run.out.result(_document(offered, recipient, output, paper),
                   text=offered.checkpoint.to_text().decode("ascii").rstrip("\n"))
    run.out.say(f"ask {recipient} for a receipt, and take it: muniment receipt --take FILE --from NAME")
    return ExitCode.OK


def _document(offered: Offered, recipient: str, output: Path | None, paper: Path | None) -> dict[str, JsonValue]:
    return {"recipient": recipient, "size": offered.checkpoint.size, "origin": offered.checkpoint.origin,
            "sha256_prefix": offered.checkpoint.prefix_sha256, "bundle": offered.bundle or None,
            "key": offered.signer.fingerprint, "file": str(output) if output else None,
            "paper": str(paper) if paper else None}
