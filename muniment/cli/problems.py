"""From an error to what the user is told and the exit code: the one place where errors end.

1. An error of our own says what happened; its hint says what to do.
2. A wrong setting or option is a usage error; an error of the operating system is a failure with its own words.
3. An error nobody foresaw is a failure (1), never a pass; its traceback is shown only with `-v`.
"""

from dataclasses import dataclass

from archiver.errors import ArchiverError, InvalidSetting
from evidence_store.errors import EvidenceError, NotACase, StoreLocked
from muniment.cli.exit_codes import ExitCode
from muniment.config.errors import SettingsError
from verify.errors import UnusableInput, VerifyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is said of an error."""

    message: str
    hint: str
    code: ExitCode
    unexpected: bool = False


def explain(error: Exception) -> Problem:
    """The problem an error is to the user."""
    hint = str(getattr(error, "hint", "") or "")
    message = str(error) or type(error).__name__
    match error:
        case NotACase():
            return Problem(message=message, hint=hint, code=ExitCode.NOT_A_CASE)
        case StoreLocked():
            return Problem(message=message, hint=hint, code=ExitCode.LOCKED)
        case SettingsError() | InvalidSetting() | UnusableInput():
            return Problem(message=message, hint=hint, code=ExitCode.USAGE)
        case EvidenceError() | ArchiverError() | VerifyError():
            return Problem(message=message, hint=hint, code=ExitCode.FAILED)
        case OSError():
            return Problem(message=_operating_system(error), hint=hint, code=ExitCode.FAILED)
        case _:
            return Problem(message=f"unexpected {type(error).__name__}: {message}",
                           hint="run again with -v to see where it happened", code=ExitCode.FAILED, unexpected=True)


def _operating_system(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"
