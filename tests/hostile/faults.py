"""Bundles that are not what they claim: one function a fault, named by it, each with the check that must find it.

`sh` says what verify.sh, which checks less, makes of it: the same check, another one that it has, or UNSEEN where
docs/threat-model.md says "not in sh".
"""

import base64
import gzip
import json
import os
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from golden import (
    COLLEAGUE,
    STATEMENT,
    STRANGER,
    WARC_NAME,
    WITHHELD,
    Web,
    enrolment,
    enveloped,
    record,
    wacz,
    zipped,
)
from sealing import MANIFEST, TAGMANIFEST, Bundle, armour, canonical, chain, sha256

UNSEEN = "not in sh"
SAME = "same"

PAGE, PHOTO = "data/items/ITEM-0001/original.html", "data/items/ITEM-0002/original.jpg"
IMPORTED, WACZ = "data/items/ITEM-0004/original.txt", "data/capture.wacz"
LEDGER, LAST = "custody/ledger.jsonl", "custody/checkpoints/0000000010"


@dataclass(frozen=True)
class Fault:
    """What is done to a bundle, and who notices."""

    name: str
    make: Callable[[Bundle], None]
    check: str
    sh: str


FAULTS: dict[str, Fault] = {}


def fault(check: str, sh: str = SAME) -> Callable[[Callable[[Bundle], None]], Callable[[Bundle], None]]:
    def add(make: Callable[[Bundle], None]) -> Callable[[Bundle], None]:
        FAULTS[make.__name__] = Fault(make.__name__, make, check, check if sh == SAME else sh)
        return make
    return add


# --- somebody without the key changes files ---

@fault("manifest.sha256")
def payload_swapped_same_size(bundle: Bundle) -> None:
    bundle.write(PAGE, bundle.read(PAGE).replace(b"Sarmin", b"Aleppo"))


@fault("seal.signature")
def manifests_regenerated(bundle: Bundle) -> None:
    payload_swapped_same_size(bundle)
    bundle.regenerate()


@fault("bag.missing")
def payload_file_missing(bundle: Bundle) -> None:
    (bundle.root / PHOTO).unlink()


@fault("bag.unlisted")
def extra_file_in_root(bundle: Bundle) -> None:
    bundle.write("README-FIRST.txt", b"the video is a fake")


@fault("bag.unlisted")
def extra_file_in_payload(bundle: Bundle) -> None:
    bundle.write("data/items/ITEM-0001/better.html", b"planted")


@fault("bag.unlisted")
def extra_file_among_the_checkpoints(bundle: Bundle) -> None:
    bundle.write("custody/checkpoints/note.txt", b"planted")


@fault("bag.unlisted")
def signature_of_odd_name(bundle: Bundle) -> None:
    bundle.write(f"{TAGMANIFEST}.notes.sig", b"planted")


@fault("bag.path")
def file_is_a_symlink(bundle: Bundle) -> None:
    outside = bundle.root.with_name("elsewhere.html")
    outside.write_bytes(bundle.read(PAGE))
    (bundle.root / PAGE).unlink()
    (bundle.root / PAGE).symlink_to(outside)


@fault("bag.path")
def folder_is_a_symlink(bundle: Bundle) -> None:
    outside = bundle.root.with_name(bundle.root.name + "_secret")
    shutil.move(bundle.root / "data", outside)
    (bundle.root / "data").symlink_to(outside)


@fault("bag.path")
def fifo_in_the_payload(bundle: Bundle) -> None:
    os.mkfifo(bundle.root / "data/pipe")


@fault("bag.path")
def manifest_leads_out(bundle: Bundle) -> None:
    bundle.root.with_name("outside.txt").write_bytes(b"secret")
    line = f"{sha256(b'secret')}  data/../../outside.txt\n".encode()
    bundle.write(MANIFEST, line + bundle.read(MANIFEST))


@fault("bag.path")
def manifest_leads_out_and_is_sealed(bundle: Bundle) -> None:
    manifest_leads_out(bundle)
    listed = bundle.read(TAGMANIFEST).decode().splitlines(keepends=True)
    fresh = f"{sha256(bundle.read(MANIFEST))}  {MANIFEST}\n"
    bundle.write(TAGMANIFEST, "".join(fresh if line.endswith(f"  {MANIFEST}\n") else line for line in listed).encode())
    bundle.sign(bundle.key)


