"""`muniment review`."""

import click

from evidence_store.claims import Judgement
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.sayings import assessment_document
from muniment.cli.signing import key_options
from muniment.flows.conclusions import review
from muniment.flows.session import open_session


@verb("review")
@click.argument("line", type=int)
@click.option("--judgement", type=click.Choice([one.value for one in Judgement]), required=True)
@click.option("--text", default="", help="What you saw, or miss.")
@key_options
def command(run: Invocation, line: int, judgement: str, text: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Say what you make of another person's assessment. LINE is where it stands in the ledger."""
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="review") as session:
        entry = review(session.writer, line, Judgement(judgement), text)
    run.out.result(assessment_document(entry), text=f"line {line}: {judgement}, as line {entry.reviews[-1].seq}")
    return ExitCode.OK
