"""The plan of a run, shown before the first request: which hosts will see whom. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from archiver.capture.task import CaptureTask
from archiver.posts.addresses import companions


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCount:
    """How many URLs of one host are asked for directly; what their pages show comes on top."""

    host: str
    urls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePlan:
    """What a run is about to do."""

    tasks: tuple[CaptureTask, ...]
    already: tuple[str, ...]  # "https://... captured 19 h ago, not checked again"
    hosts: tuple[HostCount, ...]
    egress: str
    identity: str
    user_agent: str
    archives: tuple[str, ...] = ()  # hosts that are asked for copies of what is gone
    robots: str = ""  # what is done about robots.txt
    via: str = ""  # the second vantage, without its password
    pages: str = ""  # what shows pages, or why nothing does
    authorities: tuple[str, ...] = ()  # hosts that are asked for timestamps afterwards


def plan_captures(
    tasks: Iterable[CaptureTask],
    already: Iterable[str],
    *,
    egress: str,
    identity: str,
    user_agent: str,
    pages: str = "",
    robots: str = "",
    via: str = "",
    authorities: tuple[str, ...] = (),
    archives: tuple[str, ...] = (),
) -> CapturePlan:
    """The plan of these tasks."""
    wanted = tuple(tasks)
    hosts = Counter(urlsplit(url).hostname or "" for task in wanted for url in (task.url, *companions(task.url)))
    return CapturePlan(
        tasks=wanted,
        already=tuple(already),
        hosts=tuple(HostCount(host=host, urls=count) for host, count in sorted(hosts.items())),
        egress=egress,
        identity=identity,
        user_agent=user_agent,
        pages=pages,
        robots=robots,
        via=via,
        authorities=authorities,
        archives=archives,
    )


def plan_lines(plan: CapturePlan) -> tuple[str, ...]:
    """The plan in words, a line each."""
    hosts = ", ".join(f"{entry.host} ({entry.urls})" for entry in plan.hosts)
    wanted = f"{_count(len(plan.tasks), 'URL')} on {_count(len(plan.hosts), 'host')}: {hosts}"
    lines = [
        wanted if plan.tasks else "nothing to capture",
        f"connection: {plan.egress}; identity: {plan.identity}; the servers see: {plan.user_agent}",
        "each page's images, styles, scripts, frames and videos are fetched too, from wherever they lie",
        *((plan.pages,) if plan.pages else ()),
        *((plan.robots,) if plan.robots else ()),
        *((f"what is not available is asked for again via {plan.via}",) if plan.via else ()),
        *((f"timestamps are asked of {', '.join(plan.authorities)}, which see a hash",) if plan.authorities else ()),
        *((f"copies of what is gone are looked for in {', '.join(plan.archives)}",) if plan.archives else ()),
    ]
    return (*lines, *plan.already)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
