"""What keeps a verification from being run. What is wrong with a target is never an error but a finding.

VerifyError
    NothingToVerify     the target is no bundle and no case
    UnusableInput       what the verifier brings along (trust, receipt, roots) cannot be read
    NoSunPosition       the sun's position is asked for where or when there is none to give
    GazetteerUnreadable a gazetteer file is not of a form that is read
"""


class VerifyError(Exception):
    """Root of the errors of this package; `hint` is what the user can do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class NothingToVerify(VerifyError):
    """The target is not something that can be verified."""


class UnusableInput(VerifyError):
    """A file that the verifier was given to measure by cannot be used."""


class NoSunPosition(VerifyError):
    """The position of the sun cannot be given for this place or time."""


class GazetteerUnreadable(VerifyError):
    """A gazetteer is not of a form that is read, or larger than a limit allows."""
