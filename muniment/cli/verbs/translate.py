"""`muniment translate`."""

from datetime import date
from pathlib import Path

import click

from evidence_store.errors import LimitExceeded
from evidence_store.events import Translated
from evidence_store.records import ItemId, Tool
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.cli.verbs.cite import Day
from muniment.flows.conclusions import MAX_TRANSLATION, translate
from muniment.flows.session import open_session


@verb("translate")
@click.argument("item")
@click.option("--into", "language", required=True, metavar="LANGUAGE", help="Of the translation: en, fr, de ...")
@click.option("--from", "from_language", default="", metavar="LANGUAGE", help="Of the original: ar, ru ...")
@click.option("--text", help="The translation.")
@click.option("--file", "path", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="It, as a text file.")
@click.option("--translator", required=True, help="Who translated, or ran the tool.")
@click.option("--tool", default="", metavar="NAME[/VERSION]", help="The program that translated, if one did.")
@click.option("--date", "made", type=Day(), help="When it was made.")
@click.option("--reviewer", default="", help="Who read it against the original.")
@key_options
def command(run: Invocation, item: str, language: str, from_language: str, text: str | None, path: Path | None,
            translator: str, tool: str, made: date | None, reviewer: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Keep a translation of ITEM beside the original. It has text, translator or tool, date, and perhaps a reviewer."""
    if (text is None) == (path is None):
        raise click.UsageError("give the translation with --text or with --file")
    name, _, version = tool.partition("/")
    translation = Translated(
        item=ItemId(item.upper()), language=language, from_language=from_language, translator=translator,
        text=text if text is not None else _read(path), tool=Tool(name=name, version=version) if name else None,
        made=made.isoformat() if made else "", reviewer=reviewer)
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="translate") as session:
        event = translate(session.writer, translation)
    run.out.result({"item": item.upper(), "language": language, "seq": event.seq},
                   text=f"translation kept as line {event.seq} of the ledger")
    return ExitCode.OK


def _read(path: Path | None) -> str:
    if path is None:
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(MAX_TRANSLATION + 1)
    if len(text) > MAX_TRANSLATION:
        raise LimitExceeded(f"{path} has more than {MAX_TRANSLATION:,} characters",
                            hint="import it as a file and link it")
    return text
