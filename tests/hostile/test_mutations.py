"""Any change of any byte is noticed, and the file is named."""

from random import Random

import pytest
from verifiers import IN_PROCESS, shell_says


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def change(random: Random, data: bytes) -> bytes:
    """Flip a bit, insert or delete a byte, or cut the end off."""
    at = random.randrange(len(data))
    kind = random.randrange(4)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:]
    if kind == 1:
        return data[:at] + random.randbytes(1) + data[at:]
    return data[:at] + data[at + 1:] if kind == 2 else data[:at]


# One file in so many is one for verify.sh.
@pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.soak)])
def test_one_flipped_byte_in_any_file_fails_and_names_the_file(copy, trust, tmp_path, each):
    for place, path in enumerate(copy.files()):
        data = copy.read(path)
        copy.write(path, flip(data, len(data) // 2))
        for says in IN_PROCESS.values():
            said = says(copy.root, trust)
            assert said.code == 4, path
            assert path in said.text
        # verify.sh leaves the spelling of the seal to ssh-keygen
        if place % each == 0 and (not path.endswith(".sig") or "/" in path):
            said = shell_says("dash", tmp_path, copy.root, "--trust", trust)
            assert said.code == 4, path
            assert path in said.text
        copy.write(path, data)
    assert all(says(copy.root, trust).code == 0 for says in IN_PROCESS.values())


def random_changes(copy, trust, seed: int, count: int) -> None:
    random = Random(seed)
    files = copy.files()
    for _ in range(count):
        path = random.choice(files)
        data = copy.read(path)
        changed = change(random, data)
        if changed == data:
            continue
        copy.write(path, changed)
        for says in IN_PROCESS.values():
            said = says(copy.root, trust)
            assert said.code == 4, (seed, path)
            assert path in said.text
        copy.write(path, data)


def test_random_changes_are_noticed(copy, trust):
    random_changes(copy, trust, seed=1, count=80)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 20))
def test_many_random_changes_are_noticed(copy, trust, seed):
    random_changes(copy, trust, seed=seed, count=200)