@fault("bag.path")
def manifest_names_an_absolute_path(bundle: Bundle) -> None:
    bundle.write(MANIFEST, bundle.read(MANIFEST) + f"{sha256(b'')}  /dev/null\n".encode())


@fault("manifest.form")
def manifest_line_twice(bundle: Bundle) -> None:
    lines = bundle.read(MANIFEST).decode().splitlines(keepends=True)
    bundle.write(MANIFEST, "".join([lines[0], f"{sha256(b'other')}{lines[0][64:]}", *lines[1:]]).encode())


@fault("manifest.form")
def manifest_with_crlf(bundle: Bundle) -> None:
    bundle.write(MANIFEST, bundle.read(MANIFEST).replace(b"\n", b"\r\n"))


@fault("ledger.form")
def ledger_with_crlf(bundle: Bundle) -> None:
    bundle.write(LEDGER, bundle.read(LEDGER).replace(b"\n", b"\r\n"))
    bundle.reseal()


@fault("bag.path")
def unicode_twins(bundle: Bundle) -> None:
    name = "data/items/ITEM-0001/caf\u00e9.html"
    bundle.write(unicodedata.normalize("NFC", name), b"one")
    bundle.write(unicodedata.normalize("NFD", name), b"two")


@fault("bag.path")
def twins_but_for_case(bundle: Bundle) -> None:
    bundle.write("data/items/ITEM-0001/Original.html", b"another")


@fault("bag.path")
def newline_in_a_name(bundle: Bundle) -> None:
    bundle.write("data/items/pass\nNothing in this bundle changed", b"planted")


@fault("bag.path")
def escape_sequences_in_a_name(bundle: Bundle) -> None:
    bundle.write("data/\x1b[2J\x1b[32m\u202egnp.exe", b"planted")


@fault("bag.path")
def name_with_quotes_and_blanks(bundle: Bundle) -> None:
    bundle.write("data/$(touch pwned) `id` ' \" ; *", b"planted")


@fault("bag.path")
def name_like_an_option(bundle: Bundle) -> None:
    bundle.write("-rf", b"planted")


@fault("bag.path")
def name_too_long(bundle: Bundle) -> None:
    bundle.write("data/" + "a" * 120, b"planted")
    bundle.reseal()


@fault("bag.fetch")
def fetch_txt(bundle: Bundle) -> None:
    bundle.write("fetch.txt", b"file:///etc/passwd 10 data/passwd\n")
    bundle.reseal()


@fault("tagmanifest.sha256")
def bag_info_edited(bundle: Bundle) -> None:
    bundle.write("bag-info.txt", bundle.read("bag-info.txt").replace(b"2026-02-03", b"2015-02-03"))


@fault("bag.oxum", UNSEEN)
def payload_oxum_wrong(bundle: Bundle) -> None:
    text = bundle.read("bag-info.txt").decode().splitlines()
    text = [line if not line.startswith("Payload-Oxum") else "Payload-Oxum: 1.1" for line in text]
    listed = bundle.read(TAGMANIFEST).decode().splitlines(keepends=True)
    bundle.write("bag-info.txt", "".join(f"{line}\n" for line in text).encode())
    fresh = f"{sha256(bundle.read('bag-info.txt'))}  bag-info.txt\n"
    bundle.write(TAGMANIFEST, "".join(fresh if line.endswith("  bag-info.txt\n") else line for line in listed).encode())
    bundle.sign(bundle.key)


