"""Search engines outside: what a person needs to ask them, and the record that they did.

1. Muniment opens and sends nothing: it writes pictures and links into a folder, and a person decides.
2. Who would receive the picture is said first. What is handed over is pixels only: no metadata, no name of case, item
   or file.
3. What came under conditions of its source is not prepared, nor are the same bytes under another item.
4. What an engine answered is recorded with engine, time and query, also when it found nothing.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from evidence_store.canonical import JsonValue
from evidence_store.case import Case
from evidence_store.clock import format_time
from evidence_store.errors import EvidenceError
from evidence_store.events import FindingEvent, Imported
from evidence_store.findings import Outcome
from evidence_store.handling import Accessed
from evidence_store.records import Item, ItemId
from muniment.flows.circumstances import tool
from muniment.flows.lookup import require_item
from muniment.flows.prove import NOT_SAID
from verify.reuse.crops import Crop
from verify.reuse.reading import Fingerprinter, NotComparable, tools

CHECK = "reuse.outside"
MAX_WORDS = 2000              # characters of a query or result that are kept


class UnderConditions(EvidenceError):
    """The source of the item set conditions; it is not given to anybody outside."""


class NothingToAsk(EvidenceError):
    """The item is no picture that can be prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A search engine for pictures, and who runs it."""

    name: str
    operator: str             # who receives the picture, and under which law
    upload: str               # where a person hands a picture over
    by_url: str               # the address that searches for a public URL; `{url}` stands for it; "": none


# As the engines' own pages had it in 2026; an address that has changed costs a click, not an answer.
ENGINES = (
    Engine(name="google", operator="Google LLC, United States", upload="https://lens.google.com/",
           by_url="https://lens.google.com/uploadbyurl?url={url}"),
    Engine(name="bing", operator="Microsoft Corporation, United States", upload="https://www.bing.com/visualsearch",
           by_url="https://www.bing.com/images/search?view=detailv2&iss=sbi&q=imgurl:{url}"),
    Engine(name="yandex", operator="Yandex, Russian Federation", upload="https://yandex.com/images/",
           by_url="https://yandex.com/images/search?rpt=imageview&url={url}"),
    Engine(name="tineye", operator="Idee Inc., Canada", upload="https://tineye.com/",
           by_url="https://tineye.com/search?url={url}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What lies ready."""

    item: ItemId
    engines: tuple[Engine, ...]
    pictures: tuple[Path, ...]
    url: str                  # where the item was public; "" where it never was


def named_engines(names: Iterable[str]) -> tuple[Engine, ...]:
    """The engines of these names, all of them for none."""
    wanted = tuple(names)
    return tuple(engine for engine in ENGINES if not wanted or engine.name in wanted)


def warnings(engines: Iterable[Engine], url: str) -> tuple[str, ...]:
    """Who learns what, before anything is handed over."""
    lines = [f"{engine.name}: {engine.operator} receives the picture and your address, may keep both, and may be "
             "made to give them up" for engine in engines]
    lines.append("a picture that only the source and you have tells whoever sees the query that you have it")
    if url:
        lines.append("a search by link makes the engine fetch the address: its owner sees that in their log")
    return tuple(lines)


def conditions_on(case: Case, item: Item) -> tuple[str, ...]:
    """What sources asked for of these bytes, whichever item they are."""
    twins = {entry.item.id for entry in case.catalogue.items_with_sha256(item.sha256)} | {item.id}
    found = {event.body.conditions: None for twin in sorted(twins) for event in case.events_of(twin)
             if isinstance(event.body, Imported) and event.body.conditions
             and any(one.id == twin for one in event.body.items)}
    return tuple(found)


def refuse_under_conditions(case: Case, item: ItemId) -> Item:
    """The item, where it may be asked about outside; UnderConditions where its source set conditions."""
    found = require_item(case, item).item
    conditions = conditions_on(case, found)
    if conditions:
        raise UnderConditions(f"{item} came under conditions: {'; '.join(conditions)}",
                              hint="ask the source first; import it again without conditions once they agree")
    return found


