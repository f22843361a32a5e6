"""The article: its text with the citations marked in place, and what came of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from archiver.errors import ArchiverError
from evidence_store.case import Case
from evidence_store.catalogue.model import CitationEntry, ItemFilter
from evidence_store.errors import EvidenceError
from evidence_store.records import CitationId, CitationKind, ItemId, Verdict
from evidence_store.visible import visible
from muniment.flows.coverage import coverage_line
from muniment.flows.lookup import require_item
from muniment.flows.wording import verdict_words
from tui.actions import bindings
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import Choice, Field
from tui.widgets.article_text import ArticleText
from tui.widgets.lines import NAME_WIDTH, Fact, Facts, Line, fact, plain
from tui.widgets.paging import ListRows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from textual.screen import Screen

    from archiver.citations.outline import Block
    from muniment.flows.session import Session
    from tui.desk import Desk

MAX_CITATIONS = 20_000    # of one article that are read to be shown in place; `cite` has them all
CITATIONS_AT_ONCE = 1_000
BEGINNING_S = 0.1         # for a beginning to be drawn before the whole is read
COLUMNS = (Column("verdict", 16), Column("kind", 10), Column("id", 9), Column("cited", 0, is_address=True))
WELCOME = ("Nothing here yet.\n\n"
           "  5  Capture: paste the address of an article, and what it cites is captured with it\n"
           "  2  Items, then i: import files that somebody handed over\n"
           "  ?  the keys of any screen       ctrl+p  every action by name")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticle:
    """An article of the case with what it cites."""

    item: ItemId | None               # None: citations without a text, added by hand
    title: str
    blocks: "tuple[Block, ...]"
    citations: tuple[CitationEntry, ...]
    size: int = 0                     # events of the case that the citations are as of
    why_no_text: str = ""


class ArticleScreen(CaseScreen):
    """The text, or the list of its citations; below, the one under the cursor."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "article.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("article")]
    WHERE = MODE = "article"

    class Read(Message):
        """A worker has read which articles there are, and one of them."""

        def __init__(self, count: int, at: int, article: ReadArticle | None, coverage: str) -> None:
            super().__init__()
            self.count = count
            self.at = at
            self.article = article
            self.coverage = coverage

    class Begun(Message):
        """A worker has read the beginning of a long article."""

        def __init__(self, title: str, blocks: "tuple[Block, ...]") -> None:
            super().__init__()
            self.title = title
            self.blocks = blocks

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._article: ReadArticle | None = None
        self._count = 0           # articles of the case
        self._at = 0
        self._find = ""
        self._coverage = ""

    def content(self) -> Iterator[Widget]:
        """What it came to; the text and the list, of which one is seen; the citation under the cursor."""
        yield Static("\u2026", id="coverage", markup=False)
        with ContentSwitcher(initial="text", id="views"):
            yield ArticleText(id="text")
            yield VirtualTable[CitationEntry](COLUMNS, cells, id="list", empty="No citations.")
            yield Static(WELCOME, id="welcome", markup=False)
        yield Facts(id="detail")

    def on_mount(self) -> None:
        """Read in a worker; a long article is seen before the whole is read."""
        self._read(begin=True)

    def case_changed(self) -> None:
        """Read what has changed."""
        self._read()

    def _read(self, *, begin: bool = False) -> None:
        case, at, known = self.case, self._at, self._article

        def question() -> Message:
            articles = case.catalogue.citing_items()
            place = at % len(articles) if articles else 0
            beginning = read_beginning(case, articles[place]) if begin and articles else None
            if beginning is not None:
                return self.Begun(*beginning)
            article = read_article(case, articles[place], known) if articles else None
            return self.Read(len(articles), place, article, coverage_line(case.catalogue.coverage()))

        self.read(question, group="article", only_latest=True)

    def on_article_screen_begun(self, message: "ArticleScreen.Begun") -> None:
        """Show the beginning, then read on."""
        self.query_one("#coverage", Static).update(visible(f"{message.title}\nreading the whole of it \u2026",
                                                           lines=True))
        self.query_one(ArticleText).begin(message.blocks)
        self._take_keys()
        self.set_timer(BEGINNING_S, self._read)

    def on_article_screen_read(self, message: "ArticleScreen.Read") -> None:
        """Show the first article, or the one that is seen already."""
        self._article, self._count, self._at = message.article, message.count, message.at
        self._coverage = message.coverage
        self._show()

    def _show(self) -> None:
        article = self._article
        views = self.query_one("#views", ContentSwitcher)
        if article is None:
            views.current = "welcome"
            self.query_one("#coverage", Static).update("")
            self.query_one("#detail").display = False
            return
        self.query_one("#detail").display = True
        kept = self.muniment.case_memory().cursors.get(self.WHERE, 0)
        text = self.query_one(ArticleText)
        text.show(article.blocks, article.citations, cursor=kept)
        table = self.query_one("#list", VirtualTable)
        table.show(ListRows(lambda: article.citations), cursor=kept)
        if views.current == "welcome" or not article.blocks:
            views.current = "text" if article.blocks else "list"
        which = f"   article {self._at + 1} of {self._count} (a)" if self._count > 1 else ""
        why = f"   {article.why_no_text}" if article.why_no_text else ""
        said = f"{article.title}{which}\n{self._coverage}{why}"
        self.query_one("#coverage", Static).update(visible(said, lines=True))
        self._take_keys()

    def on_screen_resume(self) -> None:
        """Keys go to the view that is seen."""
        super().on_screen_resume()
        self._take_keys()

    def _take_keys(self) -> None:
        current = self.query_one("#views", ContentSwitcher).current
        if current in {"text", "list"} and self.app.screen is self:
            self.query_one(f"#{current}").focus()

    @property
    def _in_text(self) -> bool:
        return self.query_one("#views", ContentSwitcher).current == "text"

    def citation(self) -> CitationEntry | None:
        """The one under the cursor."""
        article = self._article
        if article is None or not article.citations:
            return None
        at = self.query_one(ArticleText).cursor if self._in_text else self.query_one("#list", VirtualTable).cursor
        return article.citations[min(at, len(article.citations) - 1)]

    def on_article_text_moved(self, message: ArticleText.Moved) -> None:
        """Show the citation in full."""
        self._moved(message.index)

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """Show the citation in full."""
        if not self._in_text:
            self._moved(message.table.cursor)

    def _moved(self, index: int) -> None:
        self.muniment.case_memory().cursors[self.WHERE] = index
        entry = self.citation()
        if entry is not None:
            self.query_one("#detail", Facts).tell(detail(entry))

    def on_article_text_opened(self) -> None:
        """A second click opens."""
        self.action_open()

    def on_virtual_table_opened(self) -> None:
        """A second click opens."""
        self.action_open()

    # -- actions

    def action_open(self) -> None:
        """Open the item that the citation's latest capture gave."""
        entry, case = self.citation(), self.case
        if entry is not None:
            self.learn(lambda: item_of(case, entry), lambda found: self._open(entry, found))

    def _open(self, entry: CitationEntry, found: ItemId | None) -> None:
        if found is not None:
            self.open_item(found)
        elif entry.latest is None:
            self.muniment.tell(f"{entry.id} was not captured: c captures it" if entry.citation.url else
                               f"{entry.id} has no URL: u gives it one", severity="warning")
        else:
            self.muniment.tell(f"{entry.id} has no item of its own: {verdict_words(entry.verdict)}", severity="warning")

    def action_list(self) -> None:
        """Text, or list."""
        article = self._article
        if article is None or not article.blocks:
            return
        views = self.query_one("#views", ContentSwitcher)
        if self._in_text:
            views.current = "list"
            self.query_one("#list", VirtualTable).go_to(self.query_one(ArticleText).cursor)
        else:
            views.current = "text"
            self.query_one(ArticleText).go_to(self.query_one("#list", VirtualTable).cursor)
        self._take_keys()

    def action_next_article(self) -> None:
        """The next article."""
        if self._count:
            self._at = (self._at + 1) % self._count
            self.muniment.case_memory().cursors[self.WHERE] = 0
            self._read(begin=True)

    def action_find(self) -> None:
        """Find words."""
        def then(answers: Mapping[str, str]) -> None:
            self._find = answers["words"].strip()
            self._go_on(1)

        self.ask("Find in the article", (Field(name="words", label="Words", value=self._find, required=True),), then,
                 consequence="", yes="Find")

    def action_find_next(self) -> None:
        """The next place."""
        self._go_on(1)

    def action_find_previous(self) -> None:
        """The place before."""
        self._go_on(-1)

    def _go_on(self, by: int) -> None:
        found = self.query_one(ArticleText).find(self._find, by) if self._in_text else self._find_in_list(by)
        if not found:
            self.muniment.tell(f"not found: {self._find}" if self._find else "type what to find: /", severity="warning")

    def _find_in_list(self, by: int) -> bool:
        article, table = self._article, self.query_one("#list", VirtualTable)
        rows = article.citations if article else ()
        for step in range(1, len(rows) + 1):
            number = (table.cursor + by * step) % len(rows)
            if self._find and self._find.casefold() in plain(detail(rows[number])).casefold():
                table.go_to(number)
                return True
        return False

    def action_capture(self) -> None:
        """Plan what is not complete yet."""
        from tui.screens.capture import CaptureScreen  # it leads back here

        def then(screen: "Screen[object]") -> None:
            if isinstance(screen, CaptureScreen):
                screen.action_citations()

        self.muniment.go("capture", then)

    def action_propose(self) -> None:
        """Read claims out of the article."""
        from tui.screens.claims import ClaimsScreen

        article = self._article
        if article is None or article.item is None:
            return
        item = article.item

        def then(screen: "Screen[object]") -> None:
            if isinstance(screen, ClaimsScreen):
                screen.propose(item)

        self.muniment.go("claims", then)

    def action_add(self) -> None:
        """Add a citation."""
        def chosen(kind: str) -> None:
            def then(answers: Mapping[str, str]) -> None:
                url, context, reason = answers["url"].strip(), answers["context"], answers["reason"]
                def work(session: "Session") -> str:
                    from muniment.flows.cite import add_citation

                    return add_citation(session.writer, url, CitationKind(kind), context, reason).id

                self.record("Citation", "cite add", work, lambda made: self.muniment.tell(f"added {made}"))

            self.ask("Add a citation", (
                Field(name="url", label="URL", required=True), Field(name="context", label="The sentence around it"),
                Field(name="reason", label="Why")), then)

        if self.may_record():
            self.choose("What is cited?", [Choice(value=one.value, words=one.value.replace("_", " "))
                                           for one in CitationKind], chosen)

    def action_link(self) -> None:
        """Give a mention or a lost embed its URL."""
        entry = self.citation()
        if entry is None or not self.may_record():
            return
        citation = CitationId(entry.id)

        def then(answers: Mapping[str, str]) -> None:
            def work(session: "Session") -> str:
                from muniment.flows.cite import link_citation

                return link_citation(session.writer, citation, answers["url"].strip(), answers["reason"]).id

            self.record("Citation", "cite link", work,
                        lambda made: self.muniment.tell(f"{made} has its URL: c captures it"))

        self.ask(f"Which URL does {entry.id} mean?", (
            Field(name="url", label="URL", value=entry.citation.url, required=True),
            Field(name="reason", label="Why you think so")), then)

    def action_drop(self) -> None:
        """Say that it is no citation."""
        entry = self.citation()
        if entry is None or not self.may_record():
            return
        citation = CitationId(entry.id)

        def then(answers: Mapping[str, str]) -> None:
            def work(session: "Session") -> str:
                from muniment.flows.cite import dismiss_citation

                return dismiss_citation(session.writer, citation, answers["reason"]).id

            self.record("Citation", "cite dismiss", work, lambda made: self.muniment.tell(f"dismissed {made}"))

        self.ask(f"Dismiss {citation}?", (Field(name="reason", label="Why it is no citation", required=True),), then)

    def action_yank(self) -> None:
        """Copy the URL."""
        entry = self.citation()
        self.yank(entry.citation.url if entry else "", "URL")


