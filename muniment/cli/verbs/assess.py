"""`muniment assess`."""

from typing import Any

import click

from evidence_store.claims import Confidence, Geolocation, MatchingFeature, Question
from evidence_store.events import Assessed
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.sayings import assessment_document
from muniment.cli.signing import key_options
from muniment.flows.conclusions import assess
from muniment.flows.session import open_session


@verb("assess")
@click.argument("item")
@click.option("--question", type=click.Choice([one.value for one in Question]), required=True)
@click.option("--answer", required=True, help="What you conclude, in one sentence.")
@click.option("--confidence", type=click.Choice([one.value for one in Confidence]), required=True)
@click.option("--because", multiple=True, metavar="ITEM", help="An item it rests on; may be given more than once.")
@click.option("--reasoning", default="", help="How you came to it.")
@click.option("--lat", help="Decimal degrees, WGS 84.")
@click.option("--lon", help="Decimal degrees, WGS 84.")
@click.option("--precision", type=int, default=0, metavar="METRES", help="Radius within which it lies.")
@click.option("--imagery", default="", help="Source of the reference image.")
@click.option("--imagery-date", default="", help="When that was taken, ISO 8601.")
@click.option("--reference", metavar="ITEM", help="The reference image, where it is an item.")
@click.option("--feature", "features", multiple=True, metavar="PHOTO=REFERENCE",
              help="Something seen on both, in words; numbered in the order given.")
@click.option("--supersedes", type=int, metavar="LINE", help="The assessment it replaces; default: your own last one.")
@click.option("--beside", is_flag=True, help="It replaces none.")
@key_options
def command(run: Invocation, /, item: str, beside: bool, key: str | None, principal: str | None, no_passphrase: bool,
            **options: Any) -> ExitCode:
    """Record what you conclude about ITEM: its place, its time, who is seen.

    A conclusion is superseded by a later one and never edited; findings of checks stay apart from it.
    """
    settings = run.settings(key=key, principal=principal).settings
    assessment = Assessed(
        item=ItemId(item.upper()), question=Question(options["question"]), answer=options["answer"],
        confidence=Confidence(options["confidence"]), reasoning=options["reasoning"], place=_place(options),
        because=tuple(ItemId(one.upper()) for one in options["because"]), supersedes=options["supersedes"])
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="assess") as session:
        entry = assess(session.writer, assessment, beside=beside)
    replaced = f", replaces line {entry.assessment.supersedes}" if entry.assessment.supersedes is not None else ""
    run.out.result(assessment_document(entry), text=f"assessed as line {entry.seq} of the ledger{replaced}")
    return ExitCode.OK


def _place(options: dict[str, Any]) -> Geolocation | None:
    if options["lat"] is None and options["lon"] is None:
        return None
    if options["lat"] is None or options["lon"] is None:
        raise click.UsageError("--lat and --lon go together")
    return Geolocation(latitude=options["lat"], longitude=options["lon"], precision_m=options["precision"],
                       imagery_source=options["imagery"], imagery_date=options["imagery_date"],
                       reference=ItemId(options["reference"].upper()) if options["reference"] else None,
                       features=tuple(map(_feature, options["features"])))


def _feature(words: str) -> MatchingFeature:
    on_photo, parted, on_reference = words.partition("=")
    if not parted or not on_photo.strip() or not on_reference.strip():
        raise click.UsageError(f"--feature {words!r} is not of the form PHOTO=REFERENCE")
    return MatchingFeature(on_photo=on_photo.strip(), on_reference=on_reference.strip())
