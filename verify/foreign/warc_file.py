"""WARC and ARC files that others made: every record whole, and its block and payload digests, apart.

1. Every byte belongs to a whole record or to a damage that is named; reading goes on after damage.
2. A record whose digests all speak against it was changed, or written wrongly: that fails. Where one digest holds and
   the other does not, writers are known who hash otherwise than the standard says: that stays open.
3. A digest that is absent or of an unknown kind proves nothing, and is counted.
4. A second reader, of other people's code, must see the same records and the same mismatches.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from evidence_store.errors import WarcDamaged
from evidence_store.findings import Outcome
from evidence_store.records import RecordId
from evidence_store.warc.arc import read_arc
from evidence_store.warc.fields import bare_id
from evidence_store.warc.integrity import DigestState, RecordCheck, check_record
from evidence_store.warc.members import Damage
from evidence_store.warc.model import WarcType
from evidence_store.warc.reader import Record, records_in
from verify.bundle.collector import Collector

MAX_DAMAGES = 1000            # after which a file is given up: one of rubbish has millions
_WRONG, _RIGHT = DigestState.MISMATCH, DigestState.MATCH


@dataclass(slots=True)
class WarcRead:
    """What one file held."""

    records: int = 0
    damages: int = 0
    wrong: set[RecordId] = field(default_factory=set)
    ids: set[RecordId] = field(default_factory=set)
    refers: set[RecordId] = field(default_factory=set)
    states: Counter[str] = field(default_factory=Counter)


def check_warc_file(path: Path, found: Collector) -> None:
    """One .warc or .warc.gz file, read twice."""
    with path.open("rb") as file:
        read = check_records(path.name, records_in(path, file, path.stat().st_size), found)
    _second_reading(path, read, found)


def check_arc_file(path: Path, found: Collector) -> None:
    """One .arc or .arc.gz file: it has no digests, so only that it can be read whole is shown."""
    with path.open("rb") as file:
        check_records(path.name, read_arc(path, file, path.stat().st_size), found)


def check_records(name: str, records: Iterable[Record | Damage], found: Collector) -> WarcRead:
    """Rules 1 to 3 for the records of one file, called `name` in what is found."""
    read = WarcRead()
    for one in records:
        if isinstance(one, Damage):
            read.damages += 1
            found.fail("warc.damage", f"{name} at {one.offset}", f"{one.length} bytes are damaged ({one.fault}): "
                                                                 f"{one.detail}")
            if read.damages >= MAX_DAMAGES:
                found.fail("warc.damage", name, f"it is damaged in {MAX_DAMAGES} places; the rest was not read")
                break
        else:
            _check_record(name, one, read, found)
    if not read.records:
        found.fail("warc.records", name, "it holds no record")
    found.passed("warc.records", "warc.damage", subject=name, summary=f"{read.records} records, every byte accounted "
                                                                      "for")
    _summarise(name, read, found)
    return read


def _check_record(name: str, record: Record, read: WarcRead, found: Collector) -> None:
    fields, where = record.fields, f"{name} at {record.offset}"
    read.records += 1
    if record.inner and fields.version.startswith("WARC"):
        read.states["inner"] += 1
    try:
        check = check_record(record)
    except WarcDamaged as error:
        found.fail("warc.damage", where, str(error))
        return
    if check.problem:
        found.fail("warc.damage", where, check.problem)
    # writers that rotate their files repeat the warcinfo record
    if check.record and check.record in read.ids and fields.type is not WarcType.WARCINFO:
        found.add("warc.ids", Outcome.INCONCLUSIVE, where, f"an earlier record has the id {check.record}, too")
    read.ids.add(check.record)
    if fields.type is WarcType.REVISIT:
        read.states["revisits"] += 1
        read.refers.add(bare_id(fields.get("WARC-Refers-To")))
    if fields.truncated is not None:
        read.states["truncated"] += 1
    if fields.type is None or not check.record or fields.date is None:
        found.add("warc.fields", Outcome.INCONCLUSIVE, where, "its type, id or date is missing or cannot be read")
    _judge_digests(where, check, read, found)


def _judge_digests(where: str, check: RecordCheck, read: WarcRead, found: Collector) -> None:
    """Rules 2 and 3."""
    block, payload = check.block, check.payload
    for name, digest in (("block", block), ("payload", payload)):
        read.states[f"{name} {digest.state}"] += 1
        if digest.state is DigestState.UNKNOWN:
            found.add(f"warc.{name}", Outcome.INCONCLUSIVE, where, f"its {name} digest is of no known kind: "
                                                                   f"{digest.declared}")
    if _RIGHT not in (block.state, payload.state):
        read.states["unproved"] += 1
    if _WRONG not in (block.state, payload.state):
        return
    read.wrong.add(check.record)
    of = f" ({check.uri})" if check.uri else ""
    for name, digest, other in (("block", block, payload), ("payload", payload, block)):
        if digest.state is not _WRONG:
            continue
        if other.state is _RIGHT:
            meaning = ("its head is not what was hashed; its content is" if name == "block"
                       else "all of it is as it was written; what was hashed as content is something else")
            found.add(f"warc.{name}", Outcome.INCONCLUSIVE, where, f"its {name} digest does not hold, the other "
                                                                   f"does: {meaning}{of}")
        else:
            found.fail(f"warc.{name}", where, f"its {name} digest does not hold: {digest.declared} is stated, "
                                              f"{digest.computed} is found{of}")


def _summarise(name: str, read: WarcRead, found: Collector) -> None:
    for kind in ("block", "payload"):
        count = read.states[f"{kind} {_RIGHT}"]
        if count:
            found.passed(f"warc.{kind}", subject=name, summary=f"{count} {kind} digests hold")
    if read.states["unproved"]:
        found.neutral("warc.unhashed", name, f"{read.states['unproved']} of {read.records} records have no digest that "
                                             "holds: nothing in the file would show a change of them")
    if read.states["revisits"]:
        elsewhere = len(read.refers - read.ids)
        found.neutral("warc.revisits", name, f"{read.states['revisits']} revisits: their content stands in other "
                                             "records"
                                             + (f", {elsewhere} of which are not in this file" if elsewhere else ""))
    if read.states["truncated"]:
        found.neutral("warc.truncated", name, f"{read.states['truncated']} records are marked as cut when they were "
                                              "captured")
    if read.states["inner"]:
        found.add("warc.members", Outcome.INCONCLUSIVE, name,
                  "a gzip member holds several records: many readers stop after the first of them")


def _second_reading(path: Path, read: WarcRead, found: Collector) -> None:
    """Rule 4. warcio stops at the first damage and does not notice a cut tail: it confirms, it does not replace."""
    from verify.checks.second_reader import read_with_warcio

    other = read_with_warcio(path)
    check, wrong = "warc.second_reader", {bare_id(one) for one in other.wrong}
    if other.stopped:
        found.neutral(check, path.name, f"warcio stopped after {other.records} records: {other.stopped}")
    elif wrong - read.wrong and not read.states["block unknown"] + read.states["payload unknown"]:
        found.add(check, Outcome.INCONCLUSIVE, path.name, f"warcio finds digests wrong that are right here: "
                                                          f"{sorted(wrong - read.wrong)[:5]}")
    elif other.records != read.records:
        found.add(check, Outcome.INCONCLUSIVE if not read.damages else Outcome.NOT_APPLICABLE, path.name,
                  f"warcio reads {other.records} records, not {read.records}")
    else:
        found.passed(check, subject=path.name, summary=f"warcio reads the same {other.records} records, with the same "
                                                       f"{len(wrong)} that its digests speak against")
