"""`muniment reindex`."""

from evidence_store.clock import system_clock
from evidence_store.reindex import rebuild
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count


@verb("reindex")
def command(run: Invocation) -> ExitCode:
    """Make the catalogue anew from ledger, bodies and WARCs. Nothing else of the case is touched."""
    with run.open_case() as case:
        counts = rebuild(case, clock=system_clock, progress=run.out.progress())
    run.out.result({"events": counts.events, "items": counts.items, "captures": counts.captures,
                    "citations": counts.citations, "records": counts.records},
                   text=f"{count(counts.events, 'event')}, {count(counts.items, 'item')}, "
                        f"{count(counts.captures, 'capture')}, {count(counts.citations, 'citation')}, "
                        f"{count(counts.records, 'WARC record')}")
    return ExitCode.OK
