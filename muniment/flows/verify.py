"""Verify a bundle, a case or a WARC; our own bundle with the case's enrolled keys as trust."""

from dataclasses import dataclass
from pathlib import Path

from evidence_store.case import Case
from evidence_store.custody.keys import PublicKey, TrustedSigner
from evidence_store.custody.sshsig import CHECKPOINT, SEAL
from evidence_store.findings import Finding
from evidence_store.layout import CaseLayout
from evidence_store.progress import Progress
from verify.bundle import verify_bundle, verify_case
from verify.errors import NothingToVerify
from verify.report import TargetKind, VerifyReport
from verify.trust import Trust, read_receipt, read_trust

BAG_DECLARATION = "bagit.txt"  # RFC 8493 2.1.1
WARC_NAMES = (".warc", ".warc.gz")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a verifier brings along; nothing of it comes out of the target."""

    trust: Path | None = None  # an allowed_signers file
    receipts: tuple[Path, ...] = ()
    tsa_roots: Path | None = None  # PEM
    require_time: bool = False


def verify_target(target: Path, measure: Measure, progress: Progress) -> VerifyReport:
    """Verify what stands at `target`: a bundle, a case or a WARC file.

    NothingToVerify where it is none of them; UnusableInput where what the verifier brings cannot be read.
    """
    trust = read_trust(measure.trust) if measure.trust else None
    receipts = [read_receipt(path) for path in measure.receipts]
    if target.is_file():
        return verify_warc(target, progress)
    check = verify_case if is_case(target) and not (target / BAG_DECLARATION).exists() else verify_bundle
    return check(target, trust=trust, receipts=receipts, tsa_roots=measure.tsa_roots, require_time=measure.require_time,
                 progress=progress)


def is_case(folder: Path) -> bool:
    """The folder holds the settings of a case."""
    return CaseLayout(folder).settings.is_file()


def verify_warc(path: Path, progress: Progress) -> VerifyReport:
    """Whether the records of one WARC file have the digests they were written with; it is signed by nobody."""
    if not path.name.endswith(WARC_NAMES):
        raise NothingToVerify(
            f"{path} is not a WARC file", hint="name a bundle folder, a case folder, or a .warc or .warc.gz file"
        )
    # Its checks bring readers of pictures along, which a bundle's verification must not pay for.
    from verify.checks.warcs import UNNAMED, check_warcs

    findings = tuple(
        Finding(check=found.check, outcome=found.outcome, subject=path.name, summary=found.summary)
        for found in check_warcs([path], {}, progress=progress)
        if found.check != UNNAMED  # there is no ledger that could name its records
    )
    return VerifyReport(target=path, kind=TargetKind.WARC, findings=findings)
