"""A real timestamp authority on loopback: `openssl ts` behind HTTP, with everything that can go wrong.

`good` and `chained` answer as authorities do; the others as one that is not to be believed, or out of order. Tokens
that `openssl ts` would not make - of another time, by a certificate that is not for timestamps - are made with
`openssl cms` around a TSTInfo of our own.
"""

import os
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:true
[tsa]
extendedKeyUsage = critical,timeStamping
[listed]
extendedKeyUsage = critical,timeStamping
crlDistributionPoints = URI:http://crl.example/tsa.crl,URI:ldap://crl.example/tsa
[mail]
extendedKeyUsage = critical,emailProtection
[server]
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
[ts]
serial = {folder}/serial
crypto_device = builtin
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
ID_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_MUTEX = threading.Lock()


def der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


@dataclass(frozen=True)
class Tsa:
    """An authority with a root of its own."""

    folder: Path
    name: str = "root"

    def path(self, name: str) -> Path:
        return self.folder / name

    @property
    def root(self) -> Path:
        return self.path("root.pem")

    @classmethod
    def make(cls, folder: Path) -> "Tsa":
        folder.mkdir(parents=True)
        made = cls(folder)
        made.path("c.cnf").write_text(CONFIG.format(folder=folder))
        made.key("root")
        made.certificate("root", "root", valid=("20000101000000Z", "20991231000000Z"))
        made.certificate("tsa", "tsa")
        return made

    def key(self, name: str) -> None:
        self.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")

    def certificate(self, name: str, use: str, *,
                    valid: tuple[str, str] = ("20200101000000Z", "20491231000000Z")) -> None:
        self.key(name)
        self.run("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name} of {self.folder.name}", "-config", "c.cnf",
                 "-out", f"{name}.csr")
        for leftover in ("index", "index.attr"):
            self.path(leftover).unlink(missing_ok=True)
        self.path("index").touch()
        self.path("ca.cnf").write_text("[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\n"
                                       "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
        issuer = ["-selfsign"] if name == "root" else ["-cert", "root.pem"]
        self.run("ca", "-batch", "-config", "ca.cnf", *issuer, "-keyfile", "root.key", "-in", f"{name}.csr",
                 "-startdate", valid[0], "-enddate", valid[1], "-extfile", "c.cnf", "-extensions", use, "-notext",
                 "-out", f"{name}.pem")

    def revocations(self) -> bytes:
        """The list of certificates that the root has revoked: none."""
        self.path("crl.cnf").write_text("[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\n"
                                        "default_crl_days=30\n")
        self.run("ca", "-gencrl", "-config", "crl.cnf", "-cert", "root.pem", "-keyfile", "root.key", "-out", "list.pem")
        return self.path("list.pem").read_bytes()

    def reply(self, query: bytes, *, chain: bool = False, signer: str = "tsa") -> bytes:
        """What `openssl ts` answers to a query."""
        with _MUTEX:
            self.path("q.tsq").write_bytes(query)
            chained = ["-chain", "root.pem"] if chain else []
            self.run("ts", "-reply", "-config", "c.cnf", "-section", "ts", "-queryfile", "q.tsq", "-signer",
                     f"{signer}.pem", "-inkey", f"{signer}.key", *chained, "-out", "r.tsr")
            return self.path("r.tsr").read_bytes()

    def forged(self, message: bytes, moment: datetime, *, signer: str = "tsa") -> bytes:
        """A response of any time by any certificate."""
        algorithm = der(0x30, bytes.fromhex("0609608648016503040201"), b"\x05\x00")
        info = der(0x30, b"\x02\x01\x01", bytes.fromhex("06042a030401"),
                   der(0x30, algorithm, der(0x04, sha256(message).digest())), b"\x02\x01\x07",
                   der(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode()))
        self.path("tst.der").write_bytes(info)
        self.run("cms", "-sign", "-cades", "-binary", "-nodetach", "-econtent_type", ID_TST_INFO, "-md", "sha256",
                 "-in", "tst.der", "-signer", f"{signer}.pem", "-inkey", f"{signer}.key", "-outform", "DER",
                 "-out", "token.der")
        return der(0x30, der(0x30, b"\x02\x01\x00"), self.path("token.der").read_bytes())

    def run(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False,
                              env={**os.environ, "OPENSSL_CONF": "/dev/null"})
        assert done.returncode == 0, done.stderr.decode()


def query_over(message: bytes) -> bytes:
    """A query over other bytes than anybody asked about, with no nonce."""
    algorithm = der(0x30, bytes.fromhex("0609608648016503040201"), b"\x05\x00")
    return der(0x30, b"\x02\x01\x01", der(0x30, algorithm, der(0x04, sha256(message).digest())), b"\x01\x01\xff")


@dataclass
class Served:
    """A running authority: where it is asked, and what it was asked."""

    url: str
    port: int
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def at(self, path: str) -> str:
        return f"{self.url}/{path}"


REPLY = "application/timestamp-reply"


def answers(tsa: Tsa, rogue: Tsa, url: Callable[[], str]) -> dict[str, Callable[[bytes], tuple[int, str, bytes]]]:
    """What is answered under each path, by status, type and body."""
    return {
        "/good": lambda query: (200, REPLY, tsa.reply(query)),
        "/chained": lambda query: (200, f"{REPLY}; charset=binary", tsa.reply(query, chain=True)),
        "/rogue": lambda query: (200, REPLY, rogue.reply(query)),
        "/other-bytes": lambda _: (200, REPLY, tsa.reply(query_over(b"other bytes"))),
        "/other-query": lambda query: (200, REPLY, tsa.reply(query[:-4] + bytes([query[-4] ^ 1]) + query[-3:])),
        "/refuses": lambda _: (200, REPLY, tsa.reply(b"no query")),
        "/page": lambda _: (200, "text/html", b"<p>Welcome</p>"),
        "/broken": lambda _: (503, "text/plain", b"later"),
        "/moved": lambda _: (302, url() + "/good", b""),
        "/endless": lambda _: (200, REPLY, b"\0" * 1_000_000),
        "/garbage": lambda _: (200, REPLY, b"\x30\x03\x02\x01\x00"),
    }


@contextmanager
def serve(tsa: Tsa, rogue: Tsa, context: ssl.SSLContext | None = None) -> Iterator[Served]:
    """Answer on a free port of loopback while it lasts; also as a forward proxy, which counts what it was asked."""
    mutex = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            path = "/" + self.path.rpartition("/")[2]
            with mutex:
                served.seen.append((self.path, query))
                served.headers.append(dict(self.headers))
                status, kind, body = table[path](query)
            self.send_response(status)
            self.send_header("Location" if status == 302 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):         # whoever asked has read enough
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    served = Served(url=f"http://127.0.0.1:{port}", port=port)
    table = answers(tsa, rogue, lambda: served.url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
