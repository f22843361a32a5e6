"""Small proxies for tests: HTTP (CONNECT and absolute URLs) and SOCKS5, resolving names from a table, with a log."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Self


class ChainedProxy:
    """Listens on 127.0.0.1; `names` maps hosts, or `host:port`, to ports there. Subclasses speak the protocol."""

    def __init__(self, names: Mapping[str, int], *, credentials: str = "", closed_ports: frozenset[int] = frozenset(),
                 broken: bool = False) -> None:
        self.names = names
        self.credentials = credentials
        self.closed_ports = closed_ports
        self.broken = broken
        self.log: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for opened in [self._listener, *self._sockets]:
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                self._sockets.append(accepted)
                threading.Thread(target=self._serve, args=(accepted,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            if not self.broken:
                self.talk(client)

    def talk(self, client: socket.socket) -> None:
        raise NotImplementedError

    def reach(self, host: str) -> socket.socket:
        """A connection to the server of that name."""
        server = socket.create_connection(("127.0.0.1", self.names[host]), timeout=60)
        self._sockets.append(server)
        return server

    def join(self, client: socket.socket, server: socket.socket) -> None:
        """Bytes both ways until both ends are over."""
        back = threading.Thread(target=_pump, args=(server, client), daemon=True)
        back.start()
        _pump(client, server)
        back.join(20)
        server.close()


class HttpProxy(ChainedProxy):
    """RFC 9110 9.3.6 CONNECT, and absolute URLs."""

    def talk(self, client: socket.socket) -> None:
        head = _read_until(client, b"\r\n\r\n")
        line = head.split(b"\r\n", 1)[0].decode()
        self.log.append(line)
        if self.credentials and f"Proxy-Authorization: Basic {self.credentials}\r\n".encode() not in head:
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        method, target, _ = line.split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            if int(port) in self.closed_ports:
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            if host not in self.names:
                client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                return
            server = self.reach(host)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            self.join(client, server)
            return
        host, _, path = target.removeprefix("http://").partition("/")
        server = self.reach(host)
        kept = [field for field in head.split(b"\r\n")[1:-2] if not field.lower().startswith(b"proxy-")]
        server.sendall(b"\r\n".join([f"{method} /{path} HTTP/1.1".encode(), *kept, b"Via: 1.1 test"]) + b"\r\n\r\n")
        self.join(client, server)


class SocksProxy(ChainedProxy):
    """SOCKS5 with names (RFC 1928), perhaps with user and password (RFC 1929)."""

    def talk(self, client: socket.socket) -> None:
        _, count = _exactly(client, 2)
        methods = _exactly(client, count)
        wanted = 2 if self.credentials else 0
        if wanted not in methods:
            client.sendall(b"\x05\xff")
            return
        client.sendall(bytes([5, wanted]))
        if wanted:
            user = _exactly(client, _exactly(client, 2)[1]).decode()
            password = _exactly(client, _exactly(client, 1)[0]).decode()
            ok = f"{user}:{password}" == self.credentials
            client.sendall(b"\x01\x00" if ok else b"\x01\x01")
            if not ok:
                return
        kind = _exactly(client, 4)[3]
        if kind != 3:
            self.log.append(f"address type {kind}")
            client.sendall(b"\x05\x08\x00\x01\0\0\0\0\0\0")
            return
        host = _exactly(client, _exactly(client, 1)[0]).decode()
        port = int.from_bytes(_exactly(client, 2), "big")
        self.log.append(f"{host}:{port}")
        host = next((name for name in (f"{host}:{port}", host) if name in self.names), host)
        if host not in self.names:
            client.sendall(b"\x05\x04\x00\x01\0\0\0\0\0\0")
            return
        server = self.reach(host)
        client.sendall(b"\x05\x00\x00\x01\x7f\0\0\x01\0\x50")
        self.join(client, server)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _read_until(source: socket.socket, end: bytes) -> bytes:
    found = b""
    while not found.endswith(end):
        data = source.recv(1)
        if not data:
            raise ConnectionError
        found += data
    return found


def _exactly(source: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        data = source.recv(size - len(found))
        if not data:
            raise ConnectionError
        found += data
    return found
