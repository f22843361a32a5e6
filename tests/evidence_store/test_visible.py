"""Captured text made safe to show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_store.visible import shortened, visible


@pytest.mark.parametrize(("text", "shown"), [
    ("plain text", "plain text"),
    ("مدرسة سرمين", "مدرسة سرمين"),
    ("Омар al-Dimashqi", "Омар al-Dimashqi"),
    ("\x1b[31mred", "\u241b[31mred"),
    ("bell\x07 nul\x00 del\x7f", "bell\u2407 nul\u2400 del\u2421"),
    ("C1 \x9b31m", "C1 <U+009B>31m"),
    ("photo\u202egnp.exe", "photo<U+202E>gnp.exe"),
    ("two\nlines", "two\u240alines"),
    ("isolate \u2066x\u2069", "isolate <U+2066>x<U+2069>"),
    ("tag \U000e0041", "tag <U+E0041>"),
    ("line\u2028separator", "line<U+2028>separator"),
    ("lone \ud800", "lone <U+D800>"),
    ("no\u00a0break", "no break"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
])
def test_what_could_act_on_a_screen_is_shown_as_a_sign(text, shown):
    assert visible(text) == shown


def test_line_feeds_and_tabs_stay_where_lines_are_wanted():
    assert visible("a\tb\nc\rd", lines=True) == "a\tb\nc\u240dd"


@given(st.text())
def test_nothing_that_controls_or_hides_is_left(text):
    shown = visible(text)
    assert not [char for char in shown
                if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in "\u200c\u200d"]
    assert visible(shown) == shown
    shown.encode()


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_shortened_text_keeps_its_width_and_says_that_it_was_cut(text, width):
    shown = shortened(text, width)
    assert len(shown) <= width
    assert shown == visible(text) or shown.endswith("\u2026")
