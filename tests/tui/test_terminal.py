"""The real program in a real terminal: tmux types, and reads the screen.

Every key waits for what the one before led to; an Escape goes alone, because a terminal reads Escape and a letter that
come together as Alt and the letter.
"""

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_store.case import Case
from evidence_store.events import Note

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 90              # a screen that has not come by then never comes
LOOK_S = 0.5              # between two looks at a screen that writes nothing


class Terminal:
    """A tmux server of its own with one program in it."""

    def __init__(self, folder: Path) -> None:
        self._socket = str(folder / "s")          # short: the path of a socket has at most 107 bytes
        self._fifo = folder / "written"
        os.mkfifo(self._fifo)
        self._written = os.open(self._fifo, os.O_RDONLY | os.O_NONBLOCK)

    def tmux(self, *words: str) -> str:
        # LINES and COLUMNS, which runners of tests set for themselves, would stand above the size of the terminal.
        inherited = {name: value for name, value in os.environ.items() if name not in {"LINES", "COLUMNS"}}
        done = subprocess.run(["tmux", "-u", "-S", self._socket, "-f", "/dev/null", *words], capture_output=True,
                              env={**inherited, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}, check=False)
        return done.stdout.decode("utf-8", "replace")

    def run(self, command: list[str], environment: dict[str, str], width: int, height: int) -> None:
        """Start it; when it ends, its exit code stands on the screen."""
        words = ["env", *(f"{name}={value}" for name, value in environment.items()), *command]
        line = " ".join(f"'{word}'" for word in words) + "; echo left with $?; exec cat"
        self.tmux("new-session", "-d", "-x", str(width), "-y", str(height), "-s", "case", "sh", "-c", line)
        self.tmux("set-option", "-g", "set-clipboard", "on", ";", "set-option", "-s", "escape-time", "0")
        self.tmux("pipe-pane", "-t", "case", f"exec cat > '{self._fifo}'")

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "case", *keys)

    def type_in(self, text: str) -> None:
        self.tmux("send-keys", "-t", "case", "-l", text)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "case")

    def buffer(self) -> str:
        return self.tmux("show-buffer")

    def wait_for(self, words: str, where: Callable[[], str] | None = None) -> str:
        """The screen, or what else the terminal has, once it shows some words."""
        end = time.monotonic() + LIMIT_S
        while True:
            shown = (where or self.screen)()
            if words in shown:
                return shown
            if time.monotonic() > end:
                raise AssertionError(f"{words!r} never came:\n{shown}")
            self._wait_until_something_is_written()

    def _wait_until_something_is_written(self) -> None:
        readable, _, _ = select.select([self._written], [], [], LOOK_S)
        if readable and not os.read(self._written, 1 << 20):
            select.select([], [], [], LOOK_S / 10)         # nobody writes into the pipe any more

    def end(self) -> None:
        self.tmux("kill-server")
        os.close(self._written)


@pytest.fixture
def terminal():
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    with tempfile.TemporaryDirectory(prefix="tmux-") as folder:
        made = Terminal(Path(folder))
        yield made
        made.end()


def test_a_person_finds_their_way_in_a_real_terminal(terminal, sample_case, tmp_path):
    sample_case.case.close()
    own = {name: str(tmp_path) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    environment = {"PYTHONPATH": str(ROOT), "MUNIMENT_KEY": str(tmp_path / "sample-key"), "LC_ALL": "C.UTF-8", **own}
    terminal.run([sys.executable, "-m", "muniment", "--case", str(sample_case.root), "tui"], environment, 100, 30)
    for words in ("[1 Article]", "[1] ✓ complete", "? Help"):          # the screen comes in pieces
        first = terminal.wait_for(words)
    assert "? Help" in first.splitlines()[-1], first
    terminal.press("2")
    terminal.wait_for("ITEM-0003")
    terminal.press("j")
    terminal.wait_for("? inconclusive")                # what is wrong with the item under the cursor
    terminal.press("Enter")
    terminal.wait_for("block SHA-256")
    terminal.press("y")                                # OSC 52: into the clipboard of the terminal
    terminal.wait_for("copied URL")
    terminal.wait_for("http://pictures.example/school.jpg", terminal.buffer)
    terminal.press("Escape")
    terminal.wait_for("3 items   by position")
    terminal.press("4")
    terminal.wait_for("[4 Ledger]")
    terminal.press("p")
    terminal.wait_for("RFC 6962")
    terminal.press("e")
    terminal.wait_for("The ledger records this")
    terminal.type_in("seen in a terminal")
    terminal.wait_for("seen in a terminal")
    terminal.press("C-s")
    terminal.wait_for("case: seen in a terminal")                  # the newest line, under the cursor
    terminal.tmux("resize-window", "-t", "case", "-x", "60", "-y", "20")
    shown = terminal.wait_for("[4 Ledger] 5  6 ")             # there is room for fewer names
    assert len(shown.splitlines()) <= 20
    terminal.press("q")
    terminal.wait_for("left with 0")
    with Case.open(sample_case.root) as case:
        assert case.event(case.log.size - 1).body == Note(item=None, text="seen in a terminal")
