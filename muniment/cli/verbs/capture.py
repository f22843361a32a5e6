"""`muniment capture`."""

from pathlib import Path
from typing import Any

import click

from archiver.capture.task import CaptureTask
from evidence_store.case import Case
from evidence_store.clock import format_time
from evidence_store.records import Capture, Verdict
from muniment.cli.channels import span_of, walk_channels
from muniment.cli.command import verb
from muniment.cli.documents import capture_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, given, network_options, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import table
from muniment.config.settings import Settings
from muniment.flows.cite import all_citations
from muniment.flows.mementos import memento_line, seek_mementos
from muniment.flows.plan import CapturePlan, plan_lines
from muniment.flows.queue import pause_lines, queued
from muniment.flows.recording import browser_words, lacks_browser
from muniment.flows.session import open_session, plan_tasks, run_tasks
from muniment.flows.stamp import NO_PROOF, stamp_run
from muniment.flows.tasks import citation_tasks, url_task
from muniment.flows.url_lists import UnreadableList, urls_of
from muniment.flows.vantage import look_elsewhere
from muniment.flows.wording import verdict_words

MAX_LIST_BYTES = 16 * 1024 * 1024      # a list of URLs; some hundred thousand lines


@verb("capture")
@click.argument("urls", metavar="[URL...]", nargs=-1)
@click.option("--from", "file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A list of URLs: .csv, .tsv, .json, .jsonl, .html, or text with one a line (# begins a comment).")
@click.option("--citations", is_flag=True, help="What the article cites, as far as it is not complete yet.")
@click.option("--resume", is_flag=True, help="What an interrupted run left in the queue, or a host put off.")
@click.option("--forget", is_flag=True, help="Empty the queue, and capture nothing of it.")
@click.option("--since", metavar="TIME", help="Walk a Telegram channel or a feed: its messages from this day or time.")
@click.option("--until", metavar="TIME", help="Up to this day (all of it) or time, UTC unless it names a zone.")
@click.option("--again", is_flag=True, help="Also what is complete already: a new capture in its series.")
@click.option("--dry-run", is_flag=True, help="Print the plan and ask no server anything.")
@network_options
@key_options
def command(run: Invocation, /, urls: tuple[str, ...], file: Path | None, citations: bool, resume: bool,
            forget: bool, since: str | None, until: str | None, again: bool, dry_run: bool, no_passphrase: bool,
            **options: Any) -> ExitCode:
    """Capture URLs into the case. Exit code 3 when one of them is not complete."""
    settings = run.settings(**given(options)).settings
    with run.open_case() as case:
        if (span := span_of(since, until)) and not dry_run:
            return walk_channels(run, case, settings, urls, span, again=again, no_passphrase=no_passphrase)
        left = queued(case) if resume or forget else ()
        if forget:
            return _forget(run, case, settings, left, no_passphrase=no_passphrase)
        tasks = wanted(case, (*urls, *(listed(file) if file else ())), left, citations=citations, resume=resume)
        world = environment(run)
        if dry_run:
            plan = plan_tasks(case, tasks, settings, world, again=again)
            run.out.result(plan_document(plan), text=plan_lines(plan))
            return ExitCode.OK
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                          command="capture") as session:
            with session.capturer() as capturer:
                done = run_tasks(session, capturer, tasks, again=again)
                copies = seek_mementos(session, capturer, done.captures)
            looks = look_elsewhere(session, done.captures)
            stamping = stamp_run(session.writer, settings, world) if done.captures else None
        warcs = [str(path) for path in sorted(case.layout.warcs.glob("*.warc.gz"))]
    for line in (*done.already, *pause_lines(done.pauses)):
        run.out.say(line)
    run.out.result({"captures": [capture_document(capture) for capture in done.captures],
                    "copies": [capture_document(capture) for capture in copies],
                    "second_looks": [{"url": look.first.url, "via": look.via, "first": look.first.verdict,
                                      "second": look.second.verdict, "capture": capture_document(look.second)}
                                     for look in looks],
                    "already": list(done.already), "warcs": warcs,
                    "waiting": [{"host": pause.host, "until": format_time(pause.until), "urls": pause.jobs}
                                for pause in done.pauses]},
                   text=[*table(("verdict", "requests", "url", "why"), map(_row, done.captures)),
                         *(f"archive: {memento_line(capture)}" for capture in copies),
                         *(f"second vantage: {look.words}" for look in looks)])
    if done.captures and lacks_browser(settings):
        run.out.say(browser_words(settings) + "; see `muniment doctor`")
    if stamping is not None and not stamping.has_proof:
        run.out.say(NO_PROOF)
    if done.declined:
        return ExitCode.FAILED
    return ExitCode.PARTIAL if done.pauses else code_of(done.captures)


def _forget(run: Invocation, case: Case, settings: Settings, left: tuple[CaptureTask, ...], *,
            no_passphrase: bool) -> ExitCode:
    with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                      command="capture") as session:
        session.writer.frontier.clear()
    run.out.result({"forgotten": [task.url for task in left]}, text=[f"forgotten: {task.url}" for task in left])
    return ExitCode.OK


def wanted(case: Case, urls: tuple[str, ...], left: tuple[CaptureTask, ...] = (), *, citations: bool,
           resume: bool = False) -> tuple[CaptureTask, ...]:
    """The tasks that the arguments name."""
    if not urls and not citations and not resume:
        raise click.UsageError("name URLs, --from FILE, --citations or --resume")
    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise click.UsageError(f"{url} is not an http or https URL")
    named = (*left, *(url_task(url) for url in urls))
    return (*named, *citation_tasks(all_citations(case))) if citations else named


def listed(file: Path) -> tuple[str, ...]:
    """The URLs of a file."""
    with file.open("rb") as stream:
        raw = stream.read(MAX_LIST_BYTES + 1)
    if len(raw) > MAX_LIST_BYTES:
        raise click.UsageError(f"{file} is larger than {MAX_LIST_BYTES} bytes")
    try:
        return urls_of(file.name, raw)
    except UnreadableList as error:
        raise click.UsageError(f"{file}: {error}") from error


def plan_document(plan: CapturePlan) -> dict[str, Any]:
    """The plan of a dry run."""
    return {"plan": {"urls": [task.url for task in plan.tasks], "already": list(plan.already),
                     "hosts": [{"host": entry.host, "urls": entry.urls} for entry in plan.hosts],
                     "egress": plan.egress, "identity": plan.identity, "user_agent": plan.user_agent,
                     "pages": plan.pages, "robots": plan.robots, "via": plan.via, "archives": list(plan.archives)}}


def code_of(captures: tuple[Capture, ...]) -> ExitCode:
    """Partial unless every capture is complete."""
    whole = all(capture.verdict is Verdict.COMPLETE for capture in captures)
    return ExitCode.OK if whole else ExitCode.PARTIAL


def _row(capture: Capture) -> tuple[str, ...]:
    return verdict_words(capture.verdict), str(capture.recorded), capture.url, "; ".join(capture.reasons)
