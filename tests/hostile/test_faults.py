"""Each fault is found, by each verifier, through the check that guards against it; what sh does not check is said."""

from pathlib import Path

import pytest
from faults import FAULTS, UNSEEN, full_rewrite_with_the_real_key, tail_replaced_with_the_real_key
from golden import WITNESS
from verifiers import IN_PROCESS, SHELLS, muniment_says, script_says, shell_says

THREAT_MODEL = Path(__file__).resolve().parents[2] / "docs" / "threat-model.md"
UNCHANGED = "Nothing in this bundle changed since it was sealed: "


def trusted_for(name: str, trust: Path, wide_trust: Path) -> Path:
    return wide_trust if name == "sealed_by_a_key_the_case_never_enrolled" else trust


@pytest.mark.parametrize("says", IN_PROCESS.values(), ids=IN_PROCESS)
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_by_the_check_that_guards_it(hostile_bundle, trust, wide_trust, name, says):
    said = says(hostile_bundle(name).root, trusted_for(name, trust, wide_trust))
    assert said.code == 4
    assert FAULTS[name].check in said.failed
    assert "YES" not in said.answer


# Each fault under one shell, the shells by turns; `make soak` has each under the others.
BY_TURNS = [pytest.param(name, shell, marks=[pytest.mark.soak] if (place + turn) % len(SHELLS) else [])
            for place, name in enumerate(FAULTS) for turn, shell in enumerate(SHELLS)]


@pytest.mark.parametrize(("name", "shell"), BY_TURNS)
def test_verify_sh_finds_what_it_checks_and_documents_the_rest(hostile_bundle, trust, wide_trust, tmp_path, name,
                                                               shell):
    said = shell_says(shell, tmp_path, hostile_bundle(name).root, "--trust", trusted_for(name, trust, wide_trust))
    if FAULTS[name].sh == UNSEEN:
        assert said.code == 0
        assert f"`{name}`" in THREAT_MODEL.read_text()
    else:
        assert said.code == 4
        assert FAULTS[name].sh in said.failed
        assert "YES" not in said.answer


def test_the_threat_model_names_every_fault_with_its_check_and_what_sh_makes_of_it():
    rows = {row.split("|")[1].strip().strip("`"): row for row in THREAT_MODEL.read_text().splitlines()
            if row.startswith("| ") and row.count("|") >= 5}
    for fault in FAULTS.values():
        assert f"`{fault.check}`" in rows[fault.name], fault.name
        assert (UNSEEN in rows[fault.name]) == (fault.sh == UNSEEN), fault.name


@pytest.mark.parametrize("shell", SHELLS)
def test_a_good_bundle_is_confirmed_with_trust_and_not_without(good, trust, tmp_path, shell):
    key = good.key.key16.upper()
    for says in (lambda *options: muniment_says(good.root, *options[1:]),
                 lambda *options: script_says(tmp_path, good.root, *options),
                 lambda *options: shell_says(shell, tmp_path, good.root, *options)):
        with_trust, without = says("--trust", trust), says()
        assert (with_trust.code, without.code) == (0, 5)
        sealed = f"{UNCHANGED}YES. Sealed by key {key}: "
        who = "investigator@example.org"
        assert with_trust.answer == f"{sealed}confirmed, your list of trusted signers says {who}."
        assert without.answer == f"{sealed}not yet confirmed; ask the sender to read you its words."


@pytest.mark.parametrize("name", ["payload_swapped_same_size", "sealed_by_a_stranger", "seal_removed"])
def test_the_verifiers_say_the_same_sentence_of_a_bad_bundle(hostile_bundle, trust, tmp_path, name):
    root = hostile_bundle(name).root
    answers = {script_says(tmp_path, root, "--trust", trust).answer, muniment_says(root, trust).answer}
    answers |= {shell_says(shell, tmp_path, root, "--trust", trust).answer for shell in SHELLS}
    assert len(answers) == 1


@pytest.mark.parametrize("rewrite", [full_rewrite_with_the_real_key, tail_replaced_with_the_real_key])
def test_only_a_receipt_tells_of_a_rewrite_by_the_holder_of_the_key(copy, trust, tmp_path, rewrite):
    text = copy.read("custody/checkpoints/0000000008")
    receipt = tmp_path / "receipt"
    receipt.write_bytes(text + WITNESS.sign(text, "receipt@muniment"))
    for says in IN_PROCESS.values():
        assert says(copy.root, trust, receipt).code == 0
    rewrite(copy)
    for says in IN_PROCESS.values():
        assert says(copy.root, trust).code == 0
        assert says(copy.root, trust, receipt).failed >= {"receipt.prefix", "receipt.root"}
    for shell in SHELLS:
        assert shell_says(shell, tmp_path, copy.root, "--trust", trust).code == 0
        said = shell_says(shell, tmp_path, copy.root, "--trust", trust, "--receipt", receipt)
        assert said.failed == {"receipt.prefix"}


@pytest.mark.parametrize("name", ["escape_sequences_in_a_name", "newline_in_a_name", "name_with_quotes_and_blanks"])
def test_hostile_names_reach_no_terminal_and_no_shell(hostile_bundle, tmp_path, name):
    root = hostile_bundle(name).root
    texts = [script_says(tmp_path, root).text] + [shell_says(shell, tmp_path, root).text for shell in SHELLS]
    for text in texts:
        assert all(character == "\n" or " " <= character <= "~" for character in text)
    assert not list(tmp_path.rglob("pwned"))


def test_litter_of_operating_systems_is_a_warning_and_no_more(copy, trust, tmp_path):
    for path in (".DS_Store", "data/Thumbs.db", "custody/bodies/desktop.ini", "data/items/.DS_Store"):
        copy.write(path, b"litter")
    shells = [shell_says(shell, tmp_path, copy.root, "--trust", trust) for shell in SHELLS]
    for said in (*(says(copy.root, trust) for says in IN_PROCESS.values()), *shells):
        assert said.code == 0
        assert "bag.litter" in said.text
        assert "custody/bodies/desktop.ini" in said.text


def test_litter_that_is_a_link_is_not_excused(copy, trust, tmp_path):
    (copy.root / ".DS_Store").symlink_to("/etc/passwd")
    for says in IN_PROCESS.values():
        assert says(copy.root, trust).failed == {"bag.path"}
    for shell in SHELLS:
        assert shell_says(shell, tmp_path, copy.root, "--trust", trust).failed == {"bag.path"}
