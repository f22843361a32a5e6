"""Headers of Bitcoin blocks that a verifier brings along: what a proof of OpenTimestamps ends at.

1. A header is 80 bytes; its hash must be below the target that it states itself: the work was done.
2. Whether it is of *the* chain is for who brings it to know: `bitcoin-cli getblockheader HASH false`, or any explorer,
   gives a header for its height, and the hash of the block is shown to be compared.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from verify.errors import UnusableInput

MAX_FILE = 256 << 20          # bytes: a million headers in hex have 170 MB
HEADER_BYTES = 80
LARGEST_EXPONENT = 34         # of a compact target: 2^256 and more are no targets

_LINE = re.compile(r"\s*([0-9]{1,9})[\s,:]+([0-9a-fA-F]{160})\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockHeader:
    """What the header of a block says."""

    height: int               # as whoever brought it says
    block: str                # hash of the block, as explorers write it
    merkle_root: str          # likewise
    time: datetime            # of the block: within two hours of the truth


def read_headers(path: Path) -> Mapping[int, BlockHeader]:
    """Headers by height from a file of lines `HEIGHT HEX`; `#` begins a comment. UnusableInput names a bad line."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UnusableInput(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE:
        raise UnusableInput(f"{path} is larger than {MAX_FILE} bytes")
    found: dict[int, BlockHeader] = {}
    for number, line in enumerate(data.decode("ascii", "replace").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        header = _header(int(match[1]), bytes.fromhex(match[2])) if match else None
        if header is None:
            raise UnusableInput(f"line {number} of {path} is no height and header of a block with its work done",
                                hint="a line is HEIGHT and 160 hex digits: `bitcoin-cli getblockheader HASH false`")
        found[header.height] = header
    return found


def _header(height: int, data: bytes) -> BlockHeader | None:
    """Rule 1; None where the work was not done."""
    digest = hashlib.sha256(hashlib.sha256(data).digest()).digest()
    exponent, mantissa = data[75], int.from_bytes(data[72:75], "little")
    if exponent > LARGEST_EXPONENT or mantissa >= 1 << 23:
        return None
    target = mantissa << 8 * (exponent - 3) if exponent >= 3 else mantissa >> 8 * (3 - exponent)
    if int.from_bytes(digest, "little") > target:
        return None
    return BlockHeader(height=height, block=digest[::-1].hex(), merkle_root=data[36:68][::-1].hex(),
                       time=datetime.fromtimestamp(int.from_bytes(data[68:72], "little"), UTC))
