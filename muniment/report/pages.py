"""The HTML documents: templates filled with a dossier."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_store.bundle.model import BundleOptions
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.findings import Outcome
from evidence_store.records import CitationKind, Item, Verdict
from muniment.report import wording
from muniment.report.dossier import CitedThing, Dossier

if TYPE_CHECKING:
    from jinja2 import Environment

# Raster formats that browsers decode themselves. SVG and HTML can hold scripts and are never shown or linked.
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"})
PLAYED = frozenset({"video/mp4", "video/webm", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm"})


def start_here(dossier: Dossier, checkpoint: Checkpoint, options: BundleOptions, sealer: PublicKey) -> bytes:
    """START-HERE.html: what this folder is, what is in it, how to check it."""
    return rendered("start-here.html.j2", dossier=dossier, checkpoint=checkpoint, options=options, sealer=sealer,
                     coverage=coverage(dossier.counted))


def report(dossier: Dossier, checkpoint: Checkpoint, options: BundleOptions, sealer: PublicKey) -> bytes:
    """report.html: every citation and every item, with what was found."""
    return rendered("report.html.j2", dossier=dossier, checkpoint=checkpoint, options=options, sealer=sealer,
                     coverage=coverage(dossier.counted))


def coverage(cited: Iterable[CitedThing]) -> tuple[tuple[str, str, str, int], ...]:
    """Label, sentence, tone and count of each way citations ended, best first."""
    things = tuple(cited)
    rows = []
    for verdict in Verdict:
        number = sum(1 for thing in things if thing.verdict is verdict and not thing.has_nothing_to_capture)
        if number:
            words = wording.VERDICTS[verdict]
            rows.append((words.label, words.sentence, words.tone, number))
    for kind, label, sentence in (
            (CitationKind.MENTION, "mention",
             "A source is named, but no address is given: there was nothing to request."),
            (CitationKind.LOST_EMBED, "lost embed", "The article announces something and does not show it any more.")):
        number = sum(1 for thing in things if thing.citation.kind is kind and thing.has_nothing_to_capture)
        if number:
            rows.append((label, sentence, "none", number))
    return tuple(rows)


def is_shown(item: Item) -> bool:
    """A browser may show it in the report."""
    return item.media_type in SHOWN


def is_opened(item: Item) -> bool:
    """It may be a link: opening it runs nothing."""
    return item.media_type in SHOWN or item.media_type in PLAYED


def rendered(template: str, **values: object) -> bytes:
    """A template of ours, filled; blank lines are left out."""
    text = _environment().get_template(template).render(**values)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()).encode("utf-8") + b"\n"


def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("muniment.report"), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"moment": wording.moment, "size": wording.size, "captured": wording.captured,
                            "exact": wording.exact, "counted": wording.counted}
    environment.globals |= {
        "VERDICTS": wording.VERDICTS, "OUTCOMES": wording.OUTCOMES, "CITATIONS": wording.CITATIONS,
        "ITEMS": wording.ITEMS,
        "TRUNCATIONS": wording.TRUNCATIONS, "Outcome": Outcome, "is_shown": is_shown,
        "is_opened": is_opened}
    return environment
