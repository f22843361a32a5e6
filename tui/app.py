"""The Textual application: a case in a person's hands.

1. Nothing waits: reading and work go on in threads, and every piece of work can be ended.
2. An error is a message, not a traceback; the application goes on.
3. Ctrl-C is left to the terminal, which copies with it.
4. What is recorded is asked for before, says so, and goes through the flows that the command line calls.
"""

from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import ClassVar, TypeVar, cast

from textual.app import App, ScreenStackError
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen, Screen

from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.records import ItemId
from evidence_store.visible import visible
from tui import case_work, themes
from tui.actions import PLACES, Action, bindings
from tui.commands import MunimentCommands
from tui.desk import Desk, NoCaseOpen, ReadOnly, Standing
from tui.guarded import Guarded
from tui.jobs import Job
from tui.pictures import terminal
from tui.pictures.shield import Shield
from tui.reading import ReadFailed
from tui.remembered import CaseMemory, Memory, keymap_file, memory_file, read_keymap, recall, remember
from tui.replaying import Replaying
from tui.screens.base import CaseScreen
from tui.screens.dialogs import AskScreen, Field, MessagesScreen
from tui.screens.help import HelpScreen
from tui.screens.places import SCREENS, WITHOUT_CASE
from tui.widgets.bar import Bar

LOOK_S = 1.0              # between two looks at how the case stands
DRAW_S = 0.25             # between two drawings of how far work is
KEPT_MESSAGES = 500
KEPT_UNDO = 100           # things that can be taken back

Result = TypeVar("Result")


class Ended(Message):
    """A job ended."""

    def __init__(self, job: Job, result: object, error: BaseException | None, done: Callable[[object], None]) -> None:
        super().__init__()
        self.job = job
        self.result = result
        self.error = error
        self.done = done


class Stood(Message):
    """A worker has seen how the case stands."""

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self.standing = standing


