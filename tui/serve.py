"""The application in a browser on the same machine, through textual-serve.

1. It listens on 127.0.0.1 alone, and answers only requests that name that address: another site's page that points its
   name there gets nothing.
2. The address holds a token that opens one session, once; whoever comes second, or without the cookie it gives, is
   refused.
3. Nothing is asked of any third party: fonts, script and style come from here, and a policy in every answer says so.
4. The case is read-only unless it was started otherwise.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server

HOST = "127.0.0.1"
COOKIE = "muniment-session"
TOKEN_BYTES = 32
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
          "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
           "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}


class Gate:
    """Who may come in: the bearer of the token, once, and then of the cookie."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._token: str | None = secrets.token_urlsafe(TOKEN_BYTES)
        self._session: str | None = None
        self.address = f"http://{HOST}:{port}/?token={self._token}"

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, or refuse it."""
        if request.host not in {f"{HOST}:{self._port}", HOST}:           # a name that was pointed here
            raise web.HTTPForbidden(text="this server answers 127.0.0.1 only")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{HOST}:{self._port}":
            raise web.HTTPForbidden(text="another site asks")
        if self._is_session(request):
            return await handler(request)
        return self._admitted(request)

    def _is_session(self, request: web.Request) -> bool:
        given = request.cookies.get(COOKIE, "")
        return self._session is not None and secrets.compare_digest(given.encode(), self._session.encode())

    def _admitted(self, request: web.Request) -> web.StreamResponse:
        """The token for the cookie; the token is spent with it."""
        given, token = request.query.get("token", "").encode(), (self._token or "").encode()
        if not token or request.path != "/" or not secrets.compare_digest(given, token):
            raise web.HTTPForbidden(text="the address of `muniment tui --serve` opens one session, once")
        self._token, self._session = None, secrets.token_urlsafe(TOKEN_BYTES)
        answer = web.Response(status=302, headers={"Location": "/"})
        answer.set_cookie(COOKIE, self._session, httponly=True, samesite="Strict", path="/")
        return answer


class CaseServer(Server):
    """Serves one command to one browser."""

    def __init__(self, command: str, port: int, announce: Callable[[str], None]) -> None:
        super().__init__(command, host=HOST, port=port, title="Muniment", public_url=f"http://{HOST}:{port}",
                         templates_path=Path(__file__).with_name("web"))
        self._gate = Gate(port)
        self._announce = announce

    @property
    def address(self) -> str:
        """What to open in the browser."""
        return self._gate.address

    def initialize_logging(self) -> None:
        """Nothing is logged: addresses hold the token."""

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002 - as the library calls it
        """Say where it is."""
        self._announce(self.address)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(_guarded(self._gate))
        app.on_response_prepare.append(_harden)
        return app


def _guarded(gate: Gate) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await gate(request, handler)

    return guard


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
