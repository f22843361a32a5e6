"""`challenge`: each question is answered from the ledger or not at all."""

from datetime import date

import pytest
from five_items import five_items

from evidence_store.events import Imported
from evidence_store.handling import Accessed, TransferReceipt
from evidence_store.records import ItemId
from muniment.report.challenge import NO_ANSWER, QUESTIONS, challenge


@pytest.fixture
def hand(tmp_path):
    made = five_items(tmp_path)
    yield made
    made.case.close()


def asked(hand, item, word, **more):
    (one,) = challenge(list(hand.case.events()), frozenset({ItemId(item)}), **more)
    return next(answer for answer in one.answers if word in answer.question)


@pytest.mark.parametrize(("item", "word", "said"), [
    ("ITEM-0003", "come from", "https://img.example/school.jpg"),
    ("ITEM-0004", "come from", "received from SOURCE-07; how: on a stick"),
    ("ITEM-0003", "clock", "not synchronised"),
    ("ITEM-0003", "account", "nobody was signed in"),
    ("ITEM-0003", "clicked", "no browser was used"),
    ("ITEM-0003", "done to it", "kept as sent, in a WARC"),
    ("ITEM-0002", "done to it", "thumbnail made with test 1"),
    ("ITEM-0002", "contradict", "contradicts CLAIM-0001"),
    ("ITEM-0003", "Who had it", "investigator@example.org has it"),
])
def test_what_the_ledger_says_is_the_answer(hand, item, word, said):
    answer = asked(hand, item, word)
    assert said in answer.words
    assert answer.events


@pytest.mark.parametrize(("item", "word"), [
    ("ITEM-0004", "account"), ("ITEM-0004", "clicked"), ("ITEM-0004", "really that server"),
    ("ITEM-0003", "rewritten the record"), ("ITEM-0003", "outside confirms"), ("ITEM-0001", "source ask for"),
])
def test_where_the_ledger_says_nothing_no_answer_is_made_up(hand, item, word):
    answer = asked(hand, item, word)
    assert (answer.words, answer.events) == (NO_ANSWER, ())


def test_every_item_is_asked_every_question(hand):
    everything = challenge(list(hand.case.events()))
    assert [len(one.answers) for one in everything] == [len(QUESTIONS)] * 5


def test_who_had_it_on_a_day_counts_only_what_was_by_then(hand):
    with hand.writer() as writer:
        writer.append(Accessed(items=(ItemId("ITEM-0003"),), by="counsel", how="by courier"))
        (receipt,) = writer.append(TransferReceipt(recipient="the court", size=writer.case.log.size, form="paper",
                                                   receipt_sha256="0" * 64))
    today = asked(hand, "ITEM-0003", "Who had it", on=receipt.time.date())
    assert "counsel has a copy: by courier" in today.words
    assert asked(hand, "ITEM-0003", "Who had it", on=date(2015, 5, 3)).words == NO_ANSWER
    assert "the court holds a receipt" in asked(hand, "ITEM-0003", "rewritten the record").words


def test_a_condition_of_the_source_is_said_with_what_became_of_it(hand):
    with hand.writer() as writer:
        imported = next(event.body for event in hand.case.events() if isinstance(event.body, Imported))
        item = imported.items[0]
        later = type(item)(**{name: getattr(item, name) for name in item.__slots__} | {
            "id": writer.new_item_id(), "name": "another"})
        writer.append(Imported(items=(later,), received_from="SOURCE-09", how="", conditions="do not publish",
                               circumstances=imported.circumstances))
    assert asked(hand, "ITEM-0006", "source ask for").words == "the source asked: do not publish"
