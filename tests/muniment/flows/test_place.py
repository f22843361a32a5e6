"""Where a case lies: what is unusual about it is said, with what it costs."""

import pytest

from muniment.flows.place import PlaceProblem, examine_place


def mounts(point: str, kind: str) -> str:
    return (f"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
            f"99 22 0:45 / {point} rw,relatime - {kind} server:/export rw\nnonsense\n")


@pytest.mark.parametrize(("kind", "problems"), [
    ("nfs4", [PlaceProblem.NETWORK]), ("cifs", [PlaceProblem.NETWORK]), ("fuse.sshfs", [PlaceProblem.NETWORK]),
    ("vfat", [PlaceProblem.WITHOUT_LINKS]), ("ext4", []), ("btrfs", []), ("overlay", []),
])
def test_the_kind_of_the_file_system_is_what_the_kernel_says(tmp_path, kind, problems):
    found = examine_place(tmp_path, mounts(str(tmp_path), kind))
    assert [warning.problem for warning in found] == problems
    assert all(kind in warning.words() for warning in found)


def test_the_innermost_and_last_mount_counts_and_blanks_in_its_name_are_understood(tmp_path):
    folder = tmp_path / "my case"
    folder.mkdir()
    point = str(folder).replace(" ", "\\040")
    assert [one.problem for one in examine_place(folder, mounts(point, "nfs"))] == [PlaceProblem.NETWORK]
    covered = mounts(point, "nfs") + f"100 99 0:46 / {point} rw - tmpfs tmpfs rw\n"
    assert examine_place(folder, covered) == ()
    assert examine_place(tmp_path / "my case-2", mounts(point, "nfs")) == ()


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive - Newsroom", "Nextcloud", "iCloud"])
def test_a_folder_that_is_copied_elsewhere_is_known_by_its_name(tmp_path, name):
    case = tmp_path / name / "cases" / "sarmin"
    case.mkdir(parents=True)
    (found,) = examine_place(case, "")
    assert found.problem is PlaceProblem.SYNCED
    assert name in found.words()


def test_or_by_the_mark_its_program_leaves(tmp_path):
    (tmp_path / ".stfolder").mkdir()
    (tmp_path / "case").mkdir()
    assert [one.problem for one in examine_place(tmp_path / "case", "")] == [PlaceProblem.SYNCED]


def test_names_that_are_folded_are_noticed_without_writing(rich_case, tmp_path):
    hand = rich_case.copy(tmp_path / "case")
    assert examine_place(hand.root, "") == ()
    (hand.root / "MUNIMENT.TOML").symlink_to("muniment.toml")      # what such a file system would show
    assert [one.problem for one in examine_place(hand.root, "")] == [PlaceProblem.CASE_INSENSITIVE]


def test_making_a_case_in_such_a_place_says_so(muniment_init, tmp_path):
    folder = tmp_path / "Dropbox" / "case"
    assert "copied to other machines" in muniment_init(folder)


@pytest.fixture
def muniment_init(monkeypatch, tmp_path, capsys):
    from muniment.cli.main import main
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(folder):
        assert main(["init", str(folder), "--no-passphrase"]) == 0
        return capsys.readouterr().err

    return run
