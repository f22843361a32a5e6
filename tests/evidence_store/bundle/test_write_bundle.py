import hashlib
import json
import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import bagit
import pytest

from evidence_store.bundle.model import WrittenBundle
from evidence_store.bundle.seal import seal_bundle
from evidence_store.bundle.write import write_bundle
from evidence_store.case import Case
from evidence_store.custody import sshsig
from evidence_store.custody.checkpoint import Checkpoint, sign_checkpoint, store_checkpoint, stored_checkpoint
from evidence_store.custody.folder import CustodyFolder
from evidence_store.custody.keys import create_key
from evidence_store.errors import BundleRefused, ContentMismatch, LedgerDamaged, MissingContent, SignatureInvalid
from evidence_store.events import Disclose, KeyRevoke, Note, Sealed

THUMBNAIL = b"\x89PNG thumbnail"


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def again(made, bundle: WrittenBundle, name: str, **changes) -> WrittenBundle:
    """Write the bundle of a stored checkpoint once more, from a case opened anew."""
    case = Case.open(made.case.layout.root)
    (checkpoint,) = stored_checkpoint(CustodyFolder(case.layout.custody), bundle.checkpoint_size).signed()
    arguments = {"created_at": next(made.times).replace(year=2026, month=2, day=3), "documents": made.documents,
                 "signer": made.signer, "destination": made.folder / name, **changes}
    return write_bundle(case, arguments.pop("checkpoint", checkpoint), arguments.pop("options", made.options()),
                        **arguments)


def test_a_bundle_holds_originals_records_derivatives_ledger_and_documents(investigation):
    bundle = investigation.seal()
    files = tree(bundle.path)
    key16 = investigation.signer.public.key16
    assert set(files) == {
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt",
        f"tagmanifest-sha256.txt.{key16}.sig",
        "START-HERE.html", "report.html", "VERIFY.txt", "verify.sh", "verify.py",
        "custody/ledger.jsonl", *(f"custody/bodies/{seq:010d}.json" for seq in range(6)),
        "custody/checkpoints/0000000006", f"custody/checkpoints/0000000006.{key16}.sig", f"custody/keys/{key16}.pub",
        "data/items/ITEM-0001/original.jpg", "data/items/ITEM-0001/item.json",
        f"data/items/ITEM-0001/derivatives/thumbnail-{hashlib.sha256(THUMBNAIL).hexdigest()[:16]}.png",
        "data/items/ITEM-0002/original.docx", "data/items/ITEM-0002/item.json",
        "data/items/ITEM-0003/original.bin", "data/items/ITEM-0003/item.json",
    }
    assert files["data/items/ITEM-0001/original.jpg"] == b"\xff\xd8photo"
    record = json.loads(files["data/items/ITEM-0001/item.json"])
    assert (record["schema"], record["id"]) == ("muniment/item/1", "ITEM-0001")
    assert record["sha256"] == hashlib.sha256(b"\xff\xd8photo").hexdigest()
    assert (bundle.held, bundle.included, bundle.not_selected, bundle.checkpoint_size) == (3, 3, 0, 6)


def test_the_bag_is_valid_and_says_when_by_what_and_of_which_case(investigation):
    bundle = investigation.seal()
    bagit.Bag(str(bundle.path)).validate()
    info = dict(line.split(": ", 1) for line in (bundle.path / "bag-info.txt").read_text().splitlines())
    assert info == {"Bag-Software-Agent": "Muniment 0.1.0", "Bagging-Date": "2026-02-03",
                    "External-Identifier": investigation.case.id, "Internal-Sender-Identifier": "ab" * 16,
                    "Payload-Oxum": f"{bundle.payload_octets}.7"}


