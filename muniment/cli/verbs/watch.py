"""`muniment watch`."""

from typing import Any

import click

from evidence_store.clock import format_time
from muniment.cli.command import verb
from muniment.cli.documents import capture_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, given, network_options, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import table
from muniment.flows.session import open_session
from muniment.flows.watch import Change, Watched, watch_once


@verb("watch")
@click.argument("urls", metavar="[URL...]", nargs=-1)
@click.option("--once", is_flag=True, expose_value=False,
              help="One round, then end. It is always so: for a schedule, run it from cron.")
@network_options
@key_options
def command(run: Invocation, /, urls: tuple[str, ...], no_passphrase: bool, **options: Any) -> ExitCode:
    """Capture again what the case has, or URLs of it, and say what changed, vanished or came back.

    Each answer is a finding in the ledger. Exit code 3 when something vanished, or could not be told.
    """
    settings = run.settings(**given(options)).settings
    with (run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                                environment(run), command="watch") as session,
          session.capturer() as capturer):
        watched = watch_once(session, capturer, urls)
    run.out.result({"watched": [watched_document(one) for one in watched]},
                   text=table(("change", "url", "what"),
                              [(one.change.replace("_", " "), one.capture.url, one.summary) for one in watched]))
    troubling = {Change.VANISHED, Change.STILL_GONE, Change.UNCLEAR}
    return ExitCode.PARTIAL if any(one.change in troubling for one in watched) else ExitCode.OK


def watched_document(one: Watched) -> dict[str, Any]:
    """One of `watch`'s `watched`."""
    return {"url": one.capture.url, "change": one.change, "summary": one.summary,
            "last_seen": format_time(one.last_seen) if one.last_seen else None,
            "first_gone": format_time(one.first_gone) if one.first_gone else None,
            "added": list(one.added), "gone": list(one.gone), "capture": capture_document(one.capture)}
