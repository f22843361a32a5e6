"""The order in which a bundle comes to be (DESIGN 5): disclose, checkpoint, stamp, write, seal, `sealed`.

1. `disclose` is appended before the checkpoint, so the cut that the recipient holds says what the recipient got.
2. What can be refused is refused before `disclose`, so that the ledger announces no bundle that cannot be.
3. `sealed` is appended to the case only, after the bundle has its name.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from evidence_store.bundle.attribution import attributed_only, covered_to
from evidence_store.bundle.bag import refuse_taken
from evidence_store.bundle.contents import Contents, gather, select
from evidence_store.bundle.model import BundleDocuments, BundleOptions, WrittenBundle
from evidence_store.bundle.write import write_bundle
from evidence_store.custody.checkpoint import SignedCheckpoint, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.events import Disclose, Sealed, SealToken
from evidence_store.progress import NoProgress, Progress
from evidence_store.writer import CaseWriter

_UNWATCHED = NoProgress()


def no_stamp(_: SignedCheckpoint) -> None:
    """No timestamp is asked for."""


def no_seal_stamp(_: WrittenBundle) -> tuple[SealToken, ...]:
    """No timestamp over the seal is asked for."""
    return ()


def seal_bundle(writer: CaseWriter, options: BundleOptions, *, created_at: datetime,
                documents: Callable[[SignedCheckpoint], BundleDocuments], destination: Path,
                stamp: Callable[[SignedCheckpoint], None] = no_stamp,
                stamp_seal: Callable[[WrittenBundle], tuple[SealToken, ...]] = no_seal_stamp,
                progress: Progress = _UNWATCHED) -> WrittenBundle:
    """Make the bundle at `destination` and record that it was made.

    `documents` gives the files for people once the cut is known; `stamp` may store tokens beside the checkpoint,
    `stamp_seal` beside the tagmanifest of the finished bundle.
    Errors as of `write_bundle`; after `disclose` an error leaves that event in the ledger and no bundle.
    """
    contents = gather(writer.case.events())
    included = _check(writer, contents, options, destination)
    writer.append(Disclose(bundle=options.bundle_id, recipient=options.recipient, not_selected=options.not_selected,
                           held=len(contents.items), included=included))
    checkpoint = writer.checkpoint()
    stamp(checkpoint)
    bundle = write_bundle(writer.case, checkpoint, options, created_at=created_at, documents=documents(checkpoint),
                          signer=writer.signer, destination=destination, progress=progress)
    tokens = stamp_seal(bundle)
    writer.append(Sealed(bundle=options.bundle_id, tagmanifest_sha256=bundle.tagmanifest_sha256,
                         checkpoint_size=checkpoint.size, tokens=tokens))
    return replace(bundle, seal_tokens=tokens)


def _check(writer: CaseWriter, contents: Contents, options: BundleOptions, destination: Path) -> int:
    """How many items will be in it; BundleRefused where that can be told already."""
    refuse_taken(destination)
    folder = CustodyFolder(writer.case.layout.custody)
    covered = dict(covered_to(one for stored in stored_checkpoints(folder) for one in stored.signed()))
    covered[writer.signer.public.fingerprint] = writer.case.log.size + 1      # the checkpoint about to be signed
    attributed_only(contents, covered)
    return len(select(contents, options.not_selected).items)
