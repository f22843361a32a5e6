"""Items and web archive, by the holder of the key; and what only a receipt tells."""

import base64
import gzip
import hashlib
import json
import shutil
import zipfile

from fault_table import IMPORTED, PAGE, PHOTO, UNSEEN, WACZ, fault
from faults_of_the_bag import payload_swapped_same_size
from golden import (
    COLLEAGUE,
    STATEMENT,
    WARC_NAME,
    WITHHELD,
    Web,
    enveloped,
    record,
    wacz,
    zipped,
)
from sealing import Bundle, canonical, sha256

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


@fault("wacz.members", UNSEEN)
def record_forged_under_its_digest(bundle: Bundle) -> None:
    """The block is another, and the record still carries the digest of the one before."""
    web, honest = Web(), bundle.read(PAGE)
    web.exchange("ITEM-0001", "https://blog.example/sarmin", "text/html", honest)
    web.exchange("ITEM-0002", "https://img.example/school.jpg", "image/jpeg", bundle.read(PHOTO))
    head, _, block = gzip.decompress(web.members[2]).partition(b"\r\n\r\n")
    digest = base64.b32encode(hashlib.sha256(block.removesuffix(b"\r\n\r\n")).digest())
    head += b"\r\nWARC-Block-Digest: sha256:" + digest + b"\r\n\r\n"
    web.members[2] = gzip.compress(head + block.replace(b"Sarmin", b"Aleppo"), mtime=0)
    bundle.write(WACZ, wacz(web.members))
    bundle.reseal()


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


def repacked(bundle: Bundle, **files: bytes) -> None:
    """The WACZ with other files, the hash of datapackage.json made anew."""
    with zipfile.ZipFile(bundle.root / WACZ) as archive:
        held = {name: archive.read(name) for name in archive.namelist()} | files
    if "datapackage-digest.json" in held:
        package = sha256(held["datapackage.json"])
        held["datapackage-digest.json"] = json.dumps({"path": "datapackage.json", "hash": f"sha256:{package}"}).encode()
    bundle.write(WACZ, zipped(list(held.items())))
    bundle.reseal()


@fault("wacz.form", UNSEEN)
def wacz_member_without_a_dot(bundle: Bundle) -> None:
    """A name without a dot is not looked for in the package's list by the format's own program."""
    repacked(bundle, **{"archive-notes": b"what nobody recorded"})


@fault("wacz.form", UNSEEN)
def wacz_page_swapped(bundle: Bundle) -> None:
    repacked(bundle, **{"pages/pages.jsonl": b'{"format":"json-pages-1.0","id":"other"}\n'})


@fault("wacz.form", UNSEEN)
def wacz_without_its_digest(bundle: Bundle) -> None:
    with zipfile.ZipFile(bundle.root / WACZ) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist() if name != "datapackage-digest.json"]
    bundle.write(WACZ, zipped(files))
    bundle.reseal()


@fault("wacz.form", UNSEEN)
def wacz_package_edited(bundle: Bundle) -> None:
    """`created` is set back, and the hash beside it is not made anew."""
    with zipfile.ZipFile(bundle.root / WACZ) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist()]
    bundle.write(WACZ, zipped([(name, data.replace(b'"wacz_version"', b'"created": "2015-01-01", "wacz_version"')
                                if name == "datapackage.json" else data) for name, data in files]))
    bundle.reseal()


@fault("wacz.form", UNSEEN)
def wacz_member_leads_out(bundle: Bundle) -> None:
    repacked(bundle, **{"../outside.txt": b"unpacked beside the bundle"})


@fault("wacz.form", UNSEEN)
def wacz_is_no_zip(bundle: Bundle) -> None:
    bundle.write(WACZ, b"PK\x03\x04 but nothing follows")
    bundle.reseal()


@fault("wacz.form", UNSEEN)
def wacz_begins_before_its_file(bundle: Bundle) -> None:
    """The directory is said to stand further on than it does: so every member starts at a negative offset."""
    data = bytearray(bundle.read(WACZ))
    start = int.from_bytes(data[-6:-2], "little")
    data[-6:-2] = (start + 1000).to_bytes(4, "little")
    bundle.write(WACZ, bytes(data))
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


@fault("time.ots")
def ots_over_other_bytes(bundle: Bundle) -> None:
    """A proof of OpenTimestamps that was made for something else lies beside a checkpoint."""
    magic = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08"
    uri = b"https://calendar.example"
    pending = bytes.fromhex("0083dfe30d2ef90c8e") + bytes([len(uri) + 1, len(uri)]) + uri
    bundle.write("custody/checkpoints/0000000010.calendar-example.ots", magic + bytes(32) + pending)
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
