"""The command `muniment`.

1. `muniment --help` imports no verb: each is loaded when it is called.
2. The exit code is that of the verb; wrong usage is 2, Ctrl-C 130.
"""

import difflib
import importlib
import io
import sys
from collections.abc import Sequence

import click

from muniment import __version__
from muniment.cli.command import shared_options
from muniment.cli.exit_codes import ExitCode
from muniment.cli.registry import BY_NAME, VERBS


class LazyVerbs(click.Group):
    """The verbs of the registry, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the documentation."""
        return [entry.name for entry in VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import the verb."""
        entry = BY_NAME.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(entry.module).command
        return command

    def resolve_command(self, ctx: click.Context,
                        args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which ones come near."""
        near = difflib.get_close_matches(args[0], BY_NAME) if args and args[0] not in BY_NAME else []
        if near:
            ctx.fail(f"no such verb: {args[0]}; did you mean {' or '.join(near)}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """List the verbs from the registry."""
        with formatter.section("Verbs"):
            formatter.write_dl([(entry.name, entry.summary) for entry in VERBS])


@click.group("muniment", cls=LazyVerbs, subcommand_metavar="VERB ...", invoke_without_command=False,
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@shared_options(hidden=False)
@click.version_option(__version__, message="muniment %(version)s")
def cli() -> None:
    """Preserve what an article cites, and hand it over so that a stranger can verify it.

    The options below may stand before or after the verb. `muniment VERB --help` says more about each.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")   # a terminal that cannot show a letter still gets the line
    try:
        code = cli.main(args=sys.argv[1:] if arguments is None else list(arguments), prog_name="muniment",
                        standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except click.Abort:
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    return int(code or ExitCode.OK)
