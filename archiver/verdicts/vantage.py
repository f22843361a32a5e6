"""From where something was not available: what a verdict of absence must say. Pure.

`deleted` is what the platform says of the thing itself, wherever one stands; every other absence may be ours alone.
"""

from evidence_store.records import Verdict

NOT_SIGNED_IN = "not signed in"
_ELSEWHERE = frozenset({Verdict.GONE, Verdict.SOFT_404, Verdict.LOGIN_WALL, Verdict.CHALLENGE, Verdict.GEO_BLOCKED,
                        Verdict.AGE_GATE, Verdict.PRIVATE_OR_SUSPENDED, Verdict.BLANK, Verdict.UNDECIDED})


def vantage_words(verdict: Verdict, vantage: str) -> tuple[str, ...]:
    """`not available from this vantage (...)` for what may be there for others; nothing otherwise."""
    return (f"not available from this vantage ({vantage})",) if vantage and verdict in _ELSEWHERE else ()
