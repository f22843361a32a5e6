"""The web out of a WARC: an upstream proxy on loopback that answers with the responses that a WARC file holds.

Given to Muniment as `--proxy` and `--ca-file`, it lets a capture run over real pages without the internet. What the
WARC does not hold is answered 404. Chunked bodies are sent with a Content-Length, because many recorders stored them
without their framing.
"""

import socket
import socketserver
import ssl
import tempfile
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader

_FRAMING = {"transfer-encoding", "content-length", "connection", "keep-alive"}
_RENAMED = ("x-archive-orig-", "x-orig-")
TLS_HANDSHAKE = b"\x16"
NOT_HELD = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nnot held"


def _key(url: str) -> str:
    parts = urlsplit(url)
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return f"{(parts.hostname or '').lower()}{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def load_responses(paths: Iterable[Path]) -> dict[str, bytes]:
    """URL (without scheme) to the bytes of an HTTP/1.1 response, of every response record that holds one."""
    held: dict[str, bytes] = {}
    for path in paths:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response" or record.http_headers is None:
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI").strip("<>")
                held.setdefault(_key(url), _response(record))
    return held


def _response(record: object) -> bytes:
    head = record.http_headers  # type: ignore[attr-defined]
    chunked = (head.get_header("Transfer-Encoding") or "").lower() == "chunked"
    body = (ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream).read()  # type: ignore[attr-defined]
    fields = [(n, v) for n, v in head.headers if n.lower() not in _FRAMING and not n.lower().startswith(_RENAMED)]
    lines = [f"HTTP/1.1 {head.statusline.split(' ', 1)[-1] if head.statusline.startswith('HTTP') else head.statusline}"]
    lines += [f"{name}: {value}" for name, value in [*fields, ("Content-Length", str(len(body)))]]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


class WarcWeb:
    """A running proxy; `url` and `ca_file` are what `--proxy` and `--ca-file` take."""

    def __init__(self, responses: dict[str, bytes]) -> None:
        self._responses = responses
        self.asked: list[str] = []
        self._folder = tempfile.TemporaryDirectory(prefix="warc-web-")
        self.ca_file = Path(self._folder.name, "ca.pem")
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self._ca_key, self._ca = _make_ca()
        self.ca_file.write_bytes(self._ca.public_bytes(serialization.Encoding.PEM))
        web = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                web.serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that goes away is no event."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()

    def serve(self, connection: socket.socket) -> None:
        """Answer one client connection until it closes."""
        head = _read_head(connection)
        if head.startswith(b"CONNECT "):
            host = head.split(b" ")[1].decode().rpartition(":")[0]
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            if connection.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE:
                with self._context(host).wrap_socket(connection, server_side=True) as secure:
                    self._serve_tunnel(secure, f"https://{host}")
            else:
                self._serve_tunnel(connection, f"http://{host}")
            return
        while head:
            self._answer(connection, head.split(b" ")[1].decode("latin-1"), head)
            head = _read_head(connection)

    def _serve_tunnel(self, connection: socket.socket, origin: str) -> None:
        while head := _read_head(connection):
            self._answer(connection, origin + head.split(b" ")[1].decode("latin-1"), head)

    def _answer(self, connection: socket.socket, url: str, head: bytes) -> None:
        self.asked.append(url)
        response = self._responses.get(_key(url), NOT_HELD)
        if head.startswith(b"HEAD "):
            response = response.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n"
        connection.sendall(response)

    def _context(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = _leaf(host, self._ca_key, self._ca, Path(self._folder.name))
            return self._contexts[host]


def _read_head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    return data


def _make_ca() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "web out of a WARC")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _leaf(host: str, ca_key: ec.EllipticCurvePrivateKey, ca: x509.Certificate, folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = folder / f"{host}.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
        + ca.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
