"""Signing keys in ssh-agent (draft-ietf-sshm-ssh-agent): the private half never reaches this process.

1. Only Ed25519 keys are offered; certificates and other types are passed over.
2. What the agent answers is bounded, and its signature is checked before it is used.
"""

import os
import socket
import struct
from collections.abc import Mapping

from evidence_store.custody import sshsig
from evidence_store.custody.keyfile import Protection
from evidence_store.custody.publickey import ALGORITHM, PublicKey
from evidence_store.custody.sshwire import Reader, string, uint32
from evidence_store.errors import FormatError, SignatureInvalid, SigningKeyError

REQUEST_IDENTITIES, IDENTITIES_ANSWER = 11, 12
SIGN_REQUEST, SIGN_RESPONSE = 13, 14
MAX_MESSAGE_BYTES = 256 * 1024     # what OpenSSH's own agent and client allow
MAX_IDENTITIES = 1024
TIMEOUT_S = 120.0                  # a key added with `ssh-add -c` waits for a person


class AgentSigner:
    """A key that ssh-agent holds."""

    def __init__(self, socket_path: str, public: PublicKey, comment: str) -> None:
        self._socket_path = socket_path
        self._public = public
        self.comment = comment

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return self._public

    @property
    def protection(self) -> Protection:
        """Always `agent`."""
        return "agent"

    def sign(self, message: bytes, namespace: str) -> bytes:
        """Canonical SSHSIG armour over `message`; SigningKeyError when the agent does not sign."""
        armour = sshsig.write(message, namespace, self._public, self._raw_signature)
        try:
            sshsig.verify_canonical(message, armour, namespace)
        except SignatureInvalid as error:
            raise SigningKeyError(f"ssh-agent gave a wrong signature for {self._public.fingerprint}") from error
        return armour

    def _raw_signature(self, data: bytes) -> bytes:
        request = bytes([SIGN_REQUEST]) + string(self._public.blob) + string(data) + uint32(0)
        answer = _ask(self._socket_path, request)
        if answer[:1] != bytes([SIGN_RESPONSE]):
            raise SigningKeyError(f"ssh-agent refused to sign with {self._public.fingerprint}",
                                  hint="see `ssh-add -l`; a locked agent or a declined question refuses")
        try:
            signature = Reader(Reader(answer[1:], "the agent's answer").string(), "the agent's signature")
            algorithm, value = signature.string(), signature.string()
        except FormatError as error:
            raise SigningKeyError(f"ssh-agent's answer cannot be read: {error}") from error
        if algorithm != ALGORITHM or len(value) != sshsig.SIGNATURE_BYTES:
            raise SigningKeyError("ssh-agent gave a signature that is not Ed25519")
        return value


def agent_signers(environ: Mapping[str, str] = os.environ) -> tuple[AgentSigner, ...]:
    """The Ed25519 keys of the agent at SSH_AUTH_SOCK; none when there is no agent. SigningKeyError when it fails."""
    socket_path = environ.get("SSH_AUTH_SOCK", "")
    if not socket_path:
        return ()
    answer = _ask(socket_path, bytes([REQUEST_IDENTITIES]))
    try:
        return _parse_identities(socket_path, answer)
    except FormatError as error:
        raise SigningKeyError(f"ssh-agent's answer cannot be read: {error}") from error


def _parse_identities(socket_path: str, answer: bytes) -> tuple[AgentSigner, ...]:
    reader = Reader(answer, "the agent's answer")
    if reader.byte() != IDENTITIES_ANSWER:
        raise FormatError("it does not list keys")
    count = reader.uint32()
    if count > MAX_IDENTITIES:
        raise FormatError(f"it lists {count} keys")
    listed = [(reader.string(), reader.string()) for _ in range(count)]
    return tuple(
        AgentSigner(socket_path, PublicKey(blob), comment.decode("utf-8", "replace"))
        for blob, comment in listed if blob.startswith(string(ALGORITHM))
    )


def _ask(socket_path: str, request: bytes) -> bytes:
    """One message to the agent, one back, without their length prefixes."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(TIMEOUT_S)
            connection.connect(socket_path)
            connection.sendall(string(request))
            size = struct.unpack(">I", _receive(connection, 4))[0]
            if not 1 <= size <= MAX_MESSAGE_BYTES:
                raise SigningKeyError(f"ssh-agent announced an answer of {size} bytes")
            return _receive(connection, size)
    except OSError as error:
        raise SigningKeyError(f"ssh-agent at {socket_path} does not answer: {error}",
                              hint="start one (`eval $(ssh-agent)`), or unset SSH_AUTH_SOCK") from error


def _receive(connection: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size:
        piece = connection.recv(size - len(received))
        if not piece:
            raise SigningKeyError("ssh-agent closed the connection in the middle of an answer")
        received += piece
    return bytes(received)
