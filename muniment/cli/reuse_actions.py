"""What `muniment reuse` does beside searching: comparing a candidate, preparing and recording searches outside."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence_store.events import KnownBody
from evidence_store.records import ItemId
from muniment.cli.exit_codes import ExitCode
from muniment.cli.running import environment, signing
from muniment.cli.tables import table
from muniment.config.settings import Settings
from muniment.flows import reuse, reuse_candidate, reuse_outside
from muniment.flows.lookup import require_item
from muniment.flows.reuse_record import document
from muniment.flows.session import Session, open_session, run_tasks
from muniment.flows.tasks import url_task
from verify.reuse.reading import Fingerprinter

if TYPE_CHECKING:
    from evidence_store.case import Case
    from evidence_store.records import Capture
    from muniment.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search outside that somebody made."""

    engine: str
    query: str
    at: datetime | None       # None: now
    result: str               # "" for nothing found


def candidate(run: "Invocation", case: "Case", settings: Settings, item: ItemId, urls: tuple[str, ...], *,
              no_passphrase: bool) -> ExitCode:
    """Capture the candidates and compare each with the item."""
    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise click.UsageError(f"{url} is not an http or https URL")
    require_item(case, item)
    with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                      command="reuse --candidate") as session:
        captures = _captured(run, session, urls)
        if captures is None:
            return ExitCode.FAILED
        with Fingerprinter() as fingerprinter:
            query = reuse.item_query(case, item, fingerprinter)
            answers = [reuse_candidate.compare_candidate(case, query, capture, fingerprinter) for capture in captures]
        session.writer.append(*map(reuse_candidate.finding, answers))
    run.out.result({"candidates": [_candidate_document(answer) for answer in answers]},
                   text=[reuse_candidate.sentence(answer) for answer in answers])
    return ExitCode.OK if all(answer.is_conclusive for answer in answers) else ExitCode.INCONCLUSIVE


def _captured(run: "Invocation", session: Session, urls: tuple[str, ...]) -> "tuple[Capture, ...] | None":
    """The capture of each URL, made now where the case has no whole one; None where somebody declined."""
    tasks = [url_task(url) for url in urls]
    with session.capturer() as capturer:
        done = run_tasks(session, capturer, tasks, again=False)
    run.out.say(*done.already)
    if done.declined:
        return None
    catalogue = session.case.catalogue
    latest = [catalogue.latest_capture(task.identity) for task in tasks]
    found = [catalogue.capture(entry.id) for entry in latest if entry is not None]
    return tuple(capture for capture in found if capture is not None)


def _candidate_document(answer: reuse_candidate.CandidateAnswer) -> dict[str, Any]:
    shown = [document(answer.query, one.match) | {
        "item": one.item, "public_by": one.public_by.isoformat(),
        "archived_at": one.archived_at.isoformat() if one.archived_at else None} for one in answer.shown]
    return {"url": answer.capture.url, "capture": answer.capture.id, "verdict": answer.capture.verdict.value,
            "compared": list(answer.compared), "matches": shown, "summary": reuse_candidate.sentence(answer),
            "not_comparable": [{"item": item, "why": why} for item, why in answer.not_comparable]}


def outside(run: "Invocation", case: "Case", settings: Settings, item: ItemId, names: tuple[str, ...],
            folder: Path, *, no_passphrase: bool) -> ExitCode:
    """Prepare what engines outside can be asked with; ask nobody."""
    engines = reuse_outside.named_engines(names)
    if folder.exists():
        raise click.UsageError(f"{folder} exists already")
    try:
        found = reuse_outside.refuse_under_conditions(case, item)
        run.out.warn("; ".join(reuse_outside.warnings(engines, found.url)))
        if not run.confirm(f"Prepare pictures of {item} for {', '.join(one.name for one in engines)}?",
                           unattended=True):
            return ExitCode.FAILED
        prepared = reuse_outside.prepare(case, item, engines, folder)
        body = reuse_outside.prepared_finding(prepared)
    except reuse_outside.UnderConditions as blocked:
        _append(run, case, settings, reuse_outside.blocked_finding(item, blocked), no_passphrase=no_passphrase)
        raise
    _append(run, case, settings, body, reuse_outside.left_the_case(prepared), no_passphrase=no_passphrase)
    lines = reuse_outside.link_lines(prepared)
    run.out.result(
        {"item": item, "folder": str(folder), "pictures": [path.name for path in prepared.pictures],
         "url": prepared.url or None,
         "engines": [{"name": one.name, "operator": one.operator, "upload": one.upload,
                      "by_url": reuse_outside.link(one, prepared.url) or None} for one in engines]},
        text=[*table(("picture",), [(str(path),) for path in prepared.pictures]), *lines])
    return ExitCode.OK


def record(run: "Invocation", case: "Case", settings: Settings, item: ItemId, asked: Asked, *,
           no_passphrase: bool) -> ExitCode:
    """Record what an engine answered."""
    require_item(case, item)
    body = reuse_outside.answered_finding(item, engine=asked.engine, query=asked.query, result=asked.result,
                                          asked_at=asked.at or environment(run).clock())
    _append(run, case, settings, body, no_passphrase=no_passphrase)
    run.out.result({"item": item, "engine": asked.engine, "query": asked.query, "result": asked.result or None,
                    "summary": body.summary}, text=f"recorded: {body.summary}")
    return ExitCode.OK


def _append(run: "Invocation", case: "Case", settings: Settings, *bodies: KnownBody, no_passphrase: bool) -> None:
    with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                      command="reuse --outside") as session:
        session.writer.append(*bodies)
