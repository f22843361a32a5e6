"""Make the sealed bundle of a case: its documents for people, its verifiers, the seal."""

from pathlib import Path

from evidence_store.bundle.model import BundleDocuments, BundleOptions, WrittenBundle
from evidence_store.bundle.seal import seal_bundle
from evidence_store.case import Case
from evidence_store.custody.checkpoint import SignedCheckpoint
from evidence_store.disclosure.reading import as_disclosed
from evidence_store.events import Disclose
from evidence_store.records import ItemId
from evidence_store.writer import CaseWriter
from muniment.config.settings import Settings
from muniment.flows.circumstances import tool
from muniment.flows.environment import Environment
from muniment.flows.report_material import CaseMaterial
from muniment.flows.stamp import stamp_checkpoint, stamp_seal
from muniment.report.documents import bundle_documents
from verify.scripts import verify_py, verify_sh

NO_RECIPIENT = "not said"


def bundle_case(
    writer: CaseWriter,
    *,
    destination: Path,
    recipient: str,
    environment: Environment,
    not_selected: tuple[ItemId, ...] = (),
    settings: Settings | None = None,
) -> WrittenBundle:
    """Write, seal and record a bundle of all items but those not selected.

    The timestamp authorities of `settings` stamp its checkpoint and its seal; one that cannot be had stops nothing.
    """
    given = settings or Settings()

    def stamp(checkpoint: SignedCheckpoint) -> None:
        stamp_checkpoint(writer, checkpoint, given, environment)

    options = BundleOptions(
        bundle_id=environment.random(16).hex(),
        recipient=recipient or NO_RECIPIENT,
        software=tool("muniment"),
        not_selected=not_selected,
    )
    written = seal_bundle(
        writer,
        options,
        created_at=environment.clock(),
        destination=destination,
        stamp=stamp,
        stamp_seal=lambda bundle: stamp_seal(bundle.path, given, environment).tokens,
        progress=environment.progress,
        documents=lambda checkpoint: _documents(writer.case, checkpoint, options, given.report_language),
    )
    writer.checkpoint()  # so that the case's own last word, `sealed`, is signed for too
    return written


def _documents(case: Case, checkpoint: SignedCheckpoint, options: BundleOptions, language: str) -> BundleDocuments:
    events = list(case.events(0, checkpoint.checkpoint.size))
    last = events[-1].body
    return bundle_documents(
        as_disclosed(events, last.withheld_seqs if isinstance(last, Disclose) else ()),
        checkpoint=checkpoint.checkpoint,
        options=options,
        sealer=checkpoint.signer,
        verify_py=verify_py(),
        verify_sh=verify_sh(),
        material=CaseMaterial(case),
        language=language,
    )


def free_destination(wanted: Path) -> Path:
    """`wanted`, or the first of `wanted-2`, `wanted-3` ... that is not taken."""
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.name}-{number}")
    return candidate
