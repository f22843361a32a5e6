import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody.ledger import (
    GENESIS,
    LedgerLine,
    check_chain,
    line_hash,
    offset_of,
    read_lines,
    whole_lines,
)
from evidence_store.errors import FormatError, LedgerDamaged

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)


def chain(count: int) -> list[bytes]:
    lines: list[bytes] = []
    prev = GENESIS
    for seq in range(count):
        lines.append(LedgerLine(seq=seq, prev=prev, body=line_hash(b"%d\n" % seq)).to_bytes())
        prev = line_hash(lines[-1])
    return lines


def check(content: bytes) -> int:
    return len(list(check_chain(read_lines(io.BytesIO(content)))))


@given(seq=st.integers(0, 10**10 - 1), prev=HASHES, body=HASHES)
def test_a_line_is_canonical_json_and_reads_back(seq, prev, body):
    line = LedgerLine(seq=seq, prev=prev, body=body)
    stored = line.to_bytes()
    assert LedgerLine.parse(stored) == line
    fields = {"body": f"sha256:{body}", "prev": f"sha256:{prev}", "seq": seq}
    assert stored == json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n"


GOOD = chain(1)[0]


@pytest.mark.parametrize(("fault", "line"), [
    ("no line end", GOOD[:-1]),
    ("CRLF", GOOD[:-1] + b"\r\n"),
    ("blank after a colon", GOOD.replace(b'"seq":', b'"seq": ')),
    ("keys in another order", b'{"seq":0,' + GOOD[1:].replace(b',"seq":0', b"")),
    ("key twice", GOOD.replace(b'"seq":0', b'"seq":0,"seq":0')),
    ("another key", GOOD.replace(b'"seq":0', b'"seq":0,"type":"note"')),
    ("leading zero", GOOD.replace(b'"seq":0', b'"seq":00')),
    ("negative", GOOD.replace(b'"seq":0', b'"seq":-0')),
    ("fraction", GOOD.replace(b'"seq":0', b'"seq":0.0')),
    ("upper-case hash", GOOD.replace(b"5feceb66", b"5FECEB66").replace(b'0"', b'A"', 1)),
    ("escaped key", GOOD.replace(b'"seq"', rb'"s\u0065q"')),
    ("two lines", GOOD + GOOD),
    ("not ASCII", GOOD.replace(b"seq", "séq".encode())),
    ("byte order mark", b"\xef\xbb\xbf" + GOOD),
])
def test_any_other_spelling_is_not_a_ledger_line(fault, line):
    assert line != GOOD
    with pytest.raises(FormatError):
        LedgerLine.parse(line)


@pytest.mark.parametrize(("fault", "spoil"), [
    ("a line deleted", lambda lines: lines[:5] + lines[6:]),
    ("the first line deleted", lambda lines: lines[1:]),
    ("two lines swapped", lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]]),
    ("a line twice", lambda lines: [*lines[:5], lines[4], *lines[5:]]),
    ("a body exchanged", lambda lines: [*lines[:5], lines[5].replace(lines[5][16:20], b"dead", 1), *lines[6:]]),
    ("an empty line", lambda lines: [*lines[:5], b"\n", *lines[5:]]),
    ("CRLF", lambda lines: [line.replace(b"\n", b"\r\n") for line in lines]),
    ("the last line torn", lambda lines: [*lines[:-1], lines[-1][:-30]]),
    ("renumbered after a deletion", lambda lines: [
        *lines[:5], *(LedgerLine(seq=line.seq - 1, prev=line.prev, body=line.body).to_bytes()
                      for line in map(LedgerLine.parse, lines[6:]))]),
])
def test_a_broken_chain_is_noticed(fault, spoil):
    assert check(b"".join(chain(12))) == 12
    with pytest.raises(LedgerDamaged):
        check(b"".join(spoil(chain(12))))


def test_any_changed_byte_but_the_last_line_s_body_is_noticed_by_the_chain():
    """The last line's body hash is guarded by the body itself and by checkpoints, not by the chain."""
    content = b"".join(chain(11))
    last = content.rindex(b'{"body"')
    body_of_last = range(last + 16, last + 16 + 64)
    for position in range(len(content)):
        for flip in (0x01, 0x20, 0x80):
            changed = bytearray(content)
            changed[position] ^= flip
            if position in body_of_last and changed[position] in b"0123456789abcdef":
                continue
            with pytest.raises(LedgerDamaged):
                check(bytes(changed))


def test_a_file_without_line_ends_does_not_fill_the_memory():
    longest = max(len(line) for line in read_lines(io.BytesIO(b"x" * 1_000_000)))
    assert longest < 1000


@given(st.one_of(st.integers(0, 120), st.integers(0, 10**7),
                 st.sampled_from([10**n + d for n in range(7) for d in (-1, 0, 1)])))
def test_the_place_of_a_line_is_arithmetic(seq):
    offset = offset_of(seq)
    assert whole_lines(offset) == seq
    assert whole_lines(offset_of(seq + 1) - 1) == seq
    assert offset_of(seq + 1) - offset == len(LedgerLine(seq=seq, prev=GENESIS, body=GENESIS).to_bytes())
