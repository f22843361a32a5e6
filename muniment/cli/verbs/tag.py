"""`muniment tag`."""

import click

from evidence_store.records import ItemId
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.flows.conclusions import tag_item
from muniment.flows.session import open_session


@verb("tag")
@click.argument("item")
@click.argument("tags", nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Take them off.")
@key_options
def command(run: Invocation, item: str, tags: tuple[str, ...], remove: bool, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Put TAGS on ITEM, or take them off."""
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="tag") as session:
        now = tag_item(session.writer, ItemId(item.upper()), tags, remove=remove)
    run.out.result({"item": item.upper(), "tags": list(now)}, text=f"{item.upper()}: {', '.join(now) or 'no tags'}")
    return ExitCode.OK
