"""A large case on disk, made in a minute: a real ledger with real bodies, and the catalogue that belongs to it.

    python tests/support/large_case.py FOLDER [ITEMS]      100,000 items, 1,000,000 events

1. The ledger is whole: every line names its body and the one before; `muniment verify` walks it.
2. The catalogue has the rows that `muniment reindex` would make of that ledger (test_catalogue_scale.py compares
   them); only the bytes of most items are missing, because nothing was captured.
3. The first item is an imported article of 10 MB that cites 10,000 things; it has its bytes.

Ten events an item: one citation, one capture of one item, eight findings. One item of each shape goes through the
codec; the others are that text with another number in it.
"""

import hashlib
import io
import json
import random
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from case_factory import CIRCUMSTANCES, TOOL, CaseInHand, new_case
from sqlalchemy import Table

from evidence_store.catalogue import taking_in
from evidence_store.claims import Claim, ClaimAction, NumberedClaim, Predicate
from evidence_store.clock import format_time
from evidence_store.custody.ledger import line_hash
from evidence_store.events import (
    Captured,
    Cite,
    CiteAction,
    Claimed,
    Event,
    FindingEvent,
    Imported,
    KnownBody,
    NumberedCitation,
    encode_body,
)
from evidence_store.findings import Outcome
from evidence_store.records import (
    Capture,
    CaptureId,
    Citation,
    CitationId,
    CitationKind,
    Item,
    ItemId,
    ItemKind,
    RecordId,
    Sha256,
    Verdict,
    WarcRef,
)

START = datetime(2026, 4, 1, tzinfo=UTC)
FIRST_NUMBER = 1_000_001      # seven digits in every id, so that one text stands for all
NUMBER = "7654321"            # in the text of a shape: the number of an item
MOMENT = datetime(2031, 12, 11, 10, 9, 8, tzinfo=UTC)         # in the text of a shape: when
SEQ = 2_000_000_000           # in the rows of a shape: the first of its events
KINDS = (ItemKind.PAGE, ItemKind.PHOTO, ItemKind.VIDEO, ItemKind.POST)
VERDICTS = (Verdict.COMPLETE,) * 8 + (Verdict.GONE, Verdict.LOGIN_WALL)
PLACES = ("Sarmin", "Teir Maaleh", "Wudehi", "")
SOURCES = ("Reuters", "AFP", "SOHR", "LCC", "TASS", "SANA")
SUBJECTS = ("civilians", "children", "militants", "a school", "a mosque", "servicemen")
CHECKS = ("fixity.sha256", "warc.record", "metadata.exif", "metadata.readers", "image.hashes", "time.page",
          "place.text", "text.language")
SHAPES = 40                   # kinds and verdicts in every combination
ITEMS_PER_BATCH = 2_000
CACHE_KIB = 400_000           # of the database, while it is made
ARTICLE_BYTES = 10_000_000
ARTICLE_CITATIONS = 10_000
VERDICTS_OF_CITATIONS = """UPDATE citations SET (verdict, changed_seq) = (
    SELECT captures.verdict, captures.seq FROM capture_citations JOIN captures USING (seq)
    WHERE citation = citations.id ORDER BY seq DESC LIMIT 1) WHERE first_seq >= ?"""
