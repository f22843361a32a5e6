"""Two items of a case compared with each other: whether they show the same photograph, and where."""

from dataclasses import dataclass

from evidence_store.case import Case
from evidence_store.records import ItemId
from muniment.flows.reuse import item_query
from verify.reuse.compare import compare
from verify.reuse.model import Likeness
from verify.reuse.reading import Fingerprinter


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing two items came to."""

    likeness: Likeness | None
    not_comparable: str = ""      # why; then `likeness` says nothing


def compare_items(case: Case, one: ItemId, other: ItemId) -> Compared:
    """Compare two items; the best of their frames where they are films."""
    with Fingerprinter() as fingerprinter:
        queries = item_query(case, one, fingerprinter), item_query(case, other, fingerprinter)
    for query in queries:
        if not query.moments:
            return Compared(likeness=None, not_comparable=f"{query.name}: {query.not_comparable}")
    found = [likeness for first in queries[0].moments for second in queries[1].moments
             if (likeness := compare(first.fingerprint, second.fingerprint)) is not None]
    return Compared(likeness=max(found, key=lambda likeness: likeness.score, default=None))


def likeness_words(likeness: Likeness) -> str:
    """`the same photograph, mirrored, cropped by 31 %: 98 % of 412 textured cells agree`."""
    parts = [likeness.relation.value]
    if likeness.mirrored and likeness.relation.value != "mirrored":
        parts.append("mirrored")
    if likeness.crop_percent >= 1:
        parts.append(f"{likeness.crop_percent:.0f} % of the other is not on it")
    if abs(likeness.rotation) >= 1:
        parts.append(f"turned by {likeness.rotation:.0f} degrees")
    proof = "the same bytes" if likeness.method.value == "exact" else (
        f"{likeness.agreement:.0%} of {likeness.cells} textured cells agree, {likeness.inliers} points")
    return f"the same photograph ({', '.join(parts)}): {proof}"
