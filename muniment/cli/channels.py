"""`capture CHANNEL --since --until`: what a walk of a channel or feed prints."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import click

from evidence_store.case import Case
from muniment.cli.documents import capture_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.config.settings import Settings
from muniment.flows.channel import ChannelWalk, Span, walk_channel
from muniment.flows.session import open_session, run_tasks
from muniment.flows.stamp import stamp_run
from muniment.flows.tasks import url_task

MAX_LINES = 20                # ranges of missing ids shown; `--json` has all


def span_of(since: str | None, until: str | None) -> Span | None:
    """The span that the options give; None where neither is given. A day is the whole day, UTC."""
    if since is None and until is None:
        return None
    first, last = _moment(since, time.min), _moment(until, time.max)
    if first is not None and last is not None and first > last:
        raise click.UsageError("--since is later than --until")
    return Span(since=first, until=last)


def _moment(text: str | None, clock: time) -> datetime | None:
    if text is None:
        return None
    try:
        if len(text) == len("2015-10-21"):
            return datetime.combine(date.fromisoformat(text), clock, UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text} is not a day such as 2015-10-21, or a time in ISO 8601") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def walk_channels(run: Invocation, case: Case, settings: Settings, urls: tuple[str, ...], span: Span, *, again: bool,
                  no_passphrase: bool) -> ExitCode:
    """Walk each channel or feed, capture what a feed's entries link to, and print what was seen."""
    if not urls:
        raise click.UsageError("name a channel (https://t.me/NAME) or a feed with --since or --until")
    world = environment(run)
    walks: list[ChannelWalk] = []
    with (open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                       command="capture") as session, session.capturer() as capturer):
        for url in urls:
            walk = walk_channel(session, capturer, url, span)
            if walk is None:
                return ExitCode.FAILED
            walks.append(walk)
        linked = [url_task(post.url) for walk in walks if walk.kind == "feed" for post in walk.posts if post.url]
        done = run_tasks(session, capturer, linked, again=again) if linked else None
        stamp_run(session.writer, settings, world)
    captures = [capture for walk in walks for capture in walk.captures] + list(done.captures if done else ())
    run.out.result({"channels": [walk_document(walk) for walk in walks],
                    "captures": [capture_document(capture) for capture in captures],
                    "already": list(done.already) if done else [],
                    "warcs": [str(path) for path in sorted(case.layout.warcs.glob("*.warc.gz"))]},
                   text=[line for walk in walks for line in _lines(walk)])
    return ExitCode.PARTIAL if any(walk.problem for walk in walks) else ExitCode.OK


def walk_document(walk: ChannelWalk) -> dict[str, Any]:
    """One of `capture`'s `channels`."""
    return {"url": walk.url, "kind": walk.kind, "pages": len(walk.captures), "seen": list(walk.seen),
            "missing_ids": [{"first": first, "last": last} for first, last in walk.missing],
            "missing_count": walk.missing_count, "withheld_media": walk.withheld, "problem": walk.problem,
            "posts": [{"id": post.id, "time": post.time, "url": post.url, "text": post.text} for post in walk.posts]}


def _lines(walk: ChannelWalk) -> Iterator[str]:
    yield walk.summary
    if walk.seen:
        yield f"  seen: {', '.join(walk.seen) if len(walk.seen) <= MAX_LINES else f'{walk.seen[0]} to {walk.seen[-1]}'}"
    for first, last in walk.missing[:MAX_LINES]:
        yield f"  missing ids: {first}{f' to {last}' if last > first else ''}"
    if len(walk.missing) > MAX_LINES:
        yield f"  and {len(walk.missing) - MAX_LINES} more ranges of missing ids"