TEXT = ("according to residents the strike hit a school near the market and four families were taken to the field "
        "hospital while the road to the south stayed closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The events of an item, and its rows, with NUMBER, MOMENT and SEQ where they differ from item to item."""

    bodies: tuple[str, ...]
    rows: tuple[tuple[Table, tuple[tuple[str, str | int | None], ...]], ...]


def shape_bodies(number: int, checks: int) -> tuple[KnownBody, ...]:
    """A citation, its capture with one item, and the findings on that."""
    url = f"https://site{number}.example/story/{NUMBER}"
    item, source = ItemId(f"ITEM-{NUMBER}"), WarcRef(record=RecordId(f"urn:uuid:{NUMBER:0>32}"),
                                                     sha256=Sha256(f"{NUMBER:0>64}"), length=1000)
    citation = CitationId(f"CITE-{NUMBER}")
    outcome = Outcome.FAIL if number == SHAPES - 1 else Outcome.PASS
    return (
        Cite(action=CiteAction.FOUND, article_url="https://blog.example/live", article_item=None, citations=(
            NumberedCitation(id=citation, citation=Citation(
                kind=CitationKind.POST, url=url, identity=url, platform=("x", "telegram", "")[number % 3],
                context=f"what story {NUMBER} says of the day", claimed_place=PLACES[number // 4 % 4])),)),
        Captured(circumstances=CIRCUMSTANCES, capture=Capture(
            id=CaptureId(f"{NUMBER:0>16}"), url=url, final_url=url, identity=url, started_at=MOMENT, ended_at=MOMENT,
            client="requests", verdict=VERDICTS[number // 4], reasons=(), against="page", sent=1, recorded=1,
            citations=(citation,), items=(Item(
                id=item, kind=KINDS[number % 4], sha256=Sha256(f"{NUMBER:0>64}"), length=1000 + number,
                media_type="text/html", source=source, url=url, name=f"story-{NUMBER}", obtained_at=MOMENT),))),
        *(FindingEvent(item=item, check=check, outcome=outcome if at == 0 else Outcome.PASS, summary="as recorded",
                       tools=(TOOL,)) for at, check in enumerate(CHECKS[:checks])),
    )


def shape(number: int, key: str, checks: int) -> Shape:
    """One item as text and rows."""
    events = [Event(seq=SEQ + at, time=MOMENT, key=key, body=body)
              for at, body in enumerate(shape_bodies(number, checks))]
    salt = hashlib.sha256(str(number).encode()).digest()
    return Shape(
        bodies=tuple(encode_body(event.body, time=MOMENT, key=key, salt=salt).decode() for event in events),
        rows=tuple((table, tuple(row.items())) for event in events for table, row in taking_in.rows_of(event)))


def article(words: random.Random, cited: int) -> tuple[bytes, tuple[Citation, ...]]:
    """A text with links, a thousand bytes each, and the citations that they are."""
    room = ARTICLE_BYTES // ARTICLE_CITATIONS
    parts: list[str] = []
    citations: list[Citation] = []
    offset = 0
    for number in range(cited):
        anchor, url = f"report {number}", f"https://site{number % 40}.example/story/{FIRST_NUMBER + number}"
        text = " ".join(words.choices(TEXT.split(), k=room // 6 - 12))
        citations.append(Citation(kind=CitationKind.POST, url=url, identity=url, anchor=anchor, context=text[:120],
                                  offset=offset))
        parts.append(f'<p><a href="{url}">{anchor}</a> {text}.</p>\n')
        offset += len(f"{anchor} {text}.") + 1
    return f"<html><body>{''.join(parts)}</body></html>".encode(), tuple(citations)


def some_claim(words: random.Random) -> Claim:
    """What a source says, often of an event that others speak of too."""
    return Claim(source=words.choice(SOURCES), attributed_to=words.choice((*SOURCES, "")),
                 predicate=words.choice(tuple(Predicate)), subject=words.choice(SUBJECTS),
                 number=words.choice((None, 3, 45, 57)),
                 place=words.choice(PLACES[:3]), passage=TEXT,
                 date=f"2015-{words.randint(1, 12):02d}-{words.randint(1, 28):02d}")


def begin(folder: Path, name: str, cited: int, claimed: int) -> CaseInHand:
    """A case with the article in it."""
    hand = new_case(folder, name, title="Orda valley")
    content, citations = article(random.Random(3), cited)
    with hand.writer() as writer:
        blob = writer.add_blob(io.BytesIO(content))
        held = Item(id=writer.new_item_id(), kind=ItemKind.PAGE, sha256=blob.sha256, length=blob.length,
                    media_type="text/html", source=blob, url="https://blog.example/live", name="live.html",
                    obtained_at=hand.clock())
        writer.append(Imported(items=(held,), received_from="test", how="made", circumstances=CIRCUMSTANCES))
        writer.append(Cite(action=CiteAction.FOUND, article_url=held.url, article_item=held.id, citations=tuple(
            NumberedCitation(id=writer.new_citation_id(), citation=one) for one in citations)))
        if claimed:
            words = random.Random(4)
            writer.append(Claimed(action=ClaimAction.ADDED, claims=tuple(
                NumberedClaim(id=writer.new_claim_id(), claim=some_claim(words)) for _ in range(claimed))))
    return hand


def grow(hand: CaseInHand, items: int, checks: int) -> None:
    """Append the events of many items to ledger and bodies, and their rows to the catalogue; then sign."""
    layout, key = hand.case.layout, hand.signer.public.fingerprint
    shapes = [shape(number, key, checks) for number in range(SHAPES)]
    seq = hand.case.log.size
    prev = line_hash(next(iter(hand.case.log.lines(seq - 1, seq))))
    hand.case.close()
    custody = hand.case.log.folder
    with (closing(sqlite3.connect(layout.catalogue)) as database, custody.bodies.open("ab") as bodies,
          custody.ledger.open("ab") as ledger):
        later = _quick(database)
        for start in range(0, items, ITEMS_PER_BATCH):
            numbers = range(FIRST_NUMBER + start, FIRST_NUMBER + min(start + ITEMS_PER_BATCH, items))
            written = [body for number in numbers for body in _bodies(shapes[number % SHAPES], number)]
            lines = []
            for at, body in enumerate(written, start=seq):
                lines.append(f'{{"body":"sha256:{hashlib.sha256(body).hexdigest()}","prev":"sha256:{prev}",'
                             f'"seq":{at}}}\n'.encode())
                prev = line_hash(lines[-1])
            bodies.write(b"".join(written))
            ledger.write(b"".join(lines))
            _insert(database, shapes, numbers, seq)
            seq += len(written)
        database.execute(VERDICTS_OF_CITATIONS, (seq - items * len(shapes[0].bodies),))
        for statement in later:
            database.execute(statement)
        database.execute("UPDATE state SET size=?, line=?, last_item=?, last_citation=?",
                         (seq, prev, FIRST_NUMBER + items - 1, FIRST_NUMBER + items - 1))
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    hand.clock.now = START + timedelta(days=400)
    with hand.writer() as writer:
        writer.checkpoint()


def _quick(database: sqlite3.Connection) -> tuple[str, ...]:
    """Take rows in without indexes, which a million rows are sorted into one by one; the statements that make them."""
    database.execute("PRAGMA synchronous=OFF")
    database.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    found = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in found:
        database.execute(f"DROP INDEX {name}")
    return tuple(sql for _, sql in found)


def _moment(number: int) -> str:
    return format_time(START + timedelta(seconds=number - FIRST_NUMBER))


def _bodies(of: Shape, number: int) -> Iterator[bytes]:
    moment, old = _moment(number), format_time(MOMENT)
    for body in of.bodies:
        yield body.replace(NUMBER, str(number)).replace(old, moment).encode()


def _insert(database: sqlite3.Connection, shapes: Sequence[Shape], numbers: range, seq: int) -> None:
    rows: dict[Table, list[Mapping[str, str | int | None]]] = {}
    old = format_time(MOMENT)
    for at, number in enumerate(numbers):
        digits, moment, first = str(number), _moment(number), seq + at * len(shapes[0].bodies) - SEQ
        for table, cells in shapes[number % SHAPES].rows:
            rows.setdefault(table, []).append({
                name: cell.replace(NUMBER, digits).replace(old, moment) if isinstance(cell, str) else
                cell + first if isinstance(cell, int) and cell >= SEQ else cell for name, cell in cells})
    for table, made in rows.items():
        names = ", ".join(f'"{name}"' for name in made[0])
        values = ", ".join(f":{name}" for name in made[0])
        database.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({values})", made)
    database.commit()


def large_case(folder: Path, items: int, name: str = "large", *, cited: int = ARTICLE_CITATIONS,
               checks: int = len(CHECKS), claimed: int = 0) -> CaseInHand:
    """A case with so many items, and 2 + `checks` times as many events, in `folder/name`; its key lies beside it."""
    hand = begin(folder, name, cited, claimed)
    grow(hand, items, checks)
    return hand


def main() -> None:
    """Make one where the command line says."""
    folder, items = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    began = time.perf_counter()
    hand = large_case(folder, items)
    sys.stdout.write(json.dumps({"case": str(hand.root), "items": items + 1, "events": hand.case.log.size,
                                 "seconds": round(time.perf_counter() - began, 1)}) + "\n")
    hand.case.close()


if __name__ == "__main__":
    main()
