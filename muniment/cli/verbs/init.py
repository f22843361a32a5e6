"""`muniment init`."""

from pathlib import Path

import click

from evidence_store.case import Case, CaseCharter
from evidence_store.clock import system_clock, system_random
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.signing import DEFAULT_PRINCIPAL, key_options, obtain_key
from muniment.flows.circumstances import software
from muniment.flows.place import examine_place


@verb("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", help="For people; default: the name of the folder.")
@click.option("--purpose", default="", help="Why the evidence is collected.")
@click.option("--authority", default="", help="Who ordered or allowed it.")
@click.option("--scope", default="", help="What belongs to the case, and what does not.")
@key_options
def command(run: Invocation, folder: Path, title: str | None, purpose: str, authority: str, scope: str,
            key: str | None, principal: str | None, no_passphrase: bool) -> ExitCode:
    """Make a new case in DIR, and the investigator's key if there is none."""
    settings = run.settings(key=key, principal=principal).settings
    obtained = obtain_key(run, settings, no_passphrase=no_passphrase)
    charter = CaseCharter(title=title or folder.resolve().name, purpose=purpose, authority=authority, scope=scope)
    with Case.create(folder, charter, signer=obtained.signer, principal=settings.principal or DEFAULT_PRINCIPAL,
                     clock=system_clock, random=system_random,
                     software=software()) as case:
        public = obtained.signer.public
        run.out.result({"case": case.id, "folder": str(folder), "title": case.title, "key": public.fingerprint,
                        "protection": obtained.signer.protection},
                       text=[f"case {case.id} in {folder}", f"signed by {public.fingerprint}"])
    for warning in examine_place(folder):
        run.out.warn(warning.words())
    return ExitCode.OK
