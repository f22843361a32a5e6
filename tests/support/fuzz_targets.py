"""What must hold of every parser of outside bytes, whatever the bytes: `make fuzz` looks for some that break it.

1. A parser takes the bytes, or raises an error of our tree; nothing else, and it ends.
2. What is taken spells the same again, where the format has one spelling.
3. What the product takes, verify.py takes and reads alike; where both must agree, they do.
"""

import io
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256 as hashed
from hashlib import sha512
from pathlib import Path
from typing import Any

import golden
from local_tsa import der
from sealing import canonical, chain, checkpoint_text, sha256

from evidence_store import canonical as product_json
from evidence_store.custody import sshsig
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.ledger import LedgerLine
from evidence_store.custody.ots import MAGIC, parse_ots
from evidence_store.errors import EvidenceError
from evidence_store.warc.wacz_reader import open_wacz
from verify import standalone
from verify.bundle.der import read_token
from verify.foreign.zip_reader import read_directory

MESSAGE = b"the bytes that are signed\n"
SMALL = 1 << 20        # bytes: larger members are not unpacked, since that is slow and finds nothing new


class Broken(AssertionError):
    """A rule does not hold."""


def hold(holds: object, rule: str) -> None:
    if not holds:
        raise Broken(rule)


def taken(parse: Callable[[], Any], *refusals: type[BaseException]) -> tuple[bool, Any]:
    """Whether the bytes are taken, and as what; every other exception goes up to the fuzzer."""
    try:
        return True, parse()
    except (EvidenceError, *refusals):
        return False, None


def ledger(data: bytes) -> None:
    good, line = taken(lambda: LedgerLine.parse(data))
    match = standalone.LINE.fullmatch(data)
    if good:
        hold(line.to_bytes() == data, "a ledger line spells the same again")
        hold(match and int(match[3]) == line.seq and match[1].decode() == line.body, "verify.py reads the line alike")
    hold(good or not match or len(match[3]) > 10, "the product takes each line that verify.py takes")


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


def body(data: bytes) -> None:
    good, value = taken(lambda: product_json.decode(data))
    other_good, other = taken(lambda: standalone.decode_json(data), *standalone.MALFORMED)
    if good:
        hold(product_json.encode(value) == data, "a body spells the same again")
        hold(other_good and other == value, "verify.py reads the body alike")
    hold(good or not other_good or depth(other) > product_json.MAX_DEPTH, "the product takes what verify.py takes")


def checkpoint(data: bytes) -> None:
    good, found = taken(lambda: Checkpoint.parse(data))
    other_good, other = taken(lambda: standalone.Checkpoint.parse(data), *standalone.MALFORMED)
    if good:
        hold(found.to_text() == data, "a checkpoint spells the same again")
        hold(other_good and (other.size, other.prefix) == (found.size, found.prefix_sha256), "verify.py reads it alike")


def signature(data: bytes) -> None:
    parsed, found = taken(lambda: sshsig.parse_armour(data))
    if sshsig.is_canonical(data):
        hold(parsed and found.to_armour() == data, "canonical armour spells the same again")
    good, key = taken(lambda: sshsig.verify_canonical(MESSAGE, data, sshsig.SEAL))
    other_good, other = taken(lambda: standalone.sshsig_signer(MESSAGE, data, sshsig.SEAL, canonical=True),
                              *standalone.MALFORMED)
    hold(good == other_good, "both take the signature, or neither")
    hold(not good or key.blob == other, "both name the same key")


def token(data: bytes) -> None:
    good, found = taken(lambda: read_token(data))
    other_good, other = taken(lambda: standalone.parse_token(data), *standalone.MALFORMED)
    if good and other_good:
        hold((found.algorithm, found.imprint) == other[:2], "both read the same imprint")
        hold(abs(found.time.timestamp() - other[2]) < 0.001, "both read the same time")


def ots(data: bytes) -> None:
    good, proof = taken(lambda: parse_ots(data))
    if good:
        hold(data.startswith(MAGIC) and proof.digest in data, "a proof begins with its digest")
        hold(all(one.height is None or one.height >= 0 for one in proof.attestations), "a block has a height")


