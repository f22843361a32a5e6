import os
import shutil
import stat
import subprocess

import pytest

from evidence_store.custody import sshsig
from evidence_store.custody.keys import PublicKey, agent_signers, create_key, open_key
from evidence_store.errors import FormatError, SigningKeyError

PASSPHRASE = "correct horse, ünïcode".encode()


def test_a_new_key_is_private_and_its_public_half_lies_beside_it(tmp_path):
    signer = create_key(tmp_path / "keys" / "inv1", comment="Inv One\nssh-ed25519 AAAA", passphrase=None)
    assert stat.S_IMODE((tmp_path / "keys" / "inv1").stat().st_mode) == 0o600
    public = (tmp_path / "keys" / "inv1.pub").read_text()
    assert public == f"{signer.public.line} Inv One ssh-ed25519 AAAA\n"
    assert PublicKey.parse(public) == signer.public
    assert signer.protection == "none"
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["inv1", "inv1.pub"]


@pytest.mark.parametrize("taken", ["inv1", "inv1.pub"])
def test_a_key_is_never_written_over_a_file_that_is_there(tmp_path, taken):
    (tmp_path / taken).write_text("precious")
    with pytest.raises(SigningKeyError, match="exists already"):
        create_key(tmp_path / "inv1", comment="", passphrase=None)
    assert (tmp_path / taken).read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_dangling_symbolic_link_is_not_followed(tmp_path):
    (tmp_path / "inv1").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SigningKeyError, match="exists already"):
        create_key(tmp_path / "inv1", comment="", passphrase=None)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_ssh_keygen_opens_our_keys(tmp_path, ssh_keygen, passphrase):
    signer = create_key(tmp_path / "key", comment="", passphrase=passphrase)
    shown = subprocess.run([ssh_keygen, "-y", "-P", passphrase or b"", "-f", tmp_path / "key"], capture_output=True,
                           check=True)
    assert PublicKey.parse(shown.stdout.decode()) == signer.public
    listed = subprocess.run([ssh_keygen, "-l", "-f", tmp_path / "key.pub"], capture_output=True, check=True, text=True)
    assert signer.public.fingerprint in listed.stdout


@pytest.mark.parametrize("passphrase", [b"", PASSPHRASE])
def test_we_open_keys_of_ssh_keygen(tmp_path, ssh_keygen, passphrase):
    subprocess.run([ssh_keygen, "-q", "-t", "ed25519", "-N", passphrase, "-f", tmp_path / "key"], check=True)
    signer = open_key(tmp_path / "key", lambda: passphrase)
    assert signer.public == PublicKey.parse((tmp_path / "key.pub").read_text())
    assert signer.protection == ("passphrase" if passphrase else "none")


def test_the_passphrase_is_asked_for_only_where_one_is_needed(tmp_path):
    create_key(tmp_path / "bare", comment="", passphrase=None)

    def never() -> bytes:
        raise AssertionError

    assert open_key(tmp_path / "bare", never).protection == "none"
    made = create_key(tmp_path / "locked", comment="", passphrase=PASSPHRASE)
    assert made.protection == "passphrase"
    assert open_key(tmp_path / "locked", lambda: PASSPHRASE).public == made.public


@pytest.mark.parametrize(("fault", "message"), [
    ("missing", "there is no key"), ("wrong passphrase", "wrong passphrase"), ("nobody to ask", "none can be asked"),
    ("readable by others", "can be read by others"), ("not a key", "no OpenSSH private key"),
    ("rsa", "not an Ed25519 key"),
])
def test_a_key_that_cannot_be_used_says_why(tmp_path, ssh_keygen, fault, message):
    path = tmp_path / "key"
    ask = None
    match fault:
        case "wrong passphrase" | "nobody to ask":
            create_key(path, comment="", passphrase=PASSPHRASE)
            ask = (lambda: b"no") if fault == "wrong passphrase" else None
        case "readable by others":
            create_key(path, comment="", passphrase=None)
            path.chmod(0o640)
        case "not a key":
            path.write_text("hello")
            path.chmod(0o600)
        case "rsa":
            subprocess.run([ssh_keygen, "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", path], check=True)
    with pytest.raises(SigningKeyError, match=message):
        open_key(path, ask)


def test_names_of_a_key_follow_from_its_blob(tmp_path, ssh_keygen, signer):
    assert signer.public.key16 == signer.public.key16.lower()
    assert len(signer.public.key16) == 16
    assert PublicKey(signer.public.blob) == signer.public


@pytest.mark.parametrize("line", [
    "", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-ed25519 AAAA", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==",
    "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIMYtRmzBE6PrY2svrKC/HY3KJ3slp/8hv7Jy8otDvcus",
])
def test_lines_that_are_no_ed25519_key_are_refused(line):
    with pytest.raises(FormatError):
        PublicKey.parse(line)


@pytest.fixture
def agent(tmp_path):
    """A real ssh-agent."""
    if shutil.which("ssh-agent") is None:
        pytest.fail("ssh-agent is not installed: Debian's openssh-client has it")
    socket = tmp_path / "agent.sock"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()          # it prints its socket once it listens
    yield {**os.environ, "SSH_AUTH_SOCK": str(socket), "SSH_ASKPASS": "/bin/false"}
    process.terminate()
    process.wait()
    process.stdout.close()


def test_a_key_in_ssh_agent_signs_the_same_bytes_as_in_its_file(tmp_path, agent, ssh_keygen):
    signer = create_key(tmp_path / "key", comment="", passphrase=None)
    subprocess.run([ssh_keygen, "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", tmp_path / "rsa"], check=True)
    for key in ("key", "rsa"):
        subprocess.run(["ssh-add", "-q", tmp_path / key], env=agent, check=True, capture_output=True)
    (held,) = agent_signers(agent)
    assert (held.public, held.protection) == (signer.public, "agent")
    assert held.sign(b"message", sshsig.CHECKPOINT) == signer.sign(b"message", sshsig.CHECKPOINT)


def test_an_agent_that_no_longer_holds_the_key_is_an_error_that_says_so(tmp_path, agent):
    create_key(tmp_path / "key", comment="", passphrase=None)
    subprocess.run(["ssh-add", "-q", tmp_path / "key"], env=agent, check=True, capture_output=True)
    (held,) = agent_signers(agent)
    subprocess.run(["ssh-add", "-q", "-D"], env=agent, check=True, capture_output=True)
    assert agent_signers(agent) == ()
    with pytest.raises(SigningKeyError, match="refused to sign"):
        held.sign(b"message", sshsig.SEAL)


def test_without_an_agent_there_are_no_agent_keys_and_a_dead_one_is_an_error(tmp_path):
    assert agent_signers({}) == ()
    with pytest.raises(SigningKeyError, match="does not answer"):
        agent_signers({"SSH_AUTH_SOCK": str(tmp_path / "nothing")})
