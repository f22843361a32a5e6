"""`muniment find`."""

import click

from evidence_store.search.index import DocumentKind
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count, table
from muniment.flows.search import search


@verb("find")
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in DocumentKind]),
              help="Only in these; may be given more than once.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def command(run: Invocation, words: tuple[str, ...], kinds: tuple[str, ...], limit: int) -> ExitCode:
    """Search the texts of the case.

    That is articles, posts, citations, claims, metadata, notes, conclusions and translations. All WORDS must be there;
    "words in quotes" stand side by side; a word with * at its end is a beginning.
    """
    with run.open_case() as case:
        hits = search(case, " ".join(words), kinds=frozenset(map(DocumentKind, kinds)), limit=limit,
                      progress=run.out.progress())
    run.out.result({"hits": [{"kind": hit.kind, "reference": hit.reference, "title": hit.title, "passage": hit.passage,
                              "offset": hit.offset} for hit in hits]},
                   text=table(("kind", "where", "passage"), [(hit.kind, hit.reference, hit.passage) for hit in hits]))
    run.out.say(count(len(hits), "hit"))
    return ExitCode.OK
