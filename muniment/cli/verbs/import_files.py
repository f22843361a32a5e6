"""`muniment import` (a word that Python keeps for itself, hence the name of this file)."""

from pathlib import Path

import click

from evidence_store.canonical import JsonValue
from evidence_store.clock import format_time
from evidence_store.errors import EvidenceError
from evidence_store.records import Circumstances, Item
from evidence_store.writer import CaseWriter
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count, table
from muniment.flows.importing import ImportFailure, Provenance, import_paths
from muniment.flows.nesting import Received, is_bundle_path, nest_path
from muniment.flows.session import open_session
from muniment.flows.verify import Measure

SHOWN = 20                    # contents that could not be taken out; --json has all


@verb("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--from", "received_from", metavar="SOURCE", default="",
              help="Whom it came from: a pseudonym such as SOURCE-07; who that is does not belong into the case.")
@click.option("--received-by", metavar="NAME", default="", help="Who took it.")
@click.option("--received-at", metavar="TIME", default="", help="When, in the words of whoever took it.")
@click.option("--how", metavar="TEXT", default="", help="On a stick, by a messenger, from an archive.")
@click.option("--conditions", metavar="TEXT", default="", help='What the source asked for: "do not publish".')
@click.option("--trust", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Of a bundle: whom you trust to seal it, an allowed_signers file of your own.")
@key_options
def command(run: Invocation, paths: tuple[Path, ...], received_from: str, received_by: str, received_at: str, how: str,
            conditions: str, trust: Path | None, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Take in files and folders that somebody handed over, byte for byte.

    Of each path only what lies below PATH is kept. WARC, ARC, WACZ and ZIP files are kept whole, and pages, pictures,
    films and documents in them become items too, with the addresses and dates they have there. Exit code 1 when a file
    could not be taken in; the others were.

    A bundle of another case is verified and nested whole, byte for byte: its items are called CASE:ITEM, and what
    people said of yours there is shown with yours.
    """
    settings = run.settings(key=key, principal=principal).settings
    provenance = Provenance(received_from=received_from, received_by=received_by, received_at=received_at, how=how,
                            conditions=conditions)
    with run.open_case() as case:
        world = environment(run)
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                          command="import") as session:
            bundles = [path for path in paths if is_bundle_path(path)]
            others = [path for path in paths if path not in bundles]
            nested, refused = _nest(session.writer, bundles, Measure(trust=trust), session.circumstances, provenance)
            done = import_paths(session.writer, others, provenance, session.circumstances, world)
            failures = (*refused, *done.failures)
    rows = [(item.id, item.kind, f"{item.length:,}", item.media_type, item.name) for item in done.items]
    run.out.result(
        {"items": [_document(item) for item in done.items], "known": list(done.known),
         "failures": [{"path": failure.path, "reason": failure.reason} for failure in failures],
         "nested": [_nested_document(one) for one in nested],
         "unread": [{"path": failure.path, "reason": failure.reason} for failure in done.unread]},
        text=table(("item", "kind", "bytes", "type", "name"), rows))
    if done.known:
        run.out.say(f"{count(len(done.known), 'file')} in the case already")
    for failure in done.unread[:SHOWN]:
        run.out.warn(f"left in its archive: {failure.path}: {failure.reason}")
    if len(done.unread) > SHOWN:
        run.out.warn(f"{count(len(done.unread) - SHOWN, 'more record')} left in their archives")
    for one in nested:
        run.out.say(f"bundle {one.body.bundle[:8]} of case {one.body.case[:8]} nested whole: {len(one.body.items)} new "
                    f"items, {len(one.body.said)} things said; sealed by {one.body.principal or one.body.sealer}"
                    f"{'' if one.body.principal else ' (not confirmed: --trust FILE)'}")
    for failure in failures:
        run.out.warn(f"{failure.path}: {failure.reason}")
    return ExitCode.FAILED if failures else ExitCode.OK


def _nest(writer: CaseWriter, bundles: list[Path], measure: Measure, circumstances: Circumstances,
          provenance: Provenance) -> tuple[list[Received], list[ImportFailure]]:
    nested, refused = list[Received](), list[ImportFailure]()
    for path in bundles:
        try:
            nested.append(nest_path(writer, path, measure, circumstances, received_from=provenance.received_from,
                                    how=provenance.how))
        except EvidenceError as error:
            refused.append(ImportFailure(path=path.name, reason=f"{error}; {error.hint}" if error.hint else str(error)))
    return nested, refused


def _nested_document(one: Received) -> dict[str, JsonValue]:
    body = one.body
    return {"case": body.case, "bundle": body.bundle, "size": body.size, "sealer": body.sealer,
            "principal": body.principal, "outcome": body.outcome, "items": [item.id for item in body.items],
            "said": len(body.said), "answer": one.report.answer}


def _document(item: Item) -> dict[str, JsonValue]:
    return {"item": item.id, "kind": item.kind, "name": item.name, "sha256": item.sha256, "size": item.length,
            "media_type": item.media_type, "same_bytes_as": item.same_bytes_as, "url": item.url,
            "within": item.within.item if item.within else None,
            "captured_at": format_time(item.obtained_at)}
