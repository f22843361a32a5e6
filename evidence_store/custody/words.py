"""A key as words that two people can compare over the telephone.

The words are proquints (Wilkerson 2009, "Identifiers that are Readable, Spellable, and Pronounceable"): 16 bits each,
as consonant, vowel, consonant, vowel, consonant. Eight of them carry the first 128 bits of the key's SHA-256: nobody
finds a second key with the same words by trying.
"""

import hashlib

from evidence_store.custody.publickey import PublicKey

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
WORDS = 8


def words(key: PublicKey) -> tuple[str, ...]:
    """The eight words of a key: "lusab", "babad" ..."""
    digits = hashlib.sha256(key.blob).digest()
    return tuple(_word(int.from_bytes(digits[at:at + 2])) for at in range(0, 2 * WORDS, 2))


def _word(bits: int) -> str:
    return (CONSONANTS[bits >> 12] + VOWELS[bits >> 10 & 3] + CONSONANTS[bits >> 6 & 15] + VOWELS[bits >> 4 & 3]
            + CONSONANTS[bits & 15])
