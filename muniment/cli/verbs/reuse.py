"""`muniment reuse`."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.running import environment, given, network_options, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count, table

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue
    from evidence_store.case import Case
    from muniment.cli.invocation import Invocation
    from muniment.config.settings import Settings
    from muniment.flows.reuse import Answer

# As in `muniment.flows.reuse_outside`, which `--help` must not load.
ENGINE_NAMES = ("google", "bing", "yandex", "tineye")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    images: tuple[str, ...]
    places: tuple[Path, ...]
    page: Path | None
    event_day: datetime | None
    repeat: int | None
    candidates: tuple[str, ...]
    outside: bool
    engines: tuple[str, ...]
    folder: Path | None
    result: str | None
    nothing: bool
    asked: str
    asked_at: datetime | None


WANTED = tuple(field.name for field in fields(Wanted) if field.name != "images")


@verb("reuse")
@click.argument("images", metavar="[IMAGE...]", nargs=-1)
@click.option("--in", "places", metavar="PATH", multiple=True, type=click.Path(path_type=Path, exists=True),
              help="A folder, picture, WARC or WACZ to search, beside the case; may be given more than once.")
@click.option("--html", "page", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write a page with the pairs side by side, their regions drawn, blurred until asked for.")
@click.option("--event", "event_day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]),
              help="When what IMAGE is said to show took place: matches say how long before it they were archived.")
@click.option("--repeat", metavar="SEQ", type=int,
              help="Make the search of a recorded finding again and say whether it gives the same.")
@click.option("--candidate", "candidates", metavar="URL", multiple=True,
              help="Capture URL into the case and compare it with the one IMAGE, an item.")
@click.option("--outside", is_flag=True,
              help="Prepare pictures and links of the one IMAGE, an item, for search engines; opens and sends nothing.")
@click.option("--engine", "engines", multiple=True, type=click.Choice(ENGINE_NAMES),
              help="With --outside: only this engine; may be given more than once.")
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path),
              help="With --outside: the folder to make (outside-ITEM).")
@click.option("--result", metavar="WORDS", help="With --outside --engine: record what the engine found.")
@click.option("--nothing", is_flag=True, help="With --outside --engine: record that the engine found nothing.")
@click.option("--asked", metavar="WORDS", default="whole picture",
              help="With --result or --nothing: which picture or words the engine was asked with.")
@click.option("--at", "asked_at", metavar="TIME", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ"]),
              help="With --result or --nothing: when, in UTC (now).")
@network_options
@key_options
def command(run: "Invocation", /, images: tuple[str, ...], *, no_passphrase: bool, **options: Any) -> ExitCode:
    """Find where else IMAGE appears: an item or a file, picture or video.

    Searched are the case, where there is one, and every PATH: pictures and videos in folders, and inside WARC and
    WACZ files with address and date. In a case each search is recorded, also one that finds nothing.

    With --candidate: whether the same picture was public at URL, and by when. With --outside: what to ask search
    engines with, who would receive it, and the record of what they answered.

    Exit code: 0 when everything was compared, 5 when an IMAGE could not be; for --repeat 4 when the result differs.
    """
    wanted = Wanted(images=images, **{name: options.pop(name) for name in WANTED})
    settings = run.settings(**given(options)).settings
    case = run.open_case() if run.find_case_folder() is not None else None
    try:
        return _run(run, case, settings, wanted, no_passphrase=no_passphrase)
    finally:
        if case is not None:
            case.close()


def _run(run: "Invocation", case: "Case | None", settings: "Settings", wanted: Wanted, *,
         no_passphrase: bool) -> ExitCode:
    ways = sum((wanted.repeat is not None, bool(wanted.candidates), wanted.outside))
    if ways > 1:
        raise click.UsageError("--repeat, --candidate and --outside exclude one another")
    if ways and case is None:
        raise click.UsageError("--repeat, --candidate and --outside need a case")
    if case is not None and wanted.repeat is not None:
        if wanted.images:
            raise click.UsageError("--repeat names a finding, not an IMAGE")
        return _repeat(run, case, wanted.repeat, wanted.places)
    if case is not None and (wanted.candidates or wanted.outside):
        return _about_one(run, case, settings, wanted, no_passphrase=no_passphrase)
    return _search(run, case, settings, wanted, no_passphrase=no_passphrase)


def _about_one(run: "Invocation", case: "Case", settings: "Settings", wanted: Wanted, *,
               no_passphrase: bool) -> ExitCode:
    from evidence_store.records import ItemId
    from muniment.cli import reuse_actions

    if len(wanted.images) != 1:
        raise click.UsageError("name one item of the case")
    item = ItemId(wanted.images[0].upper())
    if wanted.candidates:
        return reuse_actions.candidate(run, case, settings, item, wanted.candidates, no_passphrase=no_passphrase)
    if wanted.result is None and not wanted.nothing:
        folder = wanted.folder or Path(f"outside-{item}")
        return reuse_actions.outside(run, case, settings, item, wanted.engines, folder, no_passphrase=no_passphrase)
    if len(wanted.engines) != 1 or (wanted.nothing and wanted.result):
        raise click.UsageError("name the one --engine that was asked, and either --result WORDS or --nothing")
    at = wanted.asked_at.replace(tzinfo=UTC) if wanted.asked_at else None
    asked = reuse_actions.Asked(engine=wanted.engines[0], query=wanted.asked, at=at, result=wanted.result or "")
    return reuse_actions.record(run, case, settings, item, asked, no_passphrase=no_passphrase)


def _search(run: "Invocation", case: "Case | None", settings: "Settings", wanted: Wanted, *,
            no_passphrase: bool) -> ExitCode:
    from muniment.flows import reuse_record
    from muniment.flows.session import open_session

    if not wanted.images:
        raise click.UsageError("name at least one IMAGE, or a finding with --repeat")
    if case is None and not wanted.places:
        raise click.UsageError("nothing to search: name a case, or folders and archives with --in")
    answers = _answers(run, case, wanted.images, wanted.places, wanted.event_day)
    if case is not None:
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                          command="reuse") as session:
            session.writer.append(*(reuse_record.finding(answer) for answer in answers))
    if wanted.page is not None:
        from muniment.flows.reuse_page import write_page

        write_page(wanted.page, answers)
        run.out.say(f"pairs shown in {wanted.page}")
    _show(run, answers)
    return ExitCode.OK if all(answer.query.moments for answer in answers) else ExitCode.INCONCLUSIVE


def _answers(run: "Invocation", case: "Case | None", images: tuple[str, ...], places: tuple[Path, ...],
             event_day: datetime | None = None) -> "tuple[Answer, ...]":
    from muniment.config.load import user_cache_folder
    from muniment.flows.reuse_event import ClaimedDay
    from muniment.flows.reuse_run import search_for

    claimed = ClaimedDay(day=event_day.date(), according_to="as given") if event_day else None
    return search_for(case, images, places, user_cache_folder(), run.out.progress(), claimed=claimed)


def _repeat(run: "Invocation", case: "Case", seq: int, places: tuple[Path, ...]) -> ExitCode:
    from evidence_store.events import FindingEvent
    from muniment.flows import reuse_record

    earlier = case.event(seq).body
    if not isinstance(earlier, FindingEvent) or earlier.check != reuse_record.CHECK or earlier.item is None:
        raise click.UsageError(f"event {seq} is no recorded search for an item")
    answers = _answers(run, case, (earlier.item,), places)
    again = reuse_record.finding(answers[0])
    differing = reuse_record.differences(earlier.details, again)
    same_tools = earlier.tools == again.tools
    run.out.result({"repeated": seq, "same": not differing, "same_tools": same_tools, "differences": list(differing)},
                   text=list(differing) or [f"the search of event {seq} gives the same again"])
    if not same_tools:
        run.out.warn("the libraries are of other versions than then")
    if not differing:
        return ExitCode.OK
    return ExitCode.VERIFICATION_FAILED if same_tools else ExitCode.INCONCLUSIVE


def _show(run: "Invocation", answers: "tuple[Answer, ...]") -> None:
    from muniment.flows.reuse_record import document, place, summary

    searched = answers[0].searched
    matches = [document(answer.query, match) for answer in answers for match in answer.matches]
    rows = [(answer.query.name, match.likeness.relation.value, f"{match.likeness.score:.2f}",
             f"{match.likeness.agreement:.2f}", match.likeness.method.value, place(match), match.source.url)
            for answer in answers for match in answer.matches]
    whole = {"searched": {"images": searched.images, "collections": len(searched.collections),
                          "names": list(searched.collections), "not_comparable": searched.not_comparable},
             "queries": [{"query": answer.query.name, "item": answer.query.item, "sha256": answer.query.sha256,
                          "not_comparable": answer.query.not_comparable or None, "matches": len(answer.matches),
                          "others": answer.others, "runner_up": round(answer.runner_up, 4)}
                         for answer in answers],
             "matches": matches}
    # stdout is no ledger: shares and seconds are numbers there
    run.out.result(cast("dict[str, JsonValue]", whole),
                   text=table(("query", "relation", "score", "agreement", "by", "where", "url"), rows) if rows else ())
    for answer in answers:
        run.out.say(f"{answer.query.name}: {summary(answer)}")
    if matches:
        run.out.say(f"{count(len(matches), 'match', 'matches')}: the same photograph, not when or where it was taken")
