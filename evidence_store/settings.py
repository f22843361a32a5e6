"""What `muniment.toml` of a case says of the case itself.

1. Its presence is what makes a folder a case: it is the last file that `Case.create` writes.
2. A case of a later format is refused, never half read.
3. Only the table `[case]` is read here; the other tables are the user's configuration.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime

from evidence_store.atomic import write_once
from evidence_store.clock import format_time, parse_time
from evidence_store.errors import FormatError, NotACase
from evidence_store.layout import CaseLayout
from evidence_store.records import CaseId

FORMAT = 1                    # of the case folder; raised when an older version would misread it
MAX_SETTINGS_BYTES = 1 << 20  # written by hand; more is not a settings file
MAX_TITLE = 500               # characters: a title is shown on one line

_CASE_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSettings:
    """The case's own part of its settings."""

    id: CaseId
    title: str
    created: datetime         # UTC
    format: int = FORMAT

    def to_toml(self) -> str:
        """The file as it is first written; FormatError for a title that cannot be written down."""
        return (
            "# What this case is. Delete the folder, not this file: without it the folder is no case.\n"
            "[case]\n"
            f"format = {self.format}\n"
            f'id = "{self.id}"\n'
            f"title = {_toml_string(self.title)}\n"
            f'created = "{format_time(self.created)}"\n'
        )


def read_settings(layout: CaseLayout) -> CaseSettings:
    """The settings of a case; NotACase where the folder is none, is half made, or is of a later format."""
    try:
        with layout.settings.open("rb") as file:
            content = file.read(MAX_SETTINGS_BYTES + 1)
    except FileNotFoundError:
        raise _no_settings(layout) from None
    except (NotADirectoryError, IsADirectoryError):
        raise NotACase(f"{layout.root} is not a case folder", hint="name the folder that holds muniment.toml") from None
    if len(content) > MAX_SETTINGS_BYTES:
        raise NotACase(f"{layout.settings} is larger than {MAX_SETTINGS_BYTES} bytes: it is not a case's settings")
    try:
        return _parse(layout, tomllib.loads(content.decode()))
    except (ValueError, TypeError, KeyError) as error:
        raise NotACase(f"{layout.settings} is not the settings file of a case: {error}",
                       hint="restore it from a copy; the ledger holds the case id and the title") from error


def write_settings(layout: CaseLayout, settings: CaseSettings) -> None:
    """Write the settings of a new case, atomically."""
    write_once(layout.settings, settings.to_toml().encode())


def _no_settings(layout: CaseLayout) -> NotACase:
    if not layout.root.is_dir():
        return NotACase(f"{layout.root} is not a case: there is no such folder",
                        hint="make a case with `muniment init`")
    if layout.custody.exists() or layout.lock.exists():
        return NotACase(f"{layout.root} is a case that was never finished: making it was interrupted",
                        hint="nothing was recorded in it yet: delete the folder and make the case again")
    return NotACase(f"{layout.root} is not a case: it holds no muniment.toml", hint="make a case with `muniment init`")


def _parse(layout: CaseLayout, document: dict[str, object]) -> CaseSettings:
    case = document["case"]
    if not isinstance(case, dict):
        raise TypeError("`case` is not a table")
    number, case_id, title, created = case["format"], case["id"], case["title"], case["created"]
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError("`case.format` is not a positive number")
    if number > FORMAT:
        raise NotACase(f"{layout.root} has case format {number}; this version reads up to {FORMAT}",
                       hint="open it with the version of muniment that made it, or a later one")
    if not (isinstance(case_id, str) and _CASE_ID.fullmatch(case_id)):
        raise ValueError("`case.id` is not 32 hex digits")
    if not (isinstance(title, str) and isinstance(created, str)):
        raise TypeError("`case.title` and `case.created` must be text")
    return CaseSettings(id=CaseId(case_id), title=title, created=parse_time(created), format=number)


def _toml_string(text: str) -> str:
    """A TOML 1.0 basic string."""
    if len(text) > MAX_TITLE:
        raise FormatError(f"the title has {len(text)} characters; at most {MAX_TITLE} are allowed")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FormatError("the title is not valid Unicode text") from error
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    # TOML 1.0: control characters other than tab must be escaped
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