def test_an_outsider_checks_everything_with_tools_of_the_system(investigation, tmp_path):
    """The lines of VERIFY.txt: sha256sum, ssh-keygen, head."""
    bundle = investigation.seal().path
    key16 = investigation.signer.public.key16
    trust = tmp_path / "allowed_signers"
    trust.write_text(f"inv1 {investigation.signer.public.line}\n")

    def passes(command: str, folder: Path = bundle) -> bool:
        return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True,
                              env={"PATH": "/usr/bin:/bin", "TRUST": str(trust)}).returncode == 0

    seal = f"tagmanifest-sha256.txt.{key16}.sig"
    assert passes("sha256sum -c --strict --quiet tagmanifest-sha256.txt manifest-sha256.txt")
    assert passes(f"ssh-keygen -Y verify -f $TRUST -I inv1 -n seal@muniment -s {seal} < tagmanifest-sha256.txt")
    assert passes('N=$(ls custody/checkpoints | head -n 1); cd custody && test "$(sed -n 4p checkpoints/$N)" = '
                  '"sha256-prefix $(head -n "$(sed -n 2p checkpoints/$N)" ledger.jsonl | sha256sum | cut -d" " -f1)"')
    assert passes(f"ssh-keygen -Y verify -f $TRUST -I inv1 -n checkpoint@muniment -s 0000000006.{key16}.sig "
                  "< 0000000006", bundle / "custody/checkpoints")


def test_the_ledger_in_the_bundle_ends_in_its_disclosure_and_the_case_goes_on_to_sealed(investigation):
    bundle = investigation.seal()
    lines = (bundle.path / "custody/ledger.jsonl").read_bytes()
    assert lines == b"".join(investigation.case.log.lines(0, bundle.checkpoint_size))
    disclosed, sealed = (event.body for event in investigation.case.events(bundle.checkpoint_size - 1))
    assert disclosed == Disclose(bundle="ab" * 16, recipient="the court", held=3, included=3)
    tagmanifest = (bundle.path / "tagmanifest-sha256.txt").read_bytes()
    assert sealed == Sealed(bundle="ab" * 16, tagmanifest_sha256=hashlib.sha256(tagmanifest).hexdigest(),
                            checkpoint_size=bundle.checkpoint_size)
    assert b'"type":"disclose"' in (bundle.path / "custody/bodies/0000000005.json").read_bytes()


def test_the_same_checkpoint_gives_the_same_bytes_whatever_the_case_became_since(investigation):
    first = investigation.seal()
    with investigation.writer() as writer:
        writer.append(Note(item=None, text="later"))
        writer.checkpoint()
    second = again(investigation, first, "again")
    assert tree(second.path) == tree(first.path)
    assert replace(second, path=first.path) == first


def test_stored_receipts_and_tokens_come_along(investigation):
    """They are stored as received: the bundle vouches for their bytes, not for their meaning."""
    first = investigation.seal()
    names = [f"0000000006.receipt-{'c' * 16}.sig", "0000000006.example-tsa.tsr"]
    for name in names:
        (investigation.case.layout.checkpoints / name).write_bytes(name.encode())
    second = again(investigation, first, "again")
    added = set(tree(second.path)) - set(tree(first.path))
    assert added == {f"custody/checkpoints/{name}" for name in names}


def test_every_earlier_checkpoint_comes_along_and_no_later_one(investigation):
    with investigation.writer() as writer:
        writer.checkpoint()
    first = investigation.seal()
    with investigation.writer() as writer:
        writer.checkpoint()
    names = {path.name for path in (again(investigation, first, "again").path / "custody/checkpoints").iterdir()}
    assert {name for name in names if len(name) == 10} == {"0000000005", "0000000006"}


def test_a_checkpoint_whose_signature_is_gone_stays_behind(investigation):
    with investigation.writer() as writer:
        writer.checkpoint()
    (signature,) = investigation.case.layout.checkpoints.glob("*.sig")
    signature.unlink()
    names = {path.name for path in (investigation.seal().path / "custody/checkpoints").iterdir()}
    assert {name for name in names if len(name) == 10} == {"0000000006"}


def test_items_not_selected_are_left_out_and_their_events_stay(investigation):
    bundle = investigation.seal(not_selected=("ITEM-0001",))
    files = tree(bundle.path)
    assert not [path for path in files if "ITEM-0001" in path]
    assert "data/items/ITEM-0002/original.docx" in files
    assert b"the school of Sarmin" in b"".join(files[path] for path in files if path.startswith("custody/bodies/"))
    assert (bundle.held, bundle.included, bundle.not_selected) == (3, 2, 1)
    disclosed = investigation.case.event(bundle.checkpoint_size - 1).body
    assert (disclosed.not_selected, disclosed.held, disclosed.included) == (("ITEM-0001",), 3, 2)


