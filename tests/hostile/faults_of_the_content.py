"""Items and web archive, by the holder of the key; and what only a receipt tells."""

import gzip
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
from sealing import Bundle, canonical

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
