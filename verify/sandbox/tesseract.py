"""Tesseract, where it is installed: words in a picture, with its confidence in each.

1. It is given a PNG that a sandboxed worker made, on standard input; it opens no evidence and writes no file.
2. Time, memory and the size of its answer are limited.
3. Each language is read for itself, since models that are mixed hide each other's lines; of lines at one place the one
   with the surest letters stays.
4. Which languages were looked for is said: what it has no model for it does not read, or misreads.
"""

import os
import re
import resource
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from evidence_store.visible import shortened
from verify.sandbox.process import ReaderFailed, ReaderFailure

LANGUAGES = ("eng", "ara", "rus")
SECONDS = 90.0               # a page of small print on a loaded machine takes ten
MEMORY = 2 << 30             # bytes of address space: three models, and the picture
MAX_ANSWER = 8 << 20         # bytes of TSV: a newspaper page has 300 kB
MAX_WORDS = 20_000
VERSION_TIMEOUT_S = 20.0
EVEN = 50.0                  # of 100: a letter read with less is guessed
_WORD = "5"                  # level of a line of TSV that holds a word
_COLUMNS = 12
_MARKS = dict.fromkeys((0x200E, 0x200F))     # marks of direction that it writes into Arabic


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as it was read."""

    text: str
    confidence: float        # of 100, by Tesseract
    left: int                # pixels of the picture that was read, from its upper left corner
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words side by side, by one language's model."""

    language: str
    words: tuple[Word, ...]

    @property
    def weight(self) -> float:
        """How much was read how surely: letters by what their confidence is above an even chance."""
        return sum((word.confidence - EVEN) * len(word.text) for word in self.words)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return (min(word.left for word in self.words), min(word.top for word in self.words),
                max(word.left + word.width for word in self.words), max(word.top + word.height for word in self.words))

    def covers(self, other: "Line") -> bool:
        """The two share more than a third of the smaller one's place."""
        one, two = self.box, other.box
        across, down = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
        smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
        return across > 0 and down > 0 and across * down * 3 > smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsRead:
    """What was read in a picture, from top to bottom."""

    lines: tuple[Line, ...]

    def sure(self, least: float) -> "WordsRead":
        """The words of at least this confidence."""
        kept = (Line(language=line.language, words=tuple(word for word in line.words if word.confidence >= least))
                for line in self.lines)
        return WordsRead(lines=tuple(line for line in kept if line.words))

    @property
    def words(self) -> tuple[Word, ...]:
        """All of them."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """Line by line."""
        return "\n".join(" ".join(word.text for word in line.words) for line in self.lines)

    def to_tsv(self) -> bytes:
        """One row a word, under a heading."""
        rows = ["line\tlanguage\tleft\ttop\twidth\theight\tconfidence\tword"]
        rows += [f"{number}\t{line.language}\t{word.left}\t{word.top}\t{word.width}\t{word.height}"
                 f"\t{word.confidence:.0f}\t{word.text}"
                 for number, line in enumerate(self.lines, 1) for word in line.words]
        return ("\n".join(rows) + "\n").encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tesseract:
    """The program, and what it can read here."""

    command: str
    version: str
    languages: tuple[str, ...]   # of LANGUAGES, those with a model here

    def read(self, png: bytes) -> WordsRead:
        """The words of a picture. Raises ReaderFailed."""
        return surest(line for language in self.languages for line in lines_of(self._table(png, language), language))

    def _table(self, png: bytes, language: str) -> bytes:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1",
                       **{name: os.environ[name] for name in ("TESSDATA_PREFIX",) if name in os.environ}}
        process = subprocess.Popen(
            [self.command, "stdin", "stdout", "-l", language, "tsv"], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        limit = getattr(resource, "prlimit", None)       # Linux; elsewhere time and answer are limited only
        try:
            if limit is not None:
                limit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
                limit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
            answer, _ = process.communicate(png, timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ReaderFailed(ReaderFailure.TIMEOUT, f"no answer in {SECONDS:g} s") from error
        except (OSError, ProcessLookupError) as error:
            raise ReaderFailed(ReaderFailure.CRASH, str(error)) from error
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            raise ReaderFailed(ReaderFailure.CRASH, f"ended with exit code {process.returncode}")
        if len(answer) > MAX_ANSWER:
            raise ReaderFailed(ReaderFailure.ANSWER, f"longer than {MAX_ANSWER} bytes")
        return answer


def lines_of(table: bytes, language: str) -> tuple[Line, ...]:
    """The lines of Tesseract's TSV; rows of another form are passed over."""
    found: dict[tuple[int, ...], list[Word]] = {}
    for number, row in enumerate(table.decode("utf-8", "replace").splitlines()):
        fields = row.split("\t")
        if len(fields) != _COLUMNS or fields[0] != _WORD or number > MAX_WORDS:
            continue
        text = fields[11].translate(_MARKS).strip()
        try:
            place = tuple(int(value) for value in fields[2:5])
            left, top, width, height = (int(value) for value in fields[6:10])
            confidence = float(fields[10])
        except ValueError:
            continue
        if text:
            found.setdefault(place, []).append(Word(text=shortened(text, 100), confidence=confidence, left=left,
                                                    top=top, width=width, height=height))
    return tuple(Line(language=language, words=tuple(words)) for words in found.values())


def surest(lines: Iterable[Line]) -> WordsRead:
    """Of lines at one place the one with the most weight; what has none is texture."""
    kept: list[Line] = []
    for line in sorted(lines, key=lambda one: -one.weight):
        if line.weight > 0 and not any(line.covers(other) for other in kept):
            kept.append(line)
    return WordsRead(lines=tuple(sorted(kept, key=lambda line: (line.box[1], line.box[0]))))


def find_tesseract(wanted: tuple[str, ...] = LANGUAGES) -> Tesseract | None:
    """The installed one with a model for one of the languages at least; None where there is none."""
    command = shutil.which("tesseract")
    if command is None:
        return None
    said, listed = _said(command, "--version"), _said(command, "--list-langs")
    version = re.search(r"\d+\.\d+(?:\.\d+)?", said)
    languages = tuple(one for one in wanted if one in listed.split())
    if version is None or not languages:
        return None
    return Tesseract(command=command, version=version[0], languages=languages)


def _said(command: str, argument: str) -> str:
    try:
        done = subprocess.run([command, argument], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=VERSION_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr)[:1 << 16].decode("utf-8", "replace")
