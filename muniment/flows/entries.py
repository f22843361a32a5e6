"""The entries of an article through its captures: when each was first seen, last seen and first found gone.

1. An entry is a paragraph of the article as `find_citations` reads it, of the page as a browser showed it where one
   did.
2. Only captures that had the page count; that a page vanished says nothing about its entries.
3. An entry that is gone in the same capture in which one much like it appears was edited; both wordings are kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher

from archiver.citations.find import article_blocks
from archiver.verdicts.page import fold
from evidence_store.case import Case
from evidence_store.clock import format_time
from evidence_store.records import Capture, ViewKind
from muniment.flows.article import SEEN, main_item

MIN_CHARS = 20  # shorter paragraphs are labels and times, which repeat
MAX_COMPARED = 200  # entries gone, and as many new ones, of one capture that are held against each other
ALIKE = 0.6  # share of words in order that two wordings of one entry have in common
MAX_PAGE = 20 * 1024 * 1024  # bytes of a page that are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What the article said at one time."""

    seen_at: datetime
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One wording of one entry."""

    text: str
    first_seen: datetime
    last_seen: datetime
    first_gone: datetime | None = None  # the first capture after `last_seen` that had the page
    became: str = ""  # the wording that took its place

    @property
    def state(self) -> str:
        """What became of it, in words."""
        if self.first_gone is None:
            return "there"
        gone = f"last seen {format_time(self.last_seen)}, first found gone {format_time(self.first_gone)}"
        return f"edited: {gone}" if self.became else f"gone: {gone}"


def versions(case: Case, series: str) -> tuple[Version, ...]:
    """The article's wordings, oldest first."""
    return tuple(
        Version(seen_at=capture.ended_at, entries=_entries(case, capture))
        for capture in _captures(case, series)
        if capture.verdict in SEEN
    )


def histories(found: Sequence[Version]) -> tuple[Entry, ...]:
    """Each wording with its times, in the order of the latest version that had it. Pure."""
    known: dict[str, Entry] = {}
    for number, version in enumerate(found):
        now = {fold(text): text for text in version.entries}
        gone = [key for key, entry in known.items() if entry.first_gone is None and key not in now]
        fresh = [key for key in now if key not in known or known[key].first_gone is not None]
        became = _edits(gone, fresh) if number else {}
        for key in gone:
            known[key] = replace(known[key], first_gone=version.seen_at, became=now.get(became.get(key, ""), ""))
        for key, text in now.items():
            old = known.pop(key, None)  # put back at the end: the order is that of the latest version
            first = old.first_seen if old else version.seen_at
            known[key] = Entry(text=text, first_seen=first, last_seen=version.seen_at)
    return tuple(known.values())


def latest_changes(found: Sequence[Version]) -> tuple[str, ...]:
    """What the latest version changed against the one before it, in words; nothing where there is only one."""
    if len(found) < 2:
        return ()
    now = found[-1].seen_at
    entries = histories(found)
    edited = [entry for entry in entries if entry.first_gone == now and entry.became]
    gone = [entry for entry in entries if entry.first_gone == now and not entry.became]
    rewritten = {entry.became for entry in edited}
    added = [entry for entry in entries if entry.first_seen == now and entry.text not in rewritten]
    if not (added or edited or gone):
        return (f"no entry changed since {format_time(found[-2].seen_at)}",)
    counts = f"{len(added)} entries added, {len(edited)} edited, {len(gone)} gone"
    lost = (f"gone: {entry.text[:160]} ({entry.state.partition(': ')[2]})" for entry in gone)
    return (f"{counts} since {format_time(found[-2].seen_at)}", *lost)


def _edits(gone: list[str], fresh: list[str]) -> dict[str, str]:
    """Which of the new wordings took the place of which that are gone: the most alike first, each once."""
    alike: list[tuple[float, str, str]] = []
    for old in gone[:MAX_COMPARED]:
        matcher = SequenceMatcher(b=old.split(), autojunk=False)
        for new in fresh[:MAX_COMPARED]:
            matcher.set_seq1(new.split())
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                alike.append((matcher.ratio(), old, new))
    taken: dict[str, str] = {}
    for ratio, old, new in sorted(alike, reverse=True):
        if ratio >= ALIKE and old not in taken and new not in taken.values():
            taken[old] = new
    return taken


def _captures(case: Case, series: str) -> Iterator[Capture]:
    after = -1
    while page := case.catalogue.captures(series=series, after=after):
        yield from _whole(case.catalogue.capture(entry.id) for entry in page)
        after = page[-1].seq


def _whole(captures: Iterable[Capture | None]) -> Iterator[Capture]:
    yield from (capture for capture in captures if capture is not None)


def _entries(case: Case, capture: Capture) -> tuple[str, ...]:
    view = next((view for view in capture.views if view.kind is ViewKind.DOM), None)
    item = main_item(case, capture)
    if view is not None:
        with case.open_content(view.record) as stream:
            page = stream.read(MAX_PAGE)
    elif item is not None and item.media_type in {"text/html", "application/xhtml+xml"}:
        with case.open_item(item) as stream:
            page = stream.read(MAX_PAGE)
    else:
        return ()
    texts = (block.text.strip() for block in article_blocks(page, capture.final_url))
    return tuple(text for text in texts if len(text) >= MIN_CHARS)