@fault("bag.declaration")
def another_bagit_version(bundle: Bundle) -> None:
    bundle.write("bagit.txt", b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
    bundle.reseal()


# --- the seal ---

@fault("seal.missing")
def seal_removed(bundle: Bundle) -> None:
    (bundle.root / bundle.seal).unlink()


@fault("tagmanifest.form")
def tagmanifest_and_seal_removed(bundle: Bundle) -> None:
    (bundle.root / bundle.seal).unlink()
    (bundle.root / TAGMANIFEST).unlink()


@fault("seal.signature")
def seal_altered(bundle: Bundle) -> None:
    text = bytearray(bundle.read(bundle.seal))
    text[200] = ord("A") if text[200] != ord("A") else ord("B")
    bundle.write(bundle.seal, bytes(text))


@fault("seal.signature")
def seal_of_another_purpose(bundle: Bundle) -> None:
    bundle.sign(bundle.key, "checkpoint@muniment")


@fault("seal.signature", UNSEEN)
def seal_spelt_otherwise(bundle: Bundle) -> None:
    bundle.write(bundle.seal, bundle.read(bundle.seal) + b"\n")


@fault("seal.signature")
def seal_named_after_another_key(bundle: Bundle) -> None:
    (bundle.root / bundle.seal).rename(bundle.root / f"{TAGMANIFEST}.{COLLEAGUE.key16}.sig")


@fault("seal.signature", UNSEEN)
def seal_with_s_beyond_the_group_order(bundle: Bundle) -> None:
    """RFC 8032 5.1.7 refuses S + L, although the equation holds; ssh-keygen of OpenSSH 9.2 takes it."""
    blob = base64.b64decode(b"".join(bundle.read(bundle.seal).splitlines()[1:-1]))
    s = int.from_bytes(blob[-32:], "little") + 2**252 + 27742317777372353535851937790883648493
    bundle.write(bundle.seal, armour(blob[:-32] + s.to_bytes(32, "little")))


@fault("seal.signer")
def sealed_by_a_stranger(bundle: Bundle) -> None:
    """A stranger leaves all as it is and puts his own seal in the place of the real one."""
    bundle.reseal(STRANGER)


@fault("seal.signer")
def fresh_key_rewrite(bundle: Bundle) -> None:
    """A stranger makes everything anew, with his own key: only the list of trusted signers tells."""
    bundle.edit(1, **enrolment(STRANGER))
    for seq in range(len(bundle.lines)):
        if seq != WITHHELD:
            bundle.edit(seq, key=STRANGER.fingerprint)
    bundle.edit(bundle.event("import"), how="given to me by the minister")
    bundle.rechain(STRANGER)


# --- the ledger, by somebody who can seal ---

def relisted(bundle: Bundle, lines: list[bytes]) -> None:
    bundle.rewrite(lines)
    bundle.reseal()


@fault("ledger.prev")
def ledger_line_deleted(bundle: Bundle) -> None:
    lines = bundle.lines
    relisted(bundle, lines[:4] + lines[5:])


@fault("ledger.prev")
def ledger_line_edited(bundle: Bundle) -> None:
    lines = bundle.lines
    bundle.edit(7, text="something else")
    lines[7] = lines[7].replace(lines[7][16:80], sha256(bundle.body(7)).encode())
    relisted(bundle, lines)


@fault("ledger.seq")
def ledger_lines_reordered(bundle: Bundle) -> None:
    lines = bundle.lines
    relisted(bundle, [*lines[:4], lines[5], lines[4], *lines[6:]])


@fault("ledger.seq")
def ledger_line_twice(bundle: Bundle) -> None:
    lines = bundle.lines
    relisted(bundle, [*lines[:5], lines[4], *lines[5:]])


@fault("ledger.form")
def ledger_line_with_a_duplicate_key(bundle: Bundle) -> None:
    lines = bundle.lines
    lines[5] = lines[5].replace(b'{"body"', b'{"body":"sha256:' + b"0" * 64 + b'","body"')
    relisted(bundle, lines)


@fault("ledger.form")
def ledger_without_its_last_line_end(bundle: Bundle) -> None:
    bundle.write(LEDGER, bundle.read(LEDGER)[:-1])
    bundle.reseal()


@fault("ledger.form")
def ledger_removed(bundle: Bundle) -> None:
    (bundle.root / LEDGER).unlink()
    bundle.reseal()


@fault("checkpoint.size")
def tail_cut(bundle: Bundle) -> None:
    for seq in (7, 9):
        (bundle.root / bundle.body_path(seq)).unlink()
    relisted(bundle, bundle.lines[:7])


@fault("ledger.disclose")
def tail_and_later_checkpoints_cut(bundle: Bundle) -> None:
    tail_cut(bundle)
    for path in list((bundle.root / "custody/checkpoints").iterdir()):
        if path.name[:10] > "0000000007":
            path.unlink()
    bundle.checkpoint(7, bundle.key)
    bundle.reseal()


@fault("checkpoint.size")
def events_after_the_last_checkpoint(bundle: Bundle) -> None:
    body = canonical(enveloped(10, {**bundle.fields(9), "recipient": "somebody else"}))
    bundle.write(bundle.body_path(10), body)
    hashes = [line.decode()[16:80] for line in bundle.lines]
    relisted(bundle, chain([*hashes, sha256(body)]))


@fault("checkpoint.prefix")
def history_rewritten_under_old_checkpoints(bundle: Bundle) -> None:
    bundle.edit(7, text="something else", key=bundle.key.fingerprint)
    old = {path: path.read_bytes() for path in (bundle.root / "custody/checkpoints").iterdir()
           if path.name.startswith("0000000008")}
    bundle.rechain()
    for path, data in old.items():
        path.write_bytes(data)
    bundle.reseal()


@fault("ledger.body")
def body_edited(bundle: Bundle) -> None:
    bundle.edit(bundle.event("import"), how="bought")
    bundle.reseal()


@fault("ledger.body")
def body_removed(bundle: Bundle) -> None:
    (bundle.root / bundle.body_path(7)).unlink()
    bundle.reseal()


@fault("ledger.body")
def body_without_a_line(bundle: Bundle) -> None:
    bundle.write("custody/bodies/0000000099.json", canonical(enveloped(0, {"type": "note", "item": None, "text": "x"})))
    bundle.reseal()


@fault("body.form", UNSEEN)
def body_with_a_duplicate_key(bundle: Bundle) -> None:
    body = bundle.body(7)
    bundle.write(bundle.body_path(7), body.replace(b'"text":', b'"text":"what another reader sees","text":'))
    bundle.rechain(bundle.key, COLLEAGUE)


@fault("body.form", UNSEEN)
def body_spelt_otherwise(bundle: Bundle) -> None:
    bundle.write(bundle.body_path(7), json.dumps(bundle.fields(7), indent=1).encode() + b"\n")
    bundle.rechain(bundle.key, COLLEAGUE)


@fault("body.form", UNSEEN)
def body_nested_without_end(bundle: Bundle) -> None:
    bundle.write(bundle.body_path(7), b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n")
    bundle.rechain(bundle.key, COLLEAGUE)


@fault("body.form", UNSEEN)
def body_with_a_number_of_a_million_digits(bundle: Bundle) -> None:
    bundle.write(bundle.body_path(7), b'{"a":' + b"9" * 1_000_000 + b"}\n")
    bundle.rechain(bundle.key, COLLEAGUE)


@fault("ledger.key", UNSEEN)
def event_put_into_a_colleagues_mouth(bundle: Bundle) -> None:
    bundle.edit(bundle.event("import"), key=COLLEAGUE.fingerprint)
    bundle.rechain()


@fault("ledger.key", UNSEEN)
def event_by_a_revoked_key(bundle: Bundle) -> None:
    bundle.write(bundle.body_path(5), canonical(enveloped(5, {
        "type": "key-revoke", "fingerprint": COLLEAGUE.fingerprint, "reason": "stolen"})))
    shutil.rmtree(bundle.root / "data/items/ITEM-0004")
    bundle.rechain(bundle.key, COLLEAGUE)


@fault("seal.enrolled", UNSEEN)
def sealed_by_a_key_the_case_never_enrolled(bundle: Bundle) -> None:
    """The stranger's key is one that the reader trusts, but this case never heard of it."""
    bundle.write(bundle.body_path(WITHHELD), canonical(enveloped(8, {"type": "note", "item": None, "text": "open"})))
    bundle.edit(9, withheld_seqs=[])
    bundle.rechain(bundle.key, COLLEAGUE)
    bundle.reseal(STRANGER)


# --- checkpoints ---

@fault("checkpoint.missing")
def checkpoints_removed(bundle: Bundle) -> None:
    shutil.rmtree(bundle.root / "custody/checkpoints")
    bundle.reseal()


@fault("bag.missing")
def checkpoint_removed(bundle: Bundle) -> None:
    (bundle.root / LAST).unlink()


@fault("checkpoint.missing")
def checkpoint_text_removed(bundle: Bundle) -> None:
    (bundle.root / LAST).unlink()
    bundle.reseal()


@fault("checkpoint.signature")
def checkpoint_signature_removed(bundle: Bundle) -> None:
    (bundle.root / f"{LAST}.{bundle.key.key16}.sig").unlink()
    bundle.reseal()


@fault("checkpoint.signature")
def checkpoint_signed_for_another_purpose(bundle: Bundle) -> None:
    bundle.write(f"{LAST}.{bundle.key.key16}.sig", bundle.key.sign(bundle.read(LAST), "receipt@muniment"))
    bundle.reseal()


@fault("checkpoint.root", UNSEEN)
def checkpoint_with_another_root(bundle: Bundle) -> None:
    lines = bundle.read(LAST).decode().splitlines()
    lines[2] = base64.b64encode(b"x" * 32).decode()
    bundle.write(LAST, "".join(f"{line}\n" for line in lines).encode())
    bundle.write(f"{LAST}.{bundle.key.key16}.sig", bundle.key.sign(bundle.read(LAST), "checkpoint@muniment"))
    bundle.reseal()


@fault("checkpoint.prefix")
def checkpoint_with_another_prefix(bundle: Bundle) -> None:
    text = bundle.read(LAST)
    bundle.write(LAST, text[:-65] + sha256(b"x").encode() + b"\n")
    bundle.write(f"{LAST}.{bundle.key.key16}.sig", bundle.key.sign(bundle.read(LAST), "checkpoint@muniment"))
    bundle.reseal()


@fault("checkpoint.form")
def checkpoint_under_another_name(bundle: Bundle) -> None:
    old = "custody/checkpoints/0000000004"
    for path in (old, f"{old}.{bundle.key.key16}.sig"):
        (bundle.root / path).rename(bundle.root / path.replace("0000000004", "0000000005"))
    bundle.reseal()


@fault("checkpoint.form")
def checkpoint_of_another_case(bundle: Bundle) -> None:
    bundle.write(LAST, b"muniment/" + b"f" * 32 + bundle.read(LAST)[41:])
    bundle.write(f"{LAST}.{bundle.key.key16}.sig", bundle.key.sign(bundle.read(LAST), "checkpoint@muniment"))
    bundle.reseal()


# --- items, by the holder of the key ---

@fault("item.original")
def insider_swaps_an_original(bundle: Bundle) -> None:
    payload_swapped_same_size(bundle)
    bundle.reseal()


@fault("item.original")
def insider_swaps_two_originals(bundle: Bundle) -> None:
    page, statement = bundle.read(PAGE), bundle.read(IMPORTED)
    bundle.write(PAGE, statement)
    bundle.write(IMPORTED, page)
    bundle.reseal()


@fault("item.missing")
def insider_leaves_an_item_out(bundle: Bundle) -> None:
    shutil.rmtree(bundle.root / "data/items/ITEM-0004")
    bundle.reseal()


@fault("item.missing")
def two_originals_of_one_item(bundle: Bundle) -> None:
    bundle.write("data/items/ITEM-0004/original.html", STATEMENT)
    bundle.reseal()


@fault("item.unlisted")
def item_no_event_names(bundle: Bundle) -> None:
    bundle.write("data/items/ITEM-0099/original.txt", b"planted")
    bundle.write("data/items/ITEM-0099/item.json", canonical({"id": "ITEM-0099", "schema": "muniment/item/1"}))
    bundle.reseal()


@fault("item.record", UNSEEN)
def record_edited(bundle: Bundle) -> None:
    path = "data/items/ITEM-0002/item.json"
    bundle.write(path, canonical({**json.loads(bundle.read(path)), "obtained_at": "2015-02-03T04:05:06.000000Z"}))
    bundle.reseal()


@fault("item.derivative", UNSEEN)
def derivative_swapped(bundle: Bundle) -> None:
    bundle.write(bundle.glob("data/items/ITEM-0002/derivatives/*"), b"another picture")
    bundle.reseal()


@fault("item.derivative", UNSEEN)
def derivative_left_out(bundle: Bundle) -> None:
    (bundle.root / bundle.glob("data/items/ITEM-0002/derivatives/*")).unlink()
    bundle.reseal()


# --- the WACZ, all of its own hashes made anew, by the holder of the key ---

def forged(bundle: Bundle, *, content: bytes = b"", url: str = "", drop: int = 0, twice: bool = False) -> None:
    web = Web()
    web.exchange("ITEM-0001", "https://blog.example/sarmin", "text/html", content or bundle.read(PAGE))
    web.exchange("ITEM-0002", url or "https://img.example/school.jpg", "image/jpeg", bundle.read(PHOTO))
    members = web.members[:len(web.members) - drop]
    bundle.write(WACZ, wacz([*members, members[2]] if twice else members))
    bundle.reseal()


@fault("wacz.members", UNSEEN)
def record_forged(bundle: Bundle) -> None:
    forged(bundle, content=bundle.read(PAGE).replace(b"Sarmin", b"Aleppo"))


@fault("wacz.target", UNSEEN)
def record_of_another_address(bundle: Bundle) -> None:
    web = Web()
    web.exchange("ITEM-0001", "https://blog.example/sarmin", "text/html", bundle.read(PAGE))
    members = list(web.members)
    honest = Web()
    honest.exchange("ITEM-0001", "https://blog.example/sarmin", "text/html", bundle.read(PAGE))
    honest.exchange("ITEM-0002", "https://img.example/school.jpg", "image/jpeg", bundle.read(PHOTO))
    moved = gzip.decompress(honest.members[5]).replace(b"/school.jpg", b"/street.jpg", 1)
    bundle.write(WACZ, wacz([*members, honest.members[4], gzip.compress(moved, mtime=0), honest.members[6]]))
    bundle.reseal()


@fault("wacz.members", UNSEEN)
def record_left_out(bundle: Bundle) -> None:
    forged(bundle, drop=1)


@fault("wacz.members", UNSEEN)
def record_twice(bundle: Bundle) -> None:
    forged(bundle, twice=True)


@fault("wacz.form", UNSEEN)
def wacz_member_twice(bundle: Bundle) -> None:
    with zipfile.ZipFile(bundle.root / WACZ) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist()]
    bundle.write(WACZ, zipped([(WARC_NAME, b"forged"), *files]))
    bundle.reseal()


@fault("wacz.form", UNSEEN)
def wacz_is_no_zip(bundle: Bundle) -> None:
    bundle.write(WACZ, b"PK\x03\x04 but nothing follows")
    bundle.reseal()


@fault("wacz.members", UNSEEN)
def wacz_removed(bundle: Bundle) -> None:
    (bundle.root / WACZ).unlink()
    bundle.reseal()


@fault("wacz.form", UNSEEN)
def wacz_cut_short(bundle: Bundle) -> None:
    web = Web()
    web.exchange("ITEM-0001", "https://blog.example/sarmin", "text/html", bundle.read(PAGE))
    bundle.write(WACZ, wacz([*web.members[:-1], web.members[-1][:-9]]))
    bundle.reseal()


@fault("wacz.form", UNSEEN)
def wacz_is_a_bomb(bundle: Bundle) -> None:
    bundle.write(WACZ, wacz([record("response", "https://x.example/", 99, bytes(200 << 20))[1]]))
    bundle.reseal()


@fault("wacz.unlisted", UNSEEN)
def record_no_event_names(bundle: Bundle) -> None:
    bundle.write(bundle.body_path(WITHHELD), canonical(enveloped(8, {"type": "note", "item": None, "text": "open"})))
    bundle.edit(9, withheld_seqs=[])
    bundle.rechain(bundle.key, COLLEAGUE)
    web = Web()
    web.exchange("ITEM-0001", "https://blog.example/sarmin", "text/html", bundle.read(PAGE))
    web.exchange("ITEM-0002", "https://img.example/school.jpg", "image/jpeg", bundle.read(PHOTO))
    web.serial = 20
    web.exchange("ITEM-0005", "https://blog.example/planted", "text/html", b"planted")
    bundle.write(WACZ, wacz(web.members))
    bundle.reseal()


# --- what only somebody else's receipt tells; see test_receipts ---

def full_rewrite_with_the_real_key(bundle: Bundle) -> None:
    """The holder of the key tells another story from the start; everything in the bundle fits."""
    bundle.edit(bundle.event("import"), how="bought from a dealer")
    bundle.rechain(bundle.key, COLLEAGUE)


def tail_replaced_with_the_real_key(bundle: Bundle) -> None:
    """The holder of the key drops the colleague's note, and makes the end anew."""
    bundle.write(bundle.body_path(7), bundle.body(9).replace(b'"withheld_seqs":[8]', b'"withheld_seqs":[]'))
    (bundle.root / bundle.body_path(9)).unlink()
    bundle.rewrite(bundle.lines[:8])
    bundle.rechain()
