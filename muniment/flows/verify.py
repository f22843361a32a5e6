"""Verify a case or a bundle; our own bundle with the case's enrolled keys as trust."""

from pathlib import Path

from evidence_store.case import Case
from evidence_store.custody.keys import PublicKey, TrustedSigner
from evidence_store.custody.sshsig import CHECKPOINT, SEAL
from evidence_store.progress import Progress
from verify.bundle import verify_bundle
from verify.report import VerifyReport
from verify.trust import Trust


def enrolled_signers(case: Case) -> tuple[TrustedSigner, ...]:
    """The keys that speak in the case, as a verifier would list them."""
    return tuple(
        TrustedSigner(principal=key.principal, key=PublicKey.parse(key.public_key), namespaces=(CHECKPOINT, SEAL))
        for key in case.catalogue.enrolled_keys()
        if key.revoked_seq is None
    )


def verify_own_bundle(case: Case, bundle: Path, progress: Progress) -> VerifyReport:
    """Whether a bundle of this case is what was meant to be handed over."""
    return verify_bundle(bundle, trust=Trust(signers=enrolled_signers(case)), progress=progress)
