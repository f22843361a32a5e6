"""Bundles that are not what they claim: one function a fault, named by it, each with the check that must find it."""

import faults_of_the_bag  # noqa: F401 - fills the table
import faults_of_the_ledger  # noqa: F401
from fault_table import FAULTS, UNSEEN
from faults_of_the_content import full_rewrite_with_the_real_key, tail_replaced_with_the_real_key

__all__ = ["FAULTS", "UNSEEN", "full_rewrite_with_the_real_key", "tail_replaced_with_the_real_key"]
