"""All documents of a bundle, from its events."""

from collections.abc import Iterable

from evidence_store.bundle.model import BundleDocuments, BundleOptions
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.events import Event
from muniment.report import by_hand, pages
from muniment.report.dossier import gather


def bundle_documents(events: Iterable[Event], *, checkpoint: Checkpoint, options: BundleOptions, sealer: PublicKey,
                     verify_py: bytes, verify_sh: bytes) -> BundleDocuments:
    """The documents of the bundle that is cut at `checkpoint` and will be sealed by `sealer`.

    `events`: those below the checkpoint, of which the last is the bundle's `disclose`; FormatError otherwise.
    `verify_py`, `verify_sh`: the verifiers that the bundle carries.
    """
    dossier = gather(events)
    return BundleDocuments(
        start_here=pages.start_here(dossier, checkpoint, options, sealer),
        report=pages.report(dossier, checkpoint, options, sealer),
        verify_txt=by_hand.verify_txt(checkpoint, options, sealer),
        verify_sh=verify_sh,
        verify_py=verify_py,
    )
