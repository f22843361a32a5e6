"""What the screens of a case share: the bar that says where one is, the footer, and how work is recorded.

1. A screen reads in workers and shows what comes back; drawing never waits.
2. When the case has grown, the screen that is seen reads again; the others do when they are seen next.
3. Whatever is recorded goes through `record`: it is refused where the case is read-only, and asked for before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias, TypeVar, cast

from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from evidence_store.case import Case
from evidence_store.records import ItemId
from tui.guarded import Guarded
from tui.jobs import Job
from tui.reading import Reads
from tui.screens.dialogs import RECORDED, AskScreen, Choice, ChooseScreen, ConfirmScreen, Field
from tui.widgets.bar import Bar
from tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from pathlib import PurePath

    from muniment.flows.session import Session
    from tui.app import MunimentApp
    from tui.desk import Desk

Styles: TypeAlias = "list[str | PurePath] | str | PurePath | None"     # as Textual declares CSS_PATH
Result = TypeVar("Result")


class CaseScreen(Guarded, Screen[None], Reads):
    """A screen about a case."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss"]
    WHERE: ClassVar[str] = ""         # the screen's name in the list of actions
    MODE: ClassVar[str] = ""          # the place in the bar that it belongs to
    FIRST: ClassVar[str] = ""         # what takes the keys when the screen is seen
    AUTO_FOCUS: ClassVar[str | None] = ""     # a field to type into never takes them by itself

    class Learnt(Message):
        """A worker has read what was asked for, and how to go on with it."""

        def __init__(self, go_on: Callable[[], None]) -> None:
            super().__init__()
            self.go_on = go_on

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self._seen_size = -1

    @property
    def case(self) -> Case:
        """The case in hand."""
        return self.desk.case

    @property
    def muniment(self) -> "MunimentApp":
        """The application."""
        return cast("MunimentApp", self.app)

    def compose(self) -> ComposeResult:
        """The bar, what the screen is about, and the keys."""
        yield Bar(self.desk.case.title if self.desk.has_case else "Muniment", self.MODE)
        yield from self.content()
        yield KeyLine()

    def content(self) -> Iterator[Widget]:
        """What the screen is about."""
        yield from ()

    def case_changed(self) -> None:
        """The case has grown: read again what is shown."""

    def on_screen_resume(self) -> None:
        """Keys go to what the screen is about, and what is shown is up to date."""
        if self.FIRST and self.focused is None:
            self.query_one(self.FIRST).focus()
        self.muniment.restand()

    def follow(self, size: int) -> None:
        """The catalogue answers for so many events now."""
        if self._seen_size not in {-1, size}:
            self.case_changed()
        self._seen_size = size

    # -- asking and recording

    def learn(self, question: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Read something in a worker and go on with it here: keys are taken meanwhile."""
        def answered() -> Message:
            answer = question()
            return self.Learnt(lambda: then(answer))

        self.read(answered, group="learn")

    def on_case_screen_learnt(self, message: "CaseScreen.Learnt") -> None:
        """Go on, if one is still here."""
        message.stop()
        if self.app.screen is self:
            message.go_on()

    def record(self, title: str, command: str, work: "Callable[[Session], Result]",
               done: Callable[[Result], None] | None = None) -> None:
        """Do something that adds to the ledger, in a worker, with the right to write."""
        def run(job: Job) -> Result:
            environment = job.environment(self.desk.environment)
            with self.desk.session(command, environment) as session:
                return work(session)
        self.muniment.start(title, run, done)

    def may_record(self) -> bool:
        """Recording is possible here; where it is not, that is said."""
        return self.muniment.may_record()

    def confirm(self, question: str, then: Callable[[], None], *, consequence: str = RECORDED,
                yes: str = "Yes") -> None:
        """Ask, and go on where the answer is yes."""
        def answered(answer: bool | None) -> None:  # noqa: FBT001 - Textual passes the result so
            if answer:
                then()
        self.muniment.put(ConfirmScreen(question, consequence=consequence, yes=yes), answered)

    def ask(self, title: str, fields: Sequence[Field], then: Callable[[Mapping[str, str]], None], *,
            consequence: str = RECORDED, yes: str = "Record") -> None:
        """Have fields filled in, and go on with them."""
        def answered(answers: Mapping[str, str] | None) -> None:
            if answers is not None:
                then(answers)
        self.muniment.put(AskScreen(title, fields, consequence=consequence, yes=yes), answered)

    def choose(self, title: str, choices: Sequence[Choice], then: Callable[[str], None], *,
               consequence: str = "") -> None:
        """Have one of several chosen, and go on with it."""
        def answered(value: str | None) -> None:
            if value is not None:
                then(value)
        self.muniment.put(ChooseScreen(title, choices, consequence=consequence), answered)

    def yank(self, text: str, what: str) -> None:
        """Put text on the clipboard of the terminal (OSC 52)."""
        if text:
            self.app.copy_to_clipboard(text)
            self.muniment.tell(f"copied {what}")
        else:
            self.muniment.tell(f"there is no {what} to copy", severity="warning")

    def open_item(self, item: ItemId) -> None:
        """Show an item."""
        from tui.screens.item import ItemScreen  # the item's screen leads to others, and they to this module

        self.muniment.put(ItemScreen(self.desk, item))


class Scrolled(CaseScreen):
    """A screen to read: arrows and vim keys scroll what stands in `#sections`."""

    FIRST = "#sections"

    def scrolled(self) -> Widget:
        """What is scrolled now."""
        return self.query_one("#sections")

    def action_down(self) -> None:
        """One line down."""
        self.scrolled().scroll_relative(y=1, animate=False)

    def action_up(self) -> None:
        """One line up."""
        self.scrolled().scroll_relative(y=-1, animate=False)

    def action_page_down(self) -> None:
        """A screen down."""
        self.scrolled().scroll_relative(y=self.scrolled().size.height - 1, animate=False)

    def action_page_up(self) -> None:
        """A screen up."""
        self.scrolled().scroll_relative(y=1 - self.scrolled().size.height, animate=False)
