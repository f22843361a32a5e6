"""A bundle that withholds an item: nothing of it is in the bundle, and the rest verifies."""

import base64
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from case_factory import TOOL
from five_items import FACE, OCR, PAGE, PDQ, SCHOOL, THUMBNAIL, WITHHELD
from verifiers import IN_PROCESS, SHELLS, script_says, shell_says

from evidence_store.bundle.model import BundleOptions
from evidence_store.bundle.seal import seal_bundle
from evidence_store.disclosure.reading import as_disclosed
from evidence_store.errors import BundleRefused
from evidence_store.events import Captured, Disclose
from evidence_store.records import ItemId
from muniment.report.documents import bundle_documents
from verify.bundle import verify_case
from verify.scripts import verify_py, verify_sh

SEALED = datetime(2026, 3, 2, tzinfo=UTC)


def sealed(hand, destination: Path, *, number: int = 1, **wishes) -> Path:
    options = BundleOptions(bundle_id=f"{number:032x}", recipient="the court", software=TOOL, **wishes)

    def documents(checkpoint):
        events = list(hand.case.events(0, checkpoint.size))
        return bundle_documents(as_disclosed(events, events[-1].body.withheld_seqs), checkpoint=checkpoint.checkpoint,
                                options=options, sealer=checkpoint.signer, verify_py=verify_py(), verify_sh=verify_sh())

    with hand.writer() as writer:
        written = seal_bundle(writer, options, created_at=SEALED, documents=documents, destination=destination)
        writer.checkpoint()
    (destination.parent / "allowed_signers").write_text(f"investigator@example.org {hand.signer.public.line}\n")
    return written.path


def everything_in(root: Path) -> bytes:
    """Each byte of a bundle, members of zips and gzips opened, bodies of HTTP responses too."""
    found = [b"\n".join(str(path.relative_to(root)).encode() for path in root.rglob("*"))]
    waiting = [path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()]
    while waiting:
        data = waiting.pop()
        found.append(data)
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                waiting += [name.encode() for name in archive.namelist()]
                waiting += [archive.read(name) for name in archive.namelist()]
        at = data.find(b"\x1f\x8b\x08")
        while at >= 0:
            inflater = zlib.decompressobj(31)
            try:
                content = inflater.decompress(data[at:])
            except zlib.error:
                content = b""
            if content:
                waiting.append(content)
            at = data.find(b"\x1f\x8b\x08", len(data) - len(inflater.unused_data) if inflater.eof else at + 1)
    return b"\n".join(found)


def spellings(digest: bytes) -> dict[str, bytes]:
    return {"hex": digest.hex().encode(), "HEX": digest.hex().upper().encode(), "raw": digest,
            "base32": base64.b32encode(digest).rstrip(b"="), "base64": base64.b64encode(digest).rstrip(b"="),
            "base64url": base64.urlsafe_b64encode(digest).rstrip(b"=")}


def bytes_in_base64(content: bytes) -> list[bytes]:
    return [base64.b64encode(content[start:start + 300])[4:-4] for start in range(3)]


def test_nothing_of_a_withheld_item_is_anywhere_in_the_bundle(hand, tmp_path):
    item = hand.case.catalogue.item(WITHHELD).item
    exchange = next(one for event in hand.case.events() if isinstance(event.body, Captured)
                    for one in event.body.capture.exchanges if one.url == FACE.url)
    records = [exchange.request, exchange.response, *exchange.other_records]
    everything = everything_in(sealed(hand, tmp_path / "bundle", withheld=(WITHHELD,)))
    assert PAGE.content in everything, "the search finds what is there"
    assert SCHOOL.content in everything
    assert gzip.compress(PAGE.content, mtime=0)[12:] in everything
    gone = {"id": WITHHELD.encode(), "url": FACE.url.encode(), "name": b"witness-portrait", "pdq": PDQ.encode(),
            "ocr": OCR.encode(), "bytes": FACE.content[100:160], "thumbnail": THUMBNAIL[-60:],
            **{f"base64 bytes {n}": piece for n, piece in enumerate(bytes_in_base64(FACE.content[100:]))},
            **{f"record {one.record}": one.record.encode() for one in records}}
    for ref in (item, exchange.request, exchange.response):
        gone |= {f"{name} of {ref.sha256}": text for name, text in spellings(bytes.fromhex(ref.sha256)).items()}
    assert [name for name, text in gone.items() if text in everything] == []


