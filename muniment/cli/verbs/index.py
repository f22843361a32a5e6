"""`muniment index`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.tables import count, table

if TYPE_CHECKING:
    from muniment.cli.invocation import Invocation


TIERS = ("rootsift", "orb")       # as in `verify.reuse.model.Tier`, which `--help` must not load


@verb("index")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--pairs", is_flag=True,
              help="Index nothing: list pairs of picture files that are near-duplicates by hash, a lead to look at.")
@click.option("--features", type=click.Choice(TIERS),
              help="Which local features: rootsift (the usual), or orb, a fraction of the size for very large "
                   "collections. Kept until another is chosen.")
def command(run: "Invocation", paths: tuple[Path, ...], *, pairs: bool, features: str | None) -> ExitCode:
    """Fingerprint the pictures and videos under each PATH, so that `reuse --in PATH` is quick.

    Folders, single files, WARC and WACZ. What was indexed before and has not changed is not read again; an
    interrupted run goes on where it was. The index is a cache: it can be deleted and made again.
    """
    from muniment.config.load import user_cache_folder
    from muniment.flows import reuse
    from verify.reuse.model import Tier
    from verify.reuse.reading import Fingerprinter

    if pairs:
        return _pairs(run, paths)
    tier = Tier(features) if features else None
    collections = [reuse.folder_collection(path, user_cache_folder(), tier) for path in paths]
    with Fingerprinter() as fingerprinter:
        done = reuse.bring_up_to_date(collections, fingerprinter, run.out.progress())
    run.out.result(
        {"collections": [{"path": str(path), "index": str(one.index), "features": one.tier.value,
                          "files": updated.units, "new": updated.new,
                          "pictures": updated.pictures, "not_comparable": updated.not_comparable}
                         for path, one, updated in zip(paths, collections, done, strict=True)]},
        text=table(("files", "new", "pictures and frames", "not comparable", "path"),
                   [(str(updated.units), str(updated.new), str(updated.pictures), str(updated.not_comparable),
                     str(path)) for path, updated in zip(paths, done, strict=True)]))
    run.out.say(f"{count(sum(one.new for one in done), 'file')} fingerprinted")
    return ExitCode.OK


def _pairs(run: "Invocation", paths: tuple[Path, ...]) -> ExitCode:
    from muniment.flows.reuse_pairs import near_duplicates

    found = near_duplicates(paths, run.out.progress())
    named = [(str(found.pictures[pair.first]), str(found.pictures[pair.second]), pair.distance)
             for pair in found.pairs]
    run.out.result(
        {"pictures": len(found.pictures), "pairs": [{"first": one, "second": other, "distance": distance}
                                                    for one, other, distance in named],
         "not_comparable": [{"path": str(path), "reason": reason} for path, reason in found.not_comparable]},
        text=table(("bits", "picture", "picture"), [(str(distance), one, other) for one, other, distance in named]))
    run.out.say(f"{count(len(named), 'pair')} among {count(len(found.pictures), 'picture')}, by hash alone: look at "
                "them, or ask `muniment reuse`")
    return ExitCode.OK if not found.not_comparable else ExitCode.INCONCLUSIVE
