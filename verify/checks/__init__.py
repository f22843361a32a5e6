"""Checks: each reads an item and says what it found; what a finding means is not decided here.

1. A check writes nothing: findings are returned, and the caller appends them as events.
2. One bad file is one finding. "Could not check" is `error` or `inconclusive`, never `pass`.
3. The absence of EXIF is no fault: messengers and social networks remove it.
"""

from verify.checks.run import CHECKS, Check, run_checks
from verify.checks.warcs import NamedRecord, check_warcs, named_records

__all__ = ["CHECKS", "Check", "NamedRecord", "check_warcs", "named_records", "run_checks"]
