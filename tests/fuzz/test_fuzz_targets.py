"""The fuzz targets hold on good bytes and on changed ones, and notice a parser that breaks a rule."""

import io
from random import Random

import pytest
from fuzz_targets import TARGETS, Broken, seeds
from test_mutations import change

from evidence_store.custody.ledger import LedgerLine
from evidence_store.custody.ots import parse_ots
from verify import standalone
from verify.bundle.der import read_token
from verify.foreign.zip_reader import read_directory


@pytest.mark.parametrize("target", TARGETS)
def test_the_rules_hold_for_good_bytes_and_for_changed_ones(target):
    random = Random(3)
    for seed in [*seeds(target), b"", b"\n", b"\0" * 100]:
        TARGETS[target](seed)
        for _ in range(60 if seed else 0):
            TARGETS[target](change(random, change(random, seed) or b"x"))


def test_a_parser_that_fails_otherwise_is_noticed(monkeypatch):
    monkeypatch.setattr(LedgerLine, "parse", lambda data: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        TARGETS["ledger"](b"")


def test_a_parser_that_takes_another_spelling_is_noticed(monkeypatch):
    good = seeds("ledger")[0]
    line = LedgerLine.parse(good)
    monkeypatch.setattr(LedgerLine, "parse", lambda data: line)
    with pytest.raises(Broken, match="spells the same again"):
        TARGETS["ledger"](good.replace(b":", b": ", 1))


def test_the_seeds_of_tokens_and_proofs_are_taken_whole():
    """A seed that no parser takes leads a fuzzer nowhere."""
    for seed in seeds("token"):
        assert read_token(seed).time.year == 2026
        assert standalone.parse_token(seed)[2] == read_token(seed).time.timestamp()
    assert [len(parse_ots(seed).attestations) for seed in seeds("ots")] == [1, 2]
    for seed in seeds("zip"):
        assert not read_directory(io.BytesIO(seed)).problems
