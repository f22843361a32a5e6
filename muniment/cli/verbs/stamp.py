"""`muniment stamp`."""

from pathlib import Path

import click

from evidence_store import stamps
from evidence_store.canonical import JsonValue
from evidence_store.clock import format_time
from evidence_store.events import CheckpointStamped
from evidence_store.handling import Anchored
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.config.settings import Settings
from muniment.flows import stamp as flow
from muniment.flows.handling_words import handling_words
from muniment.flows.session import open_session


@verb("stamp")
@click.option("--tsa", metavar="URL", multiple=True, help="An RFC 3161 authority; may be given more than once.")
@click.option("--ots", metavar="URL", multiple=True, help="An OpenTimestamps calendar; may be given more than once.")
@click.option("--proxy", metavar="URL", help="Upstream proxy: http:// or socks5h:// (Tor). Nothing goes around it.")
@click.option("--ca-file", metavar="PEM", help="Extra roots for HTTPS to the authorities.")
@click.option("--bundle", metavar="BUNDLE", type=click.Path(path_type=Path, exists=True),
              help="Stamp the seal of this bundle, a folder or a .zip, instead, which needs no case.")
@click.option("--take", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="Take a .tsr that was had elsewhere for a query in custody/pending; asks nobody.")
@click.option("--authority", metavar="NAME", default="other", show_default=True, help="Whose the token of --take is.")
@key_options
def command(run: Invocation, tsa: tuple[str, ...], ots: tuple[str, ...], proxy: str | None, ca_file: str | None,
            bundle: Path | None, take: Path | None, authority: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Get outside proof of time: RFC 3161 tokens over the latest checkpoint.

    A checkpoint is signed first where something happened since the last one. What could not be stamped before is asked
    for again. An authority sees a hash and where the question comes from, nothing of the case.

    A calendar only promises to put a hash into the Bitcoin chain: run this again after some hours to get the proof.
    """
    settings = run.settings(tsa=tsa or None, ots=ots or None, proxy=proxy, ca_file=ca_file, key=key,
                            principal=principal).settings
    if bundle is not None:
        return _stamp_bundle(run, bundle, settings)
    with run.open_case() as case:
        world = environment(run)
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                          command="stamp") as session:
            if take is not None:
                response = stamps.read_response(take)
                event = stamps.take_foreign_token(session.writer, authority, response, now=world.clock())
                done = flow.Stamping(stamped=(event,), waiting=len(stamps.waiting(case)))
            else:
                done = flow.stamp_case(session.writer, settings, world)
    _tell(run, done.failures)
    calendars = done.anchoring
    for one in calendars.failures:
        run.out.warn(f"{one.calendar}: {one.reason}" + (f" ({one.hint})" if one.hint else ""))
    run.out.result({"stamped": [_document(one) for one in done.stamped], "failures": _failed(done.failures),
                    "waiting": done.waiting, "anchored": [_anchored(one) for one in calendars.anchored],
                    "calendar_failures": [{"calendar": one.calendar, "size": one.size, "reason": one.reason}
                                          for one in calendars.failures],
                    "messages_waiting": calendars.waiting, "promised": calendars.promised},
                   text=[*map(_words, done.stamped), *map(handling_words, calendars.anchored)])
    if calendars.promised:
        run.out.say(f"{calendars.promised} of the calendars' promises are in no block yet: ask again in some hours")
    if not done.stamped and not any(one.blocks for one in calendars.anchored) and done.failures:
        run.out.say(flow.NO_PROOF)
    if done.stamped or calendars.anchored:
        return ExitCode.OK
    if not done.failures and not calendars.failures:
        run.out.say("nothing to stamp: the latest checkpoint has its tokens")
        return ExitCode.OK
    return ExitCode.FAILED


def _stamp_bundle(run: Invocation, bundle: Path, settings: Settings) -> ExitCode:
    zipped = bundle.is_file()
    if not zipped and not (bundle / stamps.TAGMANIFEST).is_file():
        raise click.UsageError(f"{bundle} is not a bundle: it has no {stamps.TAGMANIFEST}")
    flow.require_authorities(settings)
    stamping = flow.stamp_zipped_seal if zipped else flow.stamp_seal
    done = stamping(bundle, settings, environment(run))
    _tell(run, done.failures)
    run.out.result({"bundle": str(bundle), "failures": _failed(done.failures),
                    "stamped": [{"authority": one.authority, "time": format_time(one.token_time),
                                 "token_sha256": one.token_sha256} for one in done.tokens]},
                   text=[f"the seal existed at {one.token_time:%Y-%m-%d %H:%M:%S} UTC, says {one.authority}"
                         for one in done.tokens])
    return ExitCode.OK if done.tokens or not done.failures else ExitCode.FAILED


def _tell(run: Invocation, failures: tuple[flow.StampFailure, ...]) -> None:
    for failure in failures:
        run.out.warn(f"{failure.authority}: {failure.reason}" + (f" ({failure.hint})" if failure.hint else ""))


def _failed(failures: tuple[flow.StampFailure, ...]) -> list[JsonValue]:
    return [{"authority": one.authority, "size": one.size, "reason": one.reason} for one in failures]


def _document(event: CheckpointStamped) -> dict[str, JsonValue]:
    return {"size": event.size, "authority": event.authority, "time": format_time(event.token_time),
            "token_sha256": event.token_sha256}


def _anchored(event: Anchored) -> dict[str, JsonValue]:
    return {"size": event.size, "calendar": event.calendar, "blocks": list(event.blocks),
            "proof_sha256": event.proof_sha256}


def _words(event: CheckpointStamped) -> str:
    return (f"checkpoint {event.size} existed at {event.token_time:%Y-%m-%d %H:%M:%S} UTC, says {event.authority}")