def test_the_seal_is_a_signature_of_the_tagmanifest_for_that_purpose(investigation):
    bundle = investigation.seal()
    armour = (bundle.path / f"tagmanifest-sha256.txt.{investigation.signer.public.key16}.sig").read_bytes()
    tagmanifest = (bundle.path / "tagmanifest-sha256.txt").read_bytes()
    assert sshsig.verify_canonical(tagmanifest, armour, sshsig.SEAL) == investigation.signer.public


def nothing_was_written(made) -> bool:
    return not [path for path in made.folder.iterdir() if "bundle" in path.name or "again" in path.name]


def test_evidence_that_changed_on_disk_stops_the_bundle(investigation):
    (blob,) = [path for path in investigation.case.layout.blobs.rglob("*")
               if path.is_file() and path.read_bytes() == b"PK words"]
    blob.chmod(0o644)
    blob.write_bytes(b"PK w0rds")
    with pytest.raises(ContentMismatch):
        investigation.seal()
    assert nothing_was_written(investigation)


def test_evidence_that_is_gone_stops_the_bundle(investigation):
    (blob,) = [path for path in investigation.case.layout.blobs.rglob("*")
               if path.is_file() and path.read_bytes() == b"PK words"]
    blob.unlink()
    with pytest.raises(MissingContent):
        investigation.seal()
    assert nothing_was_written(investigation)


def test_a_bundle_is_never_written_over_something_and_the_ledger_does_not_announce_it(investigation):
    (investigation.folder / "bundle").mkdir()
    before = investigation.case.log.size
    with pytest.raises(BundleRefused, match="exists already"):
        investigation.seal()
    assert investigation.case.log.size == before


@pytest.mark.parametrize(("changes", "message"), [
    ({"bundle_id": "cd" * 16}, "announces the bundle"),
    ({"recipient": "somebody else"}, "announces the bundle"),
    ({"not_selected": ("ITEM-0001",)}, "announces the bundle"),
])
def test_a_bundle_other_than_the_one_announced_is_refused(investigation, changes, message):
    first = investigation.seal()
    with pytest.raises(BundleRefused, match=message):
        again(investigation, first, "again", options=investigation.options(**changes))
    assert not (investigation.folder / "again").exists()


def test_a_checkpoint_that_does_not_end_in_a_disclosure_is_refused(investigation):
    with investigation.writer() as writer:
        checkpoint = writer.checkpoint()
        with pytest.raises(BundleRefused, match="not the cut of a bundle"):
            write_bundle(writer.case, checkpoint, investigation.options(), created_at=next(investigation.times),
                         documents=investigation.documents, signer=writer.signer,
                         destination=investigation.folder / "bundle")


@pytest.mark.parametrize(("fault", "error"), [
    ("of another case", BundleRefused),
    ("of another ledger", LedgerDamaged),
    ("of another signature", SignatureInvalid),
])
def test_a_checkpoint_that_does_not_stand_is_refused(investigation, fault, error):
    first = investigation.seal()
    (good,) = stored_checkpoint(CustodyFolder(investigation.case.layout.custody), first.checkpoint_size).signed()
    checkpoint = good.checkpoint
    match fault:
        case "of another case":
            bad = sign_checkpoint(replace(checkpoint, origin="muniment/" + "0" * 32), investigation.signer)
        case "of another ledger":
            bad = sign_checkpoint(replace(checkpoint, root=bytes(32)), investigation.signer)
        case _:
            bad = replace(good, armour=investigation.signer.sign(b"else", sshsig.CHECKPOINT))
    with pytest.raises(error):
        again(investigation, first, "again", checkpoint=bad)


