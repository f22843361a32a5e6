"""Verification of what others made: BagIt bags, WARC, ARC, WACZ, ZIP, timestamps, media with C2PA, and more.

1. What a target is, its bytes say; the name only decides between forms that begin alike.
2. Every check says what it looked at, what could not be looked at, and what its result proves.
3. Reading happens in a process of its own, with limits on time and memory: whatever the input, the answer is findings.
"""

from verify.foreign.run import verify_foreign

__all__ = ["verify_foreign"]
