"""Verify a bundle, a case, or what others made; our own bundle with the case's enrolled keys as trust."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_store.case import Case
from evidence_store.custody.keys import PublicKey, TrustedSigner
from evidence_store.custody.sshsig import CHECKPOINT, SEAL
from evidence_store.errors import EvidenceError
from evidence_store.findings import Finding, Outcome
from evidence_store.layout import CaseLayout
from evidence_store.progress import Progress
from verify.bitcoin import read_headers
from verify.bundle import verify_bundle, verify_case
from verify.errors import UnusableInput
from verify.report import TargetKind, VerifyReport
from verify.trust import Trust, read_receipt, read_trust

BAG_DECLARATION = "bagit.txt"  # RFC 8493 2.1.1
LEDGER = Path("custody", "ledger.jsonl")


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
    c2pa_roots: Path | None = None # PEM
    require_time: bool = False
    headers: Path | None = None  # of Bitcoin blocks


def verify_target(target: Path, measure: Measure, progress: Progress) -> VerifyReport:
    """Verify whatever stands at `target`: a bundle, a case, or what others made.

    UnusableInput where what the verifier brings cannot be read.
    """
    check_measure(measure)
    if target.is_dir() and is_bundle(target):
        return _verify_own(verify_bundle, target, measure, progress)
    if target.is_dir() and is_case(target) and not (target / BAG_DECLARATION).exists():
        return _verify_own(verify_case, target, measure, progress)
    # Its readers bring libraries along that a bundle's verification must not pay for.
    from verify.foreign import verify_foreign
    from verify.foreign.brought import Brought

    brought = Brought(trust=measure.trust, tsa_roots=measure.tsa_roots, c2pa_roots=measure.c2pa_roots,
                      headers=measure.headers, require_time=measure.require_time)
    report = verify_foreign(target, brought, progress)
    if report.kind is TargetKind.ZIPPED_BAG or (report.kind is TargetKind.TAR and not report.failures):
        return _verify_packed(report, measure, progress)
    return report


def is_case(folder: Path) -> bool:
    """The folder holds the settings of a case."""
    return CaseLayout(folder).settings.is_file()


def is_bundle(folder: Path) -> bool:
    """The folder is a bag, or poses as one, with a ledger in it."""
    return (folder / LEDGER).is_file() and ((folder / BAG_DECLARATION).exists() or not is_case(folder))


def check_measure(measure: Measure) -> None:
    """UnusableInput where a file that the verifier gave cannot be used: that is no verdict on the target."""
    for path in (measure.tsa_roots, measure.c2pa_roots):
        if path is not None:
            from evidence_store.custody.tokens import read_roots  # of the readers of certificates, only where asked for

            try:
                read_roots(path)
            except EvidenceError as error:
                raise UnusableInput(str(error), hint="give certificates in PEM") from error
    if measure.trust:
        read_trust(measure.trust)


def _verify_own(check: Callable[..., VerifyReport], target: Path, measure: Measure, progress: Progress) -> VerifyReport:
    trust = read_trust(measure.trust) if measure.trust else None
    receipts = [read_receipt(path) for path in measure.receipts]
    return check(target, trust=trust, receipts=receipts, tsa_roots=measure.tsa_roots, require_time=measure.require_time,
                 headers=read_headers(measure.headers) if measure.headers else None, progress=progress)


def _verify_packed(seen: VerifyReport, measure: Measure, progress: Progress) -> VerifyReport:
    """A bag in a ZIP or tar file, ours or another's: unpacked into a folder of its own, which goes.

    A tar file without a bag stays what was `seen` of it.
    """
    from verify.foreign.tar_file import unpack_tar_bag
    from verify.foreign.unpack import unpack_bag

    target, tarred = seen.target, seen.kind is TargetKind.TAR
    with TemporaryDirectory(prefix="muniment-") as folder:
        try:
            bag, findings = (unpack_tar_bag if tarred else unpack_bag)(target, Path(folder))
        except (EvidenceError, OSError) as error:
            bag, findings = None, (Finding(check="tar.unpack" if tarred else "zip.unpack", outcome=Outcome.ERROR,
                                           subject=target.name, summary=f"it could not be unpacked: {error}"),)
        if bag is None:
            unpacked = tuple(one for one in findings if one.check.endswith(".unpack"))
            return replace(seen, findings=(*seen.findings, *unpacked) if tarred else tuple(findings))
        report = verify_target(bag, measure, progress)
    return replace(report, target=target, findings=(*findings, *report.findings))
