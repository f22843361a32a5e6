"""`muniment received`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import table
from muniment.flows.nesting import NotNested
from muniment.flows.received import received, write_out

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue


@verb("received")
@click.argument("bundle", required=False, default="")
@click.option("-o", "--out", "destination", metavar="DIR", type=click.Path(path_type=Path),
              help="Write the bundle whose id begins with BUNDLE into a new folder, byte for byte.")
def command(run: Invocation, bundle: str, destination: Path | None) -> ExitCode:
    """The bundles of others that are nested in the case; --out writes one out again as it came."""
    with run.open_case() as case:
        held = [one for one in received(case) if one.bundle.startswith(bundle.lower())]
        if destination is not None:
            if len(held) != 1:
                raise NotNested(f"{len(held)} nested bundles have an id that begins with {bundle!r}",
                                hint="see `muniment received`")
            write_out(case, held[0], destination)
    rows = [(one.bundle[:8], one.case[:8].upper(), one.principal or one.sealer, str(len(one.items)), str(len(one.said)))
            for one in held]
    documents: list[JsonValue] = [
        {"bundle": one.bundle, "case": one.case, "sealer": one.sealer, "principal": one.principal, "size": one.size,
         "items": [item.id for item in one.items], "said": len(one.said)} for one in held]
    run.out.result({"received": documents},
                   text=table(("bundle", "case", "sealed by", "items", "said"), rows))
    return ExitCode.OK
