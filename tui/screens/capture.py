"""Capture: paste addresses or an article, see the plan, watch every URL, end it or try again."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static, TextArea

from evidence_store.case import Case
from evidence_store.records import Capture, Verdict
from evidence_store.visible import visible
from muniment.flows.url_lists import urls_of
from muniment.flows.wording import NONE, OPEN, size, verdict_words
from tui.actions import bindings
from tui.jobs import Job, Outgoing
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import ConfirmScreen
from tui.widgets.paging import ListRows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from archiver.capture.task import CaptureTask
    from muniment.flows.plan import CapturePlan
    from tui.desk import Desk

COLUMNS = (Column("state", 18), Column("time", 7), Column("requests", 8, from_width=96),
           Column("host", 24, from_width=96), Column("url", 0, is_address=True))
WATCH_S = 0.3             # between two looks at a running capture
RECORDS_PLAN = "Every answer goes into the WARC and every capture into the ledger. The servers see your address."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One URL: waiting, on its way, or captured."""

    url: str
    seconds: float | None = None      # None: it waits
    capture: Capture | None = None


class CaptureScreen(CaseScreen):
    """A field for addresses, and a line for each URL."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "capture.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("capture"), Binding("escape", "leave_field", show=False)]
    WHERE = MODE = "capture"
    FIRST = "#captures"

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._job: Job | None = None
        self._rows: tuple[Row, ...] = ()
        self._tasks: tuple[CaptureTask, ...] = ()
        self._as_article: bool | None = None          # None: as the case suggests
        self._has_citations = False
        self._bytes_before = 0
        self._last = (0.0, 0)                         # seconds, bytes: for the rate
        self._rate = 0.0
        self._failed: tuple[str, ...] = ()
        self._left: tuple[CaptureTask, ...] = ()      # what earlier runs queued and did not finish

    def content(self) -> Iterator[Widget]:
        """Field, what it means, progress, URLs, the one under the cursor."""
        yield TextArea(id="urls", compact=True, tab_behavior="focus",
                       placeholder="the address of an article, or URLs, one a line (paste them here)")
        yield Static("", id="meaning", classes="hint", markup=False)
        yield VirtualTable[Row](COLUMNS, self._cells, id="captures",
                                empty="i       type or paste addresses; ctrl+s then shows the plan, and starts\n"
                                      "c       plan what the article cites and is not complete yet")
        yield Static("", id="progress", classes="hint", markup=False)
        yield Static("", id="detail", markup=False)

    def on_mount(self) -> None:
        """Nothing goes on yet."""
        self.query_one("#captures", VirtualTable).show(ListRows(lambda: self._rows))
        self.set_interval(WATCH_S, self._watch)
        self.case_changed()

    def case_changed(self) -> None:
        """It may have citations now: then URLs that are typed are not articles, unless that is said."""
        def question() -> "tuple[bool, tuple[CaptureTask, ...]]":
            from muniment.flows.queue import queued

            return bool(case.catalogue.citations(limit=1)), queued(case)

        def then(answer: "tuple[bool, tuple[CaptureTask, ...]]") -> None:
            self._has_citations, self._left = answer
            self._say_meaning()

        self._say_meaning()
        case = self.case
        self.learn(question, then)

    # -- what is meant

    @property
    def as_article(self) -> bool:
        """The URLs are articles, whose citations are captured, too."""
        if self._as_article is not None:
            return self._as_article
        return not self._has_citations

    def _say_meaning(self) -> None:
        what = "an article: what it cites is captured and checked, too" if self.as_article else "URLs, just these"
        running = "" if self._job is None else "   capture goes on: x ends it"
        left = "" if self._job is not None or not self._left else (
            f"{OPEN} {len(self._left)} in the queue, not done: r plans them   ")
        self.query_one("#meaning", Static).update(f"{left}{what} (a changes)   ctrl+s starts{running}")

    def action_urls(self) -> None:
        """Type or paste."""
        self.set_focus(self.query_one("#urls"))           # at once: the next key may be the first letter

    def action_leave_field(self) -> None:
        """Back to the table."""
        self.query_one("#captures").focus()

    def action_article(self) -> None:
        """Articles, or just URLs."""
        self._as_article = not self.as_article
        self._say_meaning()

    def action_citations(self) -> None:
        """Plan what the article cites and is not complete yet."""
        case = self.case

        def question() -> "tuple[CaptureTask, ...]":
            from tui.capture_work import due_tasks

            return due_tasks(case)

        self.learn(question, self._plan_due)

    def _plan_due(self, due: "Sequence[CaptureTask]") -> None:
        self._as_article = False
        self._plan(due)
        self.muniment.tell(f"{len(due)} citations are not complete: ctrl+s captures them" if due else
                           "everything that is cited and has a URL is complete")

    def action_retry(self) -> None:
        """Plan again what did not come whole."""
        if self._job is not None:
            self.muniment.tell("a capture goes on: x ends it, then r plans what is missing", severity="warning")
            return
        case, failed = self.case, self._failed

        def question() -> "tuple[CaptureTask, ...]":
            from muniment.flows.queue import queued
            from tui.capture_work import tasks_again

            again = tasks_again(case, failed)
            named = {task.identity for task in again}
            return *again, *(task for task in queued(case) if task.identity not in named)

        def then(tasks: "tuple[CaptureTask, ...]") -> None:
            if not tasks:
                self.muniment.tell("nothing is left to be tried again")
                return
            self._as_article = False
            self._plan(tasks)
            self.muniment.tell(f"{len(tasks)} did not come whole: ctrl+s captures them")

        self.learn(question, then)

    def _plan(self, tasks: "Sequence[CaptureTask]") -> None:
        self._can_be_undone()
        self._tasks = tuple(tasks)
        self.query_one("#urls", TextArea).text = "\n".join(task.url for task in tasks)
        self._rows = tuple(Row(url=task.url) for task in tasks)
        self.query_one("#captures", VirtualTable).show(ListRows(lambda: self._rows))
        self._say_meaning()
        self.query_one("#captures").focus()

    def _can_be_undone(self) -> None:
        """The plan as it is now comes back where the next one is taken back."""
        tasks, rows, field = self._tasks, self._rows, self.query_one("#urls", TextArea)
        text, as_article = field.text, self._as_article

        def undo() -> None:
            if self._job is None:
                self._tasks, self._rows, self._as_article, field.text = tasks, rows, as_article, text
                self.query_one("#captures", VirtualTable).show(ListRows(lambda: self._rows))
                self._say_meaning()

        self.muniment.did("the plan", undo)

    # -- going

    def action_go(self) -> None:
        """Capture what the field names, after its plan was agreed to."""
        text = self.query_one("#urls", TextArea).text.strip()
        if self._job is not None:
            self.muniment.tell("a capture goes on already: x ends it", severity="warning")
            return
        urls = urls_of("typed.txt", text.encode()) if text else ()
        wrong = next((url for url in urls if not url.startswith(("http://", "https://"))), None)
        if not urls or wrong is not None:
            self.muniment.tell(f"{wrong} is no http or https URL" if wrong else "i: type or paste addresses first",
                               severity="warning")
            return
        if not self.may_record():
            return
        self._bytes_before, self._rate = warc_bytes(self.case), 0.0
        tasks = {task.url: task for task in self._tasks}
        self._rows = tuple(Row(url=url) for url in urls)
        as_article = self.as_article

        def work(job: Job) -> str:
            from tui.capture_work import capture  # the recorder, the clients, the checks

            return capture(self.desk, job, urls, tasks, as_article=as_article, agreed=self._agreed)

        self._job = self.muniment.start("Capture", work, self.muniment.tell)
        self.query_one("#captures").focus()
        self._say_meaning()

    def _agreed(self, plan: "CapturePlan") -> bool:
        """Show the plan and wait for the answer; called by the worker."""
        from tui.capture_work import plan_words

        answer: Future[bool | None] = Future()
        screen = ConfirmScreen(plan_words(plan), consequence=RECORDS_PLAN, yes="Go")
        self.app.call_from_thread(self.app.push_screen, screen, answer.set_result)
        return bool(answer.result())

    def action_cancel(self) -> None:
        """End it."""
        if self._job is None:
            self.muniment.tell("nothing goes on")
            return
        self._job.cancel()
        self.muniment.tell("ending: captures in flight are cut short and kept")

    # -- watching

    def _watch(self) -> None:
        job = self._job
        if job is None:
            return
        captures = job.report().captures
        rows = {url: self._row(job, one) for url, one in captures.items()}
        waiting = [row for row in self._rows if row.url not in rows and row.capture is None]
        self._rows = (*rows.values(), *waiting)
        table = self.query_one("#captures", VirtualTable)
        table.replace(ListRows(lambda: self._rows))
        self._failed = tuple(row.url for row in self._rows if row.capture is None or
                             row.capture.verdict is not Verdict.COMPLETE)
        self.query_one("#progress", Static).update(visible(self._progress(job)))
        if job.ended is not None:
            self._job = None
            self._say_meaning()

    def _row(self, job: Job, one: Outgoing) -> Row:
        return Row(url=one.url, seconds=(job.ended or job.clock()) - one.since, capture=one.capture)

    def _progress(self, job: Job) -> str:
        now, held = job.clock(), warc_bytes(self.case) - self._bytes_before
        since, before = self._last
        if now - since >= 1.0:
            self._rate = max(held - before, 0) / (now - since) if since else 0.0
            self._last = (now, held)
        done = sum(row.capture is not None for row in self._rows)
        under_way = sum(row.capture is None and row.seconds is not None for row in self._rows)
        wrong = sum(row.capture is not None and row.capture.verdict is not Verdict.COMPLETE for row in self._rows)
        state = "ended" if job.ended is not None else "ending" if job.is_cancelled else job.words()
        rate = "" if job.ended is not None else f", {size(int(self._rate))}/s"
        return (f"{state}   {done} of {len(self._rows)} captured, {under_way} on their way, {wrong} not complete   "
                f"{size(max(held, 0))} recorded{rate}   {int((job.ended or now) - job.started)} s")

    def _cells(self, row: Row) -> Sequence[str]:
        under_way = f"{OPEN} on its way" if self._job else f"{OPEN} not captured"
        without = f"{NONE} waits" if row.seconds is None else under_way
        state = verdict_words(row.capture.verdict) if row.capture else without
        seconds = "" if row.seconds is None else f"{row.seconds:5.0f} s"
        if row.capture is not None:
            seconds = f"{(row.capture.ended_at - row.capture.started_at).total_seconds():5.1f} s"
        requests = f"{row.capture.recorded:>8}" if row.capture else ""
        return state, seconds, requests, urlsplit(row.url).hostname or "", row.url

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Say why it ended so."""
        row = message.row
        if isinstance(row, Row):
            why = "; ".join(row.capture.reasons) if row.capture else ""
            items = ", ".join(item.id for item in row.capture.items) if row.capture else ""
            said = "\n".join(filter(None, (row.url, f"{why}  {items}".strip(), self._host_words(row.url))))
            self.query_one("#detail", Static).update(visible(said, lines=True))

    def _host_words(self, url: str) -> str:
        """How it goes with all URLs of a host: some answer nobody, some ask to be left alone."""
        host = urlsplit(url).hostname or ""
        rows = [row for row in self._rows if (urlsplit(row.url).hostname or "") == host]
        captures = [row.capture for row in rows if row.capture is not None]
        wrong = sum(one.verdict is not Verdict.COMPLETE for one in captures)
        under_way = sum(row.capture is None and row.seconds is not None for row in rows)
        held = sum(exchange.payload_length for one in captures for exchange in one.exchanges)
        return (f"{host}: {len(captures)} of {len(rows)} captured, {under_way} on their way, {wrong} not complete, "
                f"{size(held)}")

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Open the first item that it gave."""
        row = message.row
        if isinstance(row, Row) and row.capture is not None:
            found = [*(item.id for item in row.capture.items), *row.capture.same_items]
            if found:
                self.open_item(found[0])

    def action_open(self) -> None:
        """Open the item under the cursor."""
        self.query_one("#captures", VirtualTable).action_open()


def warc_bytes(case: Case) -> int:
    """How large the case's WARC files are by now."""
    return sum(_size(path) for path in case.layout.warcs.glob("*.warc.gz"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