def test_an_earlier_checkpoint_that_no_longer_fits_the_ledger_stops_the_bundle(investigation):
    """Somebody rewrote the case after it was signed."""
    wrong = Checkpoint(origin=f"muniment/{investigation.case.id}", size=3, root=bytes(32), prefix_sha256="0" * 64)
    store_checkpoint(CustodyFolder(investigation.case.layout.custody), sign_checkpoint(wrong, investigation.signer))
    with pytest.raises(LedgerDamaged, match="does not fit"):
        investigation.seal()


def second_key(made, revoke_with=None) -> None:
    other = create_key(made.folder / "other", comment="", passphrase=None)
    with made.writer(other, principal="inv2") as writer:
        writer.append(Note(item=None, text="by another"))
        if revoke_with == "checkpoint":
            writer.checkpoint()
    if revoke_with == "key-revoke":
        with made.writer() as writer:
            writer.append(KeyRevoke(fingerprint=other.public.fingerprint, reason="left"))


def test_events_that_their_own_key_did_not_sign_for_stop_the_bundle_before_it_is_announced(investigation):
    second_key(investigation)
    before = investigation.case.log.size
    with pytest.raises(BundleRefused, match="no checkpoint proves who made these events"):
        investigation.seal()
    assert investigation.case.log.size == before


def test_events_signed_for_by_their_own_key_go_through(investigation):
    second_key(investigation, "checkpoint")
    bundle = investigation.seal()
    assert bundle.attributed_only == ()
    assert len(list((bundle.path / "custody/keys").iterdir())) == 2


def test_events_of_a_revoked_key_go_through_and_are_named_as_not_proved(investigation):
    second_key(investigation, "key-revoke")
    bundle = investigation.seal()
    (fingerprint,) = bundle.attributed_only
    assert fingerprint != investigation.signer.public.fingerprint


KILLED = textwrap.dedent("""
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from evidence_store.bundle.model import BundleDocuments, BundleOptions
    from evidence_store.bundle.seal import seal_bundle
    from evidence_store.case import Case
    from evidence_store.clock import system_clock, system_random
    from evidence_store.custody.keys import open_key
    from evidence_store.records import Tool

    folder, call = Path(sys.argv[1]), sys.argv[2]
    module, name = (Path, "rename") if call == "rename" else (os, "fsync")
    def die(*_):
        if (folder / ".bundle.unfinished").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*_)
    real = getattr(module, name)
    setattr(module, name, die)
    options = BundleOptions(bundle_id="cd" * 16, recipient="x", software=Tool(name="Muniment", version="0"))
    documents = BundleDocuments(start_here=b"", report=b"", verify_txt=b"", verify_sh=b"", verify_py=b"")
    with Case.open(folder / "case").writer(open_key(folder / "key"), command="test", clock=system_clock,
                                           random=system_random) as writer:
        seal_bundle(writer, options, created_at=datetime(2026, 1, 1, tzinfo=UTC), documents=lambda _: documents,
                    destination=folder / "bundle")
""")


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_killed_while_writing_there_is_no_bundle_and_the_next_run_makes_it(investigation, call):
    done = subprocess.run([sys.executable, "-c", KILLED, investigation.folder, call], capture_output=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == -9, done.stderr.decode()
    assert not (investigation.folder / "bundle").exists()
    assert [event.body.TYPE for event in investigation.case.events()][-1] == "disclose"
    bundle = investigation.seal()
    bagit.Bag(str(bundle.path)).validate()
    assert not (investigation.folder / ".bundle.unfinished").exists()


def test_the_stamp_comes_after_the_checkpoint_and_before_the_bag(investigation):
    def stamp(checkpoint) -> None:
        path = investigation.case.layout.checkpoints / f"{checkpoint.size:010d}.example-tsa.tsr"
        assert not (investigation.folder / "bundle").exists()
        path.write_bytes(b"token")

    with investigation.writer() as writer:
        bundle = seal_bundle(writer, investigation.options(), created_at=next(investigation.times) + timedelta(days=1),
                             documents=lambda _: investigation.documents,
                             destination=investigation.folder / "bundle", stamp=stamp)
    assert (bundle.path / "custody/checkpoints/0000000006.example-tsa.tsr").read_bytes() == b"token"
