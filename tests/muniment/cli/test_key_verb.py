"""`muniment key`."""

import pytest

from evidence_store.custody.keys import parse_allowed_signers


def test_a_key_is_made_listed_shown_and_put_on_a_card(muniment, home):
    made = muniment("key", "make", "--no-passphrase", "--json").document
    assert made["schema"] == "muniment/key/1"
    assert made["protection"] == "none"
    assert made["file"] == str(home / ".local" / "share" / "muniment" / "keys" / "investigator")

    listed = muniment("key", "list", "--json").document["keys"]
    assert [entry["fingerprint"] for entry in listed] == [made["fingerprint"]]
    assert listed[0]["place"] == made["file"]

    (trusted,) = parse_allowed_signers(muniment("key", "show", "--principal", "omar@example.org").out)
    assert (trusted.principal, trusted.key.line) == ("omar@example.org", made["public_key"])

    card = muniment("key", "card").out
    assert made["fingerprint"] in card
    assert all(word in card for word in made["words"])


def test_a_key_without_a_passphrase_is_said_to_be_one(muniment):
    assert "no passphrase" in muniment("key", "make", "--no-passphrase").err


def test_a_key_is_not_made_twice(muniment):
    muniment("key", "make", "--no-passphrase")
    ran = muniment("key", "make", "--no-passphrase")
    assert ran.code == 1
    assert "exists already" in ran.err


def test_nobody_is_asked_for_a_passphrase_when_stdin_is_no_terminal(muniment_process, home):
    ran = muniment_process("key", "make")
    assert ran.code == 1
    assert "--no-passphrase" in ran.err
    assert not any(home.rglob("investigator"))


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_the_environment_may_allow_keys_without_passphrase(muniment, monkeypatch, value):
    monkeypatch.setenv("MUNIMENT_NO_PASSPHRASE", value)
    assert muniment("key", "make").code == 0


def test_showing_a_key_that_is_not_there_says_how_to_make_one(muniment):
    ran = muniment("key", "show")
    assert ran.code == 1
    assert "muniment key make" in ran.err
