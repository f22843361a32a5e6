"""`muniment compare`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from evidence_store.visible import visible
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.flows.two_captures import Compared, Relation, Side, compare_sides, compared_document, read_side

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
WORDS = {Relation.SAME_BYTES: "same bytes", Relation.SAME_TEXT: "same text", Relation.DIFFERS: "differs",
         Relation.ONLY_A: "only in A", Relation.ONLY_B: "only in B"}


@verb("compare")
@click.argument("a", type=FOLDER)
@click.argument("b", type=FOLDER)
def command(run: Invocation, a: Path, b: Path) -> ExitCode:
    """Compare two captures of one plan: cases or bundles A and B, URL by URL.

    Says of each URL whether both got the same bytes, the same text, or what differs, and what both recorded that may be
    why: time, verdict, network, identity. Whether a bundle is whole, `verify` says.
    """
    one, other = read_side(a), read_side(b)
    compared = list(compare_sides(one, other))
    run.out.result(
        {"a": {"name": one.name, "title": one.title}, "b": {"name": other.name, "title": other.title},
         "urls": [compared_document(found) for found in compared],
         "counts": {relation.value: sum(found.relation is relation for found in compared) for relation in Relation}},
        text=_lines(one, other, compared))
    return ExitCode.OK


def _lines(a: Side, b: Side, compared: list[Compared]) -> Iterator[str]:
    yield f"A: {visible(a.title or a.name)}   B: {visible(b.title or b.name)}"
    for one in compared:
        why = f"  ({visible('; '.join(one.why))})" if one.why else ""
        yield f"{WORDS[one.relation]:<11} {visible(one.url)}{why}"
        yield from (f"            only in A: {visible(line)[:200]}" for line in one.only_a)
        yield from (f"            only in B: {visible(line)[:200]}" for line in one.only_b)
    counts = Counter(one.relation for one in compared)
    yield ", ".join(f"{counts[relation]} {WORDS[relation]}" for relation in Relation if counts[relation])
