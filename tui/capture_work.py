"""What a capture does in its thread.

It brings the recorder, the clients and the checks, half a second of imports: the screen imports it in a worker only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from archiver.capture.task import CaptureTask
from evidence_store.case import Case
from muniment.flows.capture import split_tasks
from muniment.flows.cite import all_citations
from muniment.flows.collect import collect_article
from muniment.flows.environment import Environment
from muniment.flows.mementos import seek_mementos
from muniment.flows.plan import CapturePlan, plan_lines
from muniment.flows.session import Session, run_tasks
from muniment.flows.stamp import NO_PROOF, stamp_run
from muniment.flows.tasks import citation_tasks, url_task
from tui.desk import Desk
from tui.jobs import Job


def due_tasks(case: Case) -> tuple[CaptureTask, ...]:
    """What the case cites and is not complete yet."""
    return split_tasks(case, citation_tasks(all_citations(case)), again=False).due


def tasks_again(case: Case, urls: Sequence[str]) -> tuple[CaptureTask, ...]:
    """These URLs once more, for the citations that they were captured for."""
    cited = {task.url: task for task in citation_tasks(all_citations(case))}
    return tuple(cited.get(url) or url_task(url) for url in urls)


def plan_words(plan: CapturePlan) -> str:
    """The plan as it is shown before the first request."""
    return "\n".join(plan_lines(plan))


def capture(desk: Desk, job: Job, urls: Sequence[str], tasks: Mapping[str, CaptureTask], *, as_article: bool,
            agreed: Callable[[CapturePlan], bool]) -> str:
    """Capture URLs, those that tasks are known for as these; words on what came of it."""
    environment = replace(job.environment(desk.environment), confirm=agreed)
    wanted = tuple(tasks.get(url) or url_task(url) for url in urls)
    with desk.session("capture", environment) as session:
        words, already = (_articles if as_article else _urls)(session, environment, wanted)
        proof = f"\n{NO_PROOF}"
        if session.settings.tsa and not environment.cancelled():
            stamp_run(session.writer, session.settings, environment)
            proof = ""
    ended = "ended early; " if job.is_cancelled else ""
    return "\n".join((f"{ended}{words}", *already[:5])) + proof


def _articles(session: Session, _: Environment, tasks: Sequence[CaptureTask]) -> tuple[str, Sequence[str]]:
    done = [collect_article(session, task.url) for task in tasks]
    cited, found = sum(len(one.citations) for one in done), sum(one.findings for one in done)
    lost = [one for one in done if one.article is None and not one.declined]
    words = f"{cited} citations, {found} findings" + (f"; {len(lost)} articles could not be had" if lost else "")
    return words, [line for one in done for line in one.already]


def _urls(session: Session, environment: Environment, tasks: Sequence[CaptureTask]) -> tuple[str, Sequence[str]]:
    with session.capturer() as capturer:
        captured = run_tasks(session, capturer, tasks, again=False)
        if not environment.cancelled():
            seek_mementos(session, capturer, captured.captures)
    return f"{len(captured.captures)} captured", captured.already
