"""How well casualties are read: 152 sentences in six languages, every second one held out of the adjustment."""

import re
from collections import Counter
from pathlib import Path

import pytest

from archiver.citations.load import LoadedArticle
from muniment.flows.claims import propose_from

CORPUS = Path(__file__).with_name("casualty_sentences.txt")
LETTERS = {"killed": "K", "wounded": "W", "missing": "M", "detained": "A", "displaced": "D", "other": "O"}


def sentences():
    rows = [re.split(r"\s+\|\s+", line) for line in CORPUS.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]
    turns: Counter[str] = Counter()
    for language, said, who, text in rows:
        turns[language] += 1
        yield turns[language] % 2 == 0, language, Counter(said.replace("-", "", said == "-").split()), who, text


def read(text):
    """What is proposed, in the letters of the corpus; and who is said to say so."""
    found, who = Counter(), set()
    for one in propose_from(LoadedArticle(text=text, base_url=""), document="test"):
        claim = one.claim
        letter = LETTERS.get(claim.predicate.value)
        if letter:
            number = claim.number if claim.number is not None else "" if claim.denies else "?"
            found[f"{'!' * claim.denies}{letter}{number}{f'-{claim.number_to}' if claim.number_to else ''}"] += 1
            who |= {claim.source.casefold(), claim.attributed_to.casefold()}
    return found, who


def measured(held_out, languages):
    right = proposed = expected = 0
    wrong = []
    for out, language, said, who, text in sentences():
        if out is held_out and language in languages:
            found, speakers = read(text)
            named = who == "-" or any(who.casefold().removeprefix("the ") in one for one in speakers)
            same = sum((found & said).values()) if named else 0
            right, proposed, expected = right + same, proposed + sum(found.values()), expected + sum(said.values())
            if same < max(sum(found.values()), sum(said.values())):
                wrong.append((text, dict(said), dict(found), who, speakers))
    return right, proposed, expected, wrong


ALL = ("en", "ar", "ru", "fr", "es", "tr")


@pytest.mark.parametrize("held_out", [False, True], ids=["adjusted", "held_out"])
def test_casualties_are_read_with_this_precision_and_recall(held_out):
    right, proposed, expected, wrong = measured(held_out, ALL)
    assert expected > 70
    assert right / proposed >= 0.96, wrong
    assert right / expected >= 0.9, wrong


@pytest.mark.parametrize("language", ALL)
def test_no_language_is_left_behind(language):
    right, proposed, expected, wrong = (sum(part) if not isinstance(part[0], list) else part[0] + part[1]
                                        for part in zip(measured(False, (language,)), measured(True, (language,)),
                                                        strict=True))
    assert right / proposed >= 0.9, wrong
    assert right / expected >= 0.85, wrong


@pytest.mark.parametrize(("text", "number", "to", "quantity"), [
    ("Entre 10 et 15 personnes ont été tuées.", 10, 15, ""),
    ("Quatre-vingt-trois personnes ont été tuées.", 83, None, ""),
    ("Murieron treinta y cinco personas, según informó la policía: al menos treinta y cinco personas murieron.", 35,
     None, "al menos"),
    ("En az yüz yirmi kişi öldü.", 120, None, "en az"),
    ("Погибли не менее 20 человек.", 20, None, "не менее"),
], ids=["range", "quatre-vingts", "treinta y cinco", "yüz yirmi", "не менее"])
def test_numbers_keep_their_limits_and_ranges(text, number, to, quantity):
    claims = [one.claim for one in propose_from(LoadedArticle(text=text, base_url=""), document="test")]
    assert (number, to, quantity) in {(claim.number, claim.number_to, claim.quantity) for claim in claims}
