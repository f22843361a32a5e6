"""Writing one setting into a settings file, comments and everything else in it left as they are.

1. A value is read before it is written: what `load` would refuse is not written.
2. The new file replaces the old one at once; a file that is not understood is not touched.
"""

import os
import re
import tomllib
from pathlib import Path

from muniment.config.errors import SettingsError
from muniment.config.load import MAX_SETTINGS_BYTES, TABLE
from muniment.config.settings import KINDS, Value

_HEADER = re.compile(r"^\s*\[\s*([A-Za-z0-9_.\"'-]+)\s*\]\s*(#.*)?$")


def write_setting(path: Path, name: str, text: str | None) -> None:
    """Set `name` to what `text` says, or take it out (None). SettingsError where that cannot be done."""
    if name not in KINDS:
        raise SettingsError(f"{name} is no setting", hint="`muniment config` lists them")
    line = None if text is None else f"{name} = {_toml(_read(name, text))}"
    old = _content(path)
    new = _changed(old.splitlines(), name, line)
    _check(path, new, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(new)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _read(name: str, text: str) -> Value:
    try:
        return KINDS[name].read(text)
    except ValueError as error:
        raise SettingsError(f"{name} {error}", hint=f"{name}: {KINDS[name].meaning}") from error


def _content(path: Path) -> str:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from error
    if len(text) > MAX_SETTINGS_BYTES:
        raise SettingsError(f"{path} is larger than {MAX_SETTINGS_BYTES} bytes, which no settings file is")
    return text


def _changed(lines: list[str], name: str, line: str | None) -> str:
    """The lines with the setting set, in its table, or taken out of it."""
    own = re.compile(rf"^\s*{re.escape(name)}\s*=")
    table, at = "", None
    kept: list[str] = []
    for one in lines:
        if header := _HEADER.match(one):
            table = header[1]
        if table == TABLE and own.match(one):
            at = len(kept) if at is None else at
            continue
        kept.append(one)
        if header and table == TABLE and at is None:
            at = len(kept)
    if line is not None:
        if at is None:
            kept += [*([""] if kept else []), f"[{TABLE}]"]
            at = len(kept)
        kept.insert(at, line)
    return "\n".join(kept).rstrip("\n") + "\n" if kept else ""


def _check(path: Path, text: str, name: str) -> None:
    """What is about to be written must be TOML still: a value over several lines is not cut apart."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name} cannot be changed in {path} without breaking the file: {error}",
                            hint="change it with an editor") from error


def _toml(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case tuple():
            return f"[{', '.join(map(_quoted, value))}]"
        case _:
            return _quoted("" if value is None else str(value))


def _quoted(text: str) -> str:
    escaped = "".join(f"\\u{ord(char):04X}" if ord(char) < 0x20 or ord(char) == 0x7F else char
                      for char in text.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{escaped}"'
