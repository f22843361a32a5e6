"""`muniment unlock`."""

from pathlib import Path

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count
from muniment.flows.copying import SUFFIX, unlock


@verb("unlock")
@click.argument("packed", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-i", "--identity", "identities", metavar="KEY", multiple=True, required=True,
              type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A key that opens it: a file of age-keygen, or an SSH key without a passphrase. More than once.")
@click.option("-o", "--output", "destination", metavar="DIR", type=click.Path(path_type=Path),
              help="Where the case goes; default: beside FILE, under its name.")
def command(run: Invocation, packed: Path, identities: tuple[Path, ...], destination: Path | None) -> ExitCode:
    """Unpack a case that `muniment lock` packed. FILE stays."""
    from muniment.flows.recipients import read_identities  # pyrage: only where something is encrypted

    if destination is None and not packed.name.endswith(SUFFIX):
        raise click.UsageError(f"{packed.name} does not end in {SUFFIX}: say where the case goes with -o DIR")
    target = destination or packed.with_name(packed.name.removesuffix(SUFFIX))
    done = unlock(packed, target, read_identities(identities))
    run.out.result({"path": str(done.path), "files": done.files, "size": done.octets},
                   text=f"{done.path}: {count(done.files, 'file')}, {done.octets:,} bytes")
    run.out.say(f"verify it: muniment verify {done.path}")
    return ExitCode.OK