def archive(data: bytes) -> None:
    def read() -> None:
        found = read_directory(io.BytesIO(data))
        for member in found.members if not found.problems else ():
            if member.size <= SMALL and not member.is_folder and not member.unreadable:
                hold(len(found.read(member, SMALL)) == member.size, "a member is as long as its directory says")
    taken(read)


@cache
def scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="muniment-fuzz-"))


def wacz(data: bytes) -> None:
    path = scratch() / "data" / "capture.wacz"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)

    def product() -> None:
        with open_wacz(path) as archive:
            archive.pages()
            for warc in archive.warcs:
                if warc.size <= SMALL:
                    (scratch() / "warc").unlink(missing_ok=True)
                    archive.extract(warc, scratch() / "warc")
    taken(product)
    bag = standalone.Bag(str(scratch()), {standalone.WACZ: len(data)})
    taken(lambda: sum(length for *_, length in standalone.wacz_records(bag, SMALL)), *standalone.MALFORMED)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "ledger": ledger, "body": body, "checkpoint": checkpoint, "signature": signature, "token": token, "ots": ots,
    "zip": archive, "wacz": wacz}


def response(algorithm: str, imprint: bytes, moment: bytes) -> bytes:
    """A granted TimeStampResp (RFC 3161 2.4.2) without a signature, which the parsers do not look at."""
    message = der(0x30, der(0x30, bytes.fromhex(algorithm), b"\x05\x00"), der(0x04, imprint))
    accuracy, nonce = der(0x30, b"\x02\x01\x01"), b"\x02\x08" + bytes(range(1, 9))
    info = der(0x30, b"\x02\x01\x01", bytes.fromhex("06042a030401"), message, b"\x02\x01\x07", der(0x18, moment),
               accuracy, nonce)
    content = der(0x30, bytes.fromhex("060b2a864886f70d0109100104"), der(0xA0, der(0x04, info)))
    digests = der(0x31, der(0x30, bytes.fromhex("0609608648016503040201")))
    signed = der(0x30, b"\x02\x01\x03", digests, content, der(0x31))
    return der(0x30, der(0x30, b"\x02\x01\x00"),
               der(0x30, bytes.fromhex("06092a864886f70d010702"), der(0xA0, signed)))


def tokens() -> list[bytes]:
    """Tokens over two kinds of hash, with whole and with broken seconds."""
    return [response("0609608648016503040201", hashed(MESSAGE).digest(), b"20260203050607Z"),
            response("0609608648016503040203", sha512(MESSAGE).digest(), b"20260203050607.25Z")]


def proofs() -> list[bytes]:
    """A promise of a calendar, and a proof on to a block with a fork in it."""
    head = MAGIC + b"\x01\x08" + hashed(MESSAGE).digest() + b"\xf0\x10" + bytes(16) + b"\x08"
    pending = b"\x00" + bytes.fromhex("83dfe30d2ef90c8e") + b"\x11\x10https://a.test/x"
    block = b"\xf1\x03tx:\x08\x08\x00" + bytes.fromhex("0588960d73d71901") + b"\x03\xa0\xc2\x1e"
    return [head + pending, head + b"\xff" + pending + block]


def seeds(target: str) -> list[bytes]:
    """Good bytes to start from."""
    lines = chain(sha256(b"%d" % number) for number in range(3))
    web = golden.Web()
    web.exchange("ITEM-0001", "https://blog.example/", "text/html", golden.PAGE)
    return {
        "ledger": lines,
        "body": [canonical(one) for one in golden.events()[0][:6]],
        "checkpoint": [checkpoint_text(golden.CASE, lines[:size]) for size in (1, 2, 3)],
        "signature": [golden.INVESTIGATOR.sign(MESSAGE, "seal@muniment"),
                      golden.STRANGER.sign(MESSAGE, "seal@muniment", hash_name="sha256")],
        "token": tokens(),
        "ots": proofs(),
        "zip": [golden.zipped([("bag/bagit.txt", b"BagIt"), ("bag/data/a", b"a" * 500)]), golden.wacz(web.members)],
        "wacz": [golden.wacz(web.members), golden.zipped([("datapackage.json", b"{}")])],
    }[target]