def read_article(case: Case, item: ItemId, known: ReadArticle | None) -> ReadArticle:
    """An article of the case with its citations, "": those of none; `known` may have the text already."""
    size = case.catalogue.head.size
    if known is not None and (known.item or "") == item:
        changed = {one.position: one for one in _citations(case, item, since=known.size)}
        if changed:
            merged = {one.position: one for one in known.citations} | changed
            known = replace(known, citations=tuple(merged[position] for position in sorted(merged)[:MAX_CITATIONS]))
        known = replace(known, size=size)
        if known.blocks or not item:
            return known                                  # an item never changes
    citations = known.citations if known is not None and known.item == item else tuple(_citations(case, item))
    if not item:
        return ReadArticle(item=None, title="Citations added by hand", blocks=(), citations=citations, size=size)
    from muniment.flows.cite import load_item  # parsers of pages

    try:
        held = require_item(case, item).item
        title = held.url or held.name
        blocks = tuple(block for block in load_item(case, held).blocks() if block.text)
    except (EvidenceError, ArchiverError, OSError) as error:
        return ReadArticle(item=item, title=item, blocks=(), citations=citations, size=size,
                           why_no_text=f"\u2717 the text cannot be shown: {error}")
    return ReadArticle(item=item, title=title, blocks=blocks, citations=citations, size=size)


