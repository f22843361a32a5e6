"""What a target is measured by. All of it comes from the verifier, none of it from the target."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence_store.findings import Outcome
from verify.bitcoin import BlockHeader
from verify.trust import Receipt, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePolicy:
    """What is asked of tokens."""

    roots: Path | None        # PEM; None: signatures of tokens cannot be checked
    required: bool            # without a confirmed token, the outcome is open
    headers: Mapping[int, BlockHeader] = field(default_factory=dict)    # of Bitcoin blocks, by height

    @property
    def unproved(self) -> Outcome:
        """The outcome of a token that could not be confirmed."""
        return Outcome.INCONCLUSIVE if self.required else Outcome.NOT_APPLICABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the verifier brought along."""

    trust: Trust | None       # None: who signed stays open
    receipts: tuple[Receipt, ...]
    time: TimePolicy
