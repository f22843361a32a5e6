"""Codes into words for people who did not make them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from evidence_store.findings import Outcome
from evidence_store.records import CitationKind, ItemKind, Truncation, Verdict
from evidence_store.visible import shortened, visible

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWords:
    """A verdict for people."""

    label: str
    sentence: str
    tone: str      # "good", "part", "bad", "none": how it is coloured


VERDICTS: Mapping[Verdict, VerdictWords] = {
    Verdict.COMPLETE: VerdictWords(
        label="complete", tone="good",
        sentence="Preserved: every planned request ended whole, and what the article cites was found."),
    Verdict.PARTIAL: VerdictWords(
        label="partial", tone="part",
        sentence="Preserved in part: something that belongs to it is missing."),
    Verdict.TRUNCATED: VerdictWords(
        label="truncated", tone="part",
        sentence="The server announced more than it sent; what arrived is kept."),
    Verdict.GONE: VerdictWords(
        label="gone", tone="bad",
        sentence="The server said that this is not, or no longer, there; its answer is kept."),
    Verdict.DELETED: VerdictWords(
        label="deleted", tone="bad",
        sentence="The platform said that it was deleted; its words are kept."),
    Verdict.SOFT_404: VerdictWords(
        label="not found", tone="bad",
        sentence="The server answered, but the page says that there is nothing here."),
    Verdict.LOGIN_WALL: VerdictWords(
        label="login wall", tone="bad",
        sentence="The server showed a sign-in page instead; the content was not seen."),
    Verdict.CHALLENGE: VerdictWords(
        label="challenge", tone="bad",
        sentence="The server asked for proof of being human; the content was not seen."),
    Verdict.GEO_BLOCKED: VerdictWords(
        label="blocked by place", tone="bad",
        sentence="The server does not serve this to where the request came from."),
    Verdict.AGE_GATE: VerdictWords(
        label="age gate", tone="bad",
        sentence="The server asked for an age first; the content was not seen."),
    Verdict.PRIVATE_OR_SUSPENDED: VerdictWords(
        label="private or suspended", tone="bad",
        sentence="The account is private or suspended; the content was not seen."),
    Verdict.BLANK: VerdictWords(
        label="blank", tone="bad",
        sentence="The server answered with a page that shows nothing."),
    Verdict.UNREACHABLE: VerdictWords(
        label="unreachable", tone="bad",
        sentence="No answer came from the server."),
    Verdict.REFUSED: VerdictWords(
        label="refused", tone="bad",
        sentence="Our own rules forbade the request; it was not made."),
    Verdict.UNDECIDED: VerdictWords(
        label="undecided", tone="part",
        sentence="Something was preserved; whether it is the cited content could not be told."),
    Verdict.NOT_ATTEMPTED: VerdictWords(
        label="not attempted", tone="none",
        sentence="Nothing was requested."),
}

OUTCOMES: Mapping[Outcome, VerdictWords] = {
    Outcome.PASS: VerdictWords(label="pass", tone="good", sentence=""),
    Outcome.FAIL: VerdictWords(label="FAIL", tone="bad", sentence=""),
    Outcome.INCONCLUSIVE: VerdictWords(label="inconclusive", tone="part", sentence=""),
    Outcome.NOT_APPLICABLE: VerdictWords(label="not applicable", tone="none", sentence=""),
    Outcome.ERROR: VerdictWords(label="could not be checked", tone="part", sentence=""),
}

CITATIONS: Mapping[CitationKind, str] = {
    CitationKind.ARTICLE: "article",
    CitationKind.POST: "post", CitationKind.PHOTO: "photo", CitationKind.VIDEO: "video",
    CitationKind.DOCUMENT: "document", CitationKind.MENTION: "mention without a link",
    CitationKind.LOST_EMBED: "announced, but missing from the article",
}

ITEMS: Mapping[ItemKind, str] = {
    ItemKind.PAGE: "web page", ItemKind.POST: "post", ItemKind.PHOTO: "photo", ItemKind.VIDEO: "video",
    ItemKind.AUDIO: "audio", ItemKind.DOCUMENT: "document", ItemKind.FRAGMENT: "piece of a streamed video",
    ItemKind.MANIFEST: "playlist of a streamed video", ItemKind.DATA: "data",
}

TRUNCATIONS: Mapping[Truncation, str] = {
    Truncation.LENGTH: "it reached the size limit", Truncation.TIME: "it reached the time limit",
    Truncation.DISCONNECT: "the server closed the connection", Truncation.UNSPECIFIED: "the recording was interrupted",
}


def moment(time: datetime) -> str:
    """`3 February 2026, 04:05:06 UTC`."""
    utc = time.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M:%S} UTC"


def size(octets: int) -> str:
    """`17.5 MB`, decimal units; the exact number below 1,000 bytes."""
    value, unit = float(octets), 0
    while value >= 999.95 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{octets} bytes" if unit == 0 else f"{value:.1f} {UNITS[unit]}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 item`, `2,000 items`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def captured(text: str, limit: int = 400) -> str:
    """Captured text on one line: what could act on a screen is shown as a sign, long text is cut."""
    return shortened(" ".join(text.split()), limit)


def exact(text: str) -> str:
    """Captured text in full, such as an address: nothing is cut or joined."""
    return visible(text)
