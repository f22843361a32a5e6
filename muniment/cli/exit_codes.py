"""What a command says to the program that ran it (DESIGN section 7)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit code of every verb. A caller must take a code it does not know for a failure."""

    OK = 0
    FAILED = 1
    USAGE = 2
    PARTIAL = 3                # a cited thing was not captured whole
    VERIFICATION_FAILED = 4
    INCONCLUSIVE = 5           # nothing is wrong, but something could not be checked
    NOT_A_CASE = 6
    LOCKED = 7
    INTERRUPTED = 130          # 128 + SIGINT, as shells report it
