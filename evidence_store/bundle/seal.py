"""The order in which a bundle comes to be (DESIGN 5): extracts, disclose, checkpoint, stamp, write, seal, `sealed`.

1. `disclose` is appended before the checkpoint, so the cut that the recipient holds says what the recipient got.
2. What can be refused is refused before `disclose`, so that the ledger announces no bundle that cannot be.
3. `sealed` is appended to the case only, after the bundle has its name.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from evidence_store.bundle.archives import archives_left_out
from evidence_store.bundle.attribution import attributed_only, covered_to
from evidence_store.bundle.bag import refuse_taken
from evidence_store.bundle.contents import gather, select
from evidence_store.bundle.model import BundleDocuments, BundleOptions, WrittenBundle
from evidence_store.bundle.write import write_bundle
from evidence_store.case import Case
from evidence_store.custody.checkpoint import SignedCheckpoint, stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.disclosure.account import Chosen, claims_account, items_of, predecessor_of
from evidence_store.disclosure.plan import Withholding, plan_withholding
from evidence_store.errors import BundleRefused
from evidence_store.events import Disclose, Sealed, SealToken, stated_event
from evidence_store.progress import NoProgress, Progress
from evidence_store.records import ItemId
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
    refuse_taken(destination)
    held_back = archives_left_out(writer.case.events(), {*options.withheld, *options.not_selected})
    options = replace(options, not_selected=(*options.not_selected, *held_back))
    withholding = withholding_of(writer.case, items=options.withheld, seqs=options.withheld_seqs)
    announced = _announcement(writer, options, withholding)
    writer.append(*withholding.extracts, announced)
    checkpoint = writer.checkpoint()
    stamp(checkpoint)
    bundle = write_bundle(writer.case, checkpoint, options, created_at=created_at, documents=documents(checkpoint),
                          signer=writer.signer, destination=destination, progress=progress)
    tokens = stamp_seal(bundle)
    writer.append(Sealed(bundle=options.bundle_id, tagmanifest_sha256=bundle.tagmanifest_sha256,
                         checkpoint_size=checkpoint.size, tokens=tokens))
    return replace(bundle, seal_tokens=tokens)


def withholding_of(case: Case, *, items: Sequence[ItemId], seqs: Sequence[int]) -> Withholding:
    """What a bundle of the whole ledger must leave out; BundleRefused where it cannot be had."""
    plan = plan_withholding(case.log.bodies(), items=items, seqs=seqs)
    if not plan.items:
        return plan
    absent = frozenset(plan.seqs)
    shown = gather([*(event for event in case.events() if event.seq not in absent),
                    *(stated_event(extract) for extract in plan.extracts)])
    stay = select(shown, ()).records
    gone = select(gather(case.events()), ()).records - stay
    naming = frozenset(entry.ref.record for entry in case.catalogue.records_about(gone)) & stay
    return plan_withholding(case.log.bodies(), items=items, seqs=seqs, records=naming) if naming else plan


def _announcement(writer: CaseWriter, options: BundleOptions, withholding: Withholding) -> Disclose:
    """The `disclose` event to be; BundleRefused where the bundle could not be made after it."""
    everything = list(writer.case.events())
    shown = [event for event in everything if not withholding.covers(event.seq)]
    stated = [stated_event(extract) for extract in withholding.extracts]
    contents = gather([*shown, *stated])
    unspoken = sorted(set(options.not_selected) & set(withholding.items))
    if unspoken:
        raise BundleRefused(f"{', '.join(unspoken)} cannot be both withheld and named as not selected",
                            hint="withhold it, or leave it out; what is withheld is not named at all")
    folder = CustodyFolder(writer.case.layout.custody)
    covered = dict(covered_to(one for stored in stored_checkpoints(folder) for one in stored.signed()))
    covered[writer.signer.public.fingerprint] = writer.case.log.size + len(stated) + 1   # the one about to be signed
    attributed_only(gather(shown), covered)
    included = frozenset(item.id for item in select(contents, options.not_selected).items)
    chosen = Chosen(included=included, withheld=frozenset(withholding.items),
                    not_selected=frozenset(options.not_selected))
    return Disclose(
        bundle=options.bundle_id, recipient=options.recipient, withheld_seqs=withholding.seqs,
        not_selected=options.not_selected, held=len(items_of(everything)), included=len(included),
        withheld=len(withholding.items), claims=claims_account(everything, [*shown, *stated], chosen),
        predecessor=predecessor_of(everything, chosen, recipient=options.recipient, bundle=options.predecessor))
