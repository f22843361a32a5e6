#!/usr/bin/env python3
"""Check that one item stands in a ledger somebody signed, without the rest of the case.

Needs Python 3.9 or later, its standard library, and verify.py beside this file - from elsewhere than the sender, as
this file. Exit code 0: everything holds and your list says whose key it is; 4: something fails; 5: something is open;
2: it did not run.

1. The bytes you hold are those that the event names: SHA-256 and length.
2. The event is the one its ledger line names.
3. The line is one of those that the checkpoint is of (RFC 6962, 2.1.1).
4. The checkpoint is signed by the key of the event, and your list of trusted signers says whose that is.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

BESIDE = Path(__file__).resolve().parent
MAX_PROOF = 64 << 20          # bytes: one event with its path
SCHEMA = "muniment/proof/1"


def load_verifier() -> ModuleType:
    """verify.py from beside this file; in the project's own tree it has another name."""
    for path in (BESIDE / "verify.py", BESIDE.parent / "standalone.py"):
        spec = importlib.util.spec_from_file_location("bundle_verifier", path) if path.is_file() else None
        if spec is not None and spec.loader is not None:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    sys.exit("verify_proof.py needs verify.py beside it")


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an audit path leads to (RFC 9162 2.1.3.2); empty where it is too short or too long."""
    position, last, node = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for sibling in path:
        if last == 0:
            return b""
        if position & 1 or position == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        position, last = position >> 1, last >> 1
    return node if last == 0 else b""


def item_named(body: Any, item: str) -> dict[str, Any]:
    """The record of an item in the event that brought it."""
    held = body.get("capture", body) if isinstance(body, dict) else {}
    items = held.get("items", []) if isinstance(held, dict) else []
    found = [one for one in items if isinstance(one, dict) and one.get("id") == item]
    return found[0] if len(found) == 1 else {}


def digest_of(path: Path) -> tuple[str, int]:
    """SHA-256 and length of a file."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
            length += len(data)
    return digest.hexdigest(), length


def check(v: ModuleType, proof: dict[str, Any], given: argparse.Namespace) -> Iterator[tuple[Any, str, str]]:
    """Outcome, check and words, for each of the four rules."""
    text = {name: v.part(proof, name).encode() for name in ("line", "body", "checkpoint")}
    body, item, seq = v.decode_json(text["body"]), v.part(proof, "item"), v.part(proof, "seq", kind=int)
    record = item_named(body, item)
    v.need(proof.get("schema") == SCHEMA and record, f"it is no proof of an item: no event in it brings {item!r}")
    if given.original is None:
        yield v.INCONCLUSIVE, "item.original", f"{item} has SHA-256 {record.get('sha256')}: give its file to compare"
    else:
        same = digest_of(given.original) == (record.get("sha256"), record.get("length"))
        yield v.PASS if same else v.FAIL, "item.original", f"{given.original.name} {'is' if same else 'is not'} {item}"
    match = v.LINE.fullmatch(text["line"])
    named = match and match[1].decode() == hashlib.sha256(text["body"]).hexdigest() and int(match[3]) == seq
    yield v.PASS if named else v.FAIL, "ledger.body", f"the event is {'' if named else 'not '}that of line {seq}"
    checkpoint = v.Checkpoint.parse(text["checkpoint"])
    path = [bytes.fromhex(node) for node in v.part(proof, "path", kind=list)]
    stands = 0 <= seq < checkpoint.size and root_of(text["line"], seq, checkpoint.size, path) == base64.b64decode(
        checkpoint.root)
    yield (v.PASS if stands else v.FAIL, "proof.inclusion",
           f"line {seq} is {'one' if stands else 'none'} of the {checkpoint.size} that the checkpoint is of")
    yield from check_signers(v, proof, text["checkpoint"], body, given)


def check_signers(v: ModuleType, proof: dict[str, Any], checkpoint: bytes, body: dict[str, Any],
                  given: argparse.Namespace) -> Iterator[tuple[Any, str, str]]:
    """Rule 4."""
    keys = [v.sshsig_signer(checkpoint, armour.encode(), v.CHECKPOINT, canonical=True)
            for armour in v.part(proof, "signatures", kind=list)]
    v.need(len(set(keys)) == len(keys), "holds two signatures of one key")
    mine = [key for key in keys if v.fingerprint(key) == body.get("key")]
    if not mine:
        yield v.FAIL, "checkpoint.signature", f"not signed by the key of the event, {body.get('key')}"
        return
    yield v.PASS, "checkpoint.signature", f"signed by {v.fingerprint(mine[0])}, the key of the event"
    if given.trust is None:
        yield v.INCONCLUSIVE, "checkpoint.signer", "no list of trusted signers was given (--trust)"
        return
    recorded = v.seconds(v.part(body, "time"), "%Y-%m-%dT%H:%M:%S.%fZ")      # as the event says: nothing proves it here
    signers = [one for one in given.trust if one.key == mine[0]]
    who = next((one.who for one in signers if one.may(v.CHECKPOINT, recorded, recorded)), "")
    yield (v.PASS if who else v.FAIL, "checkpoint.signer",
           f"your list says {who}" if who else "your list of trusted signers does not confirm this key")


def main() -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser("verify_proof.py", description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("proof", type=Path, help="what `muniment prove` wrote")
    parser.add_argument("original", type=Path, nargs="?", help="the file that is said to be the item")
    parser.add_argument("--trust", metavar="FILE", type=Path, help="allowed_signers file, not from the sender's folder")
    given = parser.parse_args()
    v = load_verifier()
    try:
        with given.proof.open("rb") as file:
            data = file.read(MAX_PROOF + 1)
        for path in (given.original, given.trust):
            v.need(path is None or path.is_file(), f"there is no file {path}")
        given.trust = v.read_signers(str(given.trust)) if given.trust else None
    except (OSError, *v.MALFORMED) as error:
        sys.stderr.write(f"verify_proof.py: {v.shown(str(error), 400)}\n")
        return 2
    try:
        v.need(len(data) <= MAX_PROOF, "larger than any proof")
        found = list(check(v, v.decode_json(data), given))
    except v.MALFORMED as error:
        found = [(v.FAIL, "proof.form", str(error))]
    for outcome, name, words in found:
        sys.stdout.write(f"{outcome.name.lower():<13} {name:<21} {v.shown(words, 400)}\n")
    outcomes = {outcome for outcome, _, _ in found}
    return 4 if v.FAIL in outcomes else 0 if outcomes == {v.PASS} else 5


if __name__ == "__main__":
    sys.exit(main())