class MunimentApp(Guarded, App[None]):
    """Screens over one desk."""

    TITLE = "Muniment"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (30, "-high")]  # noqa: RUF012
    COMMANDS: ClassVar = {MunimentCommands}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]
    WHERE = "app"

    def __init__(self, desk: Desk, *, memory_path: Path | None = None, keymap_path: Path | None = None,
                 theme: str = "", on_web: bool = False) -> None:
        super().__init__()
        self.desk = desk
        self.on_web = on_web
        self._memory_path = memory_path or memory_file()
        self.memory: Memory = recall(self._memory_path)
        self.replaying = Replaying()
        self.said: list[str] = []
        self.jobs: list[Job] = []
        self._undo: list[tuple[str, Callable[[], None]]] = []
        self.standing: Standing | None = None
        self._looking = False
        self._keymap_path = keymap_path or keymap_file()
        for own in themes.OWN:
            self.register_theme(own)
        wanted = themes.NAMES.get(theme, "") or self.memory.theme
        self.theme = wanted if wanted in self.available_themes else themes.DARK.name

    # -- beginning and end

    def on_mount(self) -> None:
        """Begin where one left; without a case, with the cases."""
        keys, odd = read_keymap(self._keymap_path)
        self.set_keymap(keys)
        for words in odd:
            self.tell(words, severity="warning")
        for mode in SCREENS:
            if mode in WITHOUT_CASE or self.desk.has_case:
                self._add(mode)
        if self.desk.has_case:
            self.memory.opened(self.desk.case.layout.root)
        self._begin()
        self.set_interval(LOOK_S, self.restand)
        self.set_interval(DRAW_S, self._draw_work)

    def _first_mode(self) -> str:
        if not self.desk.has_case:
            return "cases"
        left = self.case_memory().mode
        return left if left in SCREENS else "article"

    def _begin(self) -> None:
        """Go where one left, and to the item that was looked at."""
        mode = self._first_mode()
        item = self.case_memory().item if self.desk.has_case else ""
        if not item or self.desk.case.catalogue.item(ItemId(item)) is None:
            self.switch_mode(mode)
            return

        async def there() -> None:
            from tui.screens.item import ItemScreen  # with it come pictures and checks

            await self.switch_mode(mode)
            self.put(ItemScreen(self.desk, ItemId(item)))

        self.call_later(there)

    def _add(self, mode: str) -> None:
        self.add_mode(mode, lambda: SCREENS[mode](self.desk))

    async def take_up(self, case: Case) -> None:
        """Go over to another case: every screen begins anew."""
        self.desk.take_up(case)
        self.standing = None
        self._undo.clear()
        self.memory.opened(case.layout.root)
        await self.switch_mode("cases")
        for mode in SCREENS:
            if mode not in WITHOUT_CASE:
                if mode in self._modes:
                    await self.remove_mode(mode)
                self._add(mode)
        self._begin()

    def case_memory(self) -> CaseMemory:
        """What is remembered of this case."""
        return self.memory.of(self.desk.case.id)

    async def action_quit(self) -> None:
        """Leave, and remember where."""
        if self.jobs and not any(job.is_cancelled for job in self.jobs):
            self.action_cancel()
            self.tell("work goes on: it ends now, what is finished is kept; q again leaves", severity="warning")
            return
        self.memory.theme = self.theme
        if self.desk.has_case and self.current_mode in SCREENS:
            self.case_memory().mode = self.current_mode
            seen = [getattr(screen, "item", "") for screen in self.screen_stack
                    if getattr(screen, "WHERE", "") == "item"]
            self.case_memory().item = seen[-1] if seen else ""
        remember(self.memory, self._memory_path)
        self.replaying.close()
        self.exit()

    # -- going about

    def act(self, action: Action) -> None:
        """Do what was chosen from the palette, on the screen it belongs to."""
        if action.where == "app":
            self.call_later(self.run_action, f"app.{action.call}")
            return
        if getattr(self.screen, "WHERE", "") != action.where:
            if action.where not in SCREENS:
                self.tell(f"{action.title}: open the {action.where} first", severity="warning")
                return
            def there(_: Screen[object]) -> None:
                self.call_later(self._act_here, action)

            self.go(action.where, there)
            return
        self.call_later(self._act_here, action)

    async def _act_here(self, action: Action) -> None:
        screen = self.screen
        if getattr(screen, "WHERE", "") == action.where:
            target = screen if hasattr(screen, f"action_{action.call}") else screen.focused or screen
            await self.run_action(action.call, target)

    def go(self, mode: str, then: Callable[[Screen[object]], None] | None = None) -> None:
        """Go to a place, leaving what lies over the present one; `then` is called with it when it is there."""
        if mode not in self._modes:
            self.tell_error(NoCaseOpen())
            return
        if isinstance(self.screen, ModalScreen):
            return
        mounted = self.switch_mode(mode)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if then is not None:
            self.call_later(self._when_there, mounted, then)

    async def _when_there(self, mounted: Awaitable[None], then: Callable[[Screen[object]], None]) -> None:
        await mounted
        then(self.screen)

    def put(self, screen: Screen[Result], then: Callable[[Result | None], None] | None = None) -> None:
        """Show a screen over this one; the same one twice is shown once."""
        if type(self.screen) is type(screen) and isinstance(screen, ModalScreen):
            return
        self.push_screen(screen, then)

    def action_help(self) -> None:
        """Show the keys of the screen."""
        if not isinstance(self.screen, ModalScreen):
            self.push_screen(HelpScreen(getattr(self.screen, "WHERE", ""), self.screen.active_bindings))

    def action_palette(self) -> None:
        """Show every action there is."""
        if not CommandPalette.is_open(cast("App[object]", self)):
            self.push_screen(CommandPalette(id="--command-palette", placeholder="What do you want to do?"))

    def action_messages(self) -> None:
        """Show what was said."""
        self.put(MessagesScreen(self.said))

    def action_theme(self) -> None:
        """The next theme."""
        self.theme = themes.following(self.theme)
        self.tell(f"theme: {themes.words(self.theme)}")

    def shield(self, item: str) -> Shield:
        """How the pictures of an item are shown: as kept for it, for the case, or as the setting says."""
        kept = self.case_memory()
        return Shield.of(kept.items.get(item) or kept.pictures or self.desk.settings().pictures)

    # -- taking back what is not recorded

    def did(self, what: str, undo: Callable[[], None]) -> None:
        """Something was done that no ledger records: `undo` takes it back."""
        self._undo = [*self._undo[1 - KEPT_UNDO:], (what, undo)]

    def action_undo(self) -> None:
        """Take back the last of them."""
        if not self._undo:
            self.tell("nothing to take back; what the ledger records is corrected by what follows, never taken out")
            return
        what, undo = self._undo.pop()
        undo()
        self.tell(f"taken back: {what}")

    # -- work

    def start(self, title: str, work: Callable[[Job], Result], done: Callable[[Result], None] | None = None) -> Job:
        """Do work in a thread; `done` is called here with what came of it."""
        job = Job(title)
        self.jobs.append(job)

        def run() -> None:
            result: object = None
            error: BaseException | None = None
            try:
                result = work(job)
            except Exception as caught:  # noqa: BLE001 - the boundary: whatever goes wrong in work becomes words
                error = caught
            self.post_message(Ended(job, result, error, cast("Callable[[object], None]", done or (lambda _: None))))

        self.run_worker(run, thread=True, exit_on_error=False, group="jobs")
        self._draw_jobs()
        return job

    def on_ended(self, message: Ended) -> None:
        """Go on with what came of it, or say what went wrong."""
        message.job.ended = message.job.clock()
        self.jobs.remove(message.job)
        if message.error is not None:
            self.tell_error(message.error)
        else:
            message.done(message.result)
        self.restand()

    def action_cancel(self) -> None:
        """End the work in progress."""
        for job in self.jobs:
            job.cancel()
        self._draw_jobs()

    def may_record(self) -> bool:
        """Recording is possible; where it is not, that is said."""
        try:
            if self.desk.read_only:
                raise ReadOnly
            _ = self.desk.case
        except EvidenceError as error:
            self.tell_error(error)
            return False
        return True

    def _draw_work(self) -> None:
        if self.jobs:                 # an application at rest draws nothing
            self._draw_jobs()

    def _draw_jobs(self) -> None:
        if self._shown is not None:
            for bar in self._shown.query(Bar):
                bar.stand(self.standing, self.jobs, read_only=self.desk.read_only)

    @property
    def _shown(self) -> Screen[object] | None:
        """The screen that is seen; None while there is none yet, or none any more."""
        try:
            return self.screen
        except ScreenStackError:
            return None

    # -- how the case stands

    def restand(self) -> None:
        """Look in a worker how the case stands."""
        if self.desk.has_case and not self._looking:
            self._looking = True
            self.run_worker(self._look, thread=True, exit_on_error=False, group="standing")

    def _look(self) -> None:
        try:
            self.desk.catch_up()
            self.post_message(Stood(self.desk.standing()))
        except (EvidenceError, OSError) as error:
            if self.standing is not None:        # said once, not every second
                self.standing = None
                self.post_message(ReadFailed(error))
        finally:
            self._looking = False

    def on_stood(self, message: Stood) -> None:
        """Tell the screen that is seen."""
        self.standing = message.standing
        self._draw_jobs()
        if isinstance(self._shown, CaseScreen):
            self._shown.follow(message.standing.answered)

    # -- saying and asking

    def tell(self, words: str, *, title: str = "", severity: SeverityLevel = "information") -> None:
        """A message that goes away by itself, and stays in the list of messages."""
        shown = visible(words, lines=True)
        self.said = [*self.said[-KEPT_MESSAGES:], f"{severity}: {shown}"]
        self.notify(shown, title=title, severity=severity, markup=False,
                    timeout=30 if severity == "error" else 8 if severity == "warning" else 5)

    def on_read_failed(self, message: ReadFailed) -> None:
        """Say what could not be read."""
        self.tell_error(message.error)

    def tell_error(self, error: BaseException) -> None:
        """Say what could not be done, and what to do."""
        if isinstance(error, OSError):
            words = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
            self.tell(words, title="Cannot be read", severity="error")
        elif isinstance(getattr(error, "hint", None), str):
            self.tell(f"{error}\n{getattr(error, 'hint', '')}".strip(), title="Not done", severity="error")
        else:
            self.tell(f"{type(error).__name__}: {error}", title="Unexpected error", severity="error")

    def ask_passphrase(self, prompt: str) -> bytes:
        """Ask for a passphrase; called by a worker thread, which waits."""
        answer = self._asked(prompt, (Field(name="first", label="Passphrase", password=True),))
        return answer.get("first", "").encode()

    def ask_new_passphrase(self, prompt: str) -> bytes:
        """Ask twice for a passphrase to be; empty where the two differ or none was given."""
        answer = self._asked(prompt, (Field(name="first", label="Passphrase", password=True, required=True),
                                      Field(name="second", label="Once more", password=True, required=True)))
        first = answer.get("first", "")
        return first.encode() if first == answer.get("second") else b""

    def _asked(self, prompt: str, fields: tuple[Field, ...]) -> Mapping[str, str]:
        answered: Future[Mapping[str, str] | None] = Future()
        screen = AskScreen(prompt, fields, consequence="It opens your signing key, which stays open until you quit.",
                           yes="Open")
        self.call_from_thread(self.push_screen, screen, answered.set_result)
        return answered.result() or {}

    # -- what is done to the case as a whole

    def action_note(self) -> None:
        """A note on the case."""
        case_work.note(self)

    def action_checkpoint(self) -> None:
        """Sign the ledger."""
        case_work.checkpoint(self)

    def action_stamp(self) -> None:
        """Ask for outside proof of time."""
        case_work.stamp(self)

    def action_check(self) -> None:
        """Run the checks over all items."""
        case_work.check_all(self)

    def action_reindex(self) -> None:
        """Read the case anew."""
        case_work.read_anew(self)


def _goes(mode: str) -> Callable[[MunimentApp], None]:
    return lambda app: app.go(mode)


for _place in PLACES:         # action_go_items and its kin
    setattr(MunimentApp, f"action_go_{_place.mode}", _goes(_place.mode))


def run(desk: Desk, *, theme: str = "", on_web: bool = False) -> None:
    """Show the application until the user quits."""
    terminal.ask()
    app = MunimentApp(desk, theme=theme, on_web=on_web)
    desk.ask_through(app.ask_passphrase, app.ask_new_passphrase)
    try:
        app.run()
    finally:
        desk.close()
