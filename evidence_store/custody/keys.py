"""Keys, in one place to import from: public halves, signers in files and in ssh-agent, and who is trusted."""

from evidence_store.custody.agent import AgentSigner, agent_signers
from evidence_store.custody.allowed_signers import (
    TrustedSigner,
    find_signer,
    format_allowed_signers,
    parse_allowed_signers,
)
from evidence_store.custody.keyfile import FileSigner, Protection, Signer, create_key, open_key, public_file
from evidence_store.custody.publickey import PublicKey

__all__ = [
    "AgentSigner",
    "FileSigner",
    "Protection",
    "PublicKey",
    "Signer",
    "TrustedSigner",
    "agent_signers",
    "create_key",
    "find_signer",
    "format_allowed_signers",
    "open_key",
    "parse_allowed_signers",
    "public_file",
]
