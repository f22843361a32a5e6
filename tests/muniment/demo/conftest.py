"""The demo's web, started once a test module over media made once a session."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from demo_folder import demo_folder

from muniment.demo import DemoWeb, start_demo_web

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory, demo_media: Path) -> Path:
    return demo_folder(tmp_path_factory.mktemp("demo-web"), demo_media)


@pytest.fixture
def web(media_folder: Path) -> Iterator[DemoWeb]:
    with start_demo_web(media_folder) as running:
        yield running


@pytest.fixture
def connect(web: DemoWeb) -> Callable[[str], socket.socket]:
    """Opens a connection to the host of a URL, as a resolver of the demo's endpoints would."""

    def opened(url: str) -> socket.socket:
        parts = urlsplit(url)
        port = 443 if parts.scheme == "https" else 80
        endpoint = next(known for known in web.endpoints if (known.host, known.port) == (parts.hostname, port))
        connection = socket.create_connection((endpoint.address, endpoint.local_port), timeout=60)
        if parts.scheme == "http":
            return connection
        trust = ssl.create_default_context(cafile=str(web.ca_file))
        return trust.wrap_socket(connection, server_hostname=parts.hostname)

    return opened


@pytest.fixture
def fetch(connect: Callable[[str], socket.socket]) -> Callable[..., bytes]:
    """Every byte of the response to one GET on a connection of its own."""

    def fetched(url: str, *fields: str, method: str = "GET") -> bytes:
        parts = urlsplit(url)
        head = "\r\n".join((f"{method} {parts.path} HTTP/1.1", f"Host: {parts.hostname}", *fields, "Connection: close"))
        with closing(connect(url)) as channel:
            channel.sendall(head.encode() + b"\r\n\r\n")
            received = bytearray()
            try:
                while piece := channel.recv(65536):
                    received += piece
            except ssl.SSLEOFError:     # a cut TLS stream: what came before it counts
                pass
            return bytes(received)

    return fetched
