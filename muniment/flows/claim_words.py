"""A claim in one line for people. Pure; not sanitised: whoever shows it passes it through `visible`."""

from evidence_store.claims import Claim


def claim_words(claim: Claim) -> str:
    """`SOHR (by Reuters): 45 people killed, Latakia, 2015-10-19`."""
    who = f"{claim.attributed_to} (by {claim.source})" if claim.attributed_to else claim.source
    number = "" if claim.number is None else str(claim.number) + (f"-{claim.number_to}" if claim.number_to else "")
    said = " ".join(filter(None, ("DENIES:" if claim.denies else "", claim.quantity, number, claim.subject,
                                  claim.predicate, claim.weapon)))
    return ", ".join(filter(None, (f"{who}: {said}", claim.place, claim.date or claim.date_words)))
