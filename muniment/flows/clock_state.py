"""Whether a time server keeps this machine's clock, as its kernel knows it: nobody is asked over the network.

1. The clock is called synchronised only where the kernel says so; where it cannot be asked, that is said.
2. Nothing is ever corrected: times in the ledger are the machine's own, tokens bound them from outside.
"""

import ctypes
import sys
from dataclasses import dataclass

STA_UNSYNC, STA_NANO = 0x0040, 0x2000      # adjtimex(2): nobody disciplines the clock; offset is in ns, not us
TIME_ERROR = 5                             # adjtimex(2): what is returned while the clock is not synchronised

NOT_SYNCHRONISED = "not synchronised: the operating system says that no time server keeps its clock"
NOT_TOLD = "not synchronised as far as is known: this system does not say whether a time server keeps its clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelClock:
    """What adjtimex(2) reports."""

    returned: int
    status: int
    offset: int               # to the time server; ns with STA_NANO, else us
    max_error: int            # us

    @property
    def is_synchronised(self) -> bool:
        """A time server keeps it."""
        return 0 <= self.returned < TIME_ERROR and not self.status & STA_UNSYNC

    def words(self) -> str:
        """As circumstances state it: `synchronised by the operating system (NTP), offset 0.1 ms, error ...`."""
        if not self.is_synchronised:
            return NOT_SYNCHRONISED
        offset = self.offset / (1_000_000 if self.status & STA_NANO else 1_000)
        return (f"synchronised by the operating system (NTP), offset {offset:.1f} ms, "
                f"error at most {self.max_error / 1000:.0f} ms")


class _Timex(ctypes.Structure):
    """`struct timex` of Linux; what follows `tick` is not looked at, and there is room for it."""

    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("constant", ctypes.c_long),
        ("precision", ctypes.c_long), ("tolerance", ctypes.c_long), ("time", ctypes.c_long * 2),
        ("tick", ctypes.c_long), ("rest", ctypes.c_byte * 256),
    )


def clock_words() -> str:
    """What is known of this machine's clock now."""
    found = kernel_clock()
    return found.words() if found is not None else NOT_TOLD


def kernel_clock() -> KernelClock | None:
    """What the kernel says; None where it cannot be asked. Asking changes nothing (`modes` is 0) and needs no right."""
    if not sys.platform.startswith("linux"):
        return None
    timex = _Timex()
    try:
        returned = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    if returned < 0:
        return None
    return KernelClock(returned=returned, status=timex.status, offset=timex.offset, max_error=timex.maxerror)
