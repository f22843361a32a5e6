"""Whether the keys that events name are proved by checkpoints those keys signed. Pure.

`key` in a body is only an attribution. It is proved where a checkpoint signed by that key covers the event. A key that
can sign no more (lost, stolen, left) is exempt below its last key-revoke: its uncovered events are attributed, not
proved, and the bundle says so.
"""

from collections.abc import Iterable, Mapping

from evidence_store.bundle.contents import Contents
from evidence_store.custody.checkpoint import SignedCheckpoint
from evidence_store.errors import BundleRefused


def covered_to(signed: Iterable[SignedCheckpoint]) -> Mapping[str, int]:
    """For each fingerprint, the size of the largest checkpoint it signed."""
    found: dict[str, int] = {}
    for one in signed:
        fingerprint = one.signer.fingerprint
        found[fingerprint] = max(found.get(fingerprint, 0), one.size)
    return found


def attributed_only(contents: Contents, covered: Mapping[str, int]) -> tuple[str, ...]:
    """Fingerprints of revoked keys with events that no checkpoint of theirs covers.

    BundleRefused when a key that was not revoked afterwards has such events.
    """
    revoked_at = dict(contents.revoked_at)
    bare = {key: last for key, last in contents.last_by_key if last >= covered.get(key, 0)}
    unproved = {key: last for key, last in bare.items() if last >= revoked_at.get(key, -1)}
    if unproved:
        which = "; ".join(f"event {last} by {key}" for key, last in sorted(unproved.items(), key=lambda pair: pair[1]))
        raise BundleRefused(f"no checkpoint proves who made these events: {which}",
                            hint="sign a checkpoint with each of these keys (`muniment checkpoint`), or revoke the key")
    return tuple(sorted(bare))
