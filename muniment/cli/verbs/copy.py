"""`muniment copy`."""

from pathlib import Path

import click

from evidence_store.findings import Outcome
from evidence_store.handling import Accessed
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.tables import count
from muniment.flows.copying import copy_case
from muniment.flows.session import open_session
from verify.bundle import verify_case

HOW = "a verified copy of the whole case"


@verb("copy")
@click.argument("destination", metavar="DEST", type=click.Path(path_type=Path))
@click.option("--to", "holder", metavar="NAME", default="", help="Who gets it; default: who signs.")
@click.option("--purpose", metavar="TEXT", default="", help="Why; stands in the ledger.")
@key_options
def command(run: Invocation, destination: Path, holder: str, purpose: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Copy the whole case to DEST, read the copy again, and verify it.

    That a copy was made is recorded before it is, in both.
    """
    settings = run.settings(key=key, principal=principal).settings
    world = environment(run)
    with (run.open_case() as case,
          open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, world,
                       command="copy") as session):
        by = holder or session.circumstances.collector
        session.writer.append(Accessed(items=(), by=by, purpose=purpose, how=HOW))
        session.writer.checkpoint()
        copied = copy_case(case.layout.root, destination, world.progress)
    report = verify_case(copied.path, progress=world.progress)
    run.out.result({"path": str(copied.path), "files": copied.files, "size": copied.octets,
                    "outcome": report.outcome.value},
                   text=[f"{copied.path}: {count(copied.files, 'file')}, {copied.octets:,} bytes", report.answer])
    return ExitCode.VERIFICATION_FAILED if report.outcome is Outcome.FAIL else ExitCode.OK
