"""Muniment's own verification of bundles and cases: every finding, none of it taken on trust.

Two other verifiers check the same bundles with other code: `verify/standalone.py` and `verify/scripts/verify.sh`.
"""

from verify.bundle.case import verify_case
from verify.bundle.run import verify_bundle

__all__ = ["verify_bundle", "verify_case"]