def prepare(case: Case, item: ItemId, engines: tuple[Engine, ...], folder: Path) -> Prepared:
    """Write the pictures to ask with into a new folder: the whole, each photograph in it, and their mirror images."""
    found = refuse_under_conditions(case, item)
    with TemporaryDirectory(prefix="muniment-outside-") as scratch:
        path = Path(scratch) / "original"
        with case.open_item(found) as stream, path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        with Fingerprinter() as fingerprinter:
            crops = fingerprinter.crops(path)
    if isinstance(crops, NotComparable):
        raise NothingToAsk(f"{item} gives no picture to ask with: {crops.reason}",
                           hint="of a video, import the frame that matters and ask with that")
    folder.mkdir(parents=True)
    pictures = tuple(_written(folder, crop) for crop in crops)
    prepared = Prepared(item=item, engines=engines, pictures=pictures, url=found.url)
    (folder / "LINKS.txt").write_text("\n".join(link_lines(prepared)) + "\n", "utf-8")
    return prepared


def link_lines(prepared: Prepared) -> tuple[str, ...]:
    """What a person opens, if they decide to."""
    lines = ["Nothing was opened or sent. Who would receive what:", *warnings(prepared.engines, prepared.url), ""]
    for engine in prepared.engines:
        lines.append(f"{engine.name} (upload one of the pictures): {engine.upload}")
        if by_link := link(engine, prepared.url):
            lines.append(f"{engine.name} (by link): {by_link}")
    return (*lines, "", "Record what came of it, also nothing:",
            f"muniment reuse --outside {prepared.item} --engine NAME --asked PICTURE --result WORDS (or --nothing)")


def link(engine: Engine, url: str) -> str:
    """The address that makes the engine search for a public URL; "" where there is none."""
    return engine.by_url.format(url=quote(url, safe="")) if url and engine.by_url else ""


def left_the_case(prepared: Prepared) -> Accessed:
    """That bytes lie outside the case now."""
    return Accessed(items=(prepared.item,), by=NOT_SAID, purpose="search engines outside",
                    how=f"{len(prepared.pictures)} pictures made of it, without metadata")


def prepared_finding(prepared: Prepared) -> FindingEvent:
    """That pictures were prepared: not that anybody was asked."""
    names = [engine.name for engine in prepared.engines]
    return FindingEvent(
        item=prepared.item, check=CHECK, outcome=Outcome.NOT_APPLICABLE, tools=(tool("muniment"), *tools()),
        summary=f"prepared for {', '.join(names)}; nobody was asked yet",
        details={"engines": _strings(names), "pictures": _strings(path.name for path in prepared.pictures),
                 "warned": _strings(warnings(prepared.engines, prepared.url))})


def blocked_finding(item: ItemId, blocked: UnderConditions) -> FindingEvent:
    """That preparing was refused."""
    return FindingEvent(item=item, check=CHECK, outcome=Outcome.NOT_APPLICABLE, tools=(tool("muniment"),),
                        summary=f"not prepared for engines outside: {blocked}", details={"blocked": True})


def answered_finding(item: ItemId, *, engine: str, query: str, asked_at: datetime, result: str) -> FindingEvent:
    """What an engine answered, in the words of whoever asked it; "" for nothing."""
    words = result[:MAX_WORDS]
    return FindingEvent(
        item=item, check=CHECK, outcome=Outcome.PASS, tools=(tool("muniment"),),
        summary=f"{engine} was asked at {format_time(asked_at)[:19]}Z: {words or 'nothing found'}",
        details={"engine": engine, "query": query[:MAX_WORDS], "asked_at": format_time(asked_at), "result": words,
                 "nothing": not words})


def _written(folder: Path, crop: Crop) -> Path:
    path = folder / f"{crop.name}.jpg"
    path.write_bytes(crop.jpeg)
    return path


def _strings(values: Iterable[str]) -> list[JsonValue]:
    return list(values)
