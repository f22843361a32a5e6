"""`muniment import`: files and folders, byte for byte, with what people say of how they came."""

import os

import pytest

from muniment.flows.file_kinds import file_kind

JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(40)


@pytest.fixture
def case(muniment, tmp_path, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "case"))
    muniment("init", tmp_path / "case", "--no-passphrase")
    return tmp_path / "case"


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "secret-name-of-the-source"
    (root / "day 1").mkdir(parents=True)
    (root / "day 1" / "a.jpg").write_bytes(JPEG)
    (root / "copy.jpg").write_bytes(JPEG)
    (root / "film").write_bytes(MP4)
    return root


def test_a_folder_comes_in_whole_and_keeps_only_the_path_below_it(muniment, case, folder):
    ran = muniment("import", folder, "--from", "SOURCE-07", "--how", "on a stick", "--conditions", "do not publish",
                   "--json")
    assert ran.code == 0
    assert [(item["name"], item["kind"], item["media_type"]) for item in ran.document["items"]] == [
        ("copy.jpg", "photo", "image/jpeg"), ("film", "video", "video/mp4"), ("day 1/a.jpg", "photo", "image/jpeg")]
    assert ran.document["items"][2]["same_bytes_as"] == "ITEM-0001"
    event = muniment("log", "--json").document["events"][-1]
    assert (event["type"], event["received_from"], event["how"], event["conditions"]) == (
        "import", "SOURCE-07", "on a stick", "do not publish")
    assert "secret-name" not in (case / "custody" / "bodies.jsonl").read_text()


def test_the_same_folder_again_brings_nothing_new(muniment, case, folder):
    muniment("import", folder)
    ran = muniment("import", folder, "--json")
    assert (ran.document["items"], len(ran.document["known"]), ran.code) == ([], 3, 0)


def test_a_bad_file_costs_nothing_but_itself(muniment, case, folder):
    (folder / "link.jpg").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe")
    ran = muniment("import", folder, "--json")
    assert ran.code == 1
    assert len(ran.document["items"]) == 3
    assert {(failure["path"], failure["reason"]) for failure in ran.document["failures"]} == {
        ("link.jpg", "a link is not followed"), ("pipe", "not a plain file")}


def test_imported_files_are_checked_and_the_case_verifies(muniment, case, folder):
    muniment("import", folder)
    assert muniment("check").code in {0, 5}
    muniment("checkpoint")
    assert muniment("verify", case).code == 0


@pytest.mark.parametrize(("head", "name", "media_type"), [
    (JPEG, "x", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "x", "image/png"), (b"RIFF....WEBPVP8 ", "x", "image/webp"),
    (b"\x00\x00\x00\x1cftypheic", "x", "image/heic"), (b"\x00\x00\x00\x14ftypqt  ", "x", "video/quicktime"),
    (MP4, "x", "video/mp4"), (b"\x1aE\xdf\xa3", "x", "video/x-matroska"), (b"%PDF-1.7", "x.jpg", "application/pdf"),
    (b"<p>", "a.HTML", "text/html"),
    (b"\x1f\x8b", "a.warc.gz", "application/warc"), (b"", "", "application/octet-stream"),
])
def test_a_file_is_what_its_first_bytes_say_else_its_name(head, name, media_type):
    assert file_kind(head, name).media_type == media_type
