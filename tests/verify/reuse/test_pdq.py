"""PDQ against hashes that the reference implementation (pdqhash 0.2.8, C++) gave for the same pixels."""

import numpy as np
import pytest

from verify.reuse.pdq import dihedral, pdq, pdq_dihedral


def ramp(seed: int, height: int, width: int) -> np.ndarray:
    """A plane from integer arithmetic only: the same on every machine."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    return ((x * x * (seed + 3) // 97 + y * y * (seed + 5) // 89 + x * y * seed // 53) % 256).astype(np.uint8)


PUBLISHED = {
    (1, 128, 128): ("56c36d3d4a60d49f9970aa43928f35be35702d612a476acf6adc6e986e986698", 100),
    (2, 200, 300): ("ffffff00f800e002807f03ff07ff0fff1ff03fc03f807f003f007e007c007e00", 100),
    (7, 511, 340): ("fd2cee29fbbaffb8ffd8aa80d952d802fc8264a46940ca90ee9ecc8bc880e921", 100),
    (4, 64, 64): ("99ffb7a0291f5af255805237d6c89497552ead50a52fd558a1538b56a8f4aa54", 100),
}


@pytest.mark.parametrize("case", PUBLISHED)
def test_hash_and_quality_are_those_of_the_reference(case):
    hash_, quality = pdq(ramp(*case))
    expected, expected_quality = PUBLISHED[case]
    apart = int(np.bitwise_count(hash_ ^ np.frombuffer(bytes.fromhex(expected), np.uint8)).sum())
    assert apart <= 2
    assert quality == expected_quality


def test_a_dihedral_hash_is_the_hash_of_the_turned_picture():
    plane = ramp(3, 200, 300)
    hashes = pdq_dihedral(plane)
    for index in range(8):
        assert np.array_equal(hashes[index], pdq(dihedral(plane, index))[0])
