"""`muniment import` (a word that Python keeps for itself, hence the name of this file)."""

from pathlib import Path

import click

from evidence_store.canonical import JsonValue
from evidence_store.clock import format_time
from evidence_store.records import Item
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count, table
from muniment.flows.importing import Provenance, import_paths
from muniment.flows.session import open_session

SHOWN = 20                    # contents that could not be taken out; --json has all


@verb("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--from", "received_from", metavar="SOURCE", default="",
              help="Whom it came from: a pseudonym such as SOURCE-07; who that is does not belong into the case.")
@click.option("--received-by", metavar="NAME", default="", help="Who took it.")
@click.option("--received-at", metavar="TIME", default="", help="When, in the words of whoever took it.")
@click.option("--how", metavar="TEXT", default="", help="On a stick, by a messenger, from an archive.")
@click.option("--conditions", metavar="TEXT", default="", help='What the source asked for: "do not publish".')
@key_options
def command(run: Invocation, paths: tuple[Path, ...], received_from: str, received_by: str, received_at: str, how: str,
            conditions: str, key: str | None, principal: str | None, no_passphrase: bool) -> ExitCode:
    """Take in files and folders that somebody handed over, byte for byte.

    Of each path only what lies below PATH is kept. WARC, ARC, WACZ and ZIP files are kept whole, and pages, pictures,
    films and documents in them become items too, with the addresses and dates they have there. Exit code 1 when a file
    could not be taken in; the others were.
    """
    settings = run.settings(key=key, principal=principal).settings
    provenance = Provenance(received_from=received_from, received_by=received_by, received_at=received_at, how=how,
                            conditions=conditions)
    with run.open_case() as case:
        world = environment(run)
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                          command="import") as session:
            done = import_paths(session.writer, paths, provenance, session.circumstances, world)
    rows = [(item.id, item.kind, f"{item.length:,}", item.media_type, item.name) for item in done.items]
    run.out.result(
        {"items": [_document(item) for item in done.items], "known": list(done.known),
         "failures": [{"path": failure.path, "reason": failure.reason} for failure in done.failures],
         "unread": [{"path": failure.path, "reason": failure.reason} for failure in done.unread]},
        text=table(("item", "kind", "bytes", "type", "name"), rows))
    if done.known:
        run.out.say(f"{count(len(done.known), 'file')} in the case already")
    for failure in done.unread[:SHOWN]:
        run.out.warn(f"left in its archive: {failure.path}: {failure.reason}")
    if len(done.unread) > SHOWN:
        run.out.warn(f"{count(len(done.unread) - SHOWN, 'more record')} left in their archives")
    for failure in done.failures:
        run.out.warn(f"{failure.path}: {failure.reason}")
    return ExitCode.FAILED if done.failures else ExitCode.OK


def _document(item: Item) -> dict[str, JsonValue]:
    return {"item": item.id, "kind": item.kind, "name": item.name, "sha256": item.sha256, "size": item.length,
            "media_type": item.media_type, "same_bytes_as": item.same_bytes_as, "url": item.url,
            "within": item.within.item if item.within else None,
            "captured_at": format_time(item.obtained_at)}
