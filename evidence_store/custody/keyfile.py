"""Signing keys in files, in OpenSSH's own format: `ssh-keygen` opens ours and we open theirs.

1. The private file is created with mode 0600, all at once, and never over a file that is there.
2. The passphrase is asked for only where the file needs one, and is not kept.
3. Only Ed25519: its signatures are deterministic, so a bundle signed again is the same bundle.
"""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from evidence_store.atomic import PRIVATE_MODE, write_once
from evidence_store.custody import sshsig
from evidence_store.custody.publickey import PublicKey
from evidence_store.errors import LimitExceeded, SigningKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Protection = Literal["passphrase", "none", "agent"]

KDF_ROUNDS = 24                    # bcrypt rounds, as ssh-keygen has them since OpenSSH 9.4
MAX_KEY_FILE_BYTES = 64 * 1024     # an Ed25519 key file has about 500 bytes


class Signer(Protocol):
    """A key that signs, wherever its private half lives."""

    @property
    def public(self) -> PublicKey:
        """Its public half."""

    @property
    def protection(self) -> Protection:
        """What keeps others from using it."""

    def sign(self, message: bytes, namespace: str) -> bytes:
        """Canonical SSHSIG armour over `message`; SigningKeyError when the key cannot be used."""


class FileSigner:
    """A key opened from a file; the private half stays in memory."""

    def __init__(self, private: "Ed25519PrivateKey", protection: Protection) -> None:
        self._private = private
        self._protection: Protection = protection
        self._public = PublicKey.of_point(private.public_key().public_bytes_raw())

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return self._public

    @property
    def protection(self) -> Protection:
        """`passphrase` or `none`: how the file is protected."""
        return self._protection

    def sign(self, message: bytes, namespace: str) -> bytes:
        """Canonical SSHSIG armour over `message`."""
        return sshsig.write(message, namespace, self._public, self._private.sign)


def create_key(path: Path, *, comment: str, passphrase: bytes | None) -> FileSigner:
    """Make a key: `path` (0600) and `path`.pub beside it. SigningKeyError when either name is taken."""
    # Imported here: `--help` reaches this module and opens no key.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    public_path = public_file(path)
    for name in (path, public_path):
        if name.exists() or name.is_symlink():
            raise SigningKeyError(f"{name} exists already", hint="use that key, or choose another file")
    private = Ed25519PrivateKey.generate()
    protect: KeySerializationEncryption = NoEncryption()
    if passphrase:
        protect = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(KDF_ROUNDS).build(passphrase)
    content = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, protect)
    signer = FileSigner(private, "passphrase" if passphrase else "none")
    line = f"{signer.public.line} {one_line(comment)}".rstrip() + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_once(path, content, mode=PRIVATE_MODE)
        write_once(public_path, line.encode())
    except OSError as error:
        raise SigningKeyError(f"the key {path} cannot be written: {error.strerror}") from error
    return signer


def open_key(path: Path, passphrase: Callable[[], bytes] | None = None) -> FileSigner:
    """Open a private key file; `passphrase` is called only when the file is encrypted.

    SigningKeyError when the file is missing, readable by others, not Ed25519, or the passphrase is wrong or not given.
    """
    content = _read_private(path)
    try:
        return FileSigner(_load(path, content, None), "none")
    except _PassphraseNeeded:
        if passphrase is None:
            raise SigningKeyError(f"{path} is protected by a passphrase and none can be asked for here",
                                  hint="add the key to ssh-agent (ssh-add), or run in a terminal") from None
    return FileSigner(_load(path, content, passphrase()), "passphrase")


def public_file(path: Path) -> Path:
    """Where the public half of the key file `path` lies, by OpenSSH's custom."""
    return path.with_name(path.name + ".pub")


def one_line(comment: str) -> str:
    """A comment that cannot break the line it stands in."""
    return " ".join("".join(c if c.isprintable() else " " for c in comment).split())


class _PassphraseNeeded(Exception):
    """The file is encrypted."""


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_KEY_FILE_BYTES + 1)
            mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError as error:
        raise SigningKeyError(f"there is no key at {path}", hint="`muniment init` makes one") from error
    except OSError as error:
        raise SigningKeyError(f"the key {path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_KEY_FILE_BYTES:
        raise LimitExceeded(f"{path} is larger than any key file ({MAX_KEY_FILE_BYTES} bytes)")
    if mode & 0o077:               # as ssh-keygen refuses it: others may have copied the key
        raise SigningKeyError(f"{path} can be read by others (mode {mode:04o})", hint=f"chmod 600 {path}")
    return content


def _load(path: Path, content: bytes, passphrase: bytes | None) -> "Ed25519PrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        private = load_ssh_private_key(content, passphrase)
    except TypeError:              # how the library says that a passphrase is missing
        raise _PassphraseNeeded from None
    except UnsupportedAlgorithm as error:
        raise SigningKeyError(f"{path} is encrypted in a way that is not supported: {error}") from error
    except ValueError as error:
        if passphrase is not None:
            raise SigningKeyError(f"wrong passphrase for {path}") from error
        raise SigningKeyError(f"{path} is no OpenSSH private key", hint="`ssh-keygen -t ed25519` makes one") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise SigningKeyError(f"{path} is not an Ed25519 key", hint="make one with `ssh-keygen -t ed25519`")
    return private
