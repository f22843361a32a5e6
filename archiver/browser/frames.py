"""Scripts of ours in the frames of a page, each in an isolated world: the page's own scripts do not see them.

Every run is listed with the script's name and SHA-256; the scripts are the files in `scripts/`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from archiver.browser.program import scripts_folder
from archiver.browser.targets import PAGE, Path, TargetTree
from archiver.browser.visit import Visit
from archiver.errors import BrowserFailed
from evidence_store.clock import Clock

MAX_FRAMES = 30                 # looked into; advertisements nest without end
WORLD = "muniment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame and the session it is reached through."""

    path: Path
    id: str
    url: str


@cache
def script(name: str) -> str:
    """The text of one of our scripts."""
    return (scripts_folder() / f"{name}.js").read_text("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Runs scripts in the frames of one page."""

    tree: TargetTree
    visit: Visit
    clock: Clock

    async def main(self) -> Frame:
        """The page's main frame."""
        return (await self._of(PAGE))[0]

    async def all(self) -> list[Frame]:
        """The main frame first, then the others."""
        found = await self._of(PAGE)
        for target in [target for target in self.tree.targets.values() if target.kind == "iframe"]:
            try:
                found += await self._of(target.path)
            except BrowserFailed:
                continue                # it went away
        return found[:MAX_FRAMES]

    async def run(self, name: str, frame: Frame, argument: Mapping[str, Any] | int | None = None, *,
                  gesture: bool = False, seconds: float = 20.0) -> Any:
        """Run a script in a frame and give its value; BrowserFailed where it cannot."""
        source = script(name)
        digest = hashlib.sha256(source.encode()).hexdigest()
        self.visit.note(self.clock(), f"script: {name}.js (sha256 {digest[:16]}) in {frame.url[:200]}")
        world = await self.tree.send(frame.path, "Page.createIsolatedWorld",
                                     {"frameId": frame.id, "worldName": WORLD})
        body = source if argument is None else f"({source.rstrip().rstrip(';')})({json.dumps(argument)})"
        answer = await self.tree.send(frame.path, "Runtime.evaluate", {
            "expression": body, "contextId": world["executionContextId"], "returnByValue": True, "awaitPromise": True,
            "userGesture": gesture}, seconds=seconds)
        if "exceptionDetails" in answer:
            raise BrowserFailed(f"{name}.js failed in {frame.url[:200]}: {answer['exceptionDetails'].get('text', '')}")
        return answer["result"].get("value")

    async def act(self, name: str, frames: list[Frame], argument: Mapping[str, Any] | int | None = None, *,
                  seconds: float = 20.0) -> list[str]:
        """Run a script that does something, in each frame, and list what it says it did."""
        done: list[str] = []
        for frame in frames:
            try:
                told = await self.run(name, frame, argument, gesture=True, seconds=seconds)
            except BrowserFailed as error:
                self.visit.problems.append(str(error))
                continue
            done += [str(line)[:400] for line in told] if isinstance(told, list) else []
        for line in done:
            self.visit.note(self.clock(), line)
        return done

    async def _of(self, path: Path) -> list[Frame]:
        answer = await self.tree.send(path, "Page.getFrameTree")
        return [Frame(path=path, id=str(one["id"]), url=str(one.get("url", ""))) for one in _flat(answer["frameTree"])]


def _flat(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield tree["frame"]
    for child in tree.get("childFrames", ()):
        yield from _flat(child)
