"""What goes out besides captures: timestamp queries, messages to calendars, and revocation lists.

1. Nothing of the environment is used: no proxy, certificate or credential that the user did not give here.
2. With an upstream proxy everything goes through it, names are resolved by it, and nothing ever goes direct.
3. An answer is bounded in bytes and in time, and a redirect is not followed: what is asked goes where it was meant for.
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from archiver.errors import AnswerUnusable, EgressRefused, FailureKind, InvalidSetting, UpstreamFailed
from archiver.recorder.policy import AddressKind, EgressPolicy, kind_of, literal_address
from archiver.recorder.proxies import UpstreamProxy

if TYPE_CHECKING:
    import requests
    from requests.adapters import HTTPAdapter

QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"     # RFC 3161 3.4
CALENDAR_TYPE = "application/vnd.opentimestamps.v1"
MAX_CALENDAR_BYTES = 10_000            # an answer has some hundred; the format's own client takes no more either
MAX_REPLY_BYTES = 256 * 1024           # a token with a chain of four certificates has about 8 kB
MAX_CRL_BYTES = 16 * 1024 * 1024       # the largest lists of public authorities have a few MB
SECONDS = 30.0                         # for a whole answer; an authority that takes longer is tried again later
CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """The way out, for as long as settings stay as they are."""

    proxy: UpstreamProxy | None = None
    ca_file: Path | None = None                    # roots for HTTPS besides the usual ones
    seconds: float = SECONDS
    monotonic: Callable[[], float] = time.monotonic

    def timestamp(self, url: str, query: bytes) -> bytes:
        """The reply of the timestamp authority at `url` to an RFC 3161 query, as it came.

        UpstreamFailed where it cannot be reached, AnswerUnusable where what it says is no timestamp reply,
        EgressRefused where `url` leads nowhere that may be asked.
        """
        headers = {"Content-Type": QUERY_TYPE, "Accept": REPLY_TYPE}
        with self._asked("POST", url, data=query, headers=headers) as response:
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind != REPLY_TYPE:
                raise AnswerUnusable(f"{url} answered with {kind[:60] or 'no type'}, not with a timestamp",
                                     hint="check that the URL is that of an RFC 3161 authority")
            return self._read(response, url, MAX_REPLY_BYTES)

    def submit(self, url: str, message: bytes) -> bytes:
        """The answer of the OpenTimestamps calendar at `url` to a message of 32 bytes; errors as of `timestamp`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": CALENDAR_TYPE}
        with self._asked("POST", f"{url.rstrip('/')}/digest", data=message, headers=headers) as response:
            return self._read(response, url, MAX_CALENDAR_BYTES)

    def fetch(self, url: str, limit: int = MAX_CRL_BYTES) -> bytes:
        """The bytes at `url`, at most `limit`; errors as of `timestamp`."""
        with self._asked("GET", url) as response:
            return self._read(response, url, limit)

    @contextmanager
    def _asked(self, method: str, url: str, *, data: bytes | None = None,
               headers: dict[str, str] | None = None) -> Iterator["requests.Response"]:
        self._refuse(url)
        import requests  # a quarter of a second, paid only by what goes out

        with requests.Session() as session:
            session.trust_env = False
            session.headers["User-Agent"] = "Muniment"
            if self.ca_file is not None:
                session.mount("https://", _with_roots(self.ca_file))
            if self.proxy is not None:
                session.proxies = dict.fromkeys(("http", "https"), _proxy_url(self.proxy))
            try:
                with session.request(method, url, data=data, headers=headers, timeout=self.seconds, stream=True,
                                     allow_redirects=False) as response:
                    if response.status_code != 200:
                        raise AnswerUnusable(f"{url} answered {response.status_code}",
                                             hint="check the URL; redirects are not followed")
                    yield response
            except requests.RequestException as error:
                raise UpstreamFailed(_kind_of(error), f"{url} could not be asked: {_cause(error)}",
                                     hint="check the network; nothing is lost, ask again later") from error

    def _refuse(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host:
            raise EgressRefused(f"{url[:200]!r} is not an http or https URL")
        address = literal_address(host)
        if address is not None and kind_of(address) is AddressKind.LINK_LOCAL:
            raise EgressRefused(f"{host} is a link-local address")
        refusal = EgressPolicy().proxied_refusal(host) if self.proxy is not None else None
        if refusal is not None:
            raise EgressRefused(f"{url[:200]}: {refusal}, which the proxy must not be asked for")

    def _read(self, response: "requests.Response", url: str, limit: int) -> bytes:
        deadline, found = self.monotonic() + self.seconds, bytearray()
        for chunk in response.iter_content(CHUNK_BYTES):
            found += chunk
            if len(found) > limit:
                raise AnswerUnusable(f"{url} answered with more than {limit} bytes")
            if self.monotonic() > deadline:
                raise UpstreamFailed(FailureKind.CONNECT, f"{url} did not finish its answer in {self.seconds:g} s",
                                     hint="ask again later")
        return bytes(found)


def _with_roots(ca_file: Path) -> "HTTPAdapter":
    """What speaks HTTPS with the usual roots and those of a file."""
    import certifi
    from requests.adapters import HTTPAdapter

    context = ssl.create_default_context(cafile=certifi.where())
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as error:
        raise InvalidSetting(f"{ca_file} cannot be used as roots: {error}", hint="--ca-file takes PEM") from error

    class WithRoots(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **{**options, "ssl_context": context})

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            return super().proxy_manager_for(*arguments, **{**options, "ssl_context": context})

    return WithRoots()


def _proxy_url(proxy: UpstreamProxy) -> str:
    """The proxy with its password, for requests only; `socks5h` lets it resolve the names."""
    user = f"{quote(proxy.username, safe='')}:{quote(proxy.password, safe='')}@" if proxy.username else ""
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    return f"{proxy.scheme}://{user}{host}:{proxy.port}"


def _kind_of(error: "requests.RequestException") -> FailureKind:
    import requests

    match error:
        case requests.exceptions.ProxyError():
            return FailureKind.PROXY
        case requests.exceptions.SSLError():
            return FailureKind.TLS
        case _:
            return FailureKind.CONNECT


def _cause(error: BaseException) -> str:
    """The innermost reason, which is the one that says something; never a URL with a password."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return f"{type(error).__name__}: {error}"[:200]
