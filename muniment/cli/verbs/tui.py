"""`muniment tui`."""

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation


@verb("tui")
def command(run: Invocation) -> ExitCode:
    """The case in the terminal: citations and verdicts, items, findings, ledger. It only reads."""
    with run.open_case() as case:
        if not (run.interactive and run.out.on_terminal):
            raise click.UsageError("the application needs a terminal; list, show and log print the same")
        from tui.app import run as show  # Textual takes 0.4 s to import

        show(case)
    return ExitCode.OK
