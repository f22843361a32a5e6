"""`muniment bundle`."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from evidence_store.bundle.model import WrittenBundle
from evidence_store.bundle.seal import withholding_of
from evidence_store.canonical import JsonValue
from evidence_store.case import Case
from evidence_store.clock import format_time
from evidence_store.disclosure.plan import Withholding
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.judging import judging, own_list, say_exposures
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count
from muniment.flows.bundle import Wishes, bundle_case
from muniment.flows.export import Packed, Packing, folder_for, is_archive, pack_bundle, parse_size
from muniment.flows.exposure import Watchlist, find_exposures, surroundings, too_common
from muniment.flows.lookup import require_item
from muniment.flows.profiles import profile_secrets, profiles_folder
from muniment.flows.session import open_session
from muniment.flows.stamp import NO_PROOF
from verify.errors import UnusableInput


@verb("bundle")
@click.option("-o", "--output", "destination", metavar="PATH", type=click.Path(path_type=Path),
              help="What to make: a folder, NAME.zip, or NAME.zip.age; it must not exist.")
@click.option("--to", "recipient", metavar="NAME", default="", help="Who receives it; stands in the ledger.")
@click.option("--withhold", "withheld", metavar="ITEM", multiple=True,
              help="An item of which nothing is said in the bundle: no bytes, no hash, no name. More than once.")
@click.option("--redacted", metavar="ITEM", multiple=True,
              help="Withhold ITEM and hand over its redacted version (`muniment redact`) in its place.")
@click.option("--withhold-event", "events", metavar="N", type=int, multiple=True,
              help="An event whose body is left out; its number stays. More than once.")
@click.option("--leave-out", "left_out", metavar="ITEM", multiple=True,
              help="An item whose bytes are not handed over; its events stay. More than once.")
@click.option("--condition-met", "met", metavar="ITEM=WHY", multiple=True,
              help="Why what the source of ITEM asked for is kept to, if it is handed over.")
@click.option("--secrets", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="What must not be found in it, one a line; default: secrets.txt beside your settings.")
@click.option("--accept", metavar="ID|all", multiple=True,
              help="Let an exposure pass that --dry-run lists; all: every one. More than once.")
@click.option("--because", metavar="TEXT", default="", help="Why exposures are let pass; stands in the ledger.")
@click.option("--follows", metavar="BUNDLE", default="",
              help="Id of the bundle that this one follows; default: the last one for the same recipient.")
@click.option("--declaration", is_flag=True, help="With a draft of the collector's statement, to correct and sign.")
@click.option("--sign-wacz", "sign_wacz", is_flag=True,
              help="Sign its WACZ too, with a key made for it (wacz-auth, anonymous); the seal covers it in any case.")
@click.option("--for", "age", metavar="RECIPIENT", multiple=True,
              help="Whom NAME.zip.age is encrypted for: age1..., 'ssh-ed25519 ...', or a file of such lines.")
@click.option("--split", metavar="SIZE", default="", help="Parts of a ZIP, such as 4G.")
@click.option("--dry-run", is_flag=True, help="Say who is visible in the bundle and what goes with what; make nothing.")
@key_options
def command(run: Invocation, destination: Path | None, recipient: str, withheld: tuple[str, ...],
            redacted: tuple[str, ...], events: tuple[int, ...], left_out: tuple[str, ...], met: tuple[str, ...],
            secrets: Path | None, accept: tuple[str, ...], because: str, follows: str, declaration: bool,
            sign_wacz: bool, age: tuple[str, ...], split: str, dry_run: bool, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Write and seal a bundle of the case.

    It is what is handed over, and can be verified by a stranger. Before it is sealed, all of it is searched for what
    gives people away; what is found stops the sealing (exit code 1) until each of it is withheld or let pass.
    """
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case:
        wishes = Wishes(
            withheld=_items(case, withheld), withheld_seqs=events, redacted=_items(case, redacted),
            not_selected=_items(case, left_out), predecessor=follows, conditions_met=_conditions(case, met),
            own_list=own_list(run, secrets), declaration=declaration, sign_captures=sign_wacz)
        if dry_run:
            return _dry_run(run, case, wishes)
        if destination is None:
            raise click.UsageError("Missing option '-o' / '--output'.")
        packing = _packing(destination, age, split)
        world = replace(environment(run), judge=judging(run, accept, because))
        folder = folder_for(destination) if is_archive(destination) else destination
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                          command="bundle") as session:
            written = bundle_case(session.writer, destination=folder, recipient=recipient, environment=world,
                                  settings=settings, wishes=wishes)
    packed = pack_bundle(folder, destination, packing) if is_archive(destination) else None
    _say(run, written, packed)
    return ExitCode.OK


