"""The ledger, its bodies and its checkpoints, by somebody who can seal."""

import base64
import json
import shutil

from fault_table import LAST, LEDGER, UNSEEN, fault
from golden import (
    COLLEAGUE,
    STRANGER,
    WITHHELD,
    enveloped,
)
from sealing import Bundle, canonical, chain, sha256

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
    bundle.edit(9, held=3, included=2)
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
