"""Whom something is encrypted for, and with what it is opened: age (age-encryption.org/v1), through pyrage.

Recipients are `age1...` and `ssh-ed25519 ...` lines, or files of them; age itself authenticates no sender, so what is
encrypted is sealed before.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TypeAlias

import pyrage

from verify.errors import UnusableInput

MAX_KEY_FILE = 1 << 20        # bytes; a file of recipients is a page of text

AgeRecipient: TypeAlias = "pyrage.x25519.Recipient | pyrage.ssh.Recipient"
AgeIdentity: TypeAlias = "pyrage.x25519.Identity | pyrage.ssh.Identity"


def read_recipients(given: Iterable[str]) -> tuple[AgeRecipient, ...]:
    """Recipients from lines and files; UnusableInput for what is neither, or where there is none."""
    found = tuple(_recipient(line) for one in given for line in _lines(one))
    if not found:
        raise UnusableInput("there is nobody to encrypt for",
                            hint="--for age1..., --for 'ssh-ed25519 ...', or a file of such lines")
    return found


def read_identities(paths: Iterable[Path]) -> tuple[AgeIdentity, ...]:
    """Private keys: files of age-keygen, or unencrypted SSH keys; UnusableInput for others."""
    return tuple(one for path in paths for one in _identities(path))


def encrypt(source: IO[bytes], target: IO[bytes], recipients: Sequence[AgeRecipient]) -> None:
    """Encrypt a stream; binary, as `age` writes it."""
    pyrage.encrypt_io(source, target, list(recipients))


def decrypt(source: IO[bytes], target: IO[bytes], identities: Sequence[AgeIdentity]) -> None:
    """Decrypt a stream; UnusableInput where none of the keys opens it, or where it was changed."""
    try:
        pyrage.decrypt_io(source, target, list(identities))
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise UnusableInput(f"it cannot be decrypted: {error}", hint="is it whole, and for this key?") from error
    except OSError as error:
        if error.errno is not None:        # of the disk; what age finds on the way has no number
            raise
        raise UnusableInput(f"it cannot be decrypted: {error}", hint="it was changed or cut") from error


def _lines(given: str) -> Iterator[str]:
    if given.startswith(("age1", "ssh-")):
        yield given
        return
    try:
        with Path(given).open("rb") as stream:
            text = stream.read(MAX_KEY_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise UnusableInput(f"{given} is no recipient: {error.strerror}",
                            hint="give age1..., ssh-ed25519 ..., or a file of such lines") from error
    yield from (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _recipient(line: str) -> AgeRecipient:
    try:
        if line.startswith("age1"):
            return pyrage.x25519.Recipient.from_str(line)
        return pyrage.ssh.Recipient.from_str(line)
    except pyrage.RecipientError as error:
        raise UnusableInput(f"{line[:60]!r} is no recipient of age: {error}",
                            hint="age knows age1..., ssh-ed25519 and ssh-rsa keys") from error


def _identities(path: Path) -> Iterator[AgeIdentity]:
    with path.open("rb") as stream:
        data = stream.read(MAX_KEY_FILE)
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            yield pyrage.ssh.Identity.from_buffer(data)
            return
        for line in data.decode("utf-8", "replace").splitlines():
            if line.startswith("AGE-SECRET-KEY-"):
                yield pyrage.x25519.Identity.from_str(line.strip())
    except pyrage.IdentityError as error:
        raise UnusableInput(f"{path} is no key that age opens: {error}",
                            hint="a key with a passphrase: use the `age` program") from error
