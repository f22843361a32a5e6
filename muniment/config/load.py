"""Where each value comes from: flag > environment > case > user > default.

1. The first source that names a setting gives its value; the others are not merged in.
2. Every value keeps its origin, so that `muniment config` can show it.
3. A key nobody knows is a warning that names file and key; a value of the wrong kind is an error.
4. In a file the settings stand in the table `[settings]`; `[case]`, in a case, is the store's own.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import platformdirs

from muniment.config.errors import SettingsError
from muniment.config.settings import KINDS, NAMES, Settings, Value

ENVIRONMENT_PREFIX = "MUNIMENT_"
TABLE, CASE_TABLE = "settings", "case"
MAX_SETTINGS_BYTES = 1024 * 1024     # a settings file is a page of text; a larger one is something else


class OriginKind(StrEnum):
    """The sources, strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    CASE = "case"
    USER = "user"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value stands."""

    kind: OriginKind
    place: str = ""        # the option, the variable or the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A value and its origin."""

    name: str
    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSettings:
    """The settings in force, each with its origin, and what was odd on the way."""

    settings: Settings
    sources: tuple[Sourced, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """What one source says; `places` is what to call each value in words."""

    kind: OriginKind
    values: Mapping[str, object]
    places: Mapping[str, str]


def user_settings_file() -> Path:
    """The user's own settings: `muniment/config.toml` in the configuration directory of the platform."""
    return platformdirs.user_config_path("muniment") / "config.toml"


def user_data_folder() -> Path:
    """Where the user's keys live."""
    return platformdirs.user_data_path("muniment")


def user_cache_folder() -> Path:
    """What can be made again: indexes of pictures."""
    return platformdirs.user_cache_path("muniment")


def load_settings(*, flags: Mapping[str, object], environ: Mapping[str, str] = os.environ,
                  case_file: Path | None = None, user_file: Path | None = None) -> LoadedSettings:
    """Read all sources; SettingsError for a value that cannot be used or a file that cannot be read."""
    warnings: list[str] = []
    sources = [
        _Source(OriginKind.FLAG, flags, {name: _option(name) for name in flags}),
        _environment(environ),
    ]
    files = ((OriginKind.CASE, case_file), (OriginKind.USER, user_file))
    sources += [_file(kind, path, warnings) for kind, path in files if path]
    found = tuple(_resolve(name, sources) for name in NAMES)
    # Each value was read by the kind of its field, which mypy cannot follow through a mapping.
    settings = Settings(**{sourced.name: sourced.value for sourced in found})  # type: ignore[arg-type]
    return LoadedSettings(settings=settings, sources=found, warnings=tuple(warnings))


def _resolve(name: str, sources: list[_Source]) -> Sourced:
    for source in sources:
        if name in source.values:
            place = source.places[name]
            try:
                value = KINDS[name].read(source.values[name])
            except ValueError as error:
                raise SettingsError(f"{name} {error} ({place})", hint=f"{name}: {KINDS[name].meaning}") from error
            return Sourced(name=name, value=value, origin=Origin(kind=source.kind, place=place))
    return Sourced(name=name, value=getattr(Settings(), name), origin=Origin(kind=OriginKind.DEFAULT))


def _environment(environ: Mapping[str, str]) -> _Source:
    names = {name: ENVIRONMENT_PREFIX + name.upper() for name in NAMES}
    present = {name: variable for name, variable in names.items() if environ.get(variable)}
    return _Source(OriginKind.ENVIRONMENT, {name: environ[variable] for name, variable in present.items()}, present)


def _file(kind: OriginKind, path: Path, warnings: list[str]) -> _Source:
    document = _read_toml(path)
    values = document.get(TABLE, {})
    if not isinstance(values, dict):
        raise SettingsError(f"{path}: {TABLE} is not a table", hint=f"write [{TABLE}], then one `name = value` a line")
    warnings.extend(_unknown(path, document, values))
    known = {name: value for name, value in values.items() if name in KINDS}
    return _Source(kind, known, dict.fromkeys(known, str(path)))


def _read_toml(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_SETTINGS_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error
    if len(raw) > MAX_SETTINGS_BYTES:
        raise SettingsError(f"{path} is larger than {MAX_SETTINGS_BYTES} bytes, which no settings file is")
    try:
        return tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path} is not TOML: {error}", hint="one `name = value` a line") from error


def _unknown(path: Path, document: Mapping[str, object], values: Mapping[str, object]) -> Iterator[str]:
    for name in values:
        if name not in KINDS:
            near = difflib.get_close_matches(name, KINDS, n=1)
            yield f"{path}: {name} is no setting" + (f"; did you mean {near[0]}?" if near else "")
    case = document.get(CASE_TABLE, {})
    for name in [*document, *(case if isinstance(case, dict) else ())]:
        if name in KINDS:
            yield f"{path}: {name} does not stand under [{TABLE}] and is not read"
        elif name in document and name not in {TABLE, CASE_TABLE}:
            yield f"{path}: {name} is not known here; settings stand under [{TABLE}]"


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
