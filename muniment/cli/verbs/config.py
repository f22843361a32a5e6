"""`muniment config`."""

from pathlib import Path

import click

from evidence_store.canonical import JsonValue
from muniment.cli.command import DefaultVerb, verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import table
from muniment.config.load import Sourced, user_settings_file
from muniment.config.settings import SETTINGS_FILE_NAME, Value
from muniment.config.write import write_setting


@click.group("config", cls=DefaultVerb, default="show")
def command() -> None:
    """Settings in force, and where each comes from; set or unset one."""


@verb("set", group=command)
@click.argument("name")
@click.argument("value")
@click.option("--user", is_flag=True, help="In your own file, for all cases; default: in the case's muniment.toml.")
def set_(run: Invocation, name: str, value: str, user: bool) -> ExitCode:
    """Write one setting into a file. A list is separated by spaces. The ledger does not record settings."""
    return _write(run, name, value, user=user)


@verb("unset", group=command)
@click.argument("name")
@click.option("--user", is_flag=True, help="From your own file; default: from the case's muniment.toml.")
def unset(run: Invocation, name: str, user: bool) -> ExitCode:
    """Take one setting out of a file."""
    return _write(run, name, None, user=user)


def _write(run: Invocation, name: str, value: str | None, *, user: bool) -> ExitCode:
    path = user_settings_file() if user else run.case_folder() / SETTINGS_FILE_NAME
    write_setting(path, name, value)
    run.out.result({"name": name, "value": value, "file": str(path)},
                   text=f"{name} is {'taken out of' if value is None else 'written into'} {path}")
    return ExitCode.OK


@verb("show", group=command)
def show(run: Invocation) -> ExitCode:
    r"""Settings in force, and where each comes from.

    \b
    A flag wins over the environment (MUNIMENT_NAME), that over the case's muniment.toml,
    that over the user's own settings, those over the default.
    """
    loaded = run.settings()
    run.out.result({"user_file": str(user_settings_file()),
                    "settings": [_document(sourced) for sourced in loaded.sources]},
                   text=table(("setting", "value", "from"),
                              [(sourced.name, shown(sourced.value), _origin(sourced)) for sourced in loaded.sources]))
    return ExitCode.OK


def shown(value: Value) -> str:
    """A value as a person would write it."""
    match value:
        case None | "" | ():
            return "-"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)


def _origin(sourced: Sourced) -> str:
    return f"{sourced.origin.kind} ({sourced.origin.place})" if sourced.origin.place else str(sourced.origin.kind)


def _document(sourced: Sourced) -> dict[str, JsonValue]:
    return {"name": sourced.name, "value": _json(sourced.value), "origin": str(sourced.origin.kind),
            "place": sourced.origin.place}


def _json(value: Value) -> JsonValue:
    match value:
        case Path() | float():
            return str(value)       # decimals travel as text, as in the ledger
        case tuple():
            return list(value)
        case _:
            return value
