from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citations.context import MAX_CONTEXT, sentence_at, sentences
from archiver.citations.dates import claimed_time
from archiver.citations.places import claimed_place

TUESDAY = date(2015, 10, 20)


@pytest.mark.parametrize(
    ("sentence", "when"),
    [
        ("It fell today.", "2015-10-20"),
        ("It fell this morning.", "2015-10-20"),
        ("57 died yesterday.", "2015-10-19"),
        ("It fell last night.", "2015-10-19"),
        ("It fell on Tuesday.", "2015-10-20"),
        ("It fell on Monday.", "2015-10-19"),
        ("It fell on Wednesday.", "2015-10-14"),
        ("It fell last Tuesday.", "2015-10-13"),
        ("It fell on Monday at 14:30.", "2015-10-19T14:30"),
        ("It fell yesterday at 5 p.m. local time.", "2015-10-19T17:00"),
        ("It fell three days ago.", "2015-10-17"),
        ("It fell 2 weeks ago.", "2015-10-06"),
        ("It began last month.", "2015-09"),
        ("It began last week.", "2015-W42"),
        ("It began last year.", "2014"),
        ("It began in September.", "2015-09"),
        ("It began in November.", "2014-11"),
        ("He was killed in 1996.", "1996"),
        ("It fell on 3 October.", "2015-10-03"),
        ("It fell on October 3rd, 2013.", "2013-10-03"),
        ("It fell on 30 December.", "2014-12-30"),
        ("Filmed 2015-10-19.", "2015-10-19"),
        ("Filmed 19.10.2015.", "2015-10-19"),
        ("In May 2013 it began.", "2013-05"),
        ("It may fall.", ""),
        ("The Sunday Times wrote it.", ""),
        ("It fell at 31 February.", ""),
        ("It fell.", ""),
        ("", ""),
    ],
)
def test_a_stated_time_is_resolved_with_the_articles_date(sentence, when):
    assert claimed_time(sentence, TUESDAY) == when


@pytest.mark.parametrize(
    "sentence",
    ["It fell today.", "It fell on Tuesday.", "It began last month.", "It fell on 3 October.", "It fell two days ago."],
)
def test_without_the_articles_date_nothing_relative_is_resolved(sentence):
    assert claimed_time(sentence, None) == ""


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("57 people were killed yesterday in Latakia.", "Latakia"),
        ("Strikes hit the village of Bisharfah at noon.", "Bisharfah"),
        ("Jets hit Sarmin, in the Idlib province, at noon.", "Sarmin, Idlib province"),
        ("They use missiles near Wudehi, south of Aleppo city:", "Wudehi, south of Aleppo city"),
        ("The LCC reported 4 air strikes on Teir Maaleh.", "Teir Maaleh"),
        ("A shell hit their post in the Nabi Younis area.", "Nabi Younis area"),
        ("Jets struck Talbiseh, Teir Maaleh and al-Ghanto.", "Talbiseh; Teir Maaleh; al-Ghanto"),
        ("It fell in the coastal province of Latakia.", "Latakia"),
        ("The mosque of Tell Maalun was hit.", "Tell Maalun"),
        ("It fell in October.", ""),
        ("It was reported in The Times.", ""),
        ("An analyst at the Levantine Group says so.", ""),
        ("Photo from LCC.", ""),
        ("It fell.", ""),
        ("", ""),
        ("Das steht in Folge der Krise nicht fest.", ""),
    ],
)
def test_a_place_is_the_name_that_the_sentence_marks_as_one(sentence, place):
    assert claimed_place(sentence) == place


@given(st.text(max_size=300), st.dates() | st.none())
def test_no_text_and_no_date_makes_the_rules_fail(text, day):
    assert isinstance(claimed_time(text, day), str)
    assert isinstance(claimed_place(text), str)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Gen. Salim spoke. He left.", 2),
        ("The U.S. supplied them. They left.", 2),
        ("It rose 4.5 percent. Then it fell.", 2),
        ("J. Smith left! Who knows? Nobody.", 3),
        ("“We know nothing.” He left.", 2),
        ("No end", 1),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, count):
    assert len(sentences(text)) == count


@given(st.text(max_size=2000), st.integers(0, 2000), st.integers(0, 200))
def test_a_context_is_bounded_and_comes_from_the_text(text, start, length):
    context = sentence_at(text, start, start + length)
    assert len(context) <= MAX_CONTEXT + length
    assert all(word in text for word in context.split())
