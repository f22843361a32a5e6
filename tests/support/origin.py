"""A web server that is only sockets: it sends scripted bytes, well-formed or not, and logs every byte both ways.

What a client of it recorded can be compared with what went over the wire, byte for byte.
"""

import contextlib
import hashlib
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KEEP_BYTES = 1 << 20      # of one exchange that the log keeps; beyond, only length and digest


@dataclass(frozen=True)
class Send:
    """These bytes."""

    data: bytes


@dataclass(frozen=True)
class Fill:
    """A block, many times over."""

    block: bytes
    times: int


@dataclass(frozen=True)
class Reset:
    """RST instead of FIN."""


@dataclass(frozen=True)
class Hang:
    """Nothing more, until the client leaves or the origin stops."""


@dataclass(frozen=True)
class ReadBody:
    """Read the request body now (else it is read before the reply begins)."""


@dataclass(frozen=True)
class Echo:
    """Send back whatever comes, until the client closes: another protocol."""


Step = Send | Fill | Reset | Hang | ReadBody | Echo


@dataclass(frozen=True)
class Reply:
    """What a path answers; the connection stays open after it only if `keep`."""

    steps: tuple[Step, ...]
    keep: bool = True
    body_first: bool = True     # read the request body before the first step


@dataclass
class WireLog:
    """One exchange as the origin saw it."""

    path: str
    method: str
    received: bytearray = field(default_factory=bytearray)
    sent: bytearray = field(default_factory=bytearray)
    sent_length: int = 0
    sent_digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    connection: int = 0
    done: bool = False


def reply(body: bytes = b"", *, status: bytes = b"200 OK", fields: bytes = b"", keep: bool = True) -> Reply:
    """A well-formed reply with Content-Length."""
    head = b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b\r\n" % (status, len(body), fields)
    return Reply((Send(head + body),), keep=keep)


def raw(*pieces: bytes, keep: bool = False) -> Reply:
    """These bytes and no others."""
    return Reply(tuple(Send(piece) for piece in pieces), keep=keep)


