"""Timestamp tokens: over the bytes they stand beside, and events do not contradict them.

1. A token's imprint is of the file it is named after: a token moved to another checkpoint is found out.
2. Its signature is checked at its own time, against roots that the verifier gives, never roots from the bundle.
3. What could not be checked is said; it is open only where a confirmed time is required.
4. An event covered by a stamped checkpoint is not dated after the token, one recorded after a token not before it.
"""

import hashlib
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence_store.errors import FormatError
from evidence_store.findings import Outcome
from evidence_store.records import Sha256
from verify.bundle.account import Account
from verify.bundle.bag import TAGMANIFEST
from verify.bundle.checkpoints import FOLDER
from verify.bundle.collector import Collector
from verify.bundle.der import TokenFields, read_token
from verify.bundle.ledger import CLOCK_TOLERANCE
from verify.bundle.listing import Listing
from verify.bundle.measure import TimePolicy

MAX_TOKEN = 1 << 20           # bytes; with a chain of certificates some 6 kB
MAX_STAMPED = 256 << 20       # bytes of what a token is over
OPENSSL_SECONDS = 60

_TOKEN = rf"({FOLDER}(\d{{10}})|{re.escape(TAGMANIFEST)})\.[A-Za-z0-9_-]{{1,40}}\.tsr"
_OPENSSL = re.compile(rb"OpenSSL ([3-9]|\d\d)")       # LibreSSL and older versions check less


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    """A token of a bundle, and the file it is over."""

    path: str
    stamped: str              # path of the file
    sha256: Sha256            # of the token
    covers: int               # ledger lines that the file vouches for
    fields: TokenFields


def check_tokens(bag: Listing, account: Account, policy: TimePolicy, found: Collector) -> datetime | None:
    """Everything above; the earliest confirmed time of the seal."""
    confirmed: list[datetime] = []
    tokens = [(path, match[1], match[2]) for path, match in bag.matching(_TOKEN)]
    for path, stamped, size in tokens:
        with found.failing("time.token", path):
            stamp = _Stamp(path=path, stamped=stamped, sha256=bag.sha256(path), fields=_read(bag, path, stamped),
                           covers=int(size) if size else account.size)
            _check_bounds(account, stamp, found)
            if _check_signature(bag, stamp, policy, found) and not size:
                confirmed.append(stamp.fields.time)
    if tokens:
        found.passed("time.token", "time.bounds", subject="",
                     summary=f"{len(tokens)} tokens are over what they stand beside")
    else:
        found.add("time.token", policy.unproved, "", "no timestamp token: the time of the seal is what the sealer says")
    return min(confirmed, default=None)


def _read(bag: Listing, path: str, stamped: str) -> TokenFields:
    """Rule 1."""
    token = read_token(bag.read(path, MAX_TOKEN))
    if hashlib.new(token.algorithm, bag.read(stamped, MAX_STAMPED)).digest() != token.imprint:
        raise FormatError(f"it is a timestamp of other bytes than {stamped}")
    return token


def _check_signature(bag: Listing, stamp: _Stamp, policy: TimePolicy, found: Collector) -> bool:
    """Rules 2 and 3."""
    when = f"dated {stamp.fields.time:%Y-%m-%d %H:%M:%S} UTC"
    good = _openssl_confirms(bag.root, stamp, policy.roots) if policy.roots else None
    if good is None:
        found.add("time.signature", policy.unproved, stamp.path,
                  f"{when}; its signature was not checked: that needs --tsa-ca PEM and OpenSSL 3 or later")
    elif good:
        found.add("time.signature", Outcome.PASS, stamp.path, f"{when}; confirmed with your roots")
    else:
        found.fail("time.signature", stamp.path, f"{when}; OpenSSL does not confirm it with your roots")
    return bool(good)


def _openssl_confirms(root: Path, stamp: _Stamp, roots: Path) -> bool | None:
    """None where no OpenSSL >= 3 answers. `-attime`: else a chain is judged by today's clock, both ways wrongly."""
    at = str(int(stamp.fields.time.timestamp()))
    try:
        version = subprocess.run(["openssl", "version"], capture_output=True, timeout=OPENSSL_SECONDS, check=False)
        if not _OPENSSL.match(version.stdout):
            return None
        run = subprocess.run(["openssl", "ts", "-verify", "-data", root / stamp.stamped, "-in", root / stamp.path,
                              "-CAfile", roots, "-attime", at],
                             capture_output=True, timeout=OPENSSL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.returncode == 0


def _check_bounds(account: Account, stamp: _Stamp, found: Collector) -> None:
    """Rule 4."""
    recorded, time = account.stamped.get(stamp.sha256), stamp.fields.time
    for seq, claimed in account.times.items():
        if seq < stamp.covers and claimed > time + CLOCK_TOLERANCE:
            found.fail("time.bounds", f"event {seq}", f"it is dated after the token {stamp.path} that covers it")
        if recorded is not None and seq > recorded and claimed < time - CLOCK_TOLERANCE:
            found.fail("time.bounds", f"event {seq}", f"it is dated before the token {stamp.path} that came before it")
