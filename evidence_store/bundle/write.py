"""Writing a bundle: a BagIt bag cut from the case at a checkpoint, signed over its tagmanifest.

1. Nothing is written that the ledger does not prove: the cut ends in the `disclose` event of this very bundle, every
   checkpoint fits the ledger, every key that events name has signed for them.
2. What the `disclose` event withholds is not read: items, derivatives and records are those that the other bodies name.
3. Every original is hashed while it is written and compared with its record; one that differs stops the bundle.
4. The same checkpoint, options, documents, date and stored proofs give the same bytes.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from evidence_store import canonical
from evidence_store.authorities import kept_files
from evidence_store.bundle import naming
from evidence_store.bundle.attribution import attributed_only, covered_to
from evidence_store.bundle.bag import BagWriter
from evidence_store.bundle.captures import copy_captures, disclosed_records
from evidence_store.bundle.contents import Contents, Selection, gather, select
from evidence_store.bundle.model import BundleDocuments, BundleOptions, WrittenBundle
from evidence_store.bundle.proofs import Proof, read_proofs
from evidence_store.case import Case
from evidence_store.custody import sshsig
from evidence_store.custody.checkpoint import SignedCheckpoint
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.keys import PublicKey, Signer
from evidence_store.errors import BundleRefused, ContentMismatch
from evidence_store.events import Disclose, to_fields
from evidence_store.progress import NoProgress, Progress
from evidence_store.records import Derivative, Item, Sha256
from evidence_store.warc.wacz_signing import sign_wacz

ITEM_SCHEMA = "muniment/item/1"
SEQ_DIGITS = 10
TASK = "bundle"

_UNWATCHED = NoProgress()


def write_bundle(case: Case, checkpoint: SignedCheckpoint, options: BundleOptions, *, created_at: datetime,
                 documents: BundleDocuments, signer: Signer, destination: Path,
                 progress: Progress = _UNWATCHED) -> WrittenBundle:
    """Write and seal the bundle at `destination`, which must not exist.

    BundleRefused when the ledger does not prove what the bundle would say; ContentMismatch, MissingContent or
    WarcDamaged when evidence is not what its record says. In every such case there is no bundle.
    """
    proofs = read_proofs(case, checkpoint)
    disclose = _disclosed(case, checkpoint, options)
    withheld = frozenset(disclose.withheld_seqs)
    contents = gather(event for event in case.events(0, checkpoint.size) if event.seq not in withheld)
    attributed = attributed_only(contents, covered_to(one for proof in proofs for one in proof.signatures))
    selection = select(contents, options.not_selected)
    with BagWriter(destination) as bag:
        _write_items(bag, case, selection, progress)
        _write_captures(bag, case, selection, created_at, options)
        _write_ledger(bag, case, checkpoint.size, withheld)
        _write_proofs(bag, proofs)
        _write_authorities(bag, case)
        _write_keys(bag, contents, [one.signer for proof in proofs for one in proof.signatures] + [signer.public])
        for path, content in sorted(documents.files().items()):
            bag.add(path, content)
        tagmanifest = bag.close_manifests({
            "Bag-Software-Agent": f"{options.software.name} {options.software.version}",
            "External-Identifier": case.id,
            "Internal-Sender-Identifier": options.bundle_id,
        }, created_at.date())
        bag.add_unlisted(f"{signer.public.key16}.sig", signer.sign(tagmanifest, sshsig.SEAL))
        finished = bag.publish()
    return WrittenBundle(
        path=finished.root, bundle_id=options.bundle_id, checkpoint_size=checkpoint.size,
        tagmanifest_sha256=Sha256(hashlib.sha256(tagmanifest).hexdigest()), held=disclose.held,
        included=len(selection.items), not_selected=len(options.not_selected), withheld=disclose.withheld,
        withheld_events=len(withheld), files=finished.files,
        payload_octets=finished.payload_octets, attributed_only=attributed,
    )


def _disclosed(case: Case, checkpoint: SignedCheckpoint, options: BundleOptions) -> Disclose:
    """The last event below the cut, which announces exactly this bundle and what it lacks."""
    disclose = case.event(checkpoint.size - 1).body if checkpoint.size <= case.log.size else None
    if not isinstance(disclose, Disclose):
        raise BundleRefused("the checkpoint does not end in a `disclose` event, so it is not the cut of a bundle")
    announced = (disclose.bundle, disclose.recipient, disclose.not_selected)
    if announced != (options.bundle_id, options.recipient, options.not_selected):
        raise BundleRefused(f"the ledger announces the bundle {disclose.bundle} for {disclose.recipient!r}, "
                            f"not {options.bundle_id} for {options.recipient!r} with this selection")
    return disclose


def _write_items(bag: BagWriter, case: Case, selection: Selection, progress: Progress) -> None:
    progress.start(TASK, len(selection.items) + len(selection.derivatives), "files")
    try:
        for item in selection.items:
            _write_original(bag, case, item)
            progress.advance(TASK, note=item.id)
        for derivative in {naming.derivative_path(one): one for one in selection.derivatives}.values():
            _write_derivative(bag, case, derivative)
            progress.advance(TASK, note=derivative.item)
    finally:
        progress.finish(TASK)


def _write_original(bag: BagWriter, case: Case, item: Item) -> None:
    with case.open_item(item) as stream:
        written = bag.add_stream(naming.original_path(item), stream)
    if (written.sha256, written.length) != (item.sha256, item.length):
        raise ContentMismatch(f"{item.id} is no longer what its record says: {written.length} bytes, "
                              f"SHA-256 {written.sha256}", hint="run `muniment verify` on the case")
    bag.add(naming.record_path(item.id), canonical.encode({**to_fields(item), "schema": ITEM_SCHEMA}))


def _write_derivative(bag: BagWriter, case: Case, derivative: Derivative) -> None:
    with case.open_content(derivative.content) as stream:
        written = bag.add_stream(naming.derivative_path(derivative), stream)
    if written.sha256 != derivative.content.sha256:
        raise ContentMismatch(f"a derivative of {derivative.item} is no longer what its record says",
                              hint="run `muniment verify` on the case")


def _write_captures(bag: BagWriter, case: Case, selection: Selection, created_at: datetime,
                    options: BundleOptions) -> None:
    entries = disclosed_records(case, selection)
    if entries:
        place = bag.reserve(naming.CAPTURES)
        plain = place.with_suffix(".unsigned") if options.sign_captures else place
        copy_captures(case, entries, selection, plain, created_at=created_at, software=options.software)
        if options.sign_captures:
            sign_wacz(plain, place, software=options.software)
            plain.unlink()
        bag.add_written(naming.CAPTURES)


def _write_ledger(bag: BagWriter, case: Case, size: int, withheld: frozenset[int]) -> None:
    bag.add_pieces("custody/ledger.jsonl", case.log.lines(0, size))
    for seq, body in enumerate(case.log.bodies(0, size)):
        if seq not in withheld:
            bag.add(f"custody/bodies/{seq:0{SEQ_DIGITS}d}.json", body)


def _write_proofs(bag: BagWriter, proofs: Iterable[Proof]) -> None:
    for proof in proofs:
        name = f"custody/checkpoints/{proof.checkpoint.size:0{SEQ_DIGITS}d}"
        bag.add(name, proof.checkpoint.to_text())
        for signed in proof.signatures:
            bag.add(f"{name}.{signed.signer.key16}.sig", signed.armour)
        for path in proof.beside:
            with path.open("rb") as stream:
                bag.add_stream(f"custody/checkpoints/{path.name}", stream)


def _write_authorities(bag: BagWriter, case: Case) -> None:
    for name, path in kept_files(CustodyFolder(case.layout.custody)):
        with path.open("rb") as stream:
            bag.add_stream(f"custody/{name}", stream)


def _write_keys(bag: BagWriter, contents: Contents, signers: Iterable[PublicKey]) -> None:
    enrolled = [PublicKey.parse(line) for line in contents.public_keys]
    for key in {key.key16: key for key in (*enrolled, *signers)}.values():
        bag.add(f"custody/keys/{key.key16}.pub", f"{key.line}\n".encode())