def read_beginning(case: Case, item: ItemId) -> "tuple[str, tuple[Block, ...]] | None":
    """Title and first paragraphs of a long article; None where the whole is read as quickly, or cannot be."""
    from muniment.flows.cite import load_beginning  # parsers of pages

    try:
        held = require_item(case, item).item if item else None
        article = load_beginning(case, held) if held is not None else None
        blocks = [block for block in article.blocks() if block.text] if article is not None else []
    except (EvidenceError, ArchiverError, OSError):
        return None                   # reading the whole will say why
    return (held.url or held.name, tuple(blocks[:-1])) if held is not None and len(blocks) > 1 else None


def _citations(case: Case, item: ItemId, *, since: int = 0) -> Iterator[CitationEntry]:
    after, count = 0, 0
    while count < MAX_CITATIONS and (page := case.catalogue.citations(article_item=item, changed_since=since,
                                                                      after=after, limit=CITATIONS_AT_ONCE)):
        yield from page
        after, count = page[-1].position, count + len(page)


def item_of(case: Case, entry: CitationEntry) -> ItemId | None:
    """The first item of a citation's latest capture, new or seen again."""
    if entry.latest is None:
        return None
    found = case.catalogue.items(ItemFilter(captures=frozenset({entry.latest.id})), limit=1)
    if found:
        return found[0].item.id
    capture = case.catalogue.capture(entry.latest.id)
    return capture.same_items[0] if capture and capture.same_items else None


