"""A bundle as one file: the same bytes each time, in parts, for named recipients only."""

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from five_items import five_items

from evidence_store.errors import BundleRefused, FormatError
from muniment.cli.main import main
from muniment.flows.export import Packing, pack_bundle, parse_size, write_zip
from verify.bundle import verify_bundle
from verify.errors import UnusableInput


@pytest.fixture
def folder(tmp_path):
    """Something that looks like a bundle."""
    root = tmp_path / "out" / "bundle"
    (root / "data" / "items").mkdir(parents=True)
    for number in range(5):
        (root / "data" / "items" / f"{number}.bin").write_bytes(hashlib.shake_256(b"%d" % number).digest(700_000))
    (root / "bagit.txt").write_text("BagIt-Version: 1.0\n")
    return root


def test_the_same_folder_gives_the_same_zip_whatever_the_clock_and_the_disk_say(folder, tmp_path):
    write_zip(folder, tmp_path / "one.zip")
    copy = tmp_path / "elsewhere" / "bundle"
    shutil.copytree(folder, copy)
    for path in copy.rglob("*"):
        path.touch()
    write_zip(copy, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    names = zipfile.ZipFile(tmp_path / "one.zip").namelist()
    assert names == sorted(names)
    assert all(name.startswith("bundle/") and ".." not in name for name in names)


def test_parts_joined_are_the_zip_and_a_list_of_hashes_goes_with_them(folder, tmp_path):
    write_zip(folder, tmp_path / "whole.zip")
    packed = pack_bundle(folder, tmp_path / "out" / "bundle.zip", Packing(split=1 << 20))
    assert [path.name for path in packed.files] == [*(f"bundle.zip.{n:03d}" for n in range(1, 5)), "bundle.zip.sha256"]
    joined = b"".join(path.read_bytes() for path in packed.files[:-1])
    assert joined == (tmp_path / "whole.zip").read_bytes()
    checked = subprocess.run(["sha256sum", "-c", "--strict", packed.files[-1].name], cwd=tmp_path / "out", check=False)
    assert checked.returncode == 0
    assert not folder.exists(), "the clear folder goes when the archive was checked"


def test_nothing_is_written_over(folder, tmp_path):
    (tmp_path / "out" / "bundle.zip").write_bytes(b"another")
    with pytest.raises(BundleRefused):
        pack_bundle(folder, tmp_path / "out" / "bundle.zip", Packing())
    assert folder.exists()


@pytest.mark.parametrize(("text", "size"), [("4G", 4 << 30), ("700M", 700 << 20), ("1 GiB", 1 << 30), ("2t", 2 << 40)])
def test_sizes_are_said_as_people_say_them(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "4", "many", "-1G", "1K"])
def test_a_slip_of_the_pen_is_no_size(text):
    with pytest.raises(FormatError):
        parse_size(text)


def test_the_age_program_opens_it_with_an_ssh_key_and_a_stranger_does_not(folder, tmp_path):
    write_zip(folder, tmp_path / "whole.zip")
    for name in ("lawyer", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    recipients = (str(tmp_path / "lawyer.pub"),)
    packed = pack_bundle(folder, tmp_path / "out" / "bundle.zip.age", Packing(recipients=recipients))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["bundle.zip.age"]
    opened = [subprocess.run(["age", "-d", "-i", tmp_path / name, packed.files[0]], capture_output=True, check=False)
              for name in ("lawyer", "stranger")]
    assert opened[0].stdout == (tmp_path / "whole.zip").read_bytes()
    assert (opened[1].returncode != 0, opened[1].stdout) == (True, b"")


def test_keys_of_age_are_recipients_too(folder, tmp_path):
    key = tmp_path / "key.txt"
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout.strip()
    packed = pack_bundle(folder, tmp_path / "out" / "bundle.zip.age", Packing(recipients=(public,)))
    opened = subprocess.run(["age", "-d", "-i", key, packed.files[0]], capture_output=True, check=True)
    assert opened.stdout.startswith(b"PK")


def test_who_is_no_recipient_is_said_before_anything_is_sealed(folder, tmp_path):
    with pytest.raises(UnusableInput):
        pack_bundle(folder, tmp_path / "out" / "bundle.zip.age", Packing(recipients=("age1nobody",)))
    assert folder.exists()


def test_a_zip_from_the_command_line_unpacks_to_a_bundle_that_verifies(tmp_path, monkeypatch):
    hand = five_items(tmp_path)
    monkeypatch.setenv("MUNIMENT_KEY", str(tmp_path / "case-key"))
    arguments = ["--case", str(hand.root), "bundle", "-o", str(tmp_path / "handed.zip"), "--withhold", "ITEM-0002"]
    assert main(arguments) == 0
    assert not (tmp_path / "handed").exists()
    with zipfile.ZipFile(tmp_path / "handed.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    assert verify_bundle(Path(tmp_path / "unpacked" / "handed")).failures == ()
    hand.case.close()
