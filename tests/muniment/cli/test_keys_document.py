"""The lines of docs/keys.md, run as they stand: keys made, handed out, lost, stolen, left, handed over."""

import json
import re
import subprocess
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "keys.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
FIELD = re.compile(r'"\$\(muniment (.*?) \| field (\w+)\)"')


def sections() -> dict[str, list[str]]:
    parts = re.split(r"^## (.*)\n", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title: [line for block in BLOCK.findall(text) for line in block.splitlines()]
            for title, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.fixture
def run(muniment, tmp_path, monkeypatch):
    """Runs a line in an empty folder: those of Muniment in this process, the others with sh."""
    monkeypatch.chdir(tmp_path)

    def one(line: str) -> str:
        inner = FIELD.search(line)
        if inner:
            line = line.replace(inner[0], json.loads(one(f"muniment {inner[1]}"))[inner[2]])
        if not line.startswith("muniment "):
            done = subprocess.run(["sh", "-e", "-c", line], capture_output=True, text=True, check=False)
            assert done.returncode == 0, (line, done.stderr)
            return done.stdout
        words, _, target = line.partition(" > ")
        import shlex
        ran = muniment(*shlex.split(words)[1:])
        assert ran.code == 0, (line, ran.out, ran.err)
        if target:
            Path(target).write_text(ran.out)
        return ran.out

    return one


def test_every_line_of_the_document_does_what_it_says(run, tmp_path, muniment):
    told = {title: [run(line) for line in lines] for title, lines in sections().items()}

    lost = json.loads(muniment("--json", "verify", "after-loss", "--trust", "trusted2").out)
    assert [finding["summary"] for finding in lost["findings"]
            if finding["check"] == "ledger.key" and finding["outcome"] == "not_applicable"], "said, not hidden"
    ended = json.loads(muniment("--json", "--case", "case", "key", "enrolled").out)
    assert [one["revoked_reason"] for one in ended["keys"]] == ["lost", "left", "stolen", "left", None]
    assert len(told["A key is stolen"][3].splitlines()) == 2
    for key in ("ana", "ben", "ben2", "ana2"):
        refused = muniment("--case", "case", "note", "still here", "--key", key)
        assert refused.code == 1
        assert "was revoked" in refused.err
    again = muniment("--case", "case", "key", "enrol", "ben.pub", "--for", "ben", "--key", "cleo")
    assert "already" in again.err


def test_the_list_of_revoked_keys_is_one_that_ssh_keygen_honours(run, tmp_path):
    for title in ("A key", "Handing it out", "A receipt", "A key is lost", "A key is stolen"):
        for line in sections()[title]:
            run(line)
    (tmp_path / "signers").write_text((tmp_path / "trusted").read_text())
    check = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "ana@newsroom.example", "-n", "seal@muniment",
             "-s", next((tmp_path / "bundle").glob("tagmanifest-sha256.txt.*.sig"))]
    message = (tmp_path / "bundle" / "tagmanifest-sha256.txt").read_bytes()
    assert subprocess.run(check, input=message, capture_output=True).returncode == 0
    assert subprocess.run([*check, "-r", "revoked"], input=message, capture_output=True).returncode != 0


def test_what_the_thief_of_a_key_seals_after_its_line_was_ended_is_refused(run, muniment, tmp_path):
    for line in sections()["A key"] + sections()["Handing it out"]:
        run(line)
    trusted = (tmp_path / "trusted").read_text()
    (tmp_path / "ended").write_text(trusted.replace(" ssh-ed25519", ',valid-before="20200101" ssh-ed25519', 1)
                                    if "namespaces" in trusted
                                    else trusted.replace(" ssh-ed25519", ' valid-before="20200101" ssh-ed25519', 1))
    assert muniment("verify", "bundle", "--trust", "ended").code == 4


def test_a_key_does_not_revoke_itself_nor_one_that_nobody_enrolled(run, muniment):
    for line in sections()["A key"]:
        run(line)
    own = json.loads(muniment("--json", "key", "show", "ana").out)["fingerprint"]
    other = json.loads(muniment("--json", "key", "show", "ben").out)["fingerprint"]
    itself = muniment("--case", "case", "key", "revoke", own, "--reason", "lost", "--key", "ana")
    assert (itself.code, "does not revoke itself" in itself.err) == (1, True)
    unknown = muniment("--case", "case", "key", "revoke", other, "--reason", "lost", "--key", "ana")
    assert (unknown.code, "is enrolled in this case" in unknown.err) == (1, True)
