"""verify.sh on computers that lack something, and in words that every POSIX shell knows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from verifiers import shell_says

from verify.scripts import verify_sh

TOOLS = ("awk", "cat", "cmp", "cut", "dash", "dirname", "env", "find", "grep", "head", "mkdir", "mktemp", "openssl",
         "perl", "printf", "rm", "sed", "sh", "sha256sum", "shasum", "sort",
         "ssh-keygen", "tail", "tr", "uniq", "wc", "xargs")
SAMPLE = ["payload_swapped_same_size", "payload_file_missing", "ledger_line_edited", "body_edited",
          "insider_swaps_an_original"]


@pytest.fixture
def computer(tmp_path):
    """Makes a PATH with all tools but some."""
    def without(*missing: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            if found and tool not in missing:
                (folder / tool).symlink_to(found)
        return str(folder)
    return without


def test_without_ssh_keygen_nothing_is_confirmed(good, trust, tmp_path, computer):
    said = shell_says("dash", tmp_path, good.root, "--trust", trust, path=computer("ssh-keygen"))
    assert said.code == 5
    assert "COULD NOT BE CHECKED" in said.answer


def test_without_ssh_keygen_a_changed_file_still_fails(hostile_bundle, trust, tmp_path, computer):
    root = hostile_bundle("payload_swapped_same_size").root
    assert shell_says("dash", tmp_path, root, "--trust", trust, path=computer("ssh-keygen")).code == 4


def test_without_any_sha256_nothing_is_confirmed(good, trust, tmp_path, computer):
    said = shell_says("dash", tmp_path, good.root, "--trust", trust, path=computer("sha256sum", "shasum"))
    assert (said.code, said.failed) == (5, set())
    assert "COULD NOT BE CHECKED" in said.answer


def test_shasum_stands_in_for_sha256sum(good, trust, tmp_path, computer):
    assert shell_says("dash", tmp_path, good.root, "--trust", trust, path=computer("sha256sum")).code == 0


@pytest.mark.parametrize("name", SAMPLE)
def test_shasum_notices_what_sha256sum_notices(hostile_bundle, trust, tmp_path, computer, name):
    said = shell_says("dash", tmp_path, hostile_bundle(name).root, "--trust", trust, path=computer("sha256sum"))
    assert said.code == 4


def test_an_openssl_that_is_not_openssl_counts_as_absent(copy, trust, tmp_path, computer):
    path = computer("openssl")
    Path(path, "openssl").write_text("#!/bin/sh\necho LibreSSL 3.3.6\n")
    Path(path, "openssl").chmod(0o755)
    copy.write("tagmanifest-sha256.txt.tsa.tsr", b"a token")
    options = ("--trust", trust, "--tsa-ca", trust)
    said = shell_says("dash", tmp_path, copy.root, *options, path=path)
    assert said.code == 0
    assert "not checked" in said.text
    assert shell_says("dash", tmp_path, copy.root, *options, "--require-time", path=path).code == 5


@pytest.mark.parametrize("arguments", [
    ["--trust"], ["--trust", "/no/such/file"], ["--receipt", "/no/such/file"], ["--wrong"], ["/no/such/folder"],
    ["/", "/"],
])
def test_wrong_arguments_are_exit_code_2(tmp_path, arguments):
    (tmp_path / "verify.sh").write_bytes(verify_sh())
    run = subprocess.run(["dash", tmp_path / "verify.sh", *arguments], capture_output=True, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr


def test_it_checks_the_folder_it_lies_in_and_relative_paths_work(good, trust):
    beside = good.root.parent
    shutil.copy(trust, beside / "signers")
    for arguments, folder in ((["verify.sh"], good.root), (["./bundle/verify.sh", "--trust", "signers"], beside),
                              (["bundle/verify.sh", "bundle", "--trust", "signers"], beside)):
        run = subprocess.run(["dash", *arguments], capture_output=True, cwd=folder)
        assert run.returncode == (0 if "--trust" in arguments else 5), run.stdout


def test_it_leaves_nothing_behind(good, tmp_path):
    before = sorted(path.name for path in good.root.rglob("*"))
    shell_says("dash", tmp_path, good.root)
    assert sorted(path.name for path in good.root.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["verify.sh"]


@pytest.mark.parametrize("word", [r"date -d", r"-printf", r"sort -z", r"sed -i", r"\[\[ ", r"\blocal ", r"echo -[en]",
                                  r"<<<", r"\bfunction \w+(\(\))? *{", r"grep -P", r"&>", r"=\$'[^)\" ]", r"readlink",
                                  r"--strict", r"--quiet"])
def test_it_uses_no_word_that_some_shell_or_tool_lacks(word):
    assert not re.search(word, verify_sh().decode())
