"""Look for a page that cannot be had any more in web archives, through the recorder.

1. The TimeMap and each copy asked for are exchanges like any other, with the archive's own headers.
2. The copy nearest to the day is fetched as the archive got it (`id_`); of copies that are errors themselves, or that
   break off, the next nearest is tried.
3. An archive that has none is a result, too: "searched, nothing found".
4. What two archives hold is compared; a copy is never taken for a capture of the live page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from archiver.capture.drafts import best_exchange, draft
from archiver.capture.observe import observe
from archiver.capture.resources import is_html
from archiver.capture.task import CaptureResult, CaptureTask, ItemDraft
from archiver.capture.told import ReadContent, no_content, read_told
from archiver.citations import normalise_url
from archiver.clients.fetch import FetchClient, Fetched
from archiver.clients.politeness import HostGate
from archiver.clients.sent import unrecorded
from archiver.mementos.timemap import Archive, Copy, nearest, parse_timemap
from archiver.recorder import Recorder, Recording
from archiver.verdicts.judge import Expectation, Judgement, judge
from archiver.verdicts.page import decode_text, view_page
from archiver.verdicts.rules import Rules
from evidence_store.clock import Clock, RandomBytes
from evidence_store.records import CaptureId, CitationKind, Exchange, ItemKind, Memento, Verdict

TRIES = 3                       # copies asked for, of one archive
MAX_TIMEMAP = 16 * 1024 * 1024  # bytes of a TimeMap; 100,000 copies fit


@dataclass(frozen=True, slots=True, kw_only=True)
class MementoTask:
    """What to look for."""

    url: str
    kind: CitationKind
    quote: str = ""             # the words that the article shows of it
    day: date | None = None     # the copy nearest to it is wanted; None: the newest


def series_of(archive: Archive, url: str) -> str:
    """What makes the answers of one archive on one page a series."""
    return f"memento:{archive.name}:{normalise_url(url)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MementoSeeker:
    """Asks archives, one after the other."""

    archives: tuple[Archive, ...]
    recorder: Recorder
    rules: Rules
    gate: HostGate
    user_agent: str
    timeout: float
    clock: Clock
    random: RandomBytes
    sleep: Callable[[float], None]
    content: ReadContent = no_content

    def seek(self, task: MementoTask) -> Iterator[CaptureResult]:
        """One result an archive, as they come."""
        had: list[tuple[str, ItemDraft]] = []
        for archive in self.archives:
            result = self._ask(task, archive)
            if result.drafts and result.judgement.verdict is Verdict.COMPLETE:
                compared = tuple(_compared(result.drafts[0], name, other) for name, other in had)
                result = replace(result, judgement=replace(result.judgement,
                                                           reasons=(*result.judgement.reasons, *compared)))
                had.append((archive.name, result.drafts[0]))
            yield result

    def _ask(self, task: MementoTask, archive: Archive) -> CaptureResult:
        started = self.clock()
        channel = self.recorder.open_capture(CaptureId(self.random(8).hex()))
        client = FetchClient(proxy_url=channel.proxy_url, ca_file=str(channel.ca_file), user_agent=self.user_agent,
                             gate=self.gate, timeout=self.timeout, sleep=self.sleep)
        try:
            listed = client.fetch(archive.timemap(task.url), keep=MAX_TIMEMAP, polite=True)
            copies = parse_timemap(decode_text(listed.body, listed.encoding), archive) if listed.status == 200 else ()
            copy, main = _fetch_nearest(nearest(copies, task.day, TRIES), client)
        finally:
            client.close()
            recording = channel.close()
        missing = unrecorded(client.sent, recording.exchanges) if not recording.failures else ()
        found = main if main is not None else listed
        exchange = best_exchange(recording.exchanges, main.final_url) if main is not None else None
        page = ItemKind.POST if task.kind is CitationKind.POST else ItemKind.PAGE
        item = draft(exchange, normalise_url(found.url), page=page) if exchange is not None else None
        return CaptureResult(
            id=channel.capture, task=CaptureTask(url=found.url, identity=series_of(archive, task.url), kind=task.kind),
            final_url=found.final_url, started_at=started, ended_at=self.clock(), client="requests",
            judgement=(self._judge(task, _Found(archive=archive, copies=len(copies), copy=copy), main, recording)
                       if copy is not None and main is not None else self._none(task, archive, listed, recording)),
            sent=len(client.sent),
            exchanges=recording.exchanges, unrecorded=missing, refused=recording.refused,
            drafts=(item,) if item is not None and item.length else (), derivatives=(),
            failures=tuple(failure.record for failure in recording.failures if failure.record is not None),
            posts=read_told(found.url, _of(exchange), (), self.content, original=task.url),
            memento=Memento(original=task.url, archive=archive.name, copies=len(copies),
                            archived_at=copy.at if copy else None, wanted=task.day.isoformat() if task.day else ""))

    def _none(self, task: MementoTask, archive: Archive, listed: Fetched, recording: Recording) -> Judgement:
        if listed.status in {200, 404}:
            return Judgement(verdict=Verdict.GONE, reasons=(f"{archive.name} lists no copy of {task.url}",))
        return judge(observe(listed.url, listed, None, recording), (), Expectation(), self.rules)

    def _judge(self, task: MementoTask, found: "_Found", main: Fetched, recording: Recording) -> Judgement:
        page = view_page(main.body, main.encoding) if is_html(main) else None
        given = judge(observe(main.url, main, page, recording), (), Expectation(quote=task.quote), self.rules)
        how = "as the archive got it" if found.copy.is_raw else "as the archive shows it, not the server's bytes"
        as_of = f"the copy of {found.copy.at:%Y-%m-%d %H:%M:%S} UTC in {found.archive.name}"
        return replace(given, reasons=(f"{as_of}, {_distance(found.copy, task.day)}, one of {found.copies}; {how}",
                                       *given.reasons),
                       against=f"the archived document alone; {given.against}" if given.against else "")


def _of(exchange: Exchange | None) -> tuple[Exchange, ...]:
    return (exchange,) if exchange is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The copy that was fetched, and how many there were to choose from."""

    archive: Archive
    copies: int
    copy: Copy


def _fetch_nearest(copies: tuple[Copy, ...], client: FetchClient) -> tuple[Copy | None, Fetched | None]:
    """The nearest copy that came whole and was no error when it was archived; else the nearest, as it is."""
    first: tuple[Copy, Fetched] | None = None
    for copy in copies:
        fetched = client.fetch(copy.raw, polite=True)
        if fetched.is_whole and fetched.status == 200:
            return copy, fetched
        first = first or (copy, fetched)
    return first or (None, None)


def _distance(copy: Copy, day: date | None) -> str:
    if day is None:
        return "the newest"
    days = (copy.at.date() - day).days
    if not days:
        return f"of the wanted day ({day})"
    return f"{abs(days)} {'day' if abs(days) == 1 else 'days'} {'after' if days > 0 else 'before'} {day}"


def _compared(here: ItemDraft, name: str, there: ItemDraft) -> str:
    return (f"{name} holds the same {here.length} bytes" if here.sha256 == there.sha256
            else f"{name} holds other bytes ({there.length}, here {here.length})")
