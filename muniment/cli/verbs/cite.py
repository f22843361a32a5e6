"""`muniment cite`: find, add, link, dismiss."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from archiver.citations.load import load_article
from archiver.errors import ArticleUnreadable
from evidence_store.catalogue.model import CitationEntry
from evidence_store.records import Citation, CitationId, CitationKind, Item
from evidence_store.writer import CaseWriter
from muniment.cli.command import DefaultVerb, verb
from muniment.cli.documents import citation_document, found_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, given, network_options, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count, table
from muniment.flows.article import capture_article, import_article, is_url
from muniment.flows.cite import add_citation, all_citations, cite, dismiss_citation, link_citation
from muniment.flows.session import Session, open_session
from muniment.flows.wording import verdict_words


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        try:
            return value if isinstance(value, date) else datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2015-10-20", param, ctx)


@click.group("cite", cls=DefaultVerb, default="find", subcommand_metavar="[find] [ARTICLE] | add | link | dismiss")
def command() -> None:
    """What an article cites: find it, or correct the list by hand.

    `cite ARTICLE` is short for `cite find ARTICLE`; `cite` alone lists what the case knows.
    """


@verb("find", group=command)
@click.argument("article", required=False)
@click.option("--article-date", type=Day(), help="When it was published: resolves yesterday, on Tuesday.")
@network_options
@key_options
def find(run: Invocation, /, article: str | None, article_date: date | None, no_passphrase: bool,
         **options: Any) -> ExitCode:
    """Find what ARTICLE cites: a saved .html, .html.gz, .warc, .wacz or .txt, or a URL.

    In a case the article is kept and its citations are recorded; without one they are only printed.
    """
    settings = run.settings(**given(options)).settings
    if article is None:
        with run.open_case() as case:
            return _show(run, tuple(all_citations(case)))
    if not is_url(article) and run.find_case_folder() is None:
        return _show_found(run, load_article(Path(article)).citations(article_date=article_date))
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="cite") as session:
        item = _article(session, article)
        if item is None:
            raise ArticleUnreadable(f"{article} could not be captured",
                                    hint="`muniment log` says why; a saved copy can be given as a file")
        return _show(run, cite(session.writer, item, item.url, article_date))


@verb("add", group=command)
@click.argument("url")
@click.option("--kind", type=click.Choice([kind.value for kind in CitationKind]), default=CitationKind.ARTICLE.value,
              show_default=True)
@click.option("--context", default="", help="The words around it.")
@click.option("--reason", default="", help="Why it is added.")
@key_options
def add(run: Invocation, url: str, kind: str, context: str, reason: str, key: str | None, principal: str | None,
        no_passphrase: bool) -> ExitCode:
    """Add a citation that was not found."""
    return _correct(run, lambda writer: add_citation(writer, url, CitationKind(kind), context, reason),
                    key=key, principal=principal, no_passphrase=no_passphrase)


@verb("link", group=command)
@click.argument("citation")
@click.argument("url")
@click.option("--reason", default="", help="How it is known.")
@key_options
def link(run: Invocation, citation: str, url: str, reason: str, key: str | None, principal: str | None,
         no_passphrase: bool) -> ExitCode:
    """Give a mention or a lost embed the URL it speaks of."""
    return _correct(run, lambda writer: link_citation(writer, CitationId(citation.upper()), url, reason),
                    key=key, principal=principal, no_passphrase=no_passphrase)


@verb("dismiss", group=command)
@click.argument("citation")
@click.option("--reason", required=True, help="Why it is none.")
@key_options
def dismiss(run: Invocation, citation: str, reason: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Say that something found is no citation. It stays in the ledger and is not captured."""
    return _correct(run, lambda writer: dismiss_citation(writer, CitationId(citation.upper()), reason),
                    key=key, principal=principal, no_passphrase=no_passphrase)


def _correct(run: Invocation, change: Callable[[CaseWriter], CitationEntry], *, key: str | None,
             principal: str | None, no_passphrase: bool) -> ExitCode:
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="cite") as session:
        return _show(run, (change(session.writer),))


def _article(session: Session, article: str) -> Item | None:
    if not is_url(article):
        return import_article(session, article)
    with session.capturer() as capturer:
        return capture_article(session, capturer, article, again=False)[0]


def _show(run: Invocation, entries: tuple[CitationEntry, ...]) -> ExitCode:
    run.out.result({"citations": [citation_document(entry) for entry in entries]},
                   text=table(("id", "verdict", "kind", "cited"), map(_row, entries)))
    run.out.say(count(len(entries), "citation"))
    return ExitCode.OK


def _show_found(run: Invocation, found: Iterable[Citation]) -> ExitCode:
    citations = tuple(found)
    run.out.result({"citations": [found_document(citation, f"CITE-{number:04d}")
                                  for number, citation in enumerate(citations, start=1)]},
                   text=table(("kind", "cited"), [(_kind(citation), _cited(citation)) for citation in citations]))
    run.out.say(f"{count(len(citations), 'citation')}; no case here, so nothing was recorded")
    return ExitCode.OK


def _row(entry: CitationEntry) -> tuple[str, ...]:
    verdict = "– dismissed" if entry.is_dismissed else verdict_words(entry.verdict)
    return entry.id, verdict, _kind(entry.citation), _cited(entry.citation)


def _kind(citation: Citation) -> str:
    return citation.kind.replace("_", " ")


def _cited(citation: Citation) -> str:
    """The URL; of a mention or a lost embed who is cited, and the words."""
    said = ": ".join(part for part in (citation.source, citation.context or citation.anchor) if part)
    return citation.url or said
