"""Templates and what every one of them is given: words, filters, and no way around the escaping."""

from functools import cache
from typing import TYPE_CHECKING

from evidence_store.findings import Bearing, Outcome
from evidence_store.records import Verdict
from evidence_store.visible import visible
from muniment.report import wording
from muniment.report.messages import DEFAULT, messages

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def rendered(template: str, *, language: str = DEFAULT, **values: object) -> bytes:
    """A template of ours, filled; blank lines are left out."""
    text = environment(language).get_template(template).render(**values)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()).encode("utf-8", "replace") + b"\n"


@cache
def environment(language: str) -> "Environment":
    """The templates in one language."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    words = messages(language)
    made = Environment(loader=PackageLoader("muniment.report"), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"moment": words.moment, "size": words.size, "number": words.number,
                     "captured": wording.captured, "said": said, "address": address, "exactly": exactly,
                     "exact": wording.exact,
                     "counted": wording.counted,
                     "ranges": wording.ranges, "hexadecimal": wording.hexadecimal}
    made.globals |= {
        "t": words, "Outcome": Outcome, "BEARINGS": {one: wording.bearing_words(words, one) for one in Bearing},
        "VERDICTS": {one: wording.verdict_words(words, one) for one in Verdict},
        "OUTCOMES": {one: wording.outcome_words(words, one) for one in Outcome}}
    return made


def said(text: str, limit: int = 400) -> "Markup":
    """Captured text in an element of its own: its direction is its own, and it reaches nothing outside."""
    return _apart(wording.captured(text, limit))


def address(text: str) -> "Markup":
    """Captured address: read from left to right, whatever it holds."""
    from markupsafe import Markup

    return Markup('<bdi class="mono" dir="ltr">{}</bdi>').format(wording.exact(text))


def exactly(text: str) -> str:
    """Captured text with its line ends."""
    return visible(text, lines=True)


def _apart(text: str) -> "Markup":
    from markupsafe import Markup

    script = wording.script_language(text)
    if script:
        return Markup('<bdi dir="auto" lang="{}">{}</bdi>').format(script, text)
    return Markup('<bdi dir="auto">{}</bdi>').format(text)
