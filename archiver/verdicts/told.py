"""A verdict from a platform's own words about one post. Pure."""

from archiver.verdicts.page import fold
from archiver.verdicts.rules import Rules
from evidence_store.records import Verdict


def verdict_of_words(words: str, rules: Rules) -> Verdict:
    """What the words say: `deleted` and its kin only where a rule knows them; otherwise the post is not shown."""
    folded = fold(words)
    for verdict, phrases in (
        (Verdict.DELETED, rules.deleted),
        (Verdict.PRIVATE_OR_SUSPENDED, (*rules.private_or_suspended, "suspended")),
        (Verdict.GEO_BLOCKED, rules.geo_blocked),
        (Verdict.AGE_GATE, rules.age_gate),
        (Verdict.CHALLENGE, rules.challenge_phrases),
        (Verdict.LOGIN_WALL, (*rules.login_phrases, *rules.login_invitations)),
    ):
        if any(phrase in folded for phrase in phrases):
            return verdict
    return Verdict.SOFT_404
