"""Connections to servers.

1. Direct: the name is resolved here, every address is judged by the policy, and the connection goes to an address that
   was judged. Nothing resolves the name a second time.
2. Through an upstream proxy: nothing is resolved here, and nothing goes direct, ever.
3. TLS is verified. Where that fails, a second connection without verification serves what is public, marked and with
   the cause; a capture that carries the user's identity is refused instead.
"""

import asyncio
import socket
import ssl
from concurrent.futures import Executor
from dataclasses import dataclass
from ipaddress import ip_address

from archiver.errors import EgressRefused, FailureKind, UpstreamFailed
from archiver.recorder.limits import RecorderLimits
from archiver.recorder.own_services import is_own_service
from archiver.recorder.policy import EgressPolicy, literal_address
from archiver.recorder.proxies import TunnelRefused, UpstreamProxy, open_tunnel
from archiver.recorder.request import Origin
from archiver.recorder.resolver import Endpoint, Resolution, Resolver
from archiver.recorder.tls import TlsFacts, UpstreamTrust, tls_facts, unverified_context
from archiver.recorder.wire import Connection
from evidence_store.records import Peer, TlsOutcome

VIA_PROXY = "via proxy"
_MAX_ENDPOINTS = 8      # addresses of one name that are tried
_OPEN_HINT = "--allow-private opens loopback and private addresses, --allow ADDRESS just one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A connection to a server, ready for a request."""

    origin: Origin
    connection: Connection
    peer: Peer
    tls: TlsFacts | None
    resolution: Resolution | None      # None: the host is an address, or a proxy resolves
    relayed_by_proxy: bool = False     # plain HTTP that the proxy passes on itself: it needs absolute URLs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """An open connection, and where it leads."""

    connection: Connection
    endpoint: Endpoint


