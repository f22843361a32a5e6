"""Proofs of RFC 6962 and RFC 9162 as JSON: that a leaf is in a tree, that a tree is the beginning of another.

The members are those of transparency-dev's test vectors: hashes in base64, `leafIdx` and `treeSize` (or `start` and
`end` of a subtree), `size1` and `size2`, `proof` from the lowest node up.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence

from evidence_store.custody.merkle import HASH_BYTES, node_hash, verify_inclusion
from evidence_store.errors import FormatError
from evidence_store.findings import Outcome
from verify.bundle.collector import Collector

MAX_NODES = 64                # of a path: a tree of 2^64 leaves
INCLUSION = {"leafIdx", "treeSize", "root", "leafHash", "proof"}
SUBTREE = {"leafIdx", "start", "end", "root", "leafHash", "proof"}
CONSISTENCY = {"size1", "size2", "root1", "root2", "proof"}


def is_merkle_proof(document: Mapping[str, object]) -> bool:
    """Whether a document is one of these proofs."""
    return any(names <= document.keys() for names in (INCLUSION, SUBTREE, CONSISTENCY))


def check_merkle_proof(name: str, document: Mapping[str, object], found: Collector) -> None:
    """Whether a proof holds."""
    with found.failing("proof.merkle", name):
        path = _path(document)
        if document.keys() >= CONSISTENCY and document["size1"] == document["size2"] and not path:
            # the empty tree is the beginning of every tree, so that nothing is shown by it (RFC 9162 2.1.4: 0 < m)
            holds = _number(document, "size1") > 0 and document["root1"] == document["root2"]
            words = "the two trees are one"
        elif document.keys() >= CONSISTENCY:
            holds = _consistent(_number(document, "size1"), _number(document, "size2"), _hash(document, "root1"),
                                _hash(document, "root2"), path)
            words = "the smaller tree is the beginning of the larger one"
        else:
            start = _number(document, "start") if document.keys() >= SUBTREE else 0
            end = _number(document, "end") if document.keys() >= SUBTREE else _number(document, "treeSize")
            leaf, index, root = _hash(document, "leafHash"), _number(document, "leafIdx"), _hash(document, "root")
            holds = _subtree(start, end) and verify_inclusion(leaf, index - start, end - start, path, root)
            words = "the leaf is in the tree with that root"
        if found.require("proof.merkle", name, f"it does not show that {words}", holds=holds):
            found.add("proof.merkle", Outcome.PASS, name, f"it shows that {words}")


def _subtree(start: int, end: int) -> bool:
    """Whether the leaves from `start` to `end` are those below one node, or the end of a tree."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def _consistent(first: int, second: int, root1: bytes, root2: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162 2.1.4.2."""
    if not 0 < first < second:
        return False
    nodes = [root1, *path] if first & (first - 1) == 0 else list(path)
    if not nodes:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


def _path(document: Mapping[str, object]) -> tuple[bytes, ...]:
    nodes = document["proof"] or []
    if not isinstance(nodes, list) or len(nodes) > MAX_NODES:
        raise FormatError(f"its path is no list of at most {MAX_NODES} hashes")
    return tuple(_decoded(node) for node in nodes)


def _hash(document: Mapping[str, object], name: str) -> bytes:
    return _decoded(document[name])


def _decoded(value: object) -> bytes:
    try:
        found = base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != HASH_BYTES:
        raise FormatError(f"{str(value)[:60]!r} is no SHA-256 in base64")
    return found


def _number(document: Mapping[str, object], name: str) -> int:
    value = document[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64:
        raise FormatError(f"{name} is no number of a leaf")
    return value
