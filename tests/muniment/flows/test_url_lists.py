"""URLs out of lists that people keep."""

import pytest

from muniment.flows.url_lists import UnreadableList, urls_of

A, B = "https://a.example/1?x=1,2", "http://b.example/две"


@pytest.mark.parametrize(("name", "text"), [
    ("list.txt", f"# kept by hand\n{A}\n\n{B}\n{A}\n"),
    ("list", f"\ufeff{A}\r\n{B}\r\n"),
    ("sheet.csv", f'when,where,link\n2015-10-20,Sarmin,"{A}"\n2015-10-21,,{B}\n'),
    ("sheet.csv", f'when;link\n2015-10-20;"{A}"\n2015-10-21;{B}\n'),
    ("sheet.tsv", f"link\tnote\n{A}\tthe school\n{B}\tsee https://c.example in here\n"),
    ("feed.json", f'{{"posts": [{{"url": "{A}", "n": 1}}, {{"more": {{"link": "{B}"}}}}]}}'),
    ("feed.jsonl", f'{{"url": "{A}"}}\n\n{{"url": "{B}"}}\n'),
    ("saved.html", f'<p><a href="{A}">one</a> <a href="/relative">no</a> <a href="{B}">two</a>'),
])
def test_every_url_of_a_list_is_found_once_in_its_order(name, text):
    assert urls_of(name, text.encode()) == (A, B)


@pytest.mark.parametrize(("name", "data"), [("feed.json", b"{"), ("feed.json", b"[" * 100_000)])
def test_what_is_not_what_its_name_says_is_told(name, data):
    with pytest.raises(UnreadableList):
        urls_of(name, data)


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.html"])
def test_an_empty_list_has_none(name):
    assert urls_of(name, b"") == ()
