"""A run over one case with the right to write it: what capture, preserve, cite and check share."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archiver.capture.engine import Capturer
from archiver.capture.task import CaptureTask
from evidence_store.case import Case
from evidence_store.custody.keys import Signer
from evidence_store.frontier import BatchId, HostPause
from evidence_store.records import Capture, Circumstances
from evidence_store.writer import CaseWriter
from muniment.config.settings import Settings
from muniment.flows.capture import age_words, capture_all, split_tasks
from muniment.flows.circumstances import circumstances
from muniment.flows.environment import Environment
from muniment.flows.plan import CapturePlan, plan_captures
from muniment.flows.profiles import identity_of, identity_words
from muniment.flows.queue import RunQueue
from muniment.flows.recording import browser_words, capturing, proxy_words, robots_words, user_agent
from muniment.flows.stamp import way_out
from muniment.flows.surroundings import asked_words, observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Who runs this, and with which key."""

    signer: Signer
    principal: str  # "" uses the name the key is enrolled with


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A case being written."""

    case: Case
    writer: CaseWriter
    settings: Settings
    environment: Environment
    circumstances: Circumstances

    @contextmanager
    def capturer(self, settings: Settings | None = None) -> Iterator[Capturer]:
        """Run the recorder; `settings`: others than the session's, for a second vantage."""
        environment = self.environment
        with capturing(
            self.writer,
            settings or self.settings,
            self.circumstances,
            clock=environment.clock,
            random=environment.random,
            resolver=environment.resolver,
            identity=identity_of(settings or self.settings, environment.profiles),
        ) as capturer:
            yield capturer


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksDone:
    """What came of a list of tasks."""

    captures: tuple[Capture, ...] = ()
    already: tuple[str, ...] = ()  # "https://... captured 19 h ago, not checked again"
    declined: bool = False  # somebody said no to the plan
    pauses: tuple[HostPause, ...] = ()  # hosts that asked to be left alone, with URLs still to capture


@contextmanager
def open_session(
    case: Case, signing: Signing, settings: Settings, environment: Environment, *, command: str
) -> Iterator[Session]:
    """Take the right to write the case."""
    with case.writer(
        signing.signer, command=command, clock=environment.clock, random=environment.random, principal=signing.principal
    ) as writer:
        name = signing.principal or enrolled_name(case, signing.signer)
        yield Session(
            case=case,
            writer=writer,
            settings=settings,
            environment=environment,
            circumstances=circumstances(name, proxy_words(settings)),
        )


def enrolled_name(case: Case, signer: Signer) -> str:
    """Whom the key stands for in this case, "" when it is not enrolled."""
    fingerprint = signer.public.fingerprint
    return next((key.principal for key in case.catalogue.enrolled_keys() if key.fingerprint == fingerprint), "")


def plan_tasks(
    case: Case, tasks: Iterable[CaptureTask], settings: Settings, environment: Environment, *, again: bool
) -> CapturePlan:
    """What capturing these tasks would do; asks nothing of any server."""
    split = split_tasks(case, tasks, again=again)
    given = circumstances("", proxy_words(settings))
    return plan_captures(
        split.due,
        (age_words(entry, environment.clock()) for entry in split.done),
        egress=given.egress + asked_words(settings),
        identity=identity_words(identity_of(settings, environment.profiles)),
        user_agent=user_agent(settings),
        pages=browser_words(settings),
        robots=robots_words(settings),
        via=proxy_words(replace(settings, proxy=settings.via)),
        authorities=tuple(urlsplit(url).hostname or "" for url in settings.tsa + settings.ots),
        archives=tuple(urlsplit(prefix).hostname or prefix for prefix in settings.archives),
    )


def run_tasks(session: Session, capturer: Capturer, tasks: Iterable[CaptureTask], *, again: bool) -> TasksDone:
    """Show the plan, and capture what is due."""
    plan = plan_tasks(session.case, tasks, session.settings, session.environment, again=again)
    if not plan.tasks:
        return TasksDone(already=plan.already)
    if not session.environment.confirm(plan):
        return TasksDone(already=plan.already, declined=True)
    around = observed(session.circumstances, session.settings, way_out(session.settings), session.environment.clock)
    queue = RunQueue(
        frontier=session.writer.frontier,
        batch=BatchId(session.environment.random(8).hex()),
        clock=session.environment.clock,
    )
    queue.add(plan.tasks)
    captures = tuple(
        capture_all(
            session.writer,
            capturer,
            queue,
            circumstances=around,
            concurrency=session.settings.concurrency,
            progress=session.environment.progress,
            watch=session.environment.watch,
            cancelled=session.environment.cancelled,
        )
    )
    return TasksDone(captures=captures, already=plan.already, pauses=queue.pauses())