def cells(entry: CitationEntry) -> Sequence[str]:
    """Verdict, kind, id, and what is cited."""
    citation = entry.citation
    verdict = "\u2013 dismissed" if entry.is_dismissed else verdict_words(entry.verdict)
    return verdict, citation.kind.replace("_", " "), entry.id, citation.url or citation.source or citation.anchor


def next_step(entry: CitationEntry) -> str:
    """What can be done about a citation now; empty where nothing is to be done."""
    if entry.is_dismissed:
        return ""
    if not entry.citation.url:
        return "u gives it a URL, so that it can be captured"
    if entry.latest is None:
        return "c plans its capture"
    return "" if entry.verdict is Verdict.COMPLETE else "Enter shows what came, c tries once more"


def detail(entry: CitationEntry) -> Iterator[Line]:
    """The citation in full, one fact a line; captured words stand at the end of their lines."""
    citation = entry.citation
    verdict = "\u2013 dismissed" if entry.is_dismissed else verdict_words(entry.verdict)
    platform = f" on {citation.platform}" if citation.platform else ""
    yield Fact(name=verdict, text=f"{entry.id}, {citation.kind.replace('_', ' ')}{platform}",
               width=max(NAME_WIDTH, len(verdict) + 2))
    reasons = "; ".join(entry.latest.reasons) if entry.latest else entry.reason
    for name, value in (
        ("cited", citation.url or citation.source), ("why", reasons), ("next", next_step(entry)),
        ("passage", citation.context), ("against", entry.latest.against if entry.latest else ""),
        ("anchor", citation.anchor), ("credit", citation.credit),
        ("claims", f"{citation.claimed_time} {citation.claimed_place}".strip()),
    ):
        if value:
            yield from fact(name, value)
