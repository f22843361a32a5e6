"""Timestamp tokens of a real authority of our own making, and of one that nobody trusts."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import golden
import pytest
from golden import COLLEAGUE, enveloped
from sealing import TAGMANIFEST, Bundle, canonical, sha256
from verifiers import IN_PROCESS, SHELLS, Said, shell_says

CHECKPOINT = "custody/checkpoints/0000000010"
CONFIG = """[tsa]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """A timestamp authority: openssl with a key of its own."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def run(self, *arguments: str | Path) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

    def open(self) -> "Authority":
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self.run("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=root", "-days", "3650")
        self.run("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=tsa")
        (self.folder / "ext").write_text("extendedKeyUsage = critical, timeStamping\nkeyUsage = digitalSignature\n")
        self.run("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days",
                 "3650", "-extfile", "ext", "-out", "tsa.pem")
        (self.folder / "serial").write_text("01\n")
        (self.folder / "config").write_text(CONFIG.format(folder=self.folder))
        return self

    def stamp(self, data: bytes) -> bytes:
        (self.folder / "data").write_bytes(data)
        self.run("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query")
        self.run("ts", "-reply", "-config", "config", "-section", "tsa", "-queryfile", "query", "-inkey", "tsa.key",
                 "-signer", "tsa.pem", "-out", "reply")
        return (self.folder / "reply").read_bytes()


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa")).open()


@pytest.fixture(scope="session")
def rogue(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("rogue")).open()


@pytest.fixture
def stamped(copy: Bundle, authority: Authority) -> Bundle:
    """A bundle with a token over its last checkpoint, and one over its seal."""
    copy.write(f"{CHECKPOINT}.tsa-1.tsr", authority.stamp(copy.read(CHECKPOINT)))
    copy.reseal()
    copy.write(f"{TAGMANIFEST}.tsa-1.tsr", authority.stamp(copy.read(TAGMANIFEST)))
    return copy


def all_say(bundle: Bundle, trust: Path, folder: Path, *, tsa_ca: Path | None = None,
            require_time: bool = False) -> list[Said]:
    options: list[str | Path] = ["--trust", trust, *(["--tsa-ca", tsa_ca] if tsa_ca else []),
                                 *(["--require-time"] if require_time else [])]
    return [*(says(bundle.root, trust, tsa_ca=tsa_ca, require_time=require_time) for says in IN_PROCESS.values()),
            *(shell_says(shell, folder, bundle.root, *options) for shell in SHELLS)]


def test_tokens_are_confirmed_with_the_verifiers_roots(stamped, trust, tmp_path, authority):
    for said in all_say(stamped, trust, tmp_path, tsa_ca=authority.root, require_time=True):
        assert said.code == 0, said.text
        assert "time.signature" in said.text


def test_without_roots_tokens_are_said_to_be_unchecked_and_open_where_time_is_required(stamped, trust, tmp_path):
    for said in all_say(stamped, trust, tmp_path):
        assert said.code == 0
        assert "--tsa-ca" in said.text
    assert {said.code for said in all_say(stamped, trust, tmp_path, require_time=True)} == {5}


def test_a_bundle_without_tokens_is_open_where_time_is_required(good, trust, tmp_path):
    assert {said.code for said in all_say(good, trust, tmp_path, require_time=True)} == {5}


def test_the_token_of_an_authority_that_is_not_trusted_fails(copy, trust, tmp_path, authority, rogue):
    copy.write(f"{TAGMANIFEST}.rogue.tsr", rogue.stamp(copy.read(TAGMANIFEST)))
    for said in all_say(copy, trust, tmp_path, tsa_ca=authority.root):
        assert (said.code, said.failed) == (4, {"time.signature"})


def test_a_token_moved_to_another_checkpoint_fails(stamped, trust, tmp_path, authority):
    stamped.write("custody/checkpoints/0000000008.tsa-1.tsr", stamped.read(f"{CHECKPOINT}.tsa-1.tsr"))
    (stamped.root / f"{TAGMANIFEST}.tsa-1.tsr").unlink()
    stamped.reseal()
    for says in IN_PROCESS.values():
        assert says(stamped.root, trust).failed == {"time.token"}
    for shell in SHELLS:
        assert shell_says(shell, tmp_path, stamped.root, "--trust", trust, "--tsa-ca", authority.root).code == 4


@pytest.mark.parametrize("spoil", [
    lambda token: token[:-1], lambda token: token[:20], lambda token: b"", lambda token: token + b"\0",
    lambda token: b"\x30\x84\xff\xff\xff\xff", lambda token: b"\x30\x80" + token, lambda token: b"\x1f" + token,
    lambda token: token.replace(bytes.fromhex("2a864886f70d0109100104"), bytes.fromhex("2a864886f70d0109100105")),
    lambda token: token[:4] + b"\x30\x03\x02\x01\x02" + token[9:],
    lambda token: token.replace(b"\x18\x0f20", b"\x18\x0f9x"),
])
def test_what_is_no_token_fails_and_crashes_nobody(copy, trust, authority, spoil):
    token = authority.stamp(copy.read(TAGMANIFEST))
    copy.write(f"{TAGMANIFEST}.tsa-1.tsr", spoil(token))
    for says in IN_PROCESS.values():
        assert says(copy.root, trust).failed == {"time.token"}


def test_an_event_dated_after_the_token_over_it_fails(copy, trust, authority):
    copy.edit(copy.event("import"), time="2090-01-01T00:00:00.000000Z")
    copy.rechain(copy.key, COLLEAGUE)
    copy.write(f"{CHECKPOINT}.tsa-1.tsr", authority.stamp(copy.read(CHECKPOINT)))
    copy.reseal()
    for says in IN_PROCESS.values():
        assert "time.bounds" in says(copy.root, trust).failed


def test_time_running_backwards_is_open_and_not_broken(copy, trust):
    copy.edit(copy.event("import"), time="2020-01-01T00:00:00.000000Z")
    copy.rechain(copy.key, COLLEAGUE)
    for says in IN_PROCESS.values():
        said = says(copy.root, trust)
        assert (said.code, said.failed) == (5, set())
        assert "ledger.time" in said.text


def test_a_clock_set_back_by_seconds_is_only_mentioned(copy, trust):
    copy.edit(copy.event("import"), time="2026-02-03T04:05:00.500000Z")
    copy.rechain(copy.key, COLLEAGUE)
    for says in IN_PROCESS.values():
        said = says(copy.root, trust)
        assert said.code == 0
        assert "ledger.time" in said.text


def test_limits_in_time_are_judged_at_a_confirmed_token_and_else_on_the_stated_day(stamped, tmp_path, authority):
    """The bag says 3 February 2026, the token says today."""
    trust = tmp_path / "allowed_signers"
    trust.write_text(golden.INVESTIGATOR.trusted('valid-after="20260301Z"'))
    for says in IN_PROCESS.values():
        assert says(stamped.root, trust).failed == {"seal.signer"}
        assert says(stamped.root, trust, tsa_ca=authority.root).code == 0
    trust.write_text(golden.INVESTIGATOR.trusted('valid-after="20260203120000Z",valid-before="20260204Z"'))
    for says in IN_PROCESS.values():
        assert says(stamped.root, trust).code == 0
        assert says(stamped.root, trust, tsa_ca=authority.root).failed == {"seal.signer"}
    for shell in SHELLS:
        assert shell_says(shell, tmp_path, stamped.root, "--trust", trust).code == 0


def test_an_event_recorded_after_a_token_is_not_dated_before_it(copy, trust, authority):
    """Only `muniment verify` looks at this."""
    early = "custody/checkpoints/0000000004"
    token = authority.stamp(copy.read(early))
    copy.write(f"{early}.tsa-1.tsr", token)
    copy.write(copy.body_path(5), canonical(enveloped(5, {
        "type": "checkpoint-stamped", "size": 4, "authority": "tsa-1", "token_sha256": sha256(token),
        "token_time": "2026-02-03T04:05:05.000000Z"})))
    (copy.root / "data/items/ITEM-0004/original.txt").unlink()
    (copy.root / "data/items/ITEM-0004/item.json").unlink()
    copy.edit(9, held=3, included=2)
    kept = {path: copy.read(path) for path in copy.files() if path.startswith(early)}
    copy.rechain(copy.key, COLLEAGUE)
    for path, data in kept.items():
        copy.write(path, data)
    copy.reseal()
    assert IN_PROCESS["muniment"](copy.root, trust).failed == {"time.bounds"}
