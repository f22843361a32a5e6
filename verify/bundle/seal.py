"""The seal: who vouches for a bundle.

1. There is one: an SSHSIG in canonical armour over the tagmanifest, for seal@muniment, by the key its name gives.
2. The case enrolled the sealing key - where bodies are withheld, that may be among them.
3. The key is one that the verifier trusts, at the time of a confirmed token over the seal, else on the day that the
   bag states; without a list of trusted signers that stays open, and the answer says so.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from evidence_store.custody import sshsig
from evidence_store.custody.publickey import PublicKey
from evidence_store.findings import Outcome
from verify.bundle.account import Account
from verify.bundle.bag import TAGMANIFEST
from verify.bundle.checkpoints import signer_of
from verify.bundle.collector import Collector
from verify.bundle.listing import Listing
from verify.report import SIGNER_CHECK, Sealer
from verify.trust import Moments, Trust

MAX_SEALS = 100               # signatures over one tagmanifest: nobody has more editors
MAX_TAGMANIFEST = 256 << 20
DAY = timedelta(days=1) - timedelta(microseconds=1)

_SEAL = r"tagmanifest-sha256\.txt\.[0-9a-f]{16}\.sig"


def check_seal(bag: Listing, account: Account, found: Collector) -> tuple[PublicKey, ...]:
    """Rules 1 and 2; the keys whose seals hold."""
    keys: list[PublicKey] = []
    seals = [path for path, _ in bag.matching(_SEAL)]
    found.require("seal.missing", TAGMANIFEST, "there is no seal: nobody vouches for this bundle", holds=bool(seals))
    with found.failing("seal.signature", TAGMANIFEST):
        tagmanifest = bag.read(TAGMANIFEST, MAX_TAGMANIFEST) if seals else b""
        for path in seals[:MAX_SEALS]:
            key = signer_of(bag, path, tagmanifest, sshsig.SEAL, found)
            if key is not None:
                keys.append(key)
    for key in keys:
        found.require("seal.enrolled", key.fingerprint, "the case never enrolled the sealing key",
                      holds=key.fingerprint in account.enrolled or bool(account.absent))
    if keys:
        found.passed("seal.missing", "seal.signature", "seal.enrolled", subject=TAGMANIFEST,
                     summary="sealed by " + ", ".join(key.fingerprint for key in keys))
    return tuple(keys)


def check_sealer(keys: tuple[PublicKey, ...], trust: Trust | None, when: Moments | None,
                 found: Collector) -> Sealer | None:
    """Rule 3."""
    if not keys:
        return None
    if trust is None:
        found.add(SIGNER_CHECK, Outcome.INCONCLUSIVE, keys[0].fingerprint, "no list of trusted signers was given")
        return Sealer(key=keys[0], principal="")
    basis = _basis(when)
    for key in keys:
        principal = trust.principal(key, sshsig.SEAL, when)
        if principal:
            found.add(SIGNER_CHECK, Outcome.PASS, key.fingerprint, f"your list says {principal}, {basis}")
            return Sealer(key=key, principal=principal)
    found.fail(SIGNER_CHECK, keys[0].fingerprint, f"your list of trusted signers does not confirm this key, {basis}")
    return Sealer(key=keys[0], principal="")


def moments_of_seal(info: Mapping[str, str], proved: datetime | None) -> Moments | None:
    """When the bundle was sealed: at a confirmed time, else some time on the day that bag-info.txt states."""
    if proved is not None:
        return Moments(first=proved, last=proved, proved=True)
    try:
        first = datetime.strptime(info.get("Bagging-Date", ""), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Moments(first=first, last=first + DAY, proved=False)


def _basis(when: Moments | None) -> str:
    if when is None:
        return "at a time that is not known"
    return "at the time of its token" if when.proved else "on the day that the sealer states, without proof"
