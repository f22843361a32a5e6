"""Whatever shape a holder of the key gives to what is sealed: findings, never an exception, never without end."""

import json
from random import Random

import pytest
from golden import COLLEAGUE, WITHHELD
from sealing import canonical
from verifiers import IN_PROCESS

VALUES = [None, True, 0, -1, 2**53 - 1, "", "x", "ITEM-0001", "SHA256:", "../../../etc/passwd", "\x1b[2J\u202e",
          [], {}, [[]], [None], {"record": 1}, {"record": "urn:x", "sha256": "y", "length": "z"},
          {"id": "ITEM-9999"}, "0" * 64]


def places(value: object, path: tuple = ()) -> list[tuple]:
    """Paths to every value within a JSON value."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        found += places(part, (*path, name))
    return found


def replaced(value: object, path: tuple, new: object) -> object:
    copy = json.loads(json.dumps(value))
    target = copy
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = new
    return copy


def shapes(copy, trust, seed: int, count: int) -> None:
    random = Random(seed)
    seqs = [seq for seq in range(len(copy.lines)) if seq not in {WITHHELD, 0}]
    for _ in range(count):
        seq = random.choice(seqs)
        good = copy.body(seq)
        fields = json.loads(good)
        path = random.choice(places(fields)[1:])
        copy.write(copy.body_path(seq), canonical(replaced(fields, path, random.choice(VALUES))))
        copy.rechain(copy.key, COLLEAGUE)
        for says in IN_PROCESS.values():
            said = says(copy.root, trust)
            assert said.code in {0, 4, 5}
            assert "verify.error" not in said.text, (seed, seq, path)
        copy.write(copy.body_path(seq), good)


def test_bodies_of_any_shape_give_findings(copy, trust):
    shapes(copy, trust, seed=1, count=120)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20, 30))
def test_many_bodies_of_any_shape_give_findings(copy, trust, seed):
    shapes(copy, trust, seed=seed, count=500)


@pytest.mark.parametrize("path", [
    "custody/checkpoints/0000000010", "custody/ledger.jsonl", "bag-info.txt", "data/items/ITEM-0002/item.json",
    "data/capture.wacz", "custody/keys", "bagit.txt",
])
@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"\xff\xfe\n" * 100, b"{" * 100_000, b"9" * 100_000 + b"\n"])
def test_sealed_rubbish_gives_findings(copy, trust, path, content):
    target = path if path != "custody/keys" else copy.glob("custody/keys/*")
    copy.write(target, content)
    copy.reseal()
    for says in IN_PROCESS.values():
        said = says(copy.root, trust)
        assert "verify.error" not in said.text
        assert said.code == 4 or (path == "custody/keys" and says is IN_PROCESS["verify.py"])


def test_a_flood_of_findings_is_cut_and_counted(copy, trust):
    for number in range(1500):
        copy.write(f"data/extra-{number:04}", b"planted")
    for says in IN_PROCESS.values():
        said = says(copy.root, trust)
        assert said.code == 4
        assert len(said.text) < 100_000
        assert "and more like this" in said.text


def test_folders_without_end_are_refused(copy, trust):
    (copy.root / "data" / "/".join("d" * 40)).mkdir(parents=True)
    for says in IN_PROCESS.values():
        assert "bag.path" in says(copy.root, trust).failed
