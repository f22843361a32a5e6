"""The verbs that need nothing but a case: init, list, show, log, note, checkpoint, reindex, tui."""

import shutil
import subprocess

import pytest
from sample_case import HOSTILE_TEXT

from evidence_store.custody.keys import TrustedSigner, create_key, format_allowed_signers, open_key
from evidence_store.custody.sshsig import CHECKPOINT


@pytest.fixture
def sample(sample_case, monkeypatch):
    """The sample case, named by MUNIMENT_CASE, and the key enrolled in it by MUNIMENT_KEY."""
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    return sample_case


def test_init_makes_a_case_and_the_investigators_key(muniment, home, tmp_path):
    ran = muniment("init", tmp_path / "sarmin", "--purpose", "to know", "--principal", "omar@example.org",
                   "--no-passphrase", "--json")
    assert ran.code == 0
    assert ran.document["title"] == "sarmin"
    key = open_key(home / ".local" / "share" / "muniment" / "keys" / "investigator")
    assert ran.document["key"] == key.public.fingerprint
    assert "no passphrase" in ran.err
    log = muniment("--case", tmp_path / "sarmin", "log", "--json").document["events"]
    assert [event["type"] for event in log] == ["case-open", "key-enrol"]
    assert (log[0]["purpose"], log[1]["principal"]) == ("to know", "omar@example.org")


def test_init_with_a_named_key_uses_that_and_makes_none(muniment, home, tmp_path):
    signer = create_key(tmp_path / "mine", comment="", passphrase=None)
    document = muniment("init", tmp_path / "c", "--key", tmp_path / "mine", "--json").document
    assert document["key"] == signer.public.fingerprint
    assert not list(home.rglob("investigator"))


def test_init_does_not_take_a_folder_that_is_in_use(muniment, tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "file").write_text("x")
    ran = muniment("init", tmp_path / "c", "--no-passphrase")
    assert ran.code == 1
    assert ran.err.count("error:") == 1


def test_init_makes_no_key_without_passphrase_unless_it_is_allowed(muniment_process, tmp_path):
    ran = muniment_process("init", tmp_path / "c")
    assert ran.code == 1
    assert "--no-passphrase" in ran.err
    assert not (tmp_path / "c").exists()


def test_list_names_every_item_with_its_verdict(muniment, sample):
    items = muniment("list", "--json").document["items"]
    assert [(item["item"], item["kind"], item["verdict"]) for item in items] == [
        ("ITEM-0001", "page", "complete"), ("ITEM-0002", "photo", "complete"), ("ITEM-0003", "post", "partial")]
    assert set(items[0]) >= {"item", "kind", "url", "sha256", "size", "media_type", "verdict", "captured_at"}
    lines = muniment("list").out.splitlines()
    assert lines[2].split()[:5] == ["ITEM-0002", "photo", "✓", "complete", "20"]


@pytest.mark.parametrize(("arguments", "expected"), [
    (["school"], ["ITEM-0002"]),
    (["--kind", "post"], ["ITEM-0003"]),
    (["--verdict", "complete"], ["ITEM-0001", "ITEM-0002"]),
    (["nowhere"], []),
])
def test_list_is_restricted_by_words_kind_and_verdict(muniment, sample, arguments, expected):
    items = muniment("list", *arguments, "--json").document["items"]
    assert [item["item"] for item in items] == expected


def test_show_gives_record_hashes_findings_and_events_of_one_item(muniment, sample):
    document = muniment("show", "item-0002", "--json").document
    assert document["item"] == "ITEM-0002"
    assert document["record"]["url"] == "http://pictures.example/school.jpg"
    assert document["record"]["warc"]["file"].endswith(".warc.gz")
    assert document["hashes"]["sha256"] == document["record"]["sha256"]
    assert set(document["hashes"]) == {"sha256", "ahash", "dhash", "phash", "whash", "pdq"}
    assert [finding["outcome"] for finding in document["findings"]] == ["pass", "inconclusive"]
    assert [event["type"] for event in document["events"]] == ["capture", "finding", "finding", "note"]
    assert "✓ pass" in muniment("show", "ITEM-0002").out


def test_show_of_an_item_that_is_not_there_fails_with_a_hint(muniment, sample):
    ran = muniment("show", "ITEM-0099")
    assert ran.code == 1
    assert "muniment list" in ran.err


def test_log_prints_every_line_of_the_ledger_with_its_meaning(muniment, sample):
    lines = muniment("log").out.splitlines()
    assert len(lines) == sample.case.log.size
    assert lines[4].split(maxsplit=3)[3] == (
        "capture            complete: http://pictures.example/school.jpg (ITEM-0002)")


