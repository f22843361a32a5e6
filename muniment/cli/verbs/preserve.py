"""`muniment preserve`."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from evidence_store.canonical import JsonValue
from evidence_store.case import Case, CaseCharter
from evidence_store.clock import system_clock, system_random
from evidence_store.findings import Outcome
from muniment.cli.command import verb
from muniment.cli.documents import capture_document, citation_document, coverage_document, report_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, given, network_options, signing
from muniment.cli.signing import DEFAULT_PRINCIPAL, key_options
from muniment.cli.tables import table
from muniment.cli.verbs.bundle import bundle_document
from muniment.flows.article import is_url
from muniment.flows.circumstances import software
from muniment.flows.coverage import coverage_line, is_fully_preserved
from muniment.flows.destination import free_destination
from muniment.flows.mementos import memento_line
from muniment.flows.preserve import PreserveRequest, PreserveResult, preserve
from muniment.flows.recording import browser_words, lacks_browser
from muniment.flows.session import Signing
from muniment.flows.stamp import NO_PROOF
from muniment.flows.wording import verdict_words

MAX_SLUG = 40  # characters of a folder name made from a URL


@verb("preserve")
@click.argument("article", metavar="ARTICLE")
@click.option(
    "-o",
    "--output",
    "bundle",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The bundle to make; default: beside the case.",
)
@click.option("--to", "recipient", metavar="NAME", default="", help="Who receives the bundle; stands in the ledger.")
@click.option(
    "--article-date",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="When the article was written, for its 'yesterday'; default: as the page says.",
)
@click.option("--again", is_flag=True, help="Capture what is complete already once more.")
@network_options
@key_options
def command(
    run: Invocation,
    /,
    article: str,
    bundle: Path | None,
    recipient: str,
    article_date: datetime | None,
    again: bool,
    no_passphrase: bool,
    **options: Any,
) -> ExitCode:
    """Preserve ARTICLE and all that it cites: capture, check, seal, verify.

    ARTICLE is a URL or a saved page. Without a case, one is made in ./<name>-case. Run again, it goes on where it
    stopped.
    """
    settings = run.settings(**given(options)).settings
    if not is_url(article) and not Path(article).is_file():
        raise click.UsageError(f"{article} is neither an http(s) URL nor a file")
    signs = signing(run, settings, no_passphrase=no_passphrase)
    with _case(run, article, signs) as case:
        root = case.layout.root
        beside = root.with_name(f"{root.name.removesuffix('-case')}-bundle")
        request = PreserveRequest(
            article=article,
            bundle=bundle or free_destination(beside),
            recipient=recipient,
            article_date=article_date.date() if article_date else None,
            again=again,
        )
        result = preserve(case, signs, settings, request, environment(run))
        warcs = [str(path) for path in sorted(case.layout.warcs.glob("*.warc.gz"))]
    run.out.result(preserve_document(result, warcs), text=preserve_lines(result))
    if result.captures and lacks_browser(settings):
        run.out.say(browser_words(settings) + "; see `muniment doctor`")
    say_what_lacks(run, result)
    return code_of(result)


def _case(run: Invocation, article: str, signs: Signing) -> Case:
    """The case named or found, else `./<slug>-case`, made if need be."""
    if run.find_case_folder() is not None:
        return run.open_case()
    folder = Path(f"{slug(article)}-case")
    if (folder / "muniment.toml").exists():
        return Case.open(folder)
    run.out.say(f"a new case in {folder}")
    charter = CaseCharter(title=slug(article), scope=f"{article} and what it cites")
    return Case.create(
        folder,
        charter,
        signer=signs.signer,
        principal=signs.principal or DEFAULT_PRINCIPAL,
        clock=system_clock,
        random=system_random,
        software=software(),
    )


def slug(article: str) -> str:
    """A folder name from a URL's host and last segment, or from a file's name."""
    parts = urlsplit(article) if is_url(article) else None
    name = Path(article).name.split(".")[0]
    text = f"{parts.hostname}-{parts.path.rstrip('/').rsplit('/', 1)[-1]}" if parts else name
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:MAX_SLUG].strip("-") or "article"


def preserve_lines(result: PreserveResult) -> list[str]:
    """What was preserved, and where the bundle is."""
    rows = [
        (
            verdict_words(entry.verdict),
            entry.citation.kind.replace("_", " "),
            entry.id,
            entry.citation.url or entry.citation.context,
            "; ".join(entry.latest.reasons) if entry.latest else "",
        )
        for entry in result.citations
        if not entry.is_dismissed
    ]
    text = [*table(("verdict", "kind", "id", "cited", "why"), rows), "", coverage_line(result.coverage)] if rows else []
    text += [f"archive: {memento_line(capture)}" for capture in result.copies]
    if result.report is not None:
        text += [f"bundle: {result.report.target}", result.report.answer]
    return text


def say_what_lacks(run: Invocation, result: PreserveResult) -> None:
    """What was not asked again, and what is still missing."""
    run.out.say(*result.already, *result.changes)
    if result.bundle is None:
        run.out.say(f"no bundle was made: {_why_none(result)}")
        return
    for place, why in result.bundle.unsearched:
        run.out.warn(f"could not be searched for who is visible: {place}: {why}")
    if not result.bundle.seal_tokens:
        run.out.say(NO_PROOF)


def _why_none(result: PreserveResult) -> str:
    if result.declined:
        return "the plan was declined"
    if result.exposed is not None:
        return f"{result.exposed}; {result.exposed.hint}"
    ends = (f"{verdict_words(capture.verdict)} ({'; '.join(capture.reasons)})" for capture in result.captures)
    return f"the article was not captured: {', '.join(ends)}" if result.captures else "the article is no page"


def preserve_document(result: PreserveResult, warcs: list[str]) -> dict[str, JsonValue]:
    """What `preserve` prints with --json."""
    return {
        "citations": [citation_document(entry) for entry in result.citations],
        "captures": [capture_document(capture) for capture in result.captures],
        "copies": [capture_document(capture) for capture in result.copies],
        "already": list(result.already),
        "changes": list(result.changes),
        "warcs": list(warcs),
        "coverage": coverage_document(result.coverage),
        "bundle": bundle_document(result.bundle) if result.bundle else None,
        "verification": report_document(result.report) if result.report else None,
    }


def code_of(result: PreserveResult) -> ExitCode:
    """DESIGN section 7: no article or no bundle, our own verification, citations that are not complete."""
    if result.article is None or result.bundle is None or result.report is None:
        return ExitCode.FAILED
    if result.report.outcome is Outcome.FAIL:
        return ExitCode.VERIFICATION_FAILED
    if not is_fully_preserved(result.coverage):
        return ExitCode.PARTIAL
    return ExitCode.OK if result.report.outcome is Outcome.PASS else ExitCode.INCONCLUSIVE
