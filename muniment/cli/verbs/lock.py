"""`muniment lock`."""

from pathlib import Path

import click

from evidence_store.clock import system_clock
from evidence_store.lock import CaseLock
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count
from muniment.flows.copying import SUFFIX, lock_away, remove_clear


@verb("lock")
@click.option("--for", "age", metavar="RECIPIENT", multiple=True, required=True,
              help="Who can open it: age1..., 'ssh-ed25519 ...', or a file of such lines. More than once.")
@click.option("-o", "--output", "destination", metavar="FILE", type=click.Path(path_type=Path),
              help="Default: the case's folder with .tar.age.")
@click.option("--keep", is_flag=True, help="Keep the clear copy.")
def command(run: Invocation, age: tuple[str, ...], destination: Path | None, keep: bool) -> ExitCode:
    """Pack the case into an age file for named recipients, check that file, and remove the clear copy.

    Whoever holds none of the keys has nothing. What was deleted may stay on a disk until it is written over: keep cases
    on an encrypted disk as well.
    """
    from muniment.flows.recipients import read_recipients  # pyrage: only where something is encrypted

    recipients = read_recipients(age)
    with run.open_case() as case:
        root = case.layout.root.resolve()
        with CaseLock(case.layout.lock, command="lock", clock=system_clock):
            target = destination or root.with_name(root.name + SUFFIX)
            packed = lock_away(root, target, recipients, run.out.progress())
            removed = not keep and run.confirm(f"Remove the clear copy {root}? {target.name} was checked.",
                                               unattended=True)
    if removed:
        remove_clear(root)
    run.out.result({"path": str(packed.path), "files": packed.files, "size": packed.octets, "clear_removed": removed},
                   text=f"{packed.path}: {count(packed.files, 'file')}, {packed.octets:,} bytes, checked")
    run.out.say(f"the clear copy {'was removed' if removed else 'is still there'}: {root}")
    return ExitCode.OK
