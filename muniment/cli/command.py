"""How a verb becomes a command: shared options, the error boundary, the exit code.

1. `--case`, `--json`, `-q`, `-v` and `--yes` may stand before or after the verb.
2. A verb returns its exit code or raises; whatever it raises ends here, as words on stderr and a code.
"""

import functools
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import click

from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation, is_set
from muniment.cli.output import Output, Verbosity
from muniment.cli.problems import explain

P = ParamSpec("P")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_META = "muniment."      # prefix of our entries in click's context metadata, which nested contexts share


def shared_options(*, hidden: bool) -> Callable[[Decorated], Decorated]:
    """The options every command takes; hidden in the help of a verb, for which the help of `muniment` speaks."""

    def option(*names: str, help_text: str, **attributes: Any) -> Callable[[Decorated], Decorated]:
        return click.option(*names, help=help_text, expose_value=False, callback=_remember, hidden=hidden, **attributes)

    def switch(*names: str, help_text: str) -> Callable[[Decorated], Decorated]:
        return option(*names, help_text=help_text, is_flag=True, default=None)

    decorators = (
        option("--case", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
               help_text="The case; default: MUNIMENT_CASE, or this folder or one above."),
        switch("--json", help_text="One JSON document on stdout."),
        switch("-q", "--quiet", help_text="Warnings and errors only."),
        switch("-v", "--verbose", help_text="Details, and tracebacks."),
        switch("--yes", help_text="Answer every question with yes (MUNIMENT_YES=1)."),
    )

    def decorate(function: Decorated) -> Decorated:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


class DefaultVerb(click.Group):
    """A verb with verbs of its own, one of which is meant where none is named."""

    def __init__(self, *arguments: Any, default: str, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default in where neither a verb nor the help is asked for."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [self._default, *args]
        return super().parse_args(ctx, args)


class Verb(Protocol):
    """Makes a command of a function that takes an `Invocation` first and returns an `ExitCode`."""

    def __call__(self, function: Callable[Concatenate[Invocation, P], ExitCode], /) -> click.Command:
        """Make it."""


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value is not None:
        context.meta[_META + str(parameter.name)] = value


def verb(name: str | None = None, *, group: click.Group | None = None, **attributes: Any) -> Verb:
    """What makes a verb of a function; `group` is the command it belongs under, if not `muniment` itself."""

    def decorate(function: Callable[Concatenate[Invocation, P], ExitCode], /) -> click.Command:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> ExitCode:
            invocation = _invocation(click.get_current_context())
            return _guarded(invocation, lambda: function(invocation, *args, **kwargs))

        command = click.command(name, cls=click.Command, **attributes)(shared_options(hidden=True)(run))
        if group is not None:
            group.add_command(command)
        return command

    return decorate


def _invocation(context: click.Context) -> Invocation:
    meta = context.meta
    environ = os.environ
    verbosity = (Verbosity.QUIET if meta.get(_META + "quiet") else
                 Verbosity.VERBOSE if meta.get(_META + "verbose") else Verbosity.NORMAL)
    out = Output(_verb_name(context), json_wanted=bool(meta.get(_META + "json")), verbosity=verbosity,
                 colour=not environ.get("NO_COLOR") and environ.get("TERM") != "dumb")
    return Invocation(out=out, case_option=meta.get(_META + "case"),
                      yes=bool(meta.get(_META + "yes")) or is_set(environ, "MUNIMENT_YES"), environ=environ)


def _verb_name(context: click.Context) -> str:
    """`cite` for `muniment cite add` too: a schema is named after the verb."""
    while context.parent is not None and context.parent.parent is not None:
        context = context.parent
    return context.info_name or "muniment"


def _guarded(invocation: Invocation, function: Callable[[], ExitCode]) -> ExitCode:
    out = invocation.out
    try:
        return function()
    except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
        raise                                   # click says these itself, in `main`
    except KeyboardInterrupt:
        out.close()
        out.error("interrupted", hint="what was finished is kept; run the same command again to go on",
                  code=ExitCode.INTERRUPTED)
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the boundary: every error becomes words and an exit code
        out.close()
        problem = explain(error)
        if problem.unexpected:
            out.traceback(traceback.format_exc())
        out.error(problem.message, hint=problem.hint, code=problem.code)
        return problem.code
    finally:
        out.close()
