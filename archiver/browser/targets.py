"""A page's debugging session and those of everything it starts: frames of other processes, workers, service workers.

1. A new target waits until its network is listened to; none sends a request unseen.
2. A target is named by the path of session ids that leads to it; the page itself is the empty path.

Sessions are nested (`flatten: false`, https://chromedevtools.github.io/devtools-protocol/tot/Target/): the driver
offers a session for the page only, and messages of its children travel inside it.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from archiver.errors import BrowserFailed

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

Path: TypeAlias = tuple[str, ...]
Listener: TypeAlias = Callable[[Path, str, Mapping[str, Any]], None]    # target, event, its parameters

PAGE: Path = ()
ANSWER_SECONDS = 20.0           # for one command; a target that does not answer in that time hangs
_FORWARDED = ("Network.requestWillBeSent", "Network.requestServedFromCache", "Network.responseReceived",
              "Network.loadingFinished", "Network.loadingFailed", "Network.webSocketCreated",
              "Network.webSocketWillSendHandshakeRequest", "Network.webSocketFrameReceived",
              "Network.webSocketFrameSent", "Network.webSocketHandshakeResponseReceived",
              "Network.webSocketFrameError", "Network.webSocketClosed", "Network.webTransportCreated")
_AUTO_ATTACH = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing that can send requests."""

    path: Path
    kind: str          # "iframe", "worker", "service_worker", "shared_worker"
    url: str


class TargetTree:
    """All sessions of one page."""

    def __init__(self, session: "CDPSession", listener: Listener, *, enable: Mapping[str, Any] | None = None,
                 more: tuple[str, ...] = ()) -> None:
        self._session = session
        self._listener = listener
        self._enable = dict(enable or {})       # of Network.enable
        self._forwarded = (*_FORWARDED, *more)
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.targets: dict[Path, Target] = {}

    async def start(self) -> None:
        """Listen to the page, and to whatever it starts from now on."""
        for event in (*self._forwarded, "Target.attachedToTarget", "Target.detachedFromTarget",
                      "Target.receivedMessageFromTarget"):
            self._session.on(event, self._taker(event))
        await self._session.send("Network.enable", self._enable)
        await self._session.send("Target.setAutoAttach", dict(_AUTO_ATTACH))

    async def send(self, path: Path, method: str, params: Mapping[str, Any] | None = None, *,
                   seconds: float = ANSWER_SECONDS) -> Mapping[str, Any]:
        """Send a command and wait for its result; BrowserFailed where it is refused or the target is gone."""
        from playwright.async_api import Error

        try:
            async with asyncio.timeout(seconds):
                if not path:
                    answer: Mapping[str, Any] = await self._session.send(method, dict(params or {}))
                    return answer
                return await self._send_nested(path, method, params or {})
        except TimeoutError:
            raise BrowserFailed(f"the browser did not answer {method} within {seconds:g} s") from None
        except Error as error:
            raise BrowserFailed(f"the browser refused {method}: {error.message[:200]}") from error

    async def _send_nested(self, path: Path, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        self._number += 1
        number = self._number
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        message = {"id": number, "method": method, "params": dict(params)}
        for session in reversed(path[1:]):
            inner = {"sessionId": session, "message": json.dumps(message)}
            self._number += 1
            message = {"id": self._number, "method": "Target.sendMessageToTarget", "params": inner}
        try:
            await self._session.send("Target.sendMessageToTarget",
                                     {"sessionId": path[0], "message": json.dumps(message)})
            return await answer
        finally:
            self._waiting.pop(number, None)

    def _taker(self, event: str) -> Callable[[Mapping[str, Any]], None]:
        return lambda params: self._take(PAGE, event, params)

    def _take(self, path: Path, event: str, params: Mapping[str, Any]) -> None:
        if event == "Target.receivedMessageFromTarget":
            self._unwrap((*path, str(params["sessionId"])), json.loads(params["message"]))
        elif event == "Target.attachedToTarget":
            info = params["targetInfo"]
            target = Target(path=(*path, str(params["sessionId"])), kind=str(info["type"]), url=str(info["url"]))
            self.targets[target.path] = target
            task = asyncio.get_running_loop().create_task(self._welcome(target.path))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif event == "Target.detachedFromTarget":
            self.targets.pop((*path, str(params["sessionId"])), None)
        elif event in self._forwarded:
            self._listener(path, event, params)

    def _unwrap(self, path: Path, message: Mapping[str, Any]) -> None:
        if "method" in message:
            self._take(path, message["method"], message.get("params", {}))
            return
        waiting = self._waiting.get(int(message.get("id", 0)))
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(BrowserFailed(f"the browser refused: {message['error'].get('message', '')[:200]}"))
        else:
            waiting.set_result(message.get("result", {}))

    async def _welcome(self, path: Path) -> None:
        """Let a new target run once its network is listened to; a kind that has none runs at once."""
        for method, params in (("Network.enable", self._enable), ("Target.setAutoAttach", _AUTO_ATTACH),
                               ("Runtime.runIfWaitingForDebugger", {})):
            try:
                await self.send(path, method, params)
            except BrowserFailed:
                continue                # it ended meanwhile, or has no such domain
