"""Keys as words."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from evidence_store.custody.publickey import PublicKey
from evidence_store.custody.words import CONSONANTS, VOWELS, words


def bits_of(word: str) -> int:
    c1, v1, c2, v2, c3 = word
    value = 0
    for letter, alphabet, width in ((c1, CONSONANTS, 4), (v1, VOWELS, 2), (c2, CONSONANTS, 4), (v2, VOWELS, 2),
                                    (c3, CONSONANTS, 4)):
        value = value << width | alphabet.index(letter)
    return value


@given(st.binary(min_size=32, max_size=32))
def test_the_words_carry_the_first_128_bits_of_the_keys_hash(point):
    key = PublicKey.of_point(point)
    spoken = words(key)
    assert len(spoken) == 8
    assert b"".join(bits_of(word).to_bytes(2) for word in spoken) == hashlib.sha256(key.blob).digest()[:16]


def test_the_words_are_proquints():
    # Wilkerson 2009: 127.0.0.1 is lusab-babad.
    from evidence_store.custody.words import _word
    assert (_word(0x7F00), _word(0x0001)) == ("lusab", "babad")
