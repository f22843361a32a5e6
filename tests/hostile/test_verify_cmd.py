"""verify.cmd, as far as it can be held to rules without Windows: its text, and what it refuses before any command."""

import re

import pytest
from faults import FAULTS

from verify.scripts import verify_cmd

TEXT = verify_cmd().decode("ascii")
CODE = [line for line in TEXT.split("\r\n") if line and not line.startswith(("rem ", "rem", "@echo"))]
OUTSIDE = ("certutil", "findstr", "find", "ssh-keygen", "sort", "more", "fc", "powershell")
MANIFESTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
# Faults that are seen in the manifest's text; cmd must see them before a path of it stands in a command.
REFUSED = {"manifest_leads_out", "manifest_leads_out_and_is_sealed", "manifest_names_an_absolute_path",
           "manifest_with_crlf", "newline_in_a_name", "escape_sequences_in_a_name", "name_with_quotes_and_blanks",
           "unicode_twins"}


def test_windows_reads_it_as_it_is_meant():
    assert "\n" not in TEXT.replace("\r\n", "")
    assert all(" " <= letter <= "~" for letter in TEXT.replace("\r\n", ""))
    assert max(map(len, TEXT.split("\r\n"))) < 1000
    assert TEXT.startswith("@echo off\r\nsetlocal EnableExtensions DisableDelayedExpansion\r\n")


def test_no_program_of_the_bundles_own_can_run():
    """cmd looks into the current folder first: each program is named by its whole path."""
    for line in CODE:
        if line.startswith(('set "certutil=', 'set "findstr=', 'set "find=', 'set "keygen=')):
            assert "%SystemRoot%\\System32\\" in line
            continue
        said = re.sub(r'"[^"]*"', '""', line)
        said = re.sub(r"\becho .*?(?=[)&]|$)", "", said)
        for name in OUTSIDE:
            assert not re.search(rf"(?<![%\w-]){name}(?![%\w-])", said), line


def test_every_label_that_is_called_is_there_and_returns():
    labels = re.findall(r"^:(\w+)\r$", TEXT, re.MULTILINE)
    assert len(labels) == len(set(labels))
    assert set(re.findall(r"(?:call :|goto )(\w+)", TEXT)) == set(labels)
    for name in re.findall(r"call :(\w+)", TEXT):
        body = TEXT.partition(f"\r\n:{name}\r\n")[2]
        assert "exit /b\r\n" in body


def test_it_says_four_or_five_and_never_that_all_is_well():
    assert set(re.findall(r'set "code=(\d)"', TEXT)) == {"4", "5"}
    assert set(re.findall(r"exit /b (\d)", TEXT)) == {"2"}
    assert "YES" not in TEXT
    assert "NOT CHECKED: the ledger and its checkpoints" in TEXT


def test_no_pattern_with_a_blank_falls_apart():
    """findstr takes a blank for the end of one pattern and the start of another, but not behind /c:."""
    patterns = re.findall(r'" (?:/v )?/[rl] (/c:)?"([^"%]+)"', TEXT)
    assert len(patterns) == 3
    assert [pattern for literal, pattern in patterns if " " in pattern and not literal] == []


def refusals(text: str) -> list[bool]:
    """What its lines of findstr would find in a manifest; classes and anchors mean the same to both."""
    odd = re.search(r'/r /c:"(\[\^[^"]+\])" %1', TEXT)[1]
    literal = re.findall(r'/c:"([^"]+)"', re.search(r'/l (.*) %1', TEXT)[1])
    form = re.search(r'/v /r /c:"(\^[^"]+)" %1', TEXT)[1]
    lines = text.removesuffix("\n").split("\n")
    return [any(re.search(odd, line) for line in lines), any(part in line for part in literal for line in lines),
            any(not re.search(form, line) for line in lines)]


def test_the_manifests_of_a_good_bundle_are_read(good):
    for name in MANIFESTS:
        assert refusals(good.read(name).decode()) == [False, False, False]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_manifest_with_anything_odd_is_refused_before_it_stands_in_a_command(hostile_bundle, name):
    bundle = hostile_bundle(name)
    listed = [bundle.read(manifest).decode("latin-1") for manifest in MANIFESTS]
    inside = any(any(refusals(text)) for text in listed)
    only_on_disk = all(character.isalnum() or character in "._/ \n-" for text in listed for character in text)
    assert inside or only_on_disk, "what is only on the disk is counted, and named by no command"


@pytest.mark.parametrize("line", ["0f  data/a&calc", "0f  data/%COMSPEC%", "0f  data/a b", "0f  ../x", "0f  /x",
                                  "0f  -x", "0f  data/x|y", "0f  data/x^", '0f  data/"', ";0f  data/x", "0f data/x",
                                  "0f   x",
                                  "0f  data//x", "0f  data/x\r", "", "0f  C:x", "0f  data\\x", "0f  data/!x!"])
def test_a_line_that_could_be_read_as_a_command_is_refused(line):
    good = "0f  data/x\n"
    blank = "data/a b" in line         # has three parts, which is asked of each line apart
    assert any(refusals(f"{good}{line}\n")) or blank
    assert blank or not any(refusals(good))
    assert 'tokens=1,2,3' in TEXT
    assert 'if not "%~3"=="" (call :fail' in TEXT


def test_faults_of_names_are_all_known_here():
    assert FAULTS.keys() >= REFUSED
