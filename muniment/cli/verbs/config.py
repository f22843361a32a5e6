"""`muniment config`."""

from pathlib import Path

from evidence_store.canonical import JsonValue
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import table
from muniment.config.load import Sourced, user_settings_file
from muniment.config.settings import Value


@verb("config")
def command(run: Invocation) -> ExitCode:
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
