"""`muniment reuse`."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count, table

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue
    from evidence_store.case import Case
    from muniment.cli.invocation import Invocation
    from muniment.flows.reuse import Answer, Query


@verb("reuse")
@click.argument("images", metavar="IMAGE...", nargs=-1)
@click.option("--in", "places", metavar="PATH", multiple=True, type=click.Path(path_type=Path, exists=True),
              help="A folder, picture, WARC or WACZ to search, beside the case; may be given more than once.")
@click.option("--html", "page", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write a page with the pairs side by side, their regions drawn, blurred until asked for.")
@click.option("--repeat", metavar="SEQ", type=int,
              help="Make the search of a recorded finding again and say whether it gives the same.")
@key_options
def command(run: "Invocation", images: tuple[str, ...], places: tuple[Path, ...], page: Path | None,
            repeat: int | None, key: str | None, principal: str | None, *, no_passphrase: bool) -> ExitCode:
    """Find where else IMAGE appears: an item or a file, picture or video.

    Searched are the case, where there is one, and every PATH: pictures and videos in folders, and inside WARC and
    WACZ files with address and date. In a case each search is recorded, also one that finds nothing.

    Exit code: 0 when everything was compared, 5 when an IMAGE could not be; for --repeat 4 when the result differs.
    """
    from muniment.flows import reuse_record
    from muniment.flows.session import open_session

    settings = run.settings(key=key, principal=principal).settings
    case = run.open_case() if run.find_case_folder() is not None else None
    if case is None and not places:
        raise click.UsageError("nothing to search: name a case, or folders and archives with --in")
    if bool(images) == (repeat is not None):
        raise click.UsageError("name at least one IMAGE, or a finding with --repeat")
    try:
        if repeat is not None:
            return _repeat(run, _needed(case), repeat, places)
        given = environment(run)
        answers = _answers(run, case, [_query(case, image) for image in images], places)
        if case is not None:
            with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, given,
                              command="reuse") as session:
                session.writer.append(*(reuse_record.finding(answer) for answer in answers))
    finally:
        if case is not None:
            case.close()
    if page is not None:
        from muniment.flows.reuse_page import write_page

        write_page(page, answers)
        run.out.say(f"pairs shown in {page}")
    _show(run, answers)
    return ExitCode.OK if all(answer.query.moments for answer in answers) else ExitCode.INCONCLUSIVE


def _needed(case: "Case | None") -> "Case":
    if case is None:
        raise click.UsageError("--repeat needs a case")
    return case


def _query(case: "Case | None", image: str) -> "Query":
    from evidence_store.records import ItemId
    from muniment.flows import reuse

    if case is not None and image.upper().startswith("ITEM-") and not Path(image).exists():
        return reuse.item_query(case, ItemId(image.upper()))
    return reuse.file_query(Path(image))


def _answers(run: "Invocation", case: "Case | None", queries: "list[Query]",
             places: tuple[Path, ...]) -> "tuple[Answer, ...]":
    from muniment.config.load import user_cache_folder
    from muniment.flows import reuse

    cache = user_cache_folder()
    collections = [reuse.case_collection(case, cache)] if case is not None else []
    collections += [reuse.folder_collection(path, cache) for path in places]
    reuse.bring_up_to_date(collections, run.out.progress())
    return reuse.answer_queries(queries, collections)


def _repeat(run: "Invocation", case: "Case", seq: int, places: tuple[Path, ...]) -> ExitCode:
    from evidence_store.events import FindingEvent
    from muniment.flows import reuse, reuse_record

    earlier = case.event(seq).body
    if not isinstance(earlier, FindingEvent) or earlier.check != reuse_record.CHECK or earlier.item is None:
        raise click.UsageError(f"event {seq} is no recorded search for an item")
    answers = _answers(run, case, [reuse.item_query(case, earlier.item)], places)
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
    matches = [document(answer, match) for answer in answers for match in answer.matches]
    rows = [(answer.query.name, match.likeness.relation.value, f"{match.likeness.score:.2f}",
             f"{match.likeness.agreement:.2f}", match.likeness.method.value, place(match), match.source.url)
            for answer in answers for match in answer.matches]
    whole = {"searched": {"images": searched.images, "collections": len(searched.collections),
                          "names": list(searched.collections), "not_comparable": searched.not_comparable},
             "queries": [{"query": answer.query.name, "item": answer.query.item, "sha256": answer.query.sha256,
                          "not_comparable": answer.query.not_comparable or None, "matches": len(answer.matches),
                          "runner_up": round(answer.runner_up, 4)}
                         for answer in answers],
             "matches": matches}
    # stdout is no ledger: shares and seconds are numbers there
    run.out.result(cast("dict[str, JsonValue]", whole),
                   text=table(("query", "relation", "score", "agreement", "by", "where", "url"), rows) if rows else ())
    for answer in answers:
        run.out.say(f"{answer.query.name}: {summary(answer)}")
    if matches:
        run.out.say(f"{count(len(matches), 'match', 'matches')}: the same photograph, not when or where it was taken")
