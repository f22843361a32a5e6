"""`muniment bundle`."""

from pathlib import Path

import click

from evidence_store.bundle.model import WrittenBundle
from evidence_store.canonical import JsonValue
from evidence_store.clock import format_time
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count
from muniment.flows.bundle import bundle_case
from muniment.flows.lookup import require_item
from muniment.flows.session import open_session
from muniment.flows.stamp import NO_PROOF


@verb("bundle")
@click.option("-o", "--output", "destination", metavar="PATH", required=True, type=click.Path(path_type=Path),
              help="The folder to make; it must not exist.")
@click.option("--to", "recipient", metavar="NAME", default="", help="Who receives it; stands in the ledger.")
@click.option("--leave-out", "left_out", metavar="ITEM", multiple=True,
              help="An item whose bytes are not handed over; may be given more than once. Its events stay.")
@key_options
def command(run: Invocation, destination: Path, recipient: str, left_out: tuple[str, ...], key: str | None,
            principal: str | None, no_passphrase: bool) -> ExitCode:
    """Write and seal a bundle of the case.

    It is what is handed over, and can be verified by a stranger.
    """
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case:
        not_selected = tuple(require_item(case, ItemId(item.upper())).item.id for item in left_out)
        world = environment(run)
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                          command="bundle") as session:
            written = bundle_case(session.writer, destination=destination, recipient=recipient, environment=world,
                                  not_selected=not_selected, settings=settings)
    for fingerprint in written.attributed_only:
        run.out.warn(f"what the revoked key {fingerprint} left unsigned is attributed to it, not proved")
    run.out.result(bundle_document(written), text=[
        f"bundle {written.bundle_id} in {written.path}",
        f"{written.included} of {count(written.held, 'item')}, {count(written.files, 'file')}",
        f"the ledger to line {written.checkpoint_size - 1}"])
    run.out.say(f"verify it: muniment verify {written.path}")
    if not written.seal_tokens:
        run.out.say(NO_PROOF)
    return ExitCode.OK


def bundle_document(written: WrittenBundle) -> dict[str, JsonValue]:
    """What `bundle` prints, and `preserve` as `bundle`."""
    return {"path": str(written.path), "bundle": written.bundle_id, "checkpoint_size": written.checkpoint_size,
            "tagmanifest_sha256": written.tagmanifest_sha256, "held": written.held, "included": written.included,
            "not_selected": written.not_selected, "files": written.files, "payload_octets": written.payload_octets,
            "attributed_only": list(written.attributed_only),
            "seal_tokens": [{"authority": one.authority, "time": format_time(one.token_time)}
                            for one in written.seal_tokens]}
