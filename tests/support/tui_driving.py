"""Driving the application in tests: a desk over a case, keys, and what the terminal would show."""

import asyncio
import time
from contextlib import asynccontextmanager
from pathlib import Path

from case_factory import PRINCIPAL, CaseInHand
from textual.widgets import Static

from muniment.config.load import LoadedSettings, Origin, OriginKind, Sourced
from muniment.config.settings import NAMES, Settings
from muniment.flows.environment import Environment
from muniment.flows.keys import KeyAccess
from tui.app import MunimentApp
from tui.desk import Desk

SIZE = (120, 40)
PATIENCE = 120.0            # seconds, for what never comes


def loaded(settings: Settings) -> LoadedSettings:
    """Settings as if every one stood in the user's file."""
    sources = tuple(Sourced(name=name, value=getattr(settings, name), origin=Origin(kind=OriginKind.DEFAULT))
                    for name in NAMES)
    return LoadedSettings(settings=settings, sources=sources, warnings=())


def desk_of(hand: CaseInHand, *, read_only: bool = False, environment: Environment | None = None,
            settings: Settings | None = None, key: Path | None = None) -> Desk:
    """A desk over a case, with the key that the case was made with."""
    given = settings or Settings(key=str(key or hand.root.with_name(f"{hand.root.name}-key")), principal=PRINCIPAL,
                                 archives=(), browser="never")
    access = KeyAccess(folder=hand.root.parent, ask_passphrase=None, ask_new_passphrase=None)
    return Desk(hand.case, access=access, read_only=read_only, load=lambda _: loaded(given),
                environment=environment or Environment(clock=hand.clock, random=hand.random))


def app_of(desk: Desk, folder: Path, **options: object) -> MunimentApp:
    """The application, which remembers in a folder of the test."""
    app = MunimentApp(desk, memory_path=folder / "tui.json", keymap_path=folder / "keys.toml", **options)
    desk.ask_through(app.ask_passphrase, app.ask_new_passphrase)
    return app


def busy(app, *, workers: bool = True) -> bool:
    """Whether there is a message to read, something to draw, a pause to end, or a question under way in a worker."""
    nodes = [app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True))]
    pauses = [timer for node in nodes for timer in list(node._timers) if timer._repeat == 0 and timer._interval < 1]
    return ((workers and any(not worker.is_finished for worker in app.workers))
            or any(node.message_queue_size or node._next_callbacks for node in nodes)
            or any(timer._task is not None and not timer._task.done() for timer in pauses)
            or any(screen._callbacks or screen._dirty_widgets for screen in app.screen_stack[-1:]))


async def settled(pilot, *, workers: bool = True) -> None:
    """Everything that was asked for has been read and drawn: three looks in a row find nothing to do.

    `workers`: False where one waits for the answer of the user.
    """
    quiet = 0
    deadline = time.monotonic() + PATIENCE
    while quiet < 3:
        await pilot.pause()
        quiet = 0 if busy(pilot.app, workers=workers) else quiet + 1
        if not quiet:
            await asyncio.sleep(0.005)
            if time.monotonic() > deadline:
                raise AssertionError(f"it never came to rest:\n{screen_text(pilot.app)}\n{said(pilot.app)}")


async def press(pilot, *keys: str) -> None:
    """Press keys, each after what the one before led to."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def type_in(pilot, text: str) -> None:
    """Type a text."""
    names = {" ": "space", "/": "slash", ":": "colon", ".": "full_stop", "-": "minus", "_": "underscore", "\n": "enter",
             ",": "comma", "?": "question_mark", "=": "equals_sign", "+": "plus", "@": "at"}
    await pilot.press(*(names.get(char, char) for char in text))


@asynccontextmanager
async def running(hand: CaseInHand, folder: Path, *, size: tuple[int, int] = SIZE, desk: Desk | None = None, **options):
    """The application over a case, settled."""
    app = app_of(desk or desk_of(hand), folder, **options)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot


def lines_of(widget) -> list[str]:
    """What a line-API widget draws."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def screen_text(app) -> str:
    """Everything the terminal would show."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def static_text(screen, selector: str) -> str:
    return str(screen.query_one(selector, Static).render())


def said(app) -> str:
    """What the application told the user, last first."""
    return "\n".join(reversed(app.said))


async def until(pilot, condition, *, turns: int = 4000) -> None:
    """Let the application go on until something is so; a test that waits for ever fails here."""
    for _ in range(turns):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.03)
    raise AssertionError(f"it never came to be:\n{screen_text(pilot.app)}\n{said(pilot.app)}")
