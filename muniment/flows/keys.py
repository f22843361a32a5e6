"""Which key signs, and the making of one.

1. A key that the user names is used, or the run stops: another is never taken in its place.
2. `agent:SHA256:...` names a key of ssh-agent, anything else a file; nothing named is the key in the user's data
   directory, which is made when it is first needed.
3. A key without a passphrase is made only where that was asked for, and the ledger says so (`protection`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence_store.custody.keys import AgentSigner, PublicKey, Signer, agent_signers, create_key, open_key, public_file
from evidence_store.errors import FormatError, SigningKeyError

AGENT_PREFIX = "agent:"
KEY_COMMENT = "muniment"
BARE_KEY_HINT = "run in a terminal to be asked for a passphrase, or allow a key without one: --no-passphrase"
MAX_PUBLIC_FILE_BYTES = 64 * 1024     # a public key is one line


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAccess:
    """How keys are found and opened in this run."""

    folder: Path                                          # where the user's own keys live
    ask_passphrase: Callable[[str], bytes] | None         # of a key there is; None: nobody can be asked
    ask_new_passphrase: Callable[[str], bytes] | None     # twice, for a new key; empty: the user wants none
    no_passphrase: bool = False                           # a new key may go without one

    @property
    def own_key(self) -> Path:
        """The key that signs when none is named."""
        return self.folder / "keys" / "investigator"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObtainedKey:
    """A key ready to sign."""

    signer: Signer
    path: Path | None         # None: it lives in ssh-agent
    made: bool                # just now


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key the user could sign with."""

    key: PublicKey
    place: str                # what `--key` takes
    comment: str


def obtain_signer(setting: str, access: KeyAccess) -> ObtainedKey:
    """The key that `setting` names, else the user's own, made if need be; SigningKeyError when it cannot be had."""
    if setting.startswith(AGENT_PREFIX):
        return ObtainedKey(signer=_agent_key(setting.removeprefix(AGENT_PREFIX)), path=None, made=False)
    path = Path(setting).expanduser() if setting else access.own_key
    if not setting and not path.exists():
        return ObtainedKey(signer=make_key(path, access), path=path, made=True)
    return ObtainedKey(signer=_open(path, access), path=path, made=False)


def make_key(path: Path, access: KeyAccess, *, comment: str = KEY_COMMENT) -> Signer:
    """A new key in a file; SigningKeyError when the file exists, or a passphrase is needed and cannot be had."""
    passphrase = b""
    if not access.no_passphrase:
        if access.ask_new_passphrase is None:
            raise SigningKeyError(f"the key {path} needs a passphrase, and nobody can be asked for one here",
                                  hint=BARE_KEY_HINT)
        passphrase = access.ask_new_passphrase(f"Passphrase for the new key {path}")
        if not passphrase:
            raise SigningKeyError("no passphrase was given", hint=BARE_KEY_HINT)
    return create_key(path, comment=comment, passphrase=passphrase or None)


def known_keys(access: KeyAccess) -> tuple[KnownKey, ...]:
    """The keys in the user's data directory and in ssh-agent."""
    files = sorted((access.folder / "keys").glob("*.pub"))
    stored = tuple(known for known in map(_stored, files) if known)
    held = tuple(KnownKey(key=signer.public, place=AGENT_PREFIX + signer.public.fingerprint, comment=signer.comment)
                 for signer in agent_signers())
    return stored + held


def public_key(setting: str, access: KeyAccess) -> PublicKey:
    """The public half of the key that `setting` names, without opening the private one."""
    if setting.startswith(AGENT_PREFIX):
        return _agent_key(setting.removeprefix(AGENT_PREFIX)).public
    path = public_file(Path(setting).expanduser() if setting else access.own_key)
    if not path.is_file():
        raise SigningKeyError(f"there is no public key at {path}", hint="`muniment key make` makes a key")
    return PublicKey.parse(_read_line(path))


def read_public_key(path: Path) -> PublicKey:
    """The Ed25519 key of an OpenSSH `.pub` file; FormatError where it holds none."""
    return PublicKey.parse(_read_line(path))


def _open(path: Path, access: KeyAccess) -> Signer:
    ask = access.ask_passphrase
    return open_key(path, None if ask is None else lambda: ask(f"Passphrase for {path}"))


def _agent_key(fingerprint: str) -> AgentSigner:
    signers = agent_signers()
    for signer in signers:
        if signer.public.fingerprint == fingerprint:
            return signer
    held = ", ".join(signer.public.fingerprint for signer in signers) or "none"
    raise SigningKeyError(f"ssh-agent holds no Ed25519 key {fingerprint}", hint=f"it holds: {held}")


def _stored(path: Path) -> KnownKey | None:
    """The key of a `.pub` file; None where it is of another kind, which cannot sign here."""
    try:
        line = _read_line(path)
        key = PublicKey.parse(line)
    except FormatError:
        return None
    return KnownKey(key=key, place=str(path.with_suffix("")), comment=" ".join(line.split()[2:]))


def _read_line(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(MAX_PUBLIC_FILE_BYTES).decode("utf-8", "replace").strip()
