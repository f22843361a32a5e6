"""`muniment incident`."""

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.handling import report_incident
from muniment.flows.session import open_session


@verb("incident")
@click.argument("what")
@click.option("--action", metavar="TEXT", required=True, help="What was done about it.")
@click.option("--affected", metavar="NAME", multiple=True,
              help="An item, a file or a device that it concerned; may be given more than once.")
@key_options
def command(run: Invocation, what: str, action: str, affected: tuple[str, ...], key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Record that something went wrong: a laptop lost, a disk damaged, a search at a border.

    What a crash leaves over is recorded without being asked for.
    """
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="incident") as session:
        event = report_incident(session.writer, what, affected=affected, action=action)
    run.out.result({"seq": event.seq, "what": what, "affected": list(affected), "action": action},
                   text=f"recorded as line {event.seq} of the ledger")
    return ExitCode.OK
