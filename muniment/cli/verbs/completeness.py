"""`muniment completeness`."""

from collections.abc import Iterator

import click

from evidence_store.canonical import JsonValue
from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count
from muniment.flows.completeness import Completeness, Point, PointState, completeness
from muniment.flows.lookup import every_item, require_item

SIGNS = {PointState.RECORDED: "✓", PointState.PARTLY: "◐", PointState.MISSING: "✗", PointState.NOT_APPLICABLE: "–"}


@verb("completeness")
@click.argument("items", metavar="[ITEM...]", nargs=-1)
def command(run: Invocation, items: tuple[str, ...]) -> ExitCode:
    """What the Berkeley Protocol asks to be recorded of ITEMs, and what there is.

    Paragraph 155 (a) to (h), of which (a), (b) and (c) are the minimum for a court, and 167. It says what is recorded,
    what is missing, and why; not whether it is true.
    """
    with run.open_case() as case:
        entries = [require_item(case, ItemId(item.upper())) for item in items] or list(every_item(case))
        found = completeness(case, entries)
    run.out.result({"items": [_document(one) for one in found]}, text=_lines(found))
    return ExitCode.OK


def _lines(found: tuple[Completeness, ...]) -> Iterator[str]:
    for one in found:
        yield f"{one.item.id}  {one.item.url or one.item.name}"
        for point in one.points:
            yield f"  {SIGNS[point.state]} {point.paragraph:<7} {point.name}: {_said(point)}"
    asked = sum(len(one.points) - one.count(PointState.NOT_APPLICABLE) for one in found)
    kept = sum(one.count(PointState.RECORDED) for one in found)
    partly = sum(one.count(PointState.PARTLY) for one in found)
    yield f"{count(len(found), 'item')}: of {asked} points {kept} recorded, {partly} partly"


def _said(point: Point) -> str:
    lacking = point.missing if point.state is PointState.NOT_APPLICABLE or not point.missing else (
        f"missing: {point.missing}")
    return "; ".join(part for part in (point.recorded, lacking) if part)


def _document(one: Completeness) -> dict[str, JsonValue]:
    return {"item": one.item.id, "counts": {state.value: one.count(state) for state in PointState},
            "points": [{"paragraph": point.paragraph, "name": point.name, "state": point.state,
                        "recorded": point.recorded, "missing": point.missing} for point in one.points]}
