"""Plain fetching with requests, through the recorder.

1. Everything goes to the recorder: its proxy, its certificate, nothing from the environment.
2. Every request is counted where it leaves, redirect hops and retries included.
3. A failure is a value, not an exception: the capture judges it.
4. Of an identity each server gets what is due to it, at every hop.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from archiver.clients.politeness import MAX_RETRY_AFTER, HostGate, retry_after_seconds
from archiver.clients.sent import SentRequest, sent_request
from archiver.identity import Identity

CHUNK = 256 * 1024
MAX_KEPT = 20 * 1024 * 1024  # bytes of a body kept for reading; all of it is in the WARC
MAX_REDIRECTS = 20  # as browsers
RETRIED_STATUS = frozenset({429, 502, 503, 504})
TRIES_WHEN_CUT = 2  # a body that broke off twice breaks off again: later runs try anew
BACKOFF = (1.0, 4.0)  # seconds before the second and third try


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a fetch gave, redirects followed."""

    url: str  # as asked for
    final_url: str
    status: int | None  # None: no response
    media_type: str  # lower case, without parameters
    encoding: str | None  # charset of the Content-Type
    body: bytes  # decoded, at most MAX_KEPT
    length: int  # decoded bytes received
    cut: bool  # the body broke off
    failure: str = ""  # why nothing, or not all, came
    attempts: int = 1

    @property
    def is_whole(self) -> bool:
        """A response came, and to its end."""
        return self.status is not None and not self.cut


@dataclass(slots=True, kw_only=True)
class FetchClient:
    """A requests session bound to one capture channel of the recorder."""

    proxy_url: str
    ca_file: str
    user_agent: str
    gate: HostGate
    timeout: float  # seconds without a byte
    sleep: Callable[[float], None]
    cancelled: Callable[[], bool] = field(default=lambda: False)
    sent: list[SentRequest] = field(default_factory=list)
    identity: Identity | None = None
    ask_again_after: float | None = None  # seconds, where a server asked for more patience than one run has
    _session: Any = None

    def fetch(self, url: str, *, referer: str = "", keep: int = MAX_KEPT, polite: bool = False) -> Fetched:
        """Fetch `url`; tried again when nothing whole came, or the server asks to wait."""
        host = urlsplit(url).hostname or ""
        attempt = 0
        while True:
            if polite or attempt:
                self.gate.wait(host)
            attempt += 1
            result, retry_after = self._once(url, referer, keep, attempt)
            tries = TRIES_WHEN_CUT if result.cut else 1 + len(BACKOFF)
            again = result.status is None or result.cut or result.status in RETRIED_STATUS
            impatient = retry_after is not None and result.status in RETRIED_STATUS and (
                retry_after > MAX_RETRY_AFTER or attempt >= tries)
            if impatient:
                self.ask_again_after = retry_after
            if not again or impatient or attempt >= tries or self.cancelled() or _is_final(result.failure):
                return result
            if retry_after is not None:
                self.gate.hold(host, retry_after)
            else:
                self.sleep(BACKOFF[attempt - 1])

    def fetch_once(self, url: str, *, keep: int = MAX_KEPT) -> Fetched:
        """Fetch `url` without waiting for a turn and without a second try."""
        return self._once(url, "", keep, 1)[0]

    def _once(self, url: str, referer: str, keep: int, attempt: int) -> tuple[Fetched, float | None]:
        import requests

        headers = {"Referer": referer} if referer else {}
        session = self._open()
        status, final_url, media_type, encoding, retry_after = None, url, "", None, None
        kept, length, cut, failure = bytearray(), 0, False, ""
        try:
            with session.get(url, headers=headers, stream=True, timeout=self.timeout) as response:
                status, final_url, encoding = (
                    response.status_code,
                    response.url,
                    _charset(response.headers.get("Content-Type", "")),
                )
                media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                retry_after = retry_after_seconds(response.headers.get("Retry-After"), response.headers.get("Date"))
                for chunk in response.iter_content(CHUNK):
                    length += len(chunk)
                    if len(kept) < keep:
                        kept += chunk[: keep - len(kept)]
                    if self.cancelled():
                        cut, failure = True, "interrupted"
                        break
        except requests.TooManyRedirects as error:
            failure, status = f"more than {MAX_REDIRECTS} redirects", None
            final_url = error.response.url if error.response is not None else url
        except (requests.ConnectionError, requests.Timeout) as error:
            cut, failure = status is not None, _words(error)
        except requests.exceptions.ContentDecodingError:
            failure = "the body is not in the coding it declares"
        except (requests.RequestException, ValueError) as error:  # ValueError: urllib3 on URLs that are none
            cut, failure = status is not None, _words(error)
        return Fetched(
            url=url,
            final_url=final_url,
            status=status,
            media_type=media_type,
            encoding=encoding,
            body=bytes(kept),
            length=length,
            cut=cut,
            failure=failure,
            attempts=attempt,
        ), retry_after

    def _open(self) -> Any:
        if self._session is None:
            self._session = _counting_session(self.sent, self.identity)
            self._session.headers["User-Agent"] = self.user_agent
            self._session.headers["Accept-Language"] = "en,*;q=0.5"
            self._session.proxies = {"http": self.proxy_url, "https": self.proxy_url}
            self._session.verify = self.ca_file
        return self._session

    def close(self) -> None:
        """Close its connections."""
        if self._session is not None:
            self._session.close()


def _counting_session(sent: list[SentRequest], identity: Identity | None) -> Any:
    import requests
    from requests.adapters import HTTPAdapter

    class CountingAdapter(HTTPAdapter):
        """Counts a request when it is handed to the connection."""

        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            sent.append(sent_request(request.method or "", request.url or ""))
            if identity is not None:
                sign_in(request, identity)
            return super().send(request, *args, **kwargs)

    session = requests.Session()
    session.trust_env = False
    session.max_redirects = MAX_REDIRECTS
    session.mount("http://", CountingAdapter(pool_maxsize=4))
    session.mount("https://", CountingAdapter(pool_maxsize=4))
    return session


def sign_in(request: Any, identity: Identity) -> None:
    """Put what is due of an identity into a prepared request, and take out what is not."""
    own = request.headers.pop("Cookie", "") or ""
    value = identity.field(request.url or "", own.decode("latin-1") if isinstance(own, bytes) else own)
    if value:
        request.headers["Cookie"] = value.encode("utf-8")


def _is_final(failure: str) -> bool:
    return failure.startswith("more than") or failure == "interrupted"


def _charset(content_type: str) -> str | None:
    name, _, value = content_type.partition("charset=")
    return value.split(";")[0].strip(" \"'") or None if name else None


def _words(error: BaseException) -> str:
    text = str(error)
    for mark, words in (
        ("Read timed out", "the server stopped sending"),
        ("timed out", "no connection in time"),
        ("IncompleteRead", "the connection ended before the body did"),
        ("Connection aborted", "the connection was closed"),
        ("Tunnel connection failed", "no connection to the server"),
        ("SSLError", "no TLS connection"),
    ):
        if mark in text:
            return words
    return f"{type(error).__name__}: {text[:200]}"
