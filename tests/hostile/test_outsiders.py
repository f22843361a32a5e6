"""What programs of others say of each fault is what docs/threat-model.md says they say; and of timestamp tokens."""

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faults import FAULTS
from local_tsa import Tsa, query_over
from outsiders import OUTSIDERS
from sealing import Bundle
from verifiers import IN_PROCESS, SHELLS, shell_says

THREAT_MODEL = (Path(__file__).resolve().parents[2] / "docs" / "threat-model.md").read_text()
CHECKPOINT = "custody/checkpoints/0000000010"
STAMPED = datetime(2026, 2, 3, 5, tzinfo=UTC)          # an hour after the last event of the golden bundle
ATTACKS = 39


def tables() -> dict[str, dict[str, str]]:
    """The cells of each row of the document that is named after something, by the head of their column."""
    found: dict[str, dict[str, str]] = {}
    heads: list[str] = []
    for line in THREAT_MODEL.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|---"):
            continue
        if line.startswith("| `"):
            found[cells[0].strip("`")] = dict(zip(heads, cells, strict=True))
        elif line.startswith("| "):
            heads = cells
    return found


ROWS = tables()


@pytest.mark.parametrize("name", FAULTS)
def test_the_table_says_what_bagit_wacz_and_warcio_say(hostile_bundle, tmp_path, name):
    row, root = ROWS[name], hostile_bundle(name).root
    columns = [column for column in OUTSIDERS if column in row]
    assert columns == (list(OUTSIDERS) if FAULTS[name].check.startswith("wacz") else ["bagit.py"])
    assert {column: OUTSIDERS[column](root, tmp_path) for column in columns} == {one: row[one] for one in columns}


@pytest.mark.parametrize("column", OUTSIDERS)
def test_programs_of_others_accept_the_good_bundle(good, tmp_path, column):
    assert OUTSIDERS[column](good.root, tmp_path) == "accepts"


@pytest.fixture(scope="module")
def authority(tsa: Tsa) -> Tsa:
    """With certificates that are for something else, or were good for two hours."""
    tsa.certificate("mail", "mail")
    tsa.certificate("brief", "tsa", valid=("20260203040000Z", "20260203060000Z"))
    return tsa


TOKENS: dict[str, Callable[[Tsa, Tsa, bytes], bytes]] = {
    "token_by_an_authority_nobody_trusts": lambda _, rogue, data: rogue.reply(query_over(data)),
    "token_that_brings_its_own_root": lambda _, rogue, data: rogue.reply(query_over(data), chain=True),
    "token_of_other_bytes": lambda tsa, _, data: tsa.forged(b"other bytes", STAMPED),
    "token_older_than_its_certificate": lambda tsa, _, data: tsa.forged(data, datetime(2015, 1, 1, tzinfo=UTC)),
    "token_by_a_certificate_for_mail": lambda tsa, _, data: tsa.forged(data, STAMPED, signer="mail"),
    "token_of_a_certificate_that_has_expired_since": lambda tsa, _, data: tsa.forged(data, STAMPED, signer="brief"),
}


def openssl_says(data: Path, token: Path, root: Path, *more: str) -> str:
    done = subprocess.run(["openssl", "ts", "-verify", "-data", data, "-in", token, "-CAfile", root, *more],
                          capture_output=True, check=False)
    return "rejects" if done.returncode else "accepts"


@pytest.mark.parametrize("name", TOKENS)
def test_the_table_says_what_becomes_of_each_token(copy: Bundle, trust, tmp_path, authority, rogue_tsa, name):
    token = f"{CHECKPOINT}.tsa-1.tsr"
    copy.write(token, TOKENS[name](authority, rogue_tsa, copy.read(CHECKPOINT)))
    copy.reseal()
    row, files = ROWS[name], (copy.root / CHECKPOINT, copy.root / token, authority.root)
    codes = {says(copy.root, trust, tsa_ca=authority.root).code for says in IN_PROCESS.values()}
    assert codes == {int(row["verify.py and `muniment verify`"])}
    for shell in SHELLS:
        said = shell_says(shell, tmp_path, copy.root, "--trust", trust, "--tsa-ca", authority.root)
        assert said.code == int(row["verify.sh"]), said.text
    assert openssl_says(*files) == row["`openssl ts -verify`"]
    moment = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp() if "older" in name else STAMPED.timestamp())
    assert openssl_says(*files, "-attime", str(moment)) == row["with `-attime` of the token"]


def test_each_of_the_attacks_tried_before_is_named_with_what_answers_it():
    section = THREAT_MODEL.partition("## The attacks that the format was made against")[2].partition("\n## ")[0]
    rows = {int(match[1]): match[2] for match in re.finditer(r"^\| (\d+) \|(.*)$", section, re.MULTILINE)}
    assert sorted(rows) == list(range(1, ATTACKS + 1))
    tests = "".join(path.read_text() for path in Path(__file__).resolve().parents[1].rglob("test_*.py"))
    for number, row in rows.items():
        named = re.findall(r"`([a-z_0-9]+)`", row.rpartition("|")[0].rpartition("|")[2])
        assert named, number
        for name in named:
            assert name in FAULTS or name in TOKENS or f"def {name}" in tests or name in dir(__import__("faults")), name
