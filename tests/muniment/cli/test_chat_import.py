"""Exported chats through the command line: kept, read, found, and said not to be wire bytes."""

import json
import zipfile

import pytest

CHAT = ("[28/02/2015, 14:03:12] +963 944 123 456: Three strikes near the mosque of Wudehi\n"
        "[28/02/2015, 14:04:00] Omar: \u200e<attached: 00000002-PHOTO.jpg>\n")


@pytest.fixture
def export(muniment, tmp_path, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "case"))
    muniment("init", tmp_path / "case", "--no-passphrase")
    with zipfile.ZipFile(tmp_path / "WhatsApp Chat - Sarmin.zip", "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("00000002-PHOTO.jpg", b"\xff\xd8\xff\xe0" + bytes(50))
    return tmp_path / "WhatsApp Chat - Sarmin.zip"


def test_a_zipped_chat_comes_in_with_its_attachments_and_its_messages_are_found(muniment, export):
    ran = muniment("import", export, "--from", "SOURCE-07", "--json")
    assert [(item["name"], item["kind"]) for item in ran.document["items"]] == [
        (export.name, "data"), (f"{export.name}!_chat.txt", "page"), (f"{export.name}!00000002-PHOTO.jpg", "photo")]
    (hit,) = muniment("find", "wudehi", "--json").document["hits"]
    assert (hit["kind"], hit["reference"]) == ("message", "ITEM-0002 message 1")
    finding = muniment("show", "ITEM-0002", "--json").document["findings"][0]
    assert finding["details"]["wire_bytes"] is False
    assert "not wire bytes" in finding["summary"]


def test_telephone_numbers_are_shown_only_when_asked_for(muniment, export, tmp_path):
    muniment("import", export)
    withheld = muniment("show", "ITEM-0002", "--messages", "--json")
    assert withheld.document["messages"][0]["sender"] == "[number 1]"
    assert "944 123" not in withheld.out
    assert "944 123" not in (tmp_path / "case/custody/bodies.jsonl").read_text()
    assert muniment("find", "944", "--json").document["hits"] == []
    asked = muniment("show", "ITEM-0002", "--messages", "--phone-numbers", "--json")
    assert asked.document["messages"][0]["sender"] == "+963 944 123 456"
    assert "Three strikes" in muniment("show", "ITEM-0002", "--messages").out


def test_a_telegram_export_in_a_folder_comes_in(muniment, export, tmp_path):
    folder = tmp_path / "ChatExport_2015"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(60))
    said = {"id": 5, "type": "message", "date": "2015-02-28T14:03:12", "from": "Omar", "text": "remains of a school"}
    (folder / "result.json").write_text(json.dumps({"name": "Sarmin", "messages": [said]}))
    muniment("import", folder)
    assert muniment("find", "school", "--json").document["hits"][0]["kind"] == "message"
