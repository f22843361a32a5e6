"""`muniment report`."""

from pathlib import Path

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count
from muniment.config.settings import REPORT_LANGUAGES
from muniment.flows.report import write_report


@verb("report")
@click.option("-o", "--output", "folder", metavar="FOLDER", required=True, type=click.Path(path_type=Path),
              help="The folder to make; it must not exist.")
@click.option("--language", type=click.Choice(REPORT_LANGUAGES), help="Of headings and fixed words.")
@click.option("--pdf", metavar="FILE", type=click.Path(path_type=Path), help="Print it, too; needs Chromium.")
def command(run: Invocation, folder: Path, language: str | None, pdf: Path | None) -> ExitCode:
    """Write the report of the case as it stands: pages for people, without a script.

    Each bundle holds one of its own, which its seal covers; this one nothing seals.
    """
    settings = run.settings(report_language=language).settings
    with run.open_case() as case:
        written = write_report(case, folder, language=settings.report_language, pdf=pdf, browser=settings.browser)
    run.out.result({"report": str(written.index), "pages": written.pages, "exhibits": written.exhibits,
                    "pdf": str(written.pdf) if written.pdf else None},
                   text=[f"{written.index}: {count(written.exhibits, 'exhibit')}, {count(written.pages, 'page')}",
                         *([str(written.pdf)] if written.pdf else [])])
    return ExitCode.OK
