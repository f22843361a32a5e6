"""What came of an article's citations, in one line and as an outcome. Pure."""

from evidence_store.catalogue.model import Coverage
from evidence_store.records import CitationKind, Verdict

_UNCAPTURED = {CitationKind.MENTION: ("mention", "mentions"), CitationKind.LOST_EMBED: ("lost embed", "lost embeds")}


def coverage_line(coverage: Coverage) -> str:
    """`14 cited: 10 complete, 1 login wall, 1 gone, 1 truncated, 1 mention`."""
    parts = [
        f"{coverage.verdicts[verdict]} {verdict.replace('_', ' ')}"
        for verdict in Verdict
        if coverage.verdicts.get(verdict)
    ]
    for kind, count in sorted(coverage.uncaptured.items()):
        one, many = _UNCAPTURED.get(kind, ("not captured", "not captured"))
        parts.append(f"{count} {one if count == 1 else many}")
    return f"{coverage.cited} cited: {', '.join(parts)}" if parts else f"{coverage.cited} cited"


def is_fully_preserved(coverage: Coverage) -> bool:
    """Every citation other than a mention is complete."""
    open_ends = [count for kind, count in coverage.uncaptured.items() if kind is not CitationKind.MENTION]
    return not any(open_ends) and not any(
        count for verdict, count in coverage.verdicts.items() if verdict is not Verdict.COMPLETE
    )
