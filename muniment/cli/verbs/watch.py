"""`muniment watch`."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from evidence_store.atomic import replace_generated
from evidence_store.clock import format_time
from muniment.cli.command import verb
from muniment.cli.documents import capture_document
from muniment.cli.durations import DURATION
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, given, network_options, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import table
from muniment.config.settings import Settings
from muniment.flows.environment import Environment, agree
from muniment.flows.schedule import schedule
from muniment.flows.session import Signing, open_session
from muniment.flows.watch import Change, Watched, watch_once
from muniment.flows.watch_page import render


@verb("watch")
@click.argument("urls", metavar="[URL...]", nargs=-1)
@click.option("--once", is_flag=True, expose_value=False, help="One round, then end: what it does without --every.")
@click.option("--every", type=DURATION, metavar="DURATION", help="A round every so often, such as 15m or 2h.")
@click.option("--for", "lasting", type=DURATION, metavar="DURATION",
              help="End after so long, such as 12h or 7d; else with Ctrl-C.")
@click.option("--html", "page", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write a page of each entry and citation: last seen, first gone, from where, in which archives.")
@network_options
@key_options
def command(run: Invocation, /, urls: tuple[str, ...], every: float | None, lasting: float | None, page: Path | None,
            no_passphrase: bool, **options: Any) -> ExitCode:
    """Capture again what the case has, or URLs of it, and say what changed, vanished or came back.

    Each answer is a finding in the ledger. Exit code 3 when something vanished, or could not be told. Between rounds
    the case is free for other commands.
    """
    settings = run.settings(**given(options)).settings
    if lasting is not None and every is None:
        raise click.UsageError("--for goes with --every")
    who = signing(run, settings, no_passphrase=no_passphrase)
    watched: tuple[Watched, ...] = ()
    rounds = 0
    for _ in schedule(every, lasting, monotonic=time.monotonic, sleep=time.sleep):
        world = environment(run)
        watched = _round(run, urls, settings, who, page, world if not rounds else replace(world, confirm=agree))
        rounds += 1
        if every is not None:
            run.out.say(*(f"{one.capture.url}: {one.summary}" for one in watched if one.change is not Change.UNCHANGED),
                        f"round {rounds}: {len(watched)} captured again")
    run.out.result({"watched": [watched_document(one) for one in watched], "rounds": rounds},
                   text=table(("change", "url", "what"),
                              [(one.change.replace("_", " "), one.capture.url, one.summary) for one in watched]))
    troubling = {Change.VANISHED, Change.STILL_GONE, Change.UNCLEAR}
    return ExitCode.PARTIAL if any(one.change in troubling for one in watched) else ExitCode.OK


def _round(run: Invocation, urls: tuple[str, ...], settings: Settings, who: Signing,
           page: Path | None, world: Environment) -> tuple[Watched, ...]:
    with (run.open_case() as case, open_session(case, who, settings, world, command="watch") as session,
          session.capturer() as capturer):
        watched = watch_once(session, capturer, urls)
        if page is not None:
            replace_generated(page, render(case, now=world.clock()).encode())
    return watched


def watched_document(one: Watched) -> dict[str, Any]:
    """One of `watch`'s `watched`."""
    return {"url": one.capture.url, "change": one.change, "summary": one.summary,
            "last_seen": format_time(one.last_seen) if one.last_seen else None,
            "first_gone": format_time(one.first_gone) if one.first_gone else None,
            "added": list(one.added), "gone": list(one.gone),
            "pictures": [{"url": change.url, "what": change.what} for change in one.pictures],
            "capture": capture_document(one.capture)}
