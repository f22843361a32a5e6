"""Claims: what a text says that somebody says happened, proposed by rules; and what sources agree or differ on."""

from verify.claims.matrix import Agreement, Cell, Matrix, Row, claim_matrix
from verify.claims.model import DateReader, Paragraph, Proposal
from verify.claims.propose import proposal_id, propose_claims

__all__ = ["Agreement", "Cell", "DateReader", "Matrix", "Paragraph", "Proposal", "Row", "claim_matrix",
           "proposal_id", "propose_claims"]
