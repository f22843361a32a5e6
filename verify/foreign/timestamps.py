"""Timestamps that stand alone: RFC 3161 responses or tokens (.tsr), and OpenTimestamps proofs (.ots).

1. A timestamp proves something of the bytes whose hash it holds; where the file beside it has that hash, that is said.
2. That it was not changed and that its authority is to be believed are two questions: the second is asked of roots
   that the verifier gives (`--tsa-ca`), at the token's own time.
3. An OpenTimestamps proof leads to a block of a chain, or to a calendar's promise. Neither is looked up: without the
   header of the block, which the verifier brings (`--bitcoin-headers`), the proof stays open. What stays open beside a
   block that holds adds nothing and takes nothing away.
"""

import hashlib
from pathlib import Path

from evidence_store.custody import openssl
from evidence_store.custody.ots import MAX_PROOF_BYTES, Attestation, Notary, parse_ots
from evidence_store.custody.tokens import MAX_RESPONSE_BYTES, Token, confirm_token, read_roots, read_token
from evidence_store.errors import EvidenceError, FormatError, SignatureInvalid
from evidence_store.findings import Outcome
from verify.bitcoin import BlockHeader, read_headers
from verify.bundle.collector import Collector
from verify.foreign.brought import Brought
from verify.foreign.cms import TokenSigner, check_inner_signature, response_of

MAX_COMPARED = 16 << 30       # bytes of the file beside a timestamp
WEAK = ("sha1", "ripemd160", "md5")


def check_timestamp_file(path: Path, brought: Brought, found: Collector) -> None:
    """One RFC 3161 response or token."""
    data = _read(path, MAX_RESPONSE_BYTES)
    try:
        response = response_of(data)
        token = read_token(response)
    except EvidenceError as error:
        found.fail("time.token", path.name, str(error))
        return
    found.add("time.token", Outcome.PASS, path.name,
              f"a timestamp of {token.time:%Y-%m-%d %H:%M:%S} UTC over the {token.algorithm} {token.imprint.hex()}")
    _compare(path, token.algorithm, token.imprint, found)
    check_token(path.name, token, brought, found)


def check_token(name: str, token: Token, brought: Brought, found: Collector, *, certificates: tuple[bytes, ...] = (),
                unproved: Outcome = Outcome.INCONCLUSIVE) -> bool:
    """Rule 2; whether the authority was confirmed. `unproved`: the outcome where nobody says whom to trust."""
    signer = _check_inner(name, token, (*token.certificates, *certificates, *_own(brought)), found)
    who = f"{signer.subject}, certified by {signer.issuer}" if signer else "somebody whose certificate is not in it"
    if brought.tsa_roots is None:
        found.add("time.signer", unproved, name, f"made by {who}: not confirmed, give the authority's root with "
                                                 "--tsa-ca PEM")
        return False
    try:
        confirm_token(token.response, brought.tsa_roots, certificates)
    except openssl.NotAvailable as error:
        found.add("time.signer", Outcome.INCONCLUSIVE, name, str(error))
        return False
    except (SignatureInvalid, FormatError) as error:
        found.fail("time.signer", name, f"made by {who}: {error}")
        return False
    found.add("time.signer", Outcome.PASS, name, f"made by {who}: your roots confirm it, at its own time "
                                                 f"{token.time:%Y-%m-%d %H:%M:%S} UTC")
    return True


