"""Claims: what a text says that somebody says happened, proposed by rules; and what sources agree or differ on.

The rules, `verify.claims.propose`, take a third of a second to compile: they are imported where a text is read.
"""

from verify.claims.matrix import Agreement, Cell, Matrix, Row, claim_matrix
from verify.claims.model import DateReader, Paragraph, Proposal, proposal_id

__all__ = ["Agreement", "Cell", "DateReader", "Matrix", "Paragraph", "Proposal", "Row", "claim_matrix",
           "proposal_id"]
