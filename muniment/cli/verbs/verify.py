"""`muniment verify`."""

from collections.abc import Iterator
from pathlib import Path

import click

from evidence_store.findings import Finding, Outcome
from muniment.cli.command import verb
from muniment.cli.documents import report_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.signing import key_options
from muniment.config.settings import Settings
from muniment.flows.verify import Measure, verify_target
from verify.meaning import meanings
from verify.report import LIMITS, TargetKind, VerifyReport

ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE, Outcome.PASS)
EXISTING = click.Path(path_type=Path, exists=True)
EXISTING_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@verb("verify")
@click.argument("target", type=EXISTING)
@click.option("--trust", metavar="FILE", type=EXISTING_FILE,
              help="Whom you trust: an allowed_signers file of your own, never one from the bundle.")
@click.option("--receipt", "receipts", metavar="FILE", type=EXISTING_FILE, multiple=True,
              help="A checkpoint that somebody kept elsewhere; may be given more than once.")
@click.option("--tsa-ca", "tsa_roots", metavar="PEM", type=EXISTING_FILE,
              help="Roots of the timestamp authorities that you trust.")
@click.option("--c2pa-ca", "c2pa_roots", metavar="PEM", type=EXISTING_FILE,
              help="Roots whom you trust to certify signers of C2PA manifests.")
@click.option("--bitcoin-headers", "headers", metavar="FILE", type=EXISTING_FILE,
              help="Headers of Bitcoin blocks for proofs of OpenTimestamps: lines of HEIGHT and 160 hex digits.")
@click.option("--require-time", is_flag=True, help="Without a confirmed timestamp the answer stays open.")
@click.option("--record", is_flag=True, help="Put the outcome into the ledger of the case: TARGET, or --case.")
@key_options
def command(run: Invocation, target: Path, trust: Path | None, receipts: tuple[Path, ...], tsa_roots: Path | None,
            c2pa_roots: Path | None, headers: Path | None, require_time: bool, record: bool, key: str | None,
            principal: str | None, no_passphrase: bool) -> ExitCode:
    """Verify a bundle, a case, or anything that others hand over.

    That is: BagIt bags, WARC, ARC and WACZ (signed too), ZIP, timestamps (.tsr, .ots), checkpoints, receipts, proofs,
    and media with C2PA manifests. For every finding is said what was checked, what could not be, and what it proves.

    Exit code: 0 when all is well, 4 when something is wrong, 5 when something could not be checked or confirmed; 1 and
    2 mean that verification did not run.
    """
    measure = Measure(trust=trust, receipts=receipts, tsa_roots=tsa_roots, c2pa_roots=c2pa_roots,
                      require_time=require_time, headers=headers)
    report = verify_target(target, measure, run.out.progress())
    if record:
        _record(run, report, run.settings(key=key, principal=principal).settings, no_passphrase=no_passphrase)
    run.out.result(report_document(report), text=_lines(report))
    return code_of(report)


def _record(run: Invocation, report: VerifyReport, settings: Settings, *, no_passphrase: bool) -> None:
    """Put what was found into the ledger; where that cannot be done the answer stands all the same."""
    # a case is written with the catalogue, which whoever only verifies must not pay for
    from evidence_store.case import Case
    from evidence_store.errors import EvidenceError
    from muniment.cli.running import environment, signing
    from muniment.flows.handling import record_verification
    from muniment.flows.session import open_session

    try:
        with (Case.open(report.target) if report.kind is TargetKind.CASE else run.open_case()) as case, open_session(
                case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                command="verify") as session:
            record_verification(session.writer, report)
            session.writer.checkpoint()
    except EvidenceError as error:
        run.out.warn(f"the outcome was not recorded: {error}")


def code_of(report: VerifyReport) -> ExitCode:
    """What an outcome is to the caller."""
    match report.outcome:
        case Outcome.PASS:
            return ExitCode.OK
        case Outcome.FAIL:
            return ExitCode.VERIFICATION_FAILED
        case _:
            return ExitCode.INCONCLUSIVE


def _lines(report: VerifyReport) -> Iterator[str]:
    """The answer, then every finding, what is wrong first: the form of verify.py."""
    yield report.answer
    yield ""
    for finding in sorted(report.findings, key=lambda finding: ORDER.index(finding.outcome)):
        yield f"{finding.outcome:<15} {finding.check:<22} {_said(finding)}"
    yield ""
    yield from LIMITS if report.kind.is_ours else meanings(report)


def _said(finding: Finding) -> str:
    return f"{finding.subject}: {finding.summary}" if finding.subject else finding.summary