def _items(case: Case, names: Iterable[str]) -> tuple[ItemId, ...]:
    return tuple(require_item(case, ItemId(name.upper())).item.id for name in names)


def _conditions(case: Case, met: Iterable[str]) -> dict[ItemId, str]:
    found: dict[ItemId, str] = {}
    for one in met:
        name, sign, why = one.partition("=")
        if not sign or not why.strip():
            raise UnusableInput(f"{one!r} does not say why", hint='say --condition-met "ITEM-0003=agreed on 3 May"')
        found[_items(case, [name])[0]] = why.strip()
    return found


def _packing(destination: Path, age: tuple[str, ...], split: str) -> Packing:
    encrypted = destination.name.endswith(".age")
    if encrypted != bool(age):
        raise UnusableInput("a bundle is encrypted where its name ends in .zip.age and --for names somebody",
                            hint="say -o NAME.zip.age --for RECIPIENT")
    if encrypted:
        from muniment.flows.recipients import read_recipients  # pyrage: only where something is encrypted

        read_recipients(age)      # what cannot be used is said before anything is sealed
    if split and not is_archive(destination):
        raise UnusableInput("only a ZIP has parts", hint="say -o NAME.zip --split 4G")
    return Packing(split=parse_size(split) if split else 0, recipients=age)


def _dry_run(run: Invocation, case: Case, wishes: Wishes) -> ExitCode:
    withholding = withholding_of(case, items=(*wishes.withheld, *wishes.redacted), seqs=wishes.withheld_seqs)
    around = surroundings()
    watchlist = Watchlist(surroundings=around, own=wishes.own_list,
                          profiles=tuple(profile_secrets(profiles_folder())))
    found = find_exposures(case, withholding, wishes.not_selected, watchlist, run.out.progress())
    run.out.result(
        {"exposures": [{"id": one.id, "kind": one.kind, "value": one.value, "places": list(one.places),
                        "count": one.count} for one in found.exposures],
         "unread": [{"place": place, "reason": why} for place, why in found.unread], **_withholding(withholding)},
        text=[*(f"{one.item} is withheld too: {one.because}" for one in withholding.dragged),
              *say_exposures(found)])
    for name in too_common((around.user, around.host)):
        run.out.say(f"not searched for, because it is on every machine: {name}")
    return ExitCode.OK if not found.exposures else ExitCode.FAILED


def _withholding(withholding: Withholding) -> dict[str, JsonValue]:
    return {"withheld": list(withholding.items), "withheld_events": list(withholding.seqs),
            "dragged": [{"item": one.item, "because": one.because} for one in withholding.dragged],
            "stated_again": [extract.of for extract in withholding.extracts]}


def _say(run: Invocation, written: WrittenBundle, packed: Packed | None) -> None:
    for fingerprint in written.attributed_only:
        run.out.warn(f"what the revoked key {fingerprint} left unsigned is attributed to it, not proved")
    for item, because in written.dragged:
        run.out.warn(f"{item} is withheld too: {because}")
    for place, why in written.unsearched:
        run.out.warn(f"could not be searched for who is visible: {place}: {why}")
    where = [str(path) for path in packed.files] if packed else [str(written.path)]
    document = bundle_document(written)
    if packed:
        document |= {"path": where[0], "files_written": list(where), "sha256": packed.sha256}
    run.out.result(document, text=[
        f"bundle {written.bundle_id} in {', '.join(where)}",
        (f"held {written.held}, included {written.included}, withheld {written.withheld}, "
         f"not selected {written.not_selected}; {count(written.files, 'file')}"),
        f"the ledger to line {written.checkpoint_size - 1}"
        + (f", {count(written.withheld_events, 'event')} without a body" if written.withheld_events else "")])
    if packed is None:
        run.out.say(f"verify it: muniment verify {written.path}")
    if not written.seal_tokens:
        run.out.say(NO_PROOF)


def bundle_document(written: WrittenBundle) -> dict[str, JsonValue]:
    """What `bundle` prints, and `preserve` as `bundle`."""
    return {"path": str(written.path), "bundle": written.bundle_id, "checkpoint_size": written.checkpoint_size,
            "tagmanifest_sha256": written.tagmanifest_sha256, "held": written.held, "included": written.included,
            "withheld": written.withheld, "withheld_events": written.withheld_events,
            "dragged": [{"item": item, "because": because} for item, because in written.dragged],
            "unsearched": [{"place": place, "reason": why} for place, why in written.unsearched],
            "not_selected": written.not_selected, "files": written.files, "payload_octets": written.payload_octets,
            "attributed_only": list(written.attributed_only),
            "seal_tokens": [{"authority": one.authority, "time": format_time(one.token_time)}
                            for one in written.seal_tokens]}
