"""warcio as a second reader of our WARC files."""

from pathlib import Path

import pytest

from evidence_store.findings import Outcome
from verify.checks.second_reader import check_with_warcio


@pytest.fixture
def warc(make_case) -> Path:
    return next(make_case().case.layout.warcs.glob("*.warc.gz"))


def count(path: Path) -> int:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as stream:
        return sum(1 for _ in ArchiveIterator(stream))


def test_both_readers_agree_on_a_file_of_ours(warc: Path) -> None:
    finding = check_with_warcio(warc, records=count(warc))
    assert finding.outcome is Outcome.PASS
    assert finding.tools[0].name == "warcio"


def test_another_count_is_open_and_not_passed(warc: Path) -> None:
    assert check_with_warcio(warc, records=count(warc) + 1).outcome is Outcome.INCONCLUSIVE


def test_damage_never_passes(warc: Path) -> None:
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 0xFF
    warc.write_bytes(data)
    assert check_with_warcio(warc, records=None).outcome in {Outcome.FAIL, Outcome.INCONCLUSIVE}
