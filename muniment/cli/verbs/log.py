"""`muniment log`."""

from collections.abc import Iterator

import click

from evidence_store.case import Case
from evidence_store.catalogue.model import EventFilter
from evidence_store.events import UnknownEvent, decode_body
from evidence_store.findings import Outcome, combine
from evidence_store.records import ItemId
from evidence_store.visible import visible
from muniment.cli.command import verb
from muniment.cli.documents import event_document
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import table
from muniment.flows.event_proof import check_event
from muniment.flows.event_words import event_words
from muniment.flows.wording import outcome_words


@verb("log")
@click.argument("item", required=False)
@click.option("--type", "kinds", multiple=True, metavar="TYPE", help="Only events of this type, such as capture.")
@click.option("--prove", "seq", metavar="LINE", type=click.IntRange(min=0),
              help="Check what proves this one event, from its bytes to the signature over them.")
def command(run: Invocation, item: str | None, kinds: tuple[str, ...], seq: int | None) -> ExitCode:
    """The ledger: what happened in the case, or to ITEM. With --json each event as it is stored.

    Exit code with --prove: 0 when everything holds, 4 when something is wrong, 5 when it is not signed yet.
    """
    if seq is not None:
        return _prove(run, seq)
    which = EventFilter(kinds=frozenset(kinds), item=ItemId(item.upper()) if item else None)
    with run.open_case() as case:
        bodies = _bodies(case, which)
        if run.out.json_wanted:
            run.out.result({"events": [event_document(seq, body) for seq, body in bodies]}, text="")
        else:
            run.out.result({}, text=(_line(seq, body) for seq, body in bodies))
    return ExitCode.OK


def _prove(run: Invocation, seq: int) -> ExitCode:
    with run.open_case() as case:
        if seq >= case.log.size:
            raise click.UsageError(f"the ledger ends with line {case.log.size - 1}")
        findings = check_event(case, seq)
    outcome = combine(findings)
    run.out.result({"seq": seq, "outcome": outcome, "findings": [
        {"check": one.check, "outcome": one.outcome, "subject": one.subject, "summary": one.summary}
        for one in findings]}, text=table(("outcome", "check", "what"), [
            (outcome_words(one.outcome), one.check, one.summary) for one in findings]))
    return {Outcome.PASS: ExitCode.OK, Outcome.FAIL: ExitCode.VERIFICATION_FAILED}.get(outcome, ExitCode.INCONCLUSIVE)


def _bodies(case: Case, which: EventFilter) -> Iterator[tuple[int, bytes]]:
    after = -1
    while page := case.catalogue.events(which, after=after):
        for entry in page:
            yield entry.seq, case.log.body(entry.seq)
        after = page[-1].seq


def _line(seq: int, body: bytes) -> str:
    event = decode_body(seq, body)
    kind = event.body.type if isinstance(event.body, UnknownEvent) else event.body.TYPE
    return f"{seq:>7}  {event.time:%Y-%m-%d %H:%M:%S}  {visible(kind):<18} {visible(event_words(event.body))}"
