"""A WARC file read a second time, by warcio: what two independent readers agree on is no fault of one of them.

warcio stops at the first damage and does not notice a cut tail (verify.checks.warcs does both): it confirms, it does
not replace.
"""

import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from evidence_store.events import FindingEvent
from evidence_store.findings import Outcome
from evidence_store.records import Tool

CHECK = "warc.second_reader"
PIECE = 1 << 20               # bytes read at a time: a record may be gigabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """What warcio made of a file."""

    records: int
    wrong: tuple[str, ...]    # ids of records whose digests it finds wrong
    stopped: str              # why it did not come to the end; ""


def read_with_warcio(path: Path) -> SecondReading:
    """Read every record to its end, digests checked."""
    from warcio.archiveiterator import ArchiveIterator  # heavy, and only needed here
    from warcio.exceptions import ArchiveLoadFailed

    records, wrong, stopped = 0, [], ""
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests=True):
                while record.raw_stream.read(PIECE):
                    pass
                records += 1
                if record.digest_checker.passed is False:
                    wrong.append(str(record.rec_headers.get_header("WARC-Record-ID")).strip("<>"))
    except (ArchiveLoadFailed, zlib.error, EOFError, OSError, ValueError) as error:
        stopped = f"{type(error).__name__}: {str(error)[:200]}"
    return SecondReading(records=records, wrong=tuple(wrong), stopped=stopped)


def check_with_warcio(path: Path, *, records: int | None) -> FindingEvent:
    """Whether warcio reads as many records as we did (`records`; None: we could not), and finds their digests right."""
    reading = read_with_warcio(path)
    if reading.wrong:
        outcome, words = Outcome.FAIL, f"finds wrong digests in {len(reading.wrong)} records"
    elif reading.stopped:
        outcome, words = Outcome.INCONCLUSIVE, f"stopped after {reading.records} records: {reading.stopped}"
    elif records is not None and reading.records != records:
        outcome, words = Outcome.INCONCLUSIVE, f"reads {reading.records} records, not {records}"
    else:
        outcome, words = Outcome.PASS, f"reads the same {reading.records} records and finds no digest wrong"
    return FindingEvent(item=None, check=CHECK, outcome=outcome, summary=f"{path.name}: warcio {words}",
                        tools=(Tool(name="warcio", version=version("warcio")),),
                        details={"file": path.name, "records": reading.records, "wrong": list(reading.wrong[:20])})
