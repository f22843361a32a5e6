"""What events of a case say, read from their bodies."""

from evidence_store.case import Case
from evidence_store.errors import EvidenceError
from evidence_store.events import decode_body
from muniment.flows.event_words import event_words


def words_of(case: Case, start: int, stop: int) -> dict[int, str]:
    """What events say; a damaged one says that it is."""
    found: dict[int, str] = {}
    try:
        for seq, body in enumerate(case.log.bodies(start, stop), start=start):
            try:
                found[seq] = event_words(decode_body(seq, body).body)
            except EvidenceError as error:
                found[seq] = f"\u2717 cannot be read: {error}"
    except EvidenceError as error:
        found |= {seq: f"\u2717 {error}" for seq in range(start, stop) if seq not in found}
    return found
