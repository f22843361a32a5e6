"""Codes into tones and values into words for people. Pure.

The words of codes stand in `messages/`; here stands what is the same in every language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence_store.findings import Bearing, Outcome
from evidence_store.records import Verdict
from evidence_store.visible import shortened, visible
from muniment.report.messages import Messages

WHOLE = frozenset({Verdict.COMPLETE})
LONGEST = 4000               # characters of one address: browsers take no more than some thousand
SPACED = 8                   # characters looked at for one shown: more than any text needs for its blanks
SAMPLE = 400                 # characters looked at to tell the script
# Blocks of the Unicode Standard, by script.
SCRIPTS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "und-Arab": ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)),
    "und-Cyrl": ((0x400, 0x52F),),
    "und-Hebr": ((0x590, 0x5FF),),
}
IN_PART = frozenset({Verdict.PARTIAL, Verdict.TRUNCATED, Verdict.UNDECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A code for people."""

    label: str
    sentence: str
    tone: str      # "good", "part", "bad", "none": how it is coloured


OUTCOME_TONES: Mapping[Outcome, str] = {
    Outcome.PASS: "good", Outcome.FAIL: "bad", Outcome.INCONCLUSIVE: "part", Outcome.NOT_APPLICABLE: "none",
    Outcome.ERROR: "part",
}
BEARING_TONES: Mapping[Bearing, str] = {
    Bearing.SUPPORTS: "good", Bearing.CONTRADICTS: "bad", Bearing.SILENT: "none",
}


def verdict_words(messages: Messages, verdict: Verdict) -> Words:
    """A verdict for people."""
    tone = ("good" if verdict in WHOLE else "part" if verdict in IN_PART else
            "none" if verdict is Verdict.NOT_ATTEMPTED else "bad")
    return Words(label=messages(f"verdict.{verdict.value}.label"),
                 sentence=messages(f"verdict.{verdict.value}.sentence"), tone=tone)


def outcome_words(messages: Messages, outcome: Outcome) -> Words:
    """An outcome for people."""
    return Words(label=messages(f"outcome.{outcome.value}"), sentence="", tone=OUTCOME_TONES[outcome])


def bearing_words(messages: Messages, bearing: Bearing) -> Words:
    """A bearing for people."""
    return Words(label=messages(f"bearing.{bearing.value}"), sentence="", tone=BEARING_TONES[bearing])


def counted(number: int, one: str, many: str = "") -> str:
    """`1 item`, `2,000 items`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def captured(text: str, limit: int = 400) -> str:
    """Captured text on one line: what could act on a screen is shown as a sign, long text is cut."""
    return shortened(" ".join(text[:limit * SPACED].split()), limit)


def exact(text: str) -> str:
    """Captured text as it is, such as an address: nothing is joined, and only what no page can hold is cut."""
    return visible(text) if len(text) <= LONGEST else f"{visible(text[:LONGEST])}… ({len(text):,})"


def hexadecimal(text: str) -> str:
    """The hexadecimal digits of an id, for a style sheet; "" where it is anything else."""
    return text if len(text) <= 64 and set(text) <= set("0123456789abcdef") else ""


def web_address(text: str) -> str:
    """The address where it may be a link: http or https, without characters that could hide where it leads; else ""."""
    plain = len(text) <= LONGEST and text.isascii() and text.isprintable() and not set(text) & set(' <>"\'`{}|\\^')
    return text if plain and text.lower().startswith(("http://", "https://")) else ""


def ranges(numbers: Sequence[int]) -> str:
    """`3-5, 9`."""
    parts: list[str] = []
    start = last = None
    for number in [*sorted(set(numbers)), None]:
        if start is not None and last is not None and number != last + 1:
            parts.append(str(start) if start == last else f"{start}-{last}")
            start = None
        start = number if start is None else start
        last = number
    return ", ".join(parts)


def script_language(text: str) -> str:
    """A `lang` value that says no more than the letters do: `und-Arab`, `und-Cyrl`; "" for Latin and mixed text.

    Which language it is cannot be told from letters; which script is what fonts and speech need.
    """
    counts = dict.fromkeys(SCRIPTS, 0)
    letters = 0
    for char in text[:SAMPLE]:
        if char.isalpha():
            letters += 1
            name = _script(ord(char))
            if name:
                counts[name] += 1
    best = max(counts, key=lambda name: counts[name])
    return best if letters and counts[best] * 2 > letters else ""


def _script(code: int) -> str:
    return next((name for name, ranges in SCRIPTS.items() if any(low <= code <= high for low, high in ranges)), "")