class Connector:
    """Makes connections; one for the whole recorder."""

    def __init__(self, *, policy: EgressPolicy, resolver: Resolver, limits: RecorderLimits, trust: UpstreamTrust,
                 proxy: UpstreamProxy | None, workers: Executor) -> None:
        self._policy = policy
        self._resolver = resolver
        self._limits = limits
        self._proxy = proxy
        self._workers = workers
        self._verifying = trust.context()
        self._unverified = unverified_context()
        self._no_plain_tunnels = False      # learnt: the proxy opens tunnels to TLS ports only

    @property
    def proxy(self) -> UpstreamProxy | None:
        """The upstream proxy, if there is one."""
        return self._proxy

    async def open(self, origin: Origin, *, identity: bool) -> Upstream:
        """Connect to `origin`. `identity`: the request carries what identifies the user.

        Raises EgressRefused and UpstreamFailed.
        """
        resolution, endpoints = await self._endpoints(origin)
        if origin.scheme == "http":
            return await self._open_plain(origin, resolution, endpoints)
        try:
            reached = await self._connect(origin, endpoints)
            await self._handshake(reached.connection, self._verifying, origin)
        except ssl.SSLError as failure:
            cause = tls_cause(failure)
        else:
            return self._made(origin, reached, resolution, TlsOutcome.VERIFIED)
        if identity:
            raise EgressRefused(f"the certificate of {origin.authority} is not verified ({cause}), and what identifies "
                                "you is not sent over such a connection",
                                hint="capture without identity, or give the missing root with --ca-file")
        reached = await self._connect(origin, (reached.endpoint,))
        try:
            await self._handshake(reached.connection, self._unverified, origin)
        except ssl.SSLError as failure:
            raise UpstreamFailed(FailureKind.TLS, f"no TLS with {origin.authority}: {tls_cause(failure)}") from failure
        return self._made(origin, reached, resolution, TlsOutcome.UNVERIFIED, cause=cause)

    async def open_unread(self, origin: Origin) -> tuple[Connection, str]:
        """A connection to `origin` for somebody else's TLS, and the address it leads to.

        Raises EgressRefused and UpstreamFailed.
        """
        _, endpoints = await self._endpoints(origin)
        reached = await self._connect(origin, endpoints)
        return reached.connection, VIA_PROXY if self._proxy is not None else reached.endpoint.address

    async def _open_plain(self, origin: Origin, resolution: Resolution | None,
                          endpoints: tuple[Endpoint, ...]) -> Upstream:
        if not self._no_plain_tunnels:
            try:
                reached = await self._connect(origin, endpoints)
            except TunnelRefused:
                self._no_plain_tunnels = True
            else:
                return self._made(origin, reached, resolution, TlsOutcome.NOT_USED)
        reached = await self._reach(endpoints, origin)
        return self._made(origin, reached, resolution, TlsOutcome.NOT_USED, relayed_by_proxy=True)

    async def _endpoints(self, origin: Origin) -> tuple[Resolution | None, tuple[Endpoint, ...]]:
        """Where to connect to, judged."""
        if is_own_service(origin.host):
            raise EgressRefused(f"{origin.host} is a service of the browser's maker, which no page asks")
        if self._proxy is not None:
            refusal = self._policy.proxied_refusal(origin.host)
            if refusal is not None:
                raise EgressRefused(refusal)
            return None, (await self._proxy_endpoint(self._proxy),)
        literal = literal_address(origin.host)
        if literal is not None:
            refusal = self._policy.refusal(literal, origin.port)
            if refusal is not None:
                raise EgressRefused(refusal, hint=_OPEN_HINT)
            return None, (Endpoint(address=str(literal), port=origin.port),)
        resolution = await self._resolve(origin.host, origin.port)
        judged = [(endpoint, self._judge(endpoint)) for endpoint in resolution.endpoints]
        allowed = tuple(endpoint for endpoint, refusal in judged if refusal is None)
        if not allowed:
            raise EgressRefused(f"{origin.host}: {judged[0][1]}", hint=_OPEN_HINT)
        return resolution, allowed[:_MAX_ENDPOINTS]

    def _judge(self, endpoint: Endpoint) -> str | None:
        address = literal_address(endpoint.address)
        return f"{endpoint.address} is no address" if address is None else self._policy.refusal(address, endpoint.port)

    async def _proxy_endpoint(self, proxy: UpstreamProxy) -> Endpoint:
        """The proxy is the user's choice, so the policy does not judge it - except for the recorder itself."""
        literal = literal_address(proxy.host)
        if literal is None:
            endpoint = (await self._resolve(proxy.host, proxy.port)).endpoints[0]
            literal = ip_address(endpoint.address)
        if self._policy.is_own(literal, proxy.port):
            raise EgressRefused(f"the proxy {proxy} is the recorder itself")
        return Endpoint(address=str(literal), port=proxy.port)

    async def _resolve(self, host: str, port: int) -> Resolution:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                resolution = await loop.run_in_executor(self._workers, self._resolver.resolve, host, port)
        except TimeoutError as late:
            raise UpstreamFailed(FailureKind.DNS, f"{host} was not resolved in {self._limits.connect_seconds:g} s"
                                 ) from late
        if not resolution.endpoints:
            raise UpstreamFailed(FailureKind.DNS, f"{host} has no address")
        return resolution

    async def _connect(self, origin: Origin, endpoints: tuple[Endpoint, ...]) -> _Reached:
        """A connection to the server, through the proxy where there is one."""
        reached = await self._reach(endpoints, origin)
        if self._proxy is None:
            return reached
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                await open_tunnel(reached.connection, self._proxy, origin.host, origin.port)
        except (OSError, UpstreamFailed, TunnelRefused) as failure:
            reached.connection.close()
            if isinstance(failure, UpstreamFailed) or (isinstance(failure, TunnelRefused) and origin.scheme == "http"):
                raise
            text = f"answered {failure.status}" if isinstance(failure, TunnelRefused) else f"failed: {failure}"
            raise UpstreamFailed(FailureKind.PROXY, f"the proxy {self._proxy} {text}") from failure
        return reached

    async def _reach(self, endpoints: tuple[Endpoint, ...], origin: Origin) -> _Reached:
        """The first endpoint that answers."""
        kind = FailureKind.PROXY if self._proxy is not None else FailureKind.CONNECT
        whom = str(self._proxy) if self._proxy is not None else origin.authority
        last: OSError | None = None
        for endpoint in endpoints:
            try:
                connection = await self._dial(endpoint, self._limits.connect_seconds / len(endpoints))
                return _Reached(connection=connection, endpoint=endpoint)
            except OSError as failure:      # TimeoutError is one
                last = failure
        detail = "no answer in time" if isinstance(last, TimeoutError) else str(last)
        raise UpstreamFailed(kind, f"no connection to {whom} ({endpoints[-1].address} port {endpoints[-1].port}): "
                             f"{detail}") from last

    async def _dial(self, endpoint: Endpoint, seconds: float) -> Connection:
        family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
        dialled = socket.socket(family, socket.SOCK_STREAM)
        dialled.settimeout(0)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_connect(dialled, (endpoint.address, endpoint.port))
        except BaseException:
            dialled.close()
            raise
        return Connection(dialled)

    async def _handshake(self, connection: Connection, context: ssl.SSLContext, origin: Origin) -> None:
        """TLS on `connection`, which is closed where it fails."""
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                await connection.start_tls(context, server_side=False, host=origin.host.rstrip("."))
        except BaseException as failure:
            connection.close()
            if isinstance(failure, OSError) and not isinstance(failure, ssl.SSLError):
                text = "no handshake in time" if isinstance(failure, TimeoutError) else str(failure)
                raise UpstreamFailed(FailureKind.TLS, f"no TLS with {origin.authority}: {text}") from failure
            raise

    def _made(self, origin: Origin, reached: _Reached, resolution: Resolution | None, outcome: TlsOutcome, *,
              cause: str = "", relayed_by_proxy: bool = False) -> Upstream:
        connection, endpoint = reached.connection, reached.endpoint
        facts = tls_facts(connection.tls) if connection.tls is not None else None
        proxied = self._proxy is not None
        peer = Peer(host=origin.host, port=origin.port if proxied else endpoint.port,
                    address=VIA_PROXY if proxied else endpoint.address, tls=outcome, tls_cause=cause,
                    tls_version=facts.version if facts else "", tls_cipher=facts.cipher if facts else "",
                    chain_sha256=facts.chain_sha256 if facts else ())
        return Upstream(origin=origin, connection=connection, peer=peer, tls=facts, resolution=resolution,
                        relayed_by_proxy=relayed_by_proxy)


def tls_cause(failure: ssl.SSLError) -> str:
    """Why TLS failed, in the library's words, without its file and line."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return failure.verify_message
    return failure.reason or str(failure)
