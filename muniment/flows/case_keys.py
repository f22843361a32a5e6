"""Keys of a case: who may speak in it, who may no longer, and the list of those who may not.

1. A key is enrolled by somebody who may speak already, or by its holder when they first write.
2. A key is revoked by another one: what the revoked key left unsigned stays, as attributed and not proved.
3. Nothing is ever taken back: enrolment and revocation are events.
"""

from collections.abc import Iterator
from enum import StrEnum

from evidence_store.case import Case
from evidence_store.catalogue.model import EnrolledKey
from evidence_store.custody.keys import PublicKey
from evidence_store.errors import SigningKeyError
from evidence_store.events import Event, KeyEnrol, KeyRevoke
from evidence_store.writer import CaseWriter

NOT_SAID = "not said"         # how a key is protected that was enrolled for somebody else


class RevocationReason(StrEnum):
    """Why a key may speak no longer."""

    LOST = "lost"             # nobody has it
    STOLEN = "stolen"         # somebody else may have it: what it signs from now on says nothing
    LEFT = "left"             # its holder no longer works on the case


def enrol(writer: CaseWriter, key: PublicKey, principal: str, role: str) -> Event:
    """Let a key speak in the case for somebody; SigningKeyError where it is enrolled already."""
    if any(known.fingerprint == key.fingerprint for known in writer.case.catalogue.enrolled_keys()):
        raise SigningKeyError(f"the key {key.fingerprint} is enrolled already",
                              hint="one that was revoked never comes back: make another")
    (event,) = writer.append(KeyEnrol(public_key=key.line, fingerprint=key.fingerprint, principal=principal, role=role,
                                      protection=NOT_SAID))
    return event


def revoke(writer: CaseWriter, fingerprint: str, reason: RevocationReason) -> Event:
    """Let a key speak no longer; SigningKeyError where it cannot be revoked."""
    known = {key.fingerprint: key for key in writer.case.catalogue.enrolled_keys()}
    key = known.get(fingerprint)
    if key is None:
        raise SigningKeyError(f"no key {fingerprint[:80]} is enrolled in this case", hint="see `muniment key enrolled`")
    if key.revoked_seq is not None:
        raise SigningKeyError(f"the key {fingerprint} of {key.principal} was revoked already, by event "
                              f"{key.revoked_seq}")
    if fingerprint == writer.signer.public.fingerprint:
        raise SigningKeyError("a key does not revoke itself: nobody could prove that its holder meant it",
                              hint="sign with another enrolled key; a new one enrols itself with --principal NAME")
    (event,) = writer.append(KeyRevoke(fingerprint=fingerprint, reason=reason))
    return event


def enrolled(case: Case) -> tuple[EnrolledKey, ...]:
    """Every key that was enrolled, revoked ones too."""
    return case.catalogue.enrolled_keys()


def revoked_lines(case: Case) -> Iterator[str]:
    """The revoked keys, one a line, as `ssh-keygen -Y verify -r` reads them."""
    return (key.public_key for key in enrolled(case) if key.revoked_seq is not None)