def test_log_is_restricted_to_an_item_or_a_type(muniment, sample):
    assert [event["type"] for event in muniment("log", "ITEM-0003", "--json").document["events"]] == ["capture"]
    assert {event["type"] for event in muniment("log", "--type", "note", "--json").document["events"]} == {"note"}


@pytest.mark.parametrize("arguments", [["list"], ["show", "ITEM-0002"], ["log"]], ids=" ".join)
def test_captured_text_cannot_act_on_the_terminal_or_forge_lines(muniment, sample, arguments):
    ran = muniment(*arguments)
    assert not set(ran.out) & set("\x1b\x07\u202e")
    assert not [line for line in ran.out.splitlines() if line.startswith("forged line")]


def test_log_as_json_holds_the_text_as_it_is_stored(muniment, sample):
    events = muniment("log", "--type", "finding", "--json").document["events"]
    assert HOSTILE_TEXT in [event["summary"] for event in events]


def test_note_puts_a_persons_words_into_the_ledger(muniment, sample):
    document = muniment("note", "seen by the desk", "--item", "ITEM-0001", "--json").document
    event = muniment("log", "ITEM-0001", "--json").document["events"][-1]
    assert (event["seq"], event["type"], event["text"]) == (document["seq"], "note", "seen by the desk")


def test_a_correction_names_what_it_corrects_and_leaves_it_as_it_was(muniment, sample):
    wrong = muniment("note", "57 were killed", "--json").document["seq"]
    document = muniment("note", "the council says 45", "--corrects", wrong, "--json").document
    events = muniment("log", "--json").document["events"]
    assert (events[wrong]["type"], events[wrong]["text"]) == ("note", "57 were killed")
    assert (events[document["seq"]]["type"], events[document["seq"]]["supersedes"]) == ("correct", wrong)
    assert muniment("note", "x", "--corrects", "9999").code == 2


def test_a_note_on_an_item_that_is_not_there_is_not_recorded(muniment, sample):
    before = sample.case.log.size
    assert muniment("note", "x", "--item", "ITEM-0099").code == 1
    assert sample.case.log.size == before


def test_checkpoint_signs_the_ledger_so_that_ssh_keygen_agrees(muniment, sample, tmp_path):
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not installed")
    muniment("note", "one more line")
    document = muniment("checkpoint", "--json").document
    text = sample.case.layout.checkpoints / f"{document['size']:010d}"
    trusted = TrustedSigner(principal="omar", key=sample.signer.public)
    (tmp_path / "allowed").write_text(format_allowed_signers([trusted]))
    signature = next(text.parent.glob(f"{text.name}.*.sig"))
    checked = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", tmp_path / "allowed", "-I", "omar", "-n", CHECKPOINT,
                              "-s", signature], stdin=text.open("rb"), capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert muniment("checkpoint").out == text.read_text()


def test_reindex_gives_the_same_answers(muniment, sample):
    before = [muniment(*verb, "--json").document for verb in (["list"], ["show", "ITEM-0002"], ["log"])]
    sample.case.layout.catalogue.write_bytes(b"not a database")
    assert muniment("reindex").code == 0
    assert [muniment(*verb, "--json").document for verb in (["list"], ["show", "ITEM-0002"], ["log"])] == before


def test_a_case_that_is_being_written_is_locked_for_others_and_still_readable(muniment, sample):
    with sample.writer("a long capture"):
        ran = muniment("note", "x")
        assert ran.code == 7
        assert "a long capture" in ran.err
        assert muniment("list").code == 0


@pytest.mark.parametrize("arguments", [["list"], ["show", "ITEM-0001"], ["log"], ["note", "x"], ["checkpoint"],
                                       ["reindex"], ["check"], ["capture", "http://a.example/"]],
                         ids=lambda arguments: arguments[0])
def test_a_folder_that_is_no_case_is_exit_code_6(muniment, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert muniment(*arguments).code == 6
    ran = muniment("--case", tmp_path, *arguments)
    assert ran.code == 6
    assert str(tmp_path) in ran.err


def test_the_case_is_found_from_a_folder_below_it(muniment, sample, monkeypatch):
    monkeypatch.delenv("MUNIMENT_CASE")
    monkeypatch.chdir(sample.case.layout.warcs)
    assert len(muniment("list", "--json").document["items"]) == 3


def test_the_application_needs_a_terminal(muniment_process, sample):
    ran = muniment_process("tui")
    assert ran.code == 2
    assert "needs a terminal" in ran.err
