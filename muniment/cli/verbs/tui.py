"""`muniment tui`."""

import shlex
import socket
import sys
from typing import Any

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import given
from muniment.cli.signing import key_access, key_options
from muniment.config.settings import PICTURES

THEMES = ("dark", "light", "contrast", "ansi")


@verb("tui")
@click.option("--read-only", is_flag=True, help="Record nothing; ask for no passphrase.")
@click.option("--theme", type=click.Choice(THEMES), default=None, help="How it looks; default: as it was left.")
@click.option("--pictures", type=click.Choice(PICTURES), default=None,
              help="How pictures are shown at first; default: blurred and grey, or as it was left.")
@click.option("--serve", is_flag=True, help="In a browser on this machine instead: 127.0.0.1 only, an address that "
                                            "opens one session, read-only.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="With --serve; default: a free one.")
@click.option("--writable", is_flag=True, help="With --serve: what is done in the browser may be recorded.")
@click.option("--in-browser", is_flag=True, hidden=True)
@key_options
def command(run: Invocation, /, theme: str | None, port: int, no_passphrase: bool, **options: Any) -> ExitCode:
    """The whole case in the terminal: article, items, claims, ledger; capture, search, seal, verify.

    Every action is a command too. Without a case it begins with the list of cases. Keys: ? on any screen.
    """
    if options["serve"]:
        return _serve(run, theme, port, no_passphrase=no_passphrase, **options)
    on_web = bool(options["in_browser"])
    if not on_web and not (run.interactive and run.out.on_terminal):
        raise click.UsageError("the application needs a terminal; list, show and log print the same")
    from tui.app import run as show  # Textual takes 0.4 s to import
    from tui.desk import Desk

    flags = given({name: options[name] for name in ("key", "principal", "pictures")})
    folder = run.find_case_folder()
    case = run.open_case() if folder is not None else None
    desk = Desk(case, access=key_access(run, no_passphrase=no_passphrase), read_only=bool(options["read_only"]),
                load=lambda file: run.settings_for(file, **flags))
    show(desk, theme=theme or "", on_web=on_web)
    return ExitCode.OK


def _serve(run: Invocation, theme: str | None, port: int, *, no_passphrase: bool, **options: Any) -> ExitCode:
    """Serve it until Ctrl-C."""
    from tui.serve import HOST, CaseServer  # aiohttp and what it brings

    folder = run.find_case_folder()
    arguments = [sys.executable, "-m", "muniment", *(["--case", str(folder.resolve())] if folder else []), "tui",
                 "--in-browser"]
    arguments += [] if options["writable"] and not options["read_only"] else ["--read-only"]
    named = (("--theme", theme), ("--pictures", options["pictures"]), ("--key", options["key"]),
             ("--principal", options["principal"]))
    arguments += [word for name, value in named if value for word in (name, value)]
    arguments += ["--no-passphrase"] if no_passphrase else []
    server = CaseServer(shlex.join(arguments), port or _free_port(HOST), run.out.say)
    server.serve()
    return ExitCode.OK


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as listener:
        return int(listener.getsockname()[1])
