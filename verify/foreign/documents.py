"""JSON documents: Muniment's own proofs, Merkle proofs, and CASE/UCO graphs.

1. A document is read strictly: a name that occurs twice means different things to different readers, and fails.
2. Of a CASE/UCO graph is checked what it says of itself: that what it refers to is in it, that hashes have the length
   of their method, that times are times. Whether it follows the ontology is asked of `case_validate`; whether it is
   true, of nobody here: it is signed by nobody.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.merkle import leaf_hash, verify_inclusion
from evidence_store.errors import FormatError
from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.brought import Brought
from verify.foreign.merkle import check_merkle_proof, is_merkle_proof
from verify.foreign.others import check_unknown
from verify.foreign.signed_files import check_signature

MAX_DOCUMENT = 64 << 20       # bytes: the graph of a large case
PROOF = "muniment/proof/1"
_ONTOLOGIES = ("unifiedcyberontology", "caseontology", "ontology.caseontology.org", "ontology.unifiedcyberontology.org")
_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile(r"[0-9A-Fa-f]*")
_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def check_document(path: Path, brought: Brought, found: Collector) -> None:
    """One JSON file."""
    if path.stat().st_size > MAX_DOCUMENT:
        check_unknown(path, found)
        return
    try:
        document = _parse(path.read_bytes())
    except FormatError as error:
        found.fail("json.form", path.name, str(error))
        return
    found.add("json.form", Outcome.PASS, path.name, "it is JSON, and every reader finds the same in it")
    if isinstance(document, dict) and document.get("schema") == PROOF:
        _check_proof(path, document, brought, found)
    elif isinstance(document, dict) and is_merkle_proof(document):
        check_merkle_proof(path.name, document, found)
    elif isinstance(document, dict) and _is_case_graph(document):
        _check_graph(path.name, document, found)
    else:
        check_unknown(path, found)


def _parse(data: bytes) -> object:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = dict(pairs)
        if len(names) != len(pairs):
            twice = next(name for number, (name, _) in enumerate(pairs) if name in dict(pairs[:number]))
            raise FormatError(f"the name {twice[:60]!r} occurs twice in one object")
        return names

    try:
        found: object = json.loads(data.decode("utf-8-sig"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"it is not JSON: {str(error)[:200]}") from error
    return found


def _check_proof(path: Path, document: Mapping[str, object], brought: Brought, found: Collector) -> None:
    """proof.json of `muniment prove` (docs/formats.md section 7)."""
    texts = {name: document.get(name) for name in ("line", "body", "checkpoint")}
    nodes, seq, signatures = document.get("path"), document.get("seq"), document.get("signatures")
    if not (all(isinstance(text, str) for text in texts.values()) and isinstance(nodes, list) and isinstance(seq, int)
            and isinstance(signatures, list)):
        found.fail("proof.form", path.name, "it lacks members that a proof has")
        return
    with found.failing("proof.form", path.name):
        line, body, text = (str(texts[name]).encode() for name in ("line", "body", "checkpoint"))
        checkpoint = Checkpoint.parse(text)
        try:
            hashes = [bytes.fromhex(str(node)) for node in nodes]
        except ValueError as error:
            raise FormatError("its path is not made of hashes") from error
        found.require("proof.line", path.name, "its ledger line does not name its event",
                      holds=line.startswith(b'{"body":"sha256:' + _sha256(body)) and f'"seq":{seq}}}'.encode() in line)
        found.require("proof.path", path.name, "its path does not lead to the root of its checkpoint",
                      holds=verify_inclusion(leaf_hash(line), seq, checkpoint.size, hashes, checkpoint.root))
        found.passed("proof.line", "proof.path", subject=path.name, summary=f"event {seq} is in the ledger of that "
                                                                            "checkpoint")
        for armour in signatures[:100]:
            check_signature(path.name, text, str(armour).encode(), brought, found)
        found.require("proof.signature", path.name, "nobody signed its checkpoint", holds=bool(signatures))
        found.neutral("proof.item", path.name, "whether the file beside it is the one of that event, and the event "
                                               "that of the signer, says verify_proof.py")


def _is_case_graph(document: Mapping[str, object]) -> bool:
    context = json.dumps(document.get("@context", ""), default=str)[:100_000]
    return "@context" in document and any(name in context.lower() for name in _ONTOLOGIES)


def _check_graph(name: str, document: Mapping[str, object], found: Collector) -> None:
    """Rule 2."""
    nodes = list(_nodes(document.get("@graph", document)))
    defined = {str(node["@id"]) for node in nodes if "@id" in node and len(node) > 1}
    wanted = {str(node["@id"]) for node in nodes if "@id" in node and len(node) == 1}
    local = {one.partition(":")[0] for one in defined}
    missing = sorted(one for one in wanted - defined if one.partition(":")[0] in local)
    for one in missing:
        found.neutral("case.references", one, "the graph refers to it, and does not describe it")
    for node in nodes:
        _check_hash(name, node, found)
        _check_time(name, node, found)
    if not defined:
        found.add("case.graph", Outcome.INCONCLUSIVE, name, "it describes nothing")
    found.passed("case.graph", "case.hash", "case.time", subject=name,
                 summary=f"{len(defined)} things are described, with hashes and times as they must be written")
    found.neutral("case.ontology", name, "whether it follows the ontology was not checked: `case_validate` does")


def _check_hash(name: str, node: Mapping[str, object], found: Collector) -> None:
    method = next((_plain(value) for key, value in node.items() if key.endswith("hashMethod")), "")
    value = next((_plain(value) for key, value in node.items() if key.endswith("hashValue")), "")
    digits = _DIGITS.get(method.lower().replace("-", "").replace("_", ""))
    if digits is None or not value:
        return
    if _HEX.fullmatch(value) is None:      # some write xsd:base64Binary
        try:
            value = base64.b64decode(value, validate=True).hex()
        except ValueError:
            value = ""
    found.require("case.hash", str(node.get("@id", name)), f"it gives a {method} that is "
                                                           "none", holds=len(value) == digits)


def _check_time(name: str, node: Mapping[str, object], found: Collector) -> None:
    if not str(node.get("@type", "")).endswith("dateTime") or "@value" not in node:
        return
    text = str(node["@value"])
    good = _TIME.fullmatch(text) is not None
    if good:
        try:
            datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - only whether it is one
        except ValueError:
            good = False
    if not good:
        found.add("case.time", Outcome.INCONCLUSIVE, name, f"{text[:60]!r} is not a time as XML Schema writes it")


def _plain(value: object) -> str:
    return str(value.get("@value", "")) if isinstance(value, dict) else str(value)


def _nodes(value: object) -> Iterator[Mapping[str, object]]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _sha256(data: bytes) -> bytes:


    return hashlib.sha256(data).hexdigest().encode()


