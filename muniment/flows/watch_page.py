"""One page about a live blog that is watched: each entry and each citation, when it was last seen and first gone.

1. No script, nothing from elsewhere: a policy in the page forbids both; captured text is escaped.
2. Only what the ledger holds: what no capture says is an empty cell, never a guess.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape

from evidence_store.case import Case
from evidence_store.catalogue.model import CaptureEntry, CitationEntry
from evidence_store.events import Captured, decode_body
from evidence_store.records import Verdict
from evidence_store.visible import visible
from muniment.flows.article import GONE, SEEN
from muniment.flows.cite import all_citations
from muniment.flows.entries import Entry, histories, versions
from muniment.flows.wording import verdict_words

MEMENTO = "memento:"  # what the series of archived copies begin with
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1d2228 }
table { border-collapse: collapse; width: 100% } th, td { text-align: start; vertical-align: top; padding: .35rem .6rem;
border-bottom: 1px solid #ccc } td.when { white-space: nowrap }
tr.gone td:first-child { border-inline-start: 4px solid #a00 }
tr.edited td:first-child { border-inline-start: 4px solid #a60 } ins { background: #e3f3e3; text-decoration: none }
p.note { color: #555 } td { overflow-wrap: anywhere }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of a page in an archive, which the case holds."""

    archive: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One page or file through its captures."""

    url: str
    citations: tuple[str, ...]
    captures: int
    verdict: Verdict  # of the last capture
    last_seen: datetime | None
    first_gone: datetime | None
    vantages: tuple[str, ...]
    copies: tuple[Copy, ...]


def sources(case: Case) -> tuple[Source, ...]:
    """Every series of captures, in the order in which they began."""
    series: dict[str, list[CaptureEntry]] = {}
    after = -1
    while page := case.catalogue.captures(after=after):
        for entry in page:
            series.setdefault(entry.series, []).append(entry)
        after = page[-1].seq
    copies = _copies(case, (entry for name, found in series.items() if name.startswith(MEMENTO) for entry in found))
    return tuple(_source(case, found, copies) for name, found in series.items() if not name.startswith(MEMENTO))


def render(case: Case, *, now: datetime) -> str:
    """The page."""
    citations = tuple(all_citations(case))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>What is watched</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f"<h1>{_text(case.title)}: what is watched</h1><p class=note>As of {_time(now)}. Times are those of captures: "
        "between two of them a page may have changed and changed back. “Gone” is what was found from the vantage "
        "named.</p>"
        f"{''.join(_article(case, url) for url in _articles(citations))}"
        f"<h2>Citations and pages</h2>{_sources(sources(case))}</body></html>\n"
    )


def _articles(citations: Iterable[CitationEntry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.article_url for entry in citations if entry.article_url))


def _article(case: Case, url: str) -> str:
    found = versions(case, url)
    if not found:
        return ""
    rows = "".join(_entry(entry) for entry in histories(found))
    return (
        f"<h2>Entries of {_text(url)}</h2><p class=note>{len(found)} captures, {_time(found[0].seen_at)} to "
        f"{_time(found[-1].seen_at)}.</p><table><thead><tr><th>entry<th>state<th>first seen<th>last seen<th>first gone"
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _entry(entry: Entry) -> str:
    state = "there" if entry.first_gone is None else "edited" if entry.became else "gone"
    became = f"<br><ins>now: {_text(entry.became)}</ins>" if entry.became else ""
    return (
        f'<tr class="{state}"><td dir="auto">{_text(entry.text)}{became}<td>{state}'
        f"<td class=when>{_time(entry.first_seen)}<td class=when>{_time(entry.last_seen)}"
        f"<td class=when>{_time(entry.first_gone)}</tr>"
    )


def _sources(found: Iterable[Source]) -> str:
    rows = "".join(
        f'<tr class="{"gone" if one.first_gone else ""}"><td>{_text(", ".join(one.citations))}<td>{_text(one.url)}'
        f"<td>{_text(verdict_words(one.verdict))}<td>{one.captures}<td class=when>{_time(one.last_seen)}"
        f"<td class=when>{_time(one.first_gone)}<td>{_text(', '.join(one.vantages))}"
        f"<td>{'<br>'.join(_copy(copy) for copy in one.copies)}</tr>"
        for one in found
    )
    return (
        "<table><thead><tr><th>citation<th>address<th>at the last look<th>captures<th>last seen<th>first gone"
        f"<th>seen from<th>copies in archives</tr></thead><tbody>{rows}</tbody></table>"
    )


def _copy(copy: Copy) -> str:
    return f"{_text(copy.archive)} of {_time(copy.archived_at)}" if copy.archived_at else f"{_text(copy.archive)}: none"


def _source(case: Case, found: list[CaptureEntry], copies: dict[str, tuple[Copy, ...]]) -> Source:
    seen = next((entry for entry in reversed(found) if entry.verdict in SEEN), None)
    gone = next((entry for entry in found if entry.verdict in GONE and (seen is None or entry.seq > seen.seq)), None)
    return Source(
        url=found[0].url,
        citations=tuple(dict.fromkeys(citation for entry in found for citation in entry.citations)),
        captures=len(found),
        verdict=found[-1].verdict,
        last_seen=seen.ended_at if seen else None,
        first_gone=gone.ended_at if gone else None,
        vantages=tuple(dict.fromkeys(_vantages(case, found))),
        copies=copies.get(found[0].url, ()),
    )


def _vantages(case: Case, found: Iterable[CaptureEntry]) -> Iterator[str]:
    for entry in found:
        body = decode_body(entry.seq, case.log.body(entry.seq)).body
        if isinstance(body, Captured):
            yield f"{body.circumstances.egress}, identity {body.circumstances.identity}"


def _copies(case: Case, entries: Iterable[CaptureEntry]) -> dict[str, tuple[Copy, ...]]:
    found: dict[str, list[Copy]] = {}
    for entry in entries:
        capture = case.catalogue.capture(entry.id)
        if capture is not None and capture.memento is not None:
            copy = Copy(archive=capture.memento.archive, archived_at=capture.memento.archived_at)
            found.setdefault(capture.memento.original, []).append(copy)
    return {url: tuple(copies) for url, copies in found.items()}


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""


def _text(text: str) -> str:
    return escape(visible(text))
