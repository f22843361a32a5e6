"""`muniment challenge`."""

from datetime import date, datetime

import click

from evidence_store.canonical import JsonValue
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count
from muniment.flows.lookup import require_item
from muniment.report.challenge import Challenged, challenge


@verb("challenge")
@click.argument("items", metavar="[ITEM...]", nargs=-1)
@click.option("--on", "day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]),
              help="Who had it on that day, such as 2015-05-03.")
@click.option("--open", "open_only", is_flag=True, help="Only questions to which no answer is recorded.")
def command(run: Invocation, items: tuple[str, ...], day: datetime | None, open_only: bool) -> ExitCode:
    """Ask of each ITEM, or of all, what an opposing expert would, and answer from the ledger.

    Whose account? What was clicked? Who had it on 3 May? Where the ledger has nothing, it says "no answer recorded".
    """
    with run.open_case() as case:
        wanted = frozenset(require_item(case, ItemId(item.upper())).item.id for item in items) if items else None
        asked = challenge(list(case.events()), wanted, on=_day(day))
    lines = [line for one in asked for line in _lines(one, open_only=open_only)]
    run.out.result({"items": [_document(one, open_only=open_only) for one in asked]}, text=lines)
    missing = sum(len(one.unanswered) for one in asked)
    run.out.say(f"{count(missing, 'question')} without an answer, of {count(len(asked), 'item')}")
    return ExitCode.OK


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _lines(one: Challenged, *, open_only: bool) -> list[str]:
    answers = one.unanswered if open_only else one.answers
    lines = [f"{one.item.id}  {one.item.name or one.item.url}"]
    for answer in answers:
        seen = f"  (event {', '.join(map(str, answer.events))})" if answer.events else ""
        lines += [f"  {answer.question}", f"    {answer.words}{seen}"]
    return [*lines, ""]


def _document(one: Challenged, *, open_only: bool) -> dict[str, JsonValue]:
    answers = one.unanswered if open_only else one.answers
    return {"item": one.item.id, "answers": [
        {"question": answer.question, "recorded": answer.is_recorded, "answer": answer.words, "says": list(answer.says),
         "events": list(answer.events)} for answer in answers]}
