"""Finding events by words in their stored bodies."""

import pytest

from evidence_store.events import Note
from muniment.flows.ledger_find import find_event


@pytest.fixture
def noted(new_case):
    """A case whose events 2 to 6 are notes."""
    made = new_case("noted")
    with made.writer() as writer:
        for text in ("The school of Sarmin", "a mosque", "Школа в Сармине", "the SCHOOL again", "nothing"):
            writer.append(Note(item=None, text=text))
    return made.case


@pytest.mark.parametrize(("words", "start", "backwards", "found"), [
    ("school", 0, False, 2), ("school", 2, False, 5), ("SCHOOL", 5, False, 2),        # on from the beginning
    ("school", 5, True, 2), ("school", 2, True, 5), ("mosque", 3, False, 3),         # itself, at last
    ("Школа", 0, False, 4), ("no such words", 0, False, None), ("  ", 0, False, None), ("nothing", 99, True, 6),
])
def test_the_next_event_with_the_words_is_found_from_either_side(noted, words, start, backwards, found):
    assert find_event(noted, words, start, backwards=backwards) == found


def test_an_event_is_found_by_a_hash_in_it_and_the_search_can_be_ended(noted):
    salt = noted.log.body(4).partition(b'"salt":"')[2][:64].decode()
    assert find_event(noted, salt, 0) == 4
    assert find_event(noted, salt, 0, cancelled=lambda: True) is None
