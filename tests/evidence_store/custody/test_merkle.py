import base64
import hashlib
import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody.merkle import (
    EMPTY_ROOT,
    Frontier,
    inclusion_proof,
    leaf_hash,
    root,
    verify_inclusion,
)

# The leaves and roots that RFC 6962 implementations share (certificate-transparency merkletree tests).
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1, as it is written."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


@cache
def numbered(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_the_shared_vectors_give_the_shared_roots(size):
    assert root(map(leaf_hash, LEAVES[:size])).hex() == ROOTS[size - 1]


@given(st.integers(0, 130))
def test_a_root_is_the_one_of_the_definition(size):
    assert root(numbered(size)) == naive_root(numbered(size))


def test_a_frontier_gives_the_root_at_every_size():
    frontier = Frontier()
    for size in range(70):
        assert (frontier.size, frontier.root()) == (size, naive_root(numbered(size)))
        frontier.add(leaf_hash(b"%d" % size))


@given(st.data())
def test_a_proof_stands_for_its_leaf_place_and_tree_and_for_nothing_else(data):
    size = data.draw(st.integers(1, 90))
    index = data.draw(st.integers(0, size - 1))
    leaves = numbered(size)
    proof, top = inclusion_proof(leaves, index), root(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, top)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, top)
    assert not verify_inclusion(leaves[index], index, size, proof, leaf_hash(b"other"))
    assert not verify_inclusion(leaves[index], index, size, (*proof, top), top)
    assert not verify_inclusion(leaves[index], size, size, proof, top)
    assert not verify_inclusion(leaves[index], -1, size, proof, top)
    if size > 1:
        assert not verify_inclusion(leaves[index], (index + 1) % size, size, proof, top)
    if proof:
        assert not verify_inclusion(leaves[index], index, size, proof[:-1], top)
        assert not verify_inclusion(leaves[index], index, size, (proof[0][:-1], *proof[1:]), top)


@pytest.mark.parametrize("index", [-1, 5])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index):
    with pytest.raises(IndexError):
        inclusion_proof(numbered(5), index)


def test_the_inclusion_vectors_of_others_are_judged_as_they_judge_them(shared_data):
    folder = shared_data / "6_timestamp" / "transparency-dev+merkle" / "testdata" / "inclusion"
    files = sorted(folder.rglob("*.json"))
    assert files, f"no vectors in {folder}"
    accepted = 0
    for file in files:
        vector = json.loads(file.read_text())
        proof = [base64.b64decode(node) for node in vector["proof"] or []]
        leaf, top = (base64.b64decode(vector[name] or "") for name in ("leafHash", "root"))
        found = verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof, top)
        assert found is not vector["wantErr"], file
        accepted += found
    assert 0 < accepted < len(files)


@pytest.mark.soak
def test_every_proof_of_every_tree_up_to_two_hundred_leaves():
    for size in range(1, 201):
        top = root(numbered(size))
        for index in range(size):
            assert verify_inclusion(numbered(size)[index], index, size, inclusion_proof(numbered(size), index), top)
