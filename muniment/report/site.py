"""The report as files: an index, a page an exhibit, and lists that go on over several pages.

1. Every page can be opened by itself, from a folder, without a script; links lead to pages that exist.
2. No page outgrows MAX_PAGE: lists are cut by the size of what is written, tables by a budget, and say so.
3. The same dossier and edition give the same bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from evidence_store.claims import Claim, ClaimId
from evidence_store.events import Linked
from evidence_store.findings import Outcome
from evidence_store.records import CitationId, CitationKind, ItemId, Verdict
from muniment.report import wording
from muniment.report.dossier import Dossier, Exhibit
from muniment.report.edition import Edition
from muniment.report.material import MatrixRow
from muniment.report.pages import environment, rendered
from muniment.report.times import TimeRow, time_rows

FOLDER = "report"
MAX_PAGE = 1_000_000          # bytes of a page: what an old telephone still opens
LIST_BYTES = 400_000          # of the entries on one page of a list
LIST_ENTRIES = 100            # on one page of a list
INDEX_ENTRIES = 150           # up to so many citations and exhibits stand on the index page itself
TIME_ROWS = 60                # of the timeline on one page

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a list: its file within the report's folder, and its entries as written."""

    file: str
    entries: tuple[str, ...]


@dataclass(kw_only=True)
class Site:
    """What the pages of one report know of each other."""

    dossier: Dossier
    edition: Edition
    citations: Mapping[CitationId, str] = field(default_factory=dict)     # file of the page that each stands on
    claims: Mapping[ClaimId, str] = field(default_factory=dict)
    printed: frozenset[ItemId] = frozenset()      # exhibits on the one page that is printed
    printing: bool = False                        # that page is being written: links lead within it

    @property
    def unfolded(self) -> str:
        """What opens a `<details>` on paper."""
        return " open" if self.printing else ""

    @cached_property
    def exhibits(self) -> Mapping[ItemId, Exhibit]:
        """By item."""
        return {one.item.id: one for one in self.dossier.exhibits}

    @cached_property
    def pictures(self) -> Mapping[ItemId, str]:
        """Where pictures stand that may be shown."""
        return {one.item.id: one.path for one in self.dossier.exhibits
                if one.included and self.edition.is_shown(one.item)}

    @cached_property
    def links(self) -> Mapping[ClaimId, tuple[Linked, ...]]:
        """What items are to each claim."""
        return {claim.id: claim.links for claim in self.dossier.claims}

    @cached_property
    def times(self) -> tuple[TimeRow, ...]:
        """The rows of the timeline: exhibits of which more is said than when an article cites them."""
        return tuple(row for row in self.time_of.values() if row.drawn or row.concluded)

    @cached_property
    def time_of(self) -> Mapping[ItemId, TimeRow]:
        """What is said of when each exhibit is from, where anything is."""
        return {row.item: row for row in time_rows(self.dossier.exhibits)}

    @cached_property
    def matrix(self) -> Sequence[MatrixRow]:
        """The claims side by side."""
        claims = self.dossier.claims
        return self.edition.material.matrix([claim.numbered for claim in claims],
                                            [link for claim in claims for link in claim.links])

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return {person.fingerprint: person.principal for person in self.dossier.people}

    @property
    def lists_all(self) -> bool:
        """The index page has room for every citation and exhibit."""
        return len(self.dossier.cited) <= INDEX_ENTRIES and len(self.dossier.exhibits) <= INDEX_ENTRIES

    def person(self, key: str) -> str:
        """Whose key it is."""
        return self._people.get(key, key)

    def event(self, kind: str) -> str:
        """A kind of event for people."""
        return self.edition.messages.texts.get(f"event.{kind}", kind.replace("-", " "))

    def live(self, url: str) -> str:
        """The address where it may be a link."""
        return wording.web_address(url)

    def language_of(self, said: str) -> str:
        """A language as somebody named it, where it is a tag of BCP 47 in form."""
        parts = said.split("-")
        fits = 2 <= len(parts[0]) <= 3 and all(part.isascii() and part.isalnum() and len(part) <= 8 for part in parts)
        return said if fits and parts[0].isalpha() else ""

    def claim_words(self, claim: Claim) -> str:
        """`at least 45 people killed, Latakia, 2015-10-19`."""
        number = "" if claim.number is None else str(claim.number)
        if claim.number_to is not None:
            number += f"–{claim.number_to}"
        words = " ".join(filter(None, (claim.quantity, number, claim.subject,
                                      self.edition.messages(f"predicate.{claim.predicate.value}"), claim.weapon)))
        return ", ".join(filter(None, (words, claim.place, claim.date or claim.date_words)))

    def tally(self, exhibit: Exhibit) -> tuple[tuple[wording.Words, int], ...]:
        """How the checks of an exhibit ended, those that failed first."""
        order = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.PASS)
        outcomes = [finding.outcome for finding in exhibit.findings]
        return tuple((wording.outcome_words(self.edition.messages, one), outcomes.count(one)) for one in order
                     if one in outcomes)

    def fill(self, template: str, *, root: str, **values: object) -> str:
        """A part of a page, as text that needs no more escaping."""
        from markupsafe import Markup

        made = environment(self.edition.language).get_template(template)
        return Markup(made.render(**self._given(root), **values))  # noqa: S704 - a template of ours, which escapes

    def page(self, template: str, *, root: str, **values: object) -> bytes:
        """A page."""
        return rendered(template, language=self.edition.language, **self._given(root), **values)

    def _given(self, root: str) -> dict[str, object]:
        return {"site": self, "dossier": self.dossier, "edition": self.edition, "root": root}


def list_pages(stem: str, things: Iterable[Thing], written: Callable[[Thing], str],
               entries: int = LIST_ENTRIES) -> Iterator[tuple[ListPage, tuple[Thing, ...]]]:
    """Things over pages, each page bounded in entries and bytes."""
    page: list[str] = []
    held: list[Thing] = []
    size = number = 0
    for thing in things:
        text = written(thing)
        octets = len(text.encode("utf-8", "replace"))
        if page and (size + octets > LIST_BYTES or len(page) >= entries):
            number += 1
            yield ListPage(file=f"{stem}-{number:04d}.html", entries=tuple(page)), tuple(held)
            page, held, size = [], [], 0
        page.append(text)
        held.append(thing)
        size += octets
    if page:
        yield ListPage(file=f"{stem}-{number + 1:04d}.html", entries=tuple(page)), tuple(held)


def coverage(site: Site) -> tuple[tuple[str, str, str, int], ...]:
    """Label, sentence, tone and count of each way citations ended, best first."""
    t, things = site.edition.messages, site.dossier.counted
    rows = []
    for verdict in Verdict:
        number = sum(1 for thing in things if thing.verdict is verdict and not thing.has_nothing_to_capture)
        if number:
            words = wording.verdict_words(t, verdict)
            rows.append((words.label, words.sentence, words.tone, number))
    for kind in (CitationKind.MENTION, CitationKind.LOST_EMBED):
        number = sum(1 for thing in things if thing.citation.kind is kind and thing.has_nothing_to_capture)
        if number:
            rows.append((t(f"coverage.{kind.value}"), t(f"coverage.{kind.value}_sentence"), "none", number))
    return tuple(rows)
