"""What a case gives its report besides events: the article's text, screenshots, the claims side by side.

What cannot be read gives nothing: that it is damaged, the fixity check says, and the bundle is refused elsewhere.
"""

from collections.abc import Sequence

from archiver.citations.outline import BlockKind
from archiver.errors import ArchiverError
from evidence_store.case import Case
from evidence_store.claims import NumberedClaim
from evidence_store.errors import EvidenceError
from evidence_store.events import Linked
from evidence_store.records import Capture, Item, View
from muniment.flows.cite import load_item
from muniment.report.material import MAX_SCREENSHOT, MatrixCell, MatrixRow, Paragraph
from verify.claims import claim_matrix


class CaseMaterial:
    """Reads a case."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def paragraphs(self, item: Item) -> Sequence[Paragraph]:
        """The main text of an article."""
        try:
            blocks = load_item(self._case, item).blocks()
        except (EvidenceError, ArchiverError, OSError):
            return ()
        return tuple(Paragraph(text=block.text, offset=block.offset, heading=block.kind is BlockKind.HEADING)
                     for block in blocks if block.text)

    def view(self, capture: Capture, view: View) -> bytes:  # noqa: ARG002 - of the Protocol
        """A screenshot of a page."""
        if view.record.length > MAX_SCREENSHOT:
            return b""
        try:
            with self._case.open_content(view.record) as stream:
                return stream.read()
        except EvidenceError:
            return b""

    def matrix(self, claims: Sequence[NumberedClaim], links: Sequence[Linked]) -> Sequence[MatrixRow]:
        """Claims grouped by event."""
        if not claims:
            return ()
        found = claim_matrix(claims, links)   # without the user's gazetteers: the same events give the same bytes
        return tuple(MatrixRow(
            what=row.predicate.value, place=row.place, date=row.date, subject=row.subject,
            agreement=row.agreement.value,
            conflicts=tuple(f"{one} / {other}: {why}" for one, other, why in row.conflicts),
            cells=tuple(MatrixCell(origin=cell.origin, relayed_by=cell.relayed_by, claims=cell.claims)
                        for cell in row.cells)) for row in found.rows)
