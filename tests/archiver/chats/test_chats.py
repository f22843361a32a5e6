"""Exported chats: every message with sender and time, what cannot be known left open, telephone numbers withheld."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.chats import ChatForm, chat_of, is_chat
from archiver.chats.model import without_numbers
from archiver.chats.whatsapp import parse_whatsapp

IOS = """\u200e[28/02/2015, 14:03:12] Omar: Three strikes near the mosque
second line
[28/02/2015, 14:04:00] +963 944 123 456: \u200e<attached: 00000002-PHOTO-2015.jpg>
[28/02/2015, 14:05:00] Omar: Call me: 0944 123 456
[28/02/2015, 14:06:00] Layla: \u200eimage omitted
"""
ANDROID = """2/28/15, 2:03 PM - Messages to this group are now secured with end-to-end encryption.
2/28/15, 2:04 PM - Omar: IMG-20150228-WA0001.jpg (file attached)
3/1/15, 12:01 AM - Layla: This message was deleted
"""
TELEGRAM = {"name": "Teir Maaleh", "type": "private_group", "id": 1, "messages": [
    {"id": 10, "type": "service", "date": "2015-02-28T14:00:00", "actor": "Omar", "action": "create_group"},
    {"id": 11, "type": "message", "date": "2015-02-28T14:03:12", "from": "Omar", "photo": "photos/1.jpg",
     "text": ["Struck at ", {"type": "bold", "text": "14:00"}, ", 35.123456, 36.654321"], "reply_to_message_id": 10},
    {"id": 12, "type": "message", "date": "2015-02-28T14:04:00", "from": "Layla", "edited": "2015-02-28T15:00:00",
     "file": "(File not included. Change data exporting settings to download.)", "text": "call +963 944 123 456"},
    "not a message"]}


def one(text: str, name: str = "_chat.txt"):
    (chat,) = chat_of(text.encode(), name)
    return chat


def test_an_export_of_an_iphone_gives_its_messages():
    chat = one(IOS)
    assert (chat.form, chat.people) == (ChatForm.WHATSAPP, ("Omar", "+963 944 123 456", "Layla"))
    assert chat.messages[0].at == "2015-02-28T14:03:12"
    assert chat.messages[0].text == "Three strikes near the mosque\nsecond line"
    assert chat.messages[1].media == ("00000002-PHOTO-2015.jpg",)
    assert chat.messages[3].missing_media


def test_an_export_of_an_android_with_the_month_first_gives_its_messages():
    chat = one(ANDROID, "WhatsApp Chat with Sarmin.txt")
    assert chat.name == "Sarmin"
    assert [(message.sender, message.at) for message in chat.messages] == [
        ("", "2015-02-28T14:03:00"), ("Omar", "2015-02-28T14:04:00"), ("Layla", "2015-03-01T00:01:00")]
    assert chat.messages[1].media == ("IMG-20150228-WA0001.jpg",)
    assert chat.messages[2].deleted


@pytest.mark.parametrize(("lines", "first"), [
    ("3/4/15, 10:00 - A: x\n4/4/15, 10:00 - A: y\n13/4/15, 10:00 - A: z", "2015-04-03T10:00:00"),
    ("3/4/15, 10:00 - A: x\n3/14/15, 10:00 - A: y", "2015-03-04T10:00:00"),
    ("1/4/15, 10:00 - A: x\n2/3/15, 10:00 - A: y", "2015-01-04T10:00:00"),
    ("2015-04-03, 10:00 - A: x", "2015-04-03T10:00:00"), ("03.04.15, 10:00 - A: x", "2015-04-03T10:00:00"),
], ids=["a day above 12", "a second number above 12", "days first would go backwards", "year first", "neither"])
def test_day_and_month_are_read_from_the_whole_file(lines, first):
    assert parse_whatsapp(lines).messages[0].at == first


def test_an_export_of_telegram_gives_its_messages():
    (chat,) = chat_of(json.dumps(TELEGRAM).encode(), "ChatExport/result.json")
    assert (chat.name, chat.unread, len(chat.messages)) == ("Teir Maaleh", 1, 3)
    service, photo, file = chat.messages
    assert (service.sender, service.text) == ("", "Omar create group")
    assert photo.text == "Struck at 14:00, 35.123456, 36.654321"
    assert (photo.media, photo.reply_to) == (("photos/1.jpg",), "10")
    assert (file.missing_media, file.media, file.edited) == (True, (), "2015-02-28T15:00:00")


def test_an_export_of_a_whole_account_gives_every_chat():
    chats = chat_of(json.dumps({"chats": {"list": [TELEGRAM, TELEGRAM]}, "left_chats": {"list": [TELEGRAM]}}).encode(),
                    "result.json")
    assert len(chats) == 3


def test_telephone_numbers_are_withheld_under_names_that_stay_the_same():
    chat = without_numbers(one(IOS))
    assert chat.messages[1].sender == "[number 1]"
    assert chat.messages[2].text == "Call me: [number 2]"
    (telegram,) = chat_of(json.dumps(TELEGRAM).encode(), "result.json")
    assert without_numbers(telegram).messages[2].text == "call [number 1]"
    assert "35.123456" in without_numbers(telegram).messages[1].text


@pytest.mark.parametrize("text", ["57 killed on 28.02.2015 at 14:03", "35.9501, 36.6300", "id 1234567890",
                                  "https://t.me/x/0123456789", "1,000,000"])
def test_other_figures_are_no_telephone_numbers(text):
    chat = parse_whatsapp(f"3/4/15, 10:00 - A: {text}")
    assert without_numbers(chat) == chat


@pytest.mark.parametrize(("name", "expected"), [
    ("_chat.txt", True), ("export.zip!WhatsApp Chat with A.txt", True), ("a/result.json", True), ("notes.txt", False),
    ("results.json", False)])
def test_exports_are_known_by_their_names(name, expected):
    assert is_chat(name) is expected


@pytest.mark.parametrize(("data", "name"), [
    (b"shopping\nlist", "_chat.txt"), (b"{}", "result.json"), (b"[" * 100_000, "result.json"),
    (b"\xff\xfe", "_chat.txt"),
    (b'{"chats": {"list": [1, {"messages": 3}]}}', "result.json")])
def test_what_is_called_like_an_export_and_is_none_gives_nothing(data, name):
    assert chat_of(data, name) == ()


@given(st.binary(max_size=300), st.sampled_from(["_chat.txt", "result.json"]))
def test_no_bytes_make_a_parser_fail(data, name):
    for prefix in (b"", b"28/02/2015, 14:03 - A: ", b'{"messages": [{"type": "message", "text": ['):
        with suppress(AssertionError):
            chat_of(prefix + data, name)
