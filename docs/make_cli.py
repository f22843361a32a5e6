"""Writes docs/cli.md: the verbs, and the help of each, as the command line itself gives them."""

import os
from pathlib import Path

import click

TARGET = Path(__file__).with_name("cli.md")
HEAD = """\
# The command line

`muniment [--case DIR] [--json] [-q|-v] [--yes] VERB`. Data goes to stdout, words and progress to stderr. With `--json`
a verb prints exactly one document, `{"schema": "muniment/<verb>/1", ...}`, to which fields may be added and from which
none are taken; a verb that failed prints `{"schema": ..., "error": {"message", "hint", "exit_code"}}`.

Nothing asks when stdin is not a terminal: the plan is printed and the run goes on, and a key is made only with
`--no-passphrase`. `--yes` or `MUNIMENT_YES=1` answers every question with yes; `MUNIMENT_NO_PASSPHRASE=1` stands for
`--no-passphrase`. `NO_COLOR` is honoured, and no state is told by colour alone. Captured text is printed with control
characters and bidirectional controls replaced by visible signs.

Settings: a flag wins over the environment (`MUNIMENT_NAME`), that over the table `[settings]` in the case's
`muniment.toml`, that over `[settings]` in the user's own `config.toml`, those over the default. `muniment config` shows
each value and where it came from.

## Exit codes

| code | means |
|---|---|
"""
CODES = {
    "OK": "done", "FAILED": "failed; for `verify`: it did not run",
    "USAGE": "wrong usage: an option, an argument, a setting; for `verify`: it did not run",
    "PARTIAL": "something that is cited was not captured whole", "VERIFICATION_FAILED": "verification failed",
    "INCONCLUSIVE": "nothing is wrong, but something could not be checked or confirmed",
    "NOT_A_CASE": "the folder is no case", "LOCKED": "another process writes the case",
    "INTERRUPTED": "interrupted; what was finished is kept",
}


def render() -> str:
    """The whole document."""
    from muniment.cli.exit_codes import ExitCode
    from muniment.cli.main import cli
    from muniment.cli.registry import VERBS

    lines = [HEAD + "\n".join(f"| {code.value} | {CODES[code.name]} |" for code in ExitCode),
             "\nA caller must take a code it does not know for a failure.\n",
             "## Verbs\n\n| verb | does |\n|---|---|"]
    lines += [f"| [`{entry.name}`](#{entry.name}) | {entry.summary} |" for entry in VERBS]
    root = click.Context(cli, info_name="muniment", terminal_width=100, max_content_width=100,
                         help_option_names=cli.context_settings["help_option_names"])
    lines += [f"\n## muniment\n\n```text\n{cli.get_help(root)}\n```"]
    for entry in VERBS:
        command = cli.get_command(root, entry.name)
        lines += [f"\n## {entry.name}\n", *help_blocks(command, click.Context(
            command, info_name=entry.name, parent=root, terminal_width=100, max_content_width=100))]
    return "\n".join(lines) + "\n"


def help_blocks(command: click.Command, context: click.Context) -> list[str]:
    """The help of a command, and of each command under it."""
    blocks = [f"```text\n{command.get_help(context)}\n```"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            blocks += ["", *help_blocks(inner, click.Context(inner, info_name=name, parent=context, terminal_width=100,
                                                             max_content_width=100))]
    return blocks


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    TARGET.write_text(render(), encoding="utf-8")