def test_every_verifier_accepts_the_rest_and_names_the_gap(hand, tmp_path):
    bundle = sealed(hand, tmp_path / "bundle", withheld=(WITHHELD,))
    trust = tmp_path / "allowed_signers"
    said = {name: says(bundle, trust) for name, says in IN_PROCESS.items()}
    said["script"] = script_says(tmp_path, bundle, "--trust", trust)
    said |= {shell: shell_says(shell, tmp_path, bundle, "--trust", trust) for shell in SHELLS}
    for name, one in said.items():
        assert (name, one.code, one.failed) == (name, 0, frozenset())
        assert "held 5, included 4, withheld 1, not selected 0" in one.text, name
        assert "contradicted by 2 items: 1 included, 1 withheld, 0 not selected" in one.text, name
        assert "withheld, as disclosed" in one.text, name
        assert re.search(r"withheld, as disclosed; event \d+ states a part of it", one.text), name


def test_the_items_that_came_in_with_it_keep_their_records_and_their_bytes(hand, tmp_path):
    bundle = sealed(hand, tmp_path / "bundle", withheld=(ItemId("ITEM-0004"),))
    assert sorted(path.name for path in (bundle / "data/items").iterdir()) == [
        "ITEM-0001", "ITEM-0002", "ITEM-0003", "ITEM-0005"]
    assert all(says(bundle, tmp_path / "allowed_signers").code == 0 for says in IN_PROCESS.values())
    assert b"statement-one" not in everything_in(bundle)


def test_what_no_event_would_speak_of_any_more_goes_too_and_so_do_the_same_bytes(hand, tmp_path):
    bundle = sealed(hand, tmp_path / "bundle", withheld=(ItemId("ITEM-0001"),))
    disclose = next(event.body for event in hand.case.events() if isinstance(event.body, Disclose))
    assert (disclose.held, disclose.included, disclose.withheld) == (5, 2, 3), "pictures say which page they were on"
    assert b"blog.example" not in everything_in(bundle)
    assert all(says(bundle, tmp_path / "allowed_signers").code == 0 for says in IN_PROCESS.values())


def test_a_case_title_and_a_note_can_be_withheld_and_the_case_is_still_known(hand, tmp_path):
    note = hand.case.log.size - 4
    bundle = sealed(hand, tmp_path / "bundle", withheld_seqs=(0, 1, note))
    everything = everything_in(bundle)
    assert b"Sarmin" not in (bundle / "custody" / "ledger.jsonl").read_bytes()
    assert b'"title":"Sarmin"' not in everything
    trust = tmp_path / "allowed_signers"
    for says in IN_PROCESS.values():
        said = says(bundle, trust)
        assert (said.code, said.failed) == (0, frozenset())
    assert shell_says("dash", tmp_path, bundle, "--trust", trust).code == 0


def test_a_later_bundle_names_the_one_before_by_its_seal_and_says_what_is_other(hand, tmp_path):
    first = sealed(hand, tmp_path / "first", withheld=(WITHHELD,))
    second = sealed(hand, tmp_path / "second", number=2, withheld=(ItemId("ITEM-0004"),))
    disclose = [event.body for event in hand.case.events() if isinstance(event.body, Disclose)][-1]
    seal = hashlib.sha256((first / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert (disclose.predecessor.bundle, disclose.predecessor.tagmanifest_sha256) == (f"{1:032x}", seal)
    assert disclose.predecessor.added == (WITHHELD,)
    assert disclose.predecessor.withdrawn_withheld == 1
    assert all(says(second, tmp_path / "allowed_signers").code == 0 for says in IN_PROCESS.values())
    third = sealed(hand, tmp_path / "third", number=3)
    assert all(says(third, tmp_path / "allowed_signers").code == 0 for says in IN_PROCESS.values())
    assert verify_case(hand.root).failures == ()


def test_the_same_wish_again_states_nothing_a_second_time(hand, tmp_path):
    sealed(hand, tmp_path / "first", withheld=(WITHHELD,))
    before = hand.case.log.size
    sealed(hand, tmp_path / "second", number=2, withheld=(WITHHELD,))
    assert hand.case.log.size == before + 2, "disclose and sealed, no further extract"


def test_an_extract_that_adds_an_item_is_noticed(hand, tmp_path):
    bundle = sealed(hand, tmp_path / "bundle", withheld=(WITHHELD,))
    body = next(path for path in (bundle / "custody/bodies").iterdir()
                if b'"type":"extract"' in path.read_bytes() and b"ITEM-0003" in path.read_bytes())
    body.write_bytes(body.read_bytes().replace(b"ITEM-0003", b"ITEM-0013"))
    assert all(says(bundle).code == 4 for says in IN_PROCESS.values())


@pytest.mark.parametrize("wishes", [{"withheld": (ItemId("ITEM-0099"),)}, {"withheld_seqs": (999,)},
                                    {"withheld": (WITHHELD,), "not_selected": (WITHHELD,)}])
def test_what_cannot_be_withheld_is_refused_before_anything_is_announced(hand, tmp_path, wishes):
    before = hand.case.log.size
    with pytest.raises(BundleRefused):
        sealed(hand, tmp_path / "bundle", **wishes)
    assert not any(isinstance(event.body, Disclose) for event in hand.case.events(before))
