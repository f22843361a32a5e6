"""`muniment views`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from evidence_store.records import Derivative, ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.session import open_session
from muniment.flows.views import keep_views
from verify.origin.views import WORDS, View


@verb("views")
@click.argument("item")
@click.option("--view", "chosen", multiple=True, type=click.Choice([view.value for view in View]),
              help="Only this one; may be given more than once.")
@key_options
def command(run: Invocation, item: str, chosen: tuple[str, ...], key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Views of a picture, kept beside ITEM: error levels, JPEG ghosts, noise, histogram, clones. No verdicts."""
    views = [View(name) for name in dict.fromkeys(chosen)] or list(View)
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="views") as session:
        made = keep_views(session.writer, ItemId(item.upper()), views)
        paths = [case.layout.blobs / "sha256" / one.content.sha256[:2] / one.content.sha256 for one in made]
    run.out.result(
        {"item": item.upper(), "views": [
            {"view": view.value, "sha256": one.content.sha256, "path": str(path), "shows": WORDS[view].shows,
             "parameters": WORDS[view].parameters, "misleads": WORDS[view].misleads}
            for view, one, path in zip(views, made, paths, strict=True)]},
        text=_lines(views, made, paths))
    return ExitCode.OK


def _lines(views: Sequence[View], made: Sequence[Derivative], paths: Sequence[Path]) -> Iterator[str]:
    for view, one, path in zip(views, made, paths, strict=True):
        yield f"{view.value}  {path}  ({one.content.length:,} bytes, PNG)"
        yield f"  shows {WORDS[view].shows}"
        yield f"  misleads: {WORDS[view].misleads}"
