"""Files added, taken away and changed in the bag, and its seal."""

import base64
import os
import shutil
import unicodedata

from fault_table import LEDGER, PAGE, PHOTO, UNSEEN, fault
from golden import (
    COLLEAGUE,
    STRANGER,
    WITHHELD,
    enrolment,
)
from sealing import MANIFEST, TAGMANIFEST, Bundle, armour, sha256

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


@fault("tagmanifest.form")
def bag_info_edited_and_tagmanifest_removed(bundle: Bundle) -> None:
    bag_info_edited(bundle)
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