def _own(brought: Brought) -> tuple[bytes, ...]:
    """The verifier's own certificates: a token may have come without that of its signer."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return tuple(one.public_bytes(Encoding.DER) for one in read_roots(brought.tsa_roots)) if brought.tsa_roots else ()


def _check_inner(name: str, token: Token, certificates: tuple[bytes, ...], found: Collector) -> TokenSigner | None:
    try:
        signer = check_inner_signature(token.response, certificates)
    except SignatureInvalid as error:
        found.fail("time.signature", name, str(error))
        return None
    except FormatError as error:
        found.add("time.signature", Outcome.INCONCLUSIVE, name, f"its signature could not be checked: {error}")
        return None
    if signer is None:
        found.neutral("time.signature", name, "the certificate that signed it did not come with it")
        return None
    found.add("time.signature", Outcome.PASS, name, "it is as it was signed, by the certificate that came with it")
    return signer


def check_ots_file(path: Path, brought: Brought, found: Collector) -> None:
    """One OpenTimestamps proof."""
    try:
        proof = parse_ots(_read(path, MAX_PROOF_BYTES))
    except EvidenceError as error:
        found.fail("ots.form", path.name, str(error))
        return
    found.add("ots.form", Outcome.PASS, path.name, f"a proof over the {proof.algorithm} {proof.digest.hex()}, of "
                                                   f"{proof.operations} steps and {len(proof.attestations)} ends")
    _compare(path, proof.algorithm, proof.digest, found)
    headers = read_headers(brought.headers) if brought.headers else {}
    held = {one: header for one in proof.attestations
            if one.notary is Notary.BITCOIN and one.message is not None and (header := headers.get(one.height or 0))}
    for one, header in held.items():
        _check_block(path.name, one, header, found)
    for one in proof.attestations:
        if one not in held:
            check, words = _attested(one)
            found.add(check, Outcome.NOT_APPLICABLE if held else Outcome.INCONCLUSIVE, path.name, words)


def _check_block(name: str, one: Attestation, header: BlockHeader, found: Collector) -> None:
    """Rule 3, with the header of the block that the verifier brought."""
    if found.require("ots.bitcoin", name, f"block {one.height} does not hold what the proof leads to",
                     holds=header.merkle_root == one.merkle_root):
        found.add("ots.bitcoin", Outcome.PASS, name, f"it existed before block {one.height} was mined, about "
                                                     f"{header.time:%Y-%m-%d %H:%M} UTC, if {header.block} is it")


def _attested(one: Attestation) -> tuple[str, str]:
    if one.message is None:
        return "ots.unknown", "a path of it uses a hash that is not computed here"
    if one.notary is Notary.BITCOIN:
        return "ots.bitcoin", (f"it existed before Bitcoin block {one.height} was mined, if the header of that block "
                               f"has the Merkle root {one.merkle_root}: not looked up here; ask a node or two block "
                               "explorers, or run `ots verify`")
    if one.notary is Notary.PENDING:
        return "ots.pending", f"the calendar {one.uri} promised to put it into a block; `ots upgrade` asks if it did"
    if one.notary is Notary.UNKNOWN:
        return "ots.unknown", f"somebody attests it in a way that is not known here ({one.tag})"
    return "ots.other_chain", f"it leads to block {one.height} of {one.notary}, which is not looked up here"


def _compare(path: Path, algorithm: str, digest: bytes, found: Collector) -> None:
    """Rule 1: the file that the timestamp's own name points to."""
    subject = path.with_suffix("")
    if subject == path or not subject.is_file() or subject.is_symlink() or subject.stat().st_size > MAX_COMPARED:
        found.neutral("time.subject", path.name, "the file that it is over does not lie beside it under its name: "
                                                 "compare the hash yourself")
        return
    if algorithm not in hashlib.algorithms_available:
        found.add("time.subject", Outcome.INCONCLUSIVE, subject.name, f"its {algorithm} is not computed here")
        return
    with subject.open("rb") as file:
        same = hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).digest() == digest
    if not found.require("time.subject", subject.name, "this is not the file that the timestamp is over", holds=same):
        return
    found.add("time.subject", Outcome.PASS, subject.name, "this is the file that the timestamp is over")
    if algorithm in WEAK:
        found.neutral("time.weak", subject.name, f"{algorithm}: somebody who could choose the file could make a "
                                                 "second one with the same hash before the time was stamped")


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FormatError(f"it has more than {limit} bytes: it is no timestamp")
    return data
