"""Which key signs, and the making of one."""

import os
import subprocess

import pytest

from evidence_store.custody.keys import create_key
from evidence_store.errors import SigningKeyError
from muniment.flows.keys import KeyAccess, known_keys, make_key, obtain_signer, public_key


@pytest.fixture(autouse=True)
def _no_agent(monkeypatch):
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


def access(tmp_path, *, passphrase=None, new=None, no_passphrase=False):
    return KeyAccess(folder=tmp_path, no_passphrase=no_passphrase,
                     ask_passphrase=None if passphrase is None else lambda prompt: passphrase,
                     ask_new_passphrase=None if new is None else lambda prompt: new)


def test_the_users_own_key_is_made_when_first_needed_and_used_afterwards(tmp_path):
    first = obtain_signer("", access(tmp_path, new=b"secret"))
    assert first.made
    assert first.signer.protection == "passphrase"
    assert first.path.stat().st_mode & 0o777 == 0o600
    again = obtain_signer("", access(tmp_path, passphrase=b"secret"))
    assert not again.made
    assert again.signer.public == first.signer.public


def test_where_nobody_can_be_asked_a_key_is_made_only_when_one_without_passphrase_is_allowed(tmp_path):
    with pytest.raises(SigningKeyError) as caught:
        obtain_signer("", access(tmp_path))
    assert "--no-passphrase" in caught.value.hint
    assert not any(tmp_path.rglob("investigator"))
    made = obtain_signer("", access(tmp_path, no_passphrase=True))
    assert (made.made, made.signer.protection) == (True, "none")


def test_an_empty_passphrase_is_not_taken_for_none(tmp_path):
    with pytest.raises(SigningKeyError, match="no passphrase was given"):
        obtain_signer("", access(tmp_path, new=b""))


def test_a_named_key_that_is_missing_stops_the_run_instead_of_being_made(tmp_path):
    missing = tmp_path / "elsewhere"
    with pytest.raises(SigningKeyError, match="no key at"):
        obtain_signer(str(missing), access(tmp_path, no_passphrase=True))
    assert not missing.exists()


def test_a_wrong_passphrase_stops_the_run(tmp_path):
    make_key(tmp_path / "k", access(tmp_path, new=b"right"))
    with pytest.raises(SigningKeyError, match="wrong passphrase"):
        obtain_signer(str(tmp_path / "k"), access(tmp_path, passphrase=b"wrong"))
    with pytest.raises(SigningKeyError, match="none can be asked for"):
        obtain_signer(str(tmp_path / "k"), access(tmp_path))


def test_an_existing_key_is_never_overwritten(tmp_path):
    make_key(tmp_path / "k", access(tmp_path, no_passphrase=True))
    before = (tmp_path / "k").read_bytes()
    with pytest.raises(SigningKeyError, match="exists already"):
        make_key(tmp_path / "k", access(tmp_path, no_passphrase=True))
    assert (tmp_path / "k").read_bytes() == before


def test_the_public_half_is_read_without_opening_the_private_one(tmp_path):
    signer = make_key(tmp_path / "k", access(tmp_path, new=b"secret"))
    assert public_key(str(tmp_path / "k"), access(tmp_path)) == signer.public


def test_keys_of_other_kinds_are_not_offered(tmp_path):
    own = obtain_signer("", access(tmp_path, no_passphrase=True)).signer.public
    (tmp_path / "keys" / "rsa.pub").write_text("ssh-rsa AAAAB3NzaC1yc2E= somebody\n")
    assert [entry.key for entry in known_keys(access(tmp_path))] == [own]


@pytest.fixture
def agent(tmp_path, monkeypatch):
    """A real ssh-agent that holds one key; its key."""
    if not any((folder / "ssh-agent").exists() for folder in map(type(tmp_path), os.get_exec_path())):
        pytest.skip("ssh-agent is not installed")
    socket = tmp_path / "agent.sock"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    signer = create_key(tmp_path / "held", comment="held", passphrase=None)
    while not socket.exists():
        assert process.poll() is None
    subprocess.run(["ssh-add", "-q", str(tmp_path / "held")], check=True)
    yield signer.public
    process.terminate()
    process.wait()


def test_a_key_of_ssh_agent_signs_and_any_other_fingerprint_stops_the_run(tmp_path, agent):
    obtained = obtain_signer(f"agent:{agent.fingerprint}", access(tmp_path))
    assert (obtained.signer.public, obtained.path, obtained.signer.protection) == (agent, None, "agent")
    assert f"agent:{agent.fingerprint}" in [entry.place for entry in known_keys(access(tmp_path))]
    with pytest.raises(SigningKeyError) as caught:
        obtain_signer("agent:SHA256:other", access(tmp_path))
    assert agent.fingerprint in caught.value.hint
