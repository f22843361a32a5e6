"""`muniment check`."""

from collections.abc import Iterable
from pathlib import Path

import click

from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.documents import finding_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import table
from muniment.flows.check import check_items, check_warc_files, chosen_items
from muniment.flows.places import gazetteers
from muniment.flows.session import open_session
from muniment.flows.wording import outcome_words


@verb("check")
@click.argument("items", metavar="[ITEM...]", nargs=-1)
@click.option("--replay", is_flag=True, help="Play pages back, and compare them with what the browser saw; only that.")
@click.option("--pages", metavar="FOLDER", type=click.Path(path_type=Path),
              help="With --replay: write a page there that shows each replay beside what was recorded.")
@key_options
def command(run: Invocation, items: tuple[str, ...], replay: bool, pages: Path | None, key: str | None,
            principal: str | None, no_passphrase: bool) -> ExitCode:
    """Run the checks over ITEMs, or over all; findings go to the ledger.

    Exit code: 4 when a check failed, 5 when one could not be done, else 0.
    """
    if pages is not None and not replay:
        raise click.UsageError("--pages shows replays: say --replay too")
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case:
        chosen = chosen_items(case, [ItemId(item.upper()) for item in items])
        given = environment(run)
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, given,
                          command="check") as session:
            if replay:
                from muniment.flows.replay_check import check_replay  # a browser's driver, which other checks need not
                from muniment.flows.replay_pages import write_comparisons

                findings = check_replay(session.writer, [item.id for item in chosen], browser=settings.browser)
                if pages is not None:
                    write_comparisons(case, findings, pages, language=settings.report_language)
            else:
                findings = check_items(session.writer, chosen, given.progress, gazetteers(), ocr=settings.ocr)
            if not items and not replay:
                findings += check_warc_files(session.writer, given.progress)
    run.out.result({"findings": [finding_document(finding) for finding in findings]},
                   text=table(("item", "outcome", "check", "summary"), map(_row, findings)))
    return code_of(findings)


def code_of(findings: Iterable[FindingEvent]) -> ExitCode:
    """A failure outweighs what is open; what does not apply weighs nothing."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return ExitCode.VERIFICATION_FAILED
    return ExitCode.INCONCLUSIVE if outcomes & {Outcome.INCONCLUSIVE, Outcome.ERROR} else ExitCode.OK


def _row(finding: FindingEvent) -> tuple[str, ...]:
    return finding.item or "case", outcome_words(finding.outcome), finding.check, finding.summary
