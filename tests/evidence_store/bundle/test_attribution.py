import pytest

from evidence_store.bundle.attribution import attributed_only, covered_to
from evidence_store.bundle.contents import Contents
from evidence_store.custody.checkpoint import Checkpoint, SignedCheckpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.errors import BundleRefused

A, B = (PublicKey.of_point(bytes([number]) * 32) for number in (1, 2))


def contents(last: dict[PublicKey, int], revoked: dict[PublicKey, int]) -> Contents:
    return Contents(items=(), derivatives=(), captures=(), public_keys=(),
                    last_by_key=tuple((key.fingerprint, seq) for key, seq in last.items()),
                    revoked_at=tuple((key.fingerprint, seq) for key, seq in revoked.items()))


def signed(key: PublicKey, size: int) -> SignedCheckpoint:
    checkpoint = Checkpoint(origin="muniment/" + "0" * 32, size=size, root=bytes(32), prefix_sha256="0" * 64)
    return SignedCheckpoint(checkpoint=checkpoint, signer=key, armour=b"")


@pytest.mark.parametrize(("case", "last", "revoked", "checkpoints", "expected"), [
    ("one key covers all it said", {A: 9}, {}, [(A, 10)], ()),
    ("the larger of two checkpoints counts", {A: 9}, {}, [(A, 10), (A, 3)], ()),
    ("each key covers its own", {A: 9, B: 4}, {}, [(A, 10), (B, 5)], ()),
    ("the last event is not covered", {A: 9}, {}, [(A, 9)], None),
    ("another's checkpoint does not count", {A: 9, B: 4}, {}, [(A, 10)], None),
    ("no checkpoint at all", {A: 9}, {}, [], None),
    ("revoked afterwards", {A: 9, B: 4}, {B: 7}, [(A, 10)], (B,)),
    ("revoked, but covered", {A: 9, B: 4}, {B: 7}, [(A, 10), (B, 5)], ()),
    ("said something after it was revoked", {A: 9, B: 8}, {B: 7}, [(A, 10)], None),
    ("its own revocation is not proved by itself", {A: 9, B: 7}, {B: 7}, [(A, 10)], None),
])
def test_a_bundle_is_refused_until_each_key_has_signed_for_its_events(case, last, revoked, checkpoints, expected):
    covered = covered_to(signed(key, size) for key, size in checkpoints)
    if expected is None:
        with pytest.raises(BundleRefused, match="no checkpoint proves"):
            attributed_only(contents(last, revoked), covered)
    else:
        assert attributed_only(contents(last, revoked), covered) == tuple(key.fingerprint for key in expected)
