"""The real program in a real terminal: tmux types, and reads the screen."""

import os
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

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
