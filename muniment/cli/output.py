"""The only writer to stdout and stderr.

1. stdout is data, stderr is words: a pipe receives nothing but the result.
2. With `--json` stdout receives exactly one document, `{"schema": "muniment/<verb>/1", ...}`, also when the verb fails.
3. Whatever is shown as text has passed `visible`: captured text cannot act on the terminal.
4. No state is shown by colour alone, and NO_COLOR takes colour away.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, TextIO

import click

from evidence_store.canonical import JsonValue
from evidence_store.progress import NoProgress, Progress
from evidence_store.visible import visible
from muniment.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from muniment.cli.progress import LiveProgress


class Verbosity(IntEnum):
    """How much is said on stderr."""

    QUIET = 0      # warnings and errors only
    NORMAL = 1
    VERBOSE = 2    # details, and the traceback of an unexpected error


class Output:
    """Data to stdout, words to stderr, for one run of one verb."""

    def __init__(self, verb: str, *, json_wanted: bool, verbosity: Verbosity, colour: bool = True,
                 stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self.verb = verb
        self.json_wanted = json_wanted
        self.verbosity = verbosity
        self._stdout = stdout or sys.stdout
        self._stderr = stderr or sys.stderr
        self._colour = colour
        self._answered = False
        self._live: LiveProgress | None = None

    @property
    def on_terminal(self) -> bool:
        """The result is read by a person."""
        return self._stdout.isatty()

    def result(self, document: Mapping[str, JsonValue], *, text: str | Iterable[str]) -> None:
        """Write the result: the document with `--json`, else the lines of `text`."""
        self._answered = True
        if self.json_wanted:
            self._write_document(document)
            return
        for line in text.split("\n") if isinstance(text, str) else text:
            self._write(self._stdout, line)

    def say(self, *lines: str) -> None:
        """Tell the user something on stderr, unless `-q`."""
        if self.verbosity >= Verbosity.NORMAL:
            for line in lines:
                self._write(self._stderr, line)

    def detail(self, words: str) -> None:
        """Tell what only `-v` asks for."""
        if self.verbosity >= Verbosity.VERBOSE:
            self._write(self._stderr, words)

    def warn(self, words: str) -> None:
        """Tell what the user must not miss, `-q` or not."""
        self._write(self._stderr, words, label=self._label("warning: ", "yellow"))

    def error(self, message: str, *, hint: str = "", code: ExitCode) -> None:
        """Say why the verb failed and what to do; with `--json` also as the document, if none was written yet."""
        self._write(self._stderr, message, label=self._label("error: ", "red"))
        if hint:
            self._write(self._stderr, hint, label="  ")
        if self.json_wanted and not self._answered:
            self._answered = True
            self._write_document({"error": {"message": message, "hint": hint, "exit_code": int(code)}})

    def traceback(self, text: str) -> None:
        """Show the traceback of an unexpected error, with `-v`."""
        for line in text.rstrip().split("\n"):
            self.detail(line)

    def progress(self) -> Progress:
        """What a flow reports to: a live display on a terminal, plain counts elsewhere, nothing with `-q`."""
        if self.verbosity == Verbosity.QUIET:
            return NoProgress()
        from muniment.cli.progress import LiveProgress, PlainProgress  # rich, only for a verb that reports progress

        if not self._stderr.isatty():
            return PlainProgress(self.say)
        self._live = self._live or LiveProgress(self._stderr)
        return self._live

    def close(self) -> None:
        """Leave the terminal as it was found."""
        if self._live:
            self._live.close()
            self._live = None

    def _write_document(self, document: Mapping[str, JsonValue]) -> None:
        whole = {"schema": f"muniment/{self.verb}/1", **document}
        # Escaped to ASCII: captured text can neither break a reader's decoder nor act on a terminal.
        click.echo(json.dumps(whole, indent=2, ensure_ascii=True), file=self._stdout)

    def _write(self, stream: TextIO, line: str, *, label: str = "") -> None:
        if self._live and stream is self._stderr and not label:
            self._live.say(visible(line))
            return
        click.echo(label + visible(line), file=stream, color=True if label else None)

    def _label(self, text: str, colour: str) -> str:
        return click.style(text, fg=colour, bold=True) if self._colour and self._stderr.isatty() else text
