"""Starts the demo's web: makes its media, serves its hosts, says what a run over it must find."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from evidence_store.clock import Clock, system_clock
from muniment.demo.expected import ARTICLE_URL, EXPECTATIONS, Expectation
from muniment.demo.routes import HOSTS, ROUTES, Origin, Route
from muniment.demo.server import LOOPBACK, Listener, Served
from muniment.demo.wire import WireExchange, WireLog

MADE = "made"        # written last into the media folder: a folder without it is made again


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a name of the demo's web really is: what a resolver answers for (host, port)."""

    host: str
    port: int              # as a URL names it: 80 or 443
    address: str
    local_port: int


class DemoWeb:
    """The running servers; a context manager that stops them."""

    def __init__(self, *, ca_file: Path, plain: Listener, secure: Listener, log: WireLog) -> None:
        self._listeners, self._log = (plain, secure), log
        self.ca_file = ca_file
        """PEM of the authority that vouches for the HTTPS hosts."""
        self.endpoints = tuple(
            Endpoint(host=host, port=port, address=LOOPBACK, local_port=listener.port)
            for host in HOSTS for port, listener in ((80, plain), (443, secure)))

    @property
    def article_url(self) -> str:
        """The live blog."""
        return ARTICLE_URL

    @property
    def expected(self) -> tuple[Expectation, ...]:
        """The verdict each citation must end with."""
        return EXPECTATIONS

    @property
    def log(self) -> tuple[WireExchange, ...]:
        """Every exchange that ended so far, byte for byte."""
        return self._log.exchanges()

    def close(self) -> None:
        """Stop serving."""
        for listener in self._listeners:
            listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


def start_demo_web(folder: Path, *, clock: Clock = system_clock) -> DemoWeb:
    """Serve the demo's hosts on loopback until closed.

    `folder` keeps the generated media (made once: a few seconds, later starts reuse it) and the authority's
    certificate, which is new at each start.
    """
    from muniment.demo.certificates import make_trust

    folder.mkdir(parents=True, exist_ok=True)
    media = _media(folder / "media")
    trust = make_trust(HOSTS, now=clock())
    ca_file = folder / "demo-ca.pem"
    ca_file.write_bytes(trust.ca_pem)
    pages = {(route.host, route.path): Served(route=route, content=_content(route, media)) for route in ROUTES}
    log = WireLog()
    return DemoWeb(ca_file=ca_file, log=log, plain=Listener(pages, log=log, clock=clock, tls=None),
                   secure=Listener(pages, log=log, clock=clock, tls=trust.server))


def _media(folder: Path) -> Path:
    if not (folder / MADE).exists():
        from muniment.demo.media.studio import make_media

        folder.mkdir(exist_ok=True)
        make_media(folder)
        (folder / MADE).touch()
    return folder


def _content(route: Route, media: Path) -> bytes:
    if route.origin is Origin.MEDIA:
        return (media / route.file).read_bytes()
    return files("muniment.demo").joinpath("site", *route.file.split("/")).read_bytes()