class TestCa:
    """A certificate authority that servers of tests show certificates of."""

    __test__ = False

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test root")])
        self.certificate = self._make(self._name, self._key.public_key(), self._key, self._name, ca=True)
        self.pem = self.certificate.public_bytes(Encoding.PEM)

    def server_context(self, *hosts: str, expired: bool = False, self_signed: bool = False,
                       incomplete: bool = False) -> ssl.SSLContext:
        """A context that shows a certificate for `hosts`; `incomplete`: without the authority between it and ours."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test server")])
        signer, issuer = (key, name) if self_signed else (self._key, self._name)
        if incomplete:
            signer = ec.generate_private_key(ec.SECP256R1())
            issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority in between")])
        leaf = self._make(name, key.public_key(), signer, issuer, hosts=hosts, expired=expired)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        chain = leaf.public_bytes(Encoding.PEM) + (b"" if self_signed or incomplete else self.pem)
        with tempfile.NamedTemporaryFile() as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def _make(self, subject: x509.Name, public: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey,
              issuer: x509.Name, *, hosts: tuple[str, ...] = (), ca: bool = False,
              expired: bool = False) -> x509.Certificate:
        now = datetime.now(UTC)
        until = now - timedelta(days=1) if expired else now + timedelta(days=1)
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
                   .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=3))
                   .not_valid_after(until)
                   .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                                  critical=False)
                   .add_extension(x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca,
                                                content_commitment=False, key_encipherment=False,
                                                data_encipherment=False, key_agreement=False, encipher_only=False,
                                                decipher_only=False), critical=True))
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]),
                                            critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.sign(signer, hashes.SHA256())


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


class Origin:
    """Serves on 127.0.0.1 at a free port, a thread a connection."""

    def __init__(self, replies: "dict[str, Reply] | Callable[[str, bytes], Reply]",
                 tls: ssl.SSLContext | None = None, *, address: str = "127.0.0.1") -> None:
        self._replies = replies if callable(replies) else self._from_table(replies)
        self._tls = tls
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.log: list[WireLog] = []
        self.connections = 0
        self.handshakes_failed = 0
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family, backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def of(self, path: str) -> WireLog:
        """The one exchange with that path, once it is over."""
        found = self.all_of(path)
        assert len(found) == 1, f"{len(found)} exchanges with {path}"
        return found[0]

    def all_of(self, path: str) -> list[WireLog]:
        """Every exchange with that path, waiting until each is over."""
        with self._changed:
            self._changed.wait_for(lambda: all(entry.done for entry in self.log if entry.path == path), timeout=60)
            return [entry for entry in self.log if entry.path == path]

    @staticmethod
    def _from_table(table: dict[str, Reply]) -> Callable[[str, bytes], Reply]:
        def find(path: str, _: bytes) -> Reply:
            return table.get(path) or table.get(path.partition("?")[0]) or reply(b"none\n", status=b"404 Not Found")
        return find

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                number = self.connections
                self._open.add(accepted)
            thread = threading.Thread(target=self._serve, args=(accepted, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, accepted: socket.socket, number: int) -> None:
        connection = accepted
        try:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(accepted, server_side=True)
                with self._lock:
                    self._open.add(connection)
            while not self._stopping.is_set() and self._one(connection, number):
                pass
            with contextlib.suppress(OSError, ValueError):
                if isinstance(connection, ssl.SSLSocket):
                    connection.unwrap()
        except ssl.SSLError:
            self.handshakes_failed += 1
        except OSError:
            pass
        finally:
            connection.close()
            with self._lock:
                self._open -= {accepted, connection}

    def _one(self, connection: socket.socket, number: int) -> bool:
        received = bytearray()
        while b"\r\n\r\n" not in received:
            data = connection.recv(65536)
            if not data:
                return False
            received += data
        head, _, rest = bytes(received).partition(b"\r\n\r\n")
        method, target = head.split(b" ")[:2]
        entry = WireLog(path=target.decode("latin-1"), method=method.decode("latin-1"), connection=number)
        with self._lock:
            self.log.append(entry)
        entry.received += head + b"\r\n\r\n"
        todo = self._replies(entry.path, head)
        try:
            if todo.body_first:
                rest = self._read_body(connection, entry, head, rest)
            for step in todo.steps:
                if not self._run(step, connection, entry, head, rest):
                    return False
            return todo.keep
        finally:
            with self._changed:
                entry.done = True
                self._changed.notify_all()

    def _run(self, step: Step, connection: socket.socket, entry: WireLog, head: bytes, rest: bytes) -> bool:
        match step:
            case Send(data):
                self._send(connection, entry, data)
            case Fill(block, times):
                for _ in range(times):
                    self._send(connection, entry, block)
            case ReadBody():
                self._read_body(connection, entry, head, rest)
            case Reset():
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if isinstance(connection, ssl.SSLSocket):
                    socket.socket(fileno=connection.detach()).close()
                else:
                    connection.close()
                return False
            case Hang():
                while not self._stopping.is_set() and connection.recv(65536):
                    pass
                return False
            case Echo():
                while data := connection.recv(65536):
                    connection.sendall(data)
                return False
        return True

    @staticmethod
    def _send(connection: socket.socket, entry: WireLog, data: bytes) -> None:
        connection.sendall(data)
        entry.sent_length += len(data)
        entry.sent_digest.update(data)
        if len(entry.sent) < KEEP_BYTES:
            entry.sent += data

    @staticmethod
    def _read_body(connection: socket.socket, entry: WireLog, head: bytes, rest: bytes) -> bytes:
        lower = head.lower()
        body = bytearray(rest)

        def more() -> None:
            data = connection.recv(65536)
            if not data:
                raise ConnectionError
            body.extend(data)

        try:
            if b"\r\ntransfer-encoding: chunked" in lower:
                while not body.endswith(b"0\r\n\r\n"):
                    more()
            elif b"\r\ncontent-length:" in lower:
                length = int(lower.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
                while len(body) < length:
                    more()
        finally:
            entry.received += body
        return b""
