"""What a browser shows of a replayed page, brought to where the recording had brought it.

1. The first screen is taken before anything is done to the page, as the recorded one was.
2. Then the recorder's own scripts refuse, scroll and unfold, so that the same text is asked for that was recorded.
3. A page is what its reader sees: the documents framed in it count, with their text, their pictures and their films.
4. What does not come is looked at as it is: limits end every wait.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from archiver.browser.frames import script
from archiver.browser.page import VIEWPORT
from muniment.replay.comparison import Shown

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

LOAD_MS = 30_000.0            # until the replayed page stands
REST_MS = 1_500.0             # without which no page is taken for one that rests
PICTURES_MS = 10_000.0        # for the pictures that scrolling asked for; they are local
FRAME_MS = 5_000.0            # for a frame to be one that scripts run in
PLAY_MS = 15_000              # until a film moves; it is local, so only a busy computer needs long
ROUNDS = 2                    # of scrolling and unfolding
STEPS, PAUSE_MS = 60, 60      # of scrolling, a screen at a time
UNFOLDED = 30                 # elements of one document
MAX_VIDEOS = 5                # of one document that are played
MAX_FRAMES = 20               # documents within a page that are looked into
MAX_TEXT = 4 << 20
_IMAGES = r"""() => { const images = [...document.querySelectorAll("img")].filter((one) => one.currentSrc || one.src);
  const address = (one) => (one.currentSrc || one.src).replace(/^.*?\/\d{14}[a-z]{2}_\//, "").split("#")[0];
  return { images: images.length,
    broken: images.filter((one) => !(one.complete && one.naturalWidth)).map(address).slice(0, 1000) }; }"""
_COMPLETE = "() => [...document.images].every((one) => one.complete || !(one.currentSrc || one.src))"
_PLAY = """async ([most, limit]) => { const until = Date.now() + limit;
  const videos = [...document.querySelectorAll("video")].slice(0, most)
    .filter((one) => one.src || one.srcObject || one.querySelector("source"));
  videos.forEach((one) => { one.muted = true; Promise.resolve(one.play()).catch(() => {}); });
  const waits = (one) => !(one.currentTime > 0 || one.error || one.networkState === one.NETWORK_NO_SOURCE);
  while (videos.some(waits) && Date.now() < until) await new Promise((go) => setTimeout(go, 50));
  const played = videos.filter((one) => one.currentTime > 0).length;
  videos.forEach((one) => one.pause());
  return [videos.length, played]; }"""


def look(page: "Page", url: str, answered: Mapping[str, bool]) -> Shown:
    """What the replay at `url` shows; `answered`: of each address that was asked for, whether something came then.

    Raises playwright's Error where no page comes.
    """
    page.goto(url, timeout=LOAD_MS)
    main = _replayed(page)
    top = page.locator("replay-web-page").bounding_box() or {"y": 0.0}
    page.set_viewport_size({"width": VIEWPORT[0], "height": VIEWPORT[1] + round(top["y"])})
    _settle(page, main)
    screen = page.locator("replay-web-page").screenshot(timeout=LOAD_MS)
    _interact(page, main)
    frames = _within(main)
    images, broken, text = 0, list[str](), list[str]()
    for frame in frames:
        seen = cast("dict[str, object]", _run(frame, _IMAGES) or {"images": 0, "broken": []})
        images += int(str(seen["images"]))
        broken += [str(one) for one in cast("list[object]", seen["broken"])]
        text.append(str(_run(frame, script("text")) or "").strip())
    films = [cast("list[int]", _run(frame, _PLAY, [MAX_VIDEOS, PLAY_MS]) or [0, 0]) for frame in frames]
    never = sum(1 for one in broken if answered.get(one) is False)
    return Shown(text="\n\n".join(text)[:MAX_TEXT], screen=screen, images=images - never,
                 images_loaded=images - len(broken), never_there=never, videos=sum(found for found, _ in films),
                 videos_played=sum(played for _, played in films))


def _interact(page: "Page", main: "Frame") -> None:
    """As a page is visited when it is recorded."""
    for frame in _within(main):
        _run(frame, script("consent"))
    for _ in range(ROUNDS):
        _run(main, script("scroll"), {"steps": STEPS, "pause": PAUSE_MS})
        _settle(page, main)
        unfolded = [_run(frame, script("expand"), UNFOLDED) for frame in _within(main)]
        if not any(unfolded):
            break
    _settle(page, main)
    for frame in _within(main):
        with suppress(_error()):
            frame.wait_for_function(_COMPLETE, timeout=PICTURES_MS, polling=100)


def _run(frame: "Frame", source: str, argument: object = None) -> object:
    """What a script gives in a frame; None where the frame went away, or the script failed."""
    with suppress(_error()):
        # a frame that was never loaded has nothing to run a script in, and `evaluate` would wait for that without end
        frame.wait_for_function("() => true", timeout=FRAME_MS, polling=100)
        return frame.evaluate(source, argument)
    return None


def _within(main: "Frame") -> Sequence["Frame"]:
    """The replayed page and the documents framed in it, at any depth."""
    found = [main]
    for frame in found:           # which grows while it is gone through
        found += frame.child_frames[:MAX_FRAMES - len(found)] if len(found) < MAX_FRAMES else []
    return found


def _replayed(page: "Page") -> "Frame":
    """The frame of the replayed page, once it is there."""
    for _ in range(int(LOAD_MS / 100)):
        found = next((frame for frame in page.frames if "mp_/" in frame.url), None)
        if found is not None:
            return found
        page.wait_for_timeout(100)
    raise _error()("no page came")


def _settle(page: "Page", main: "Frame") -> None:
    """Until nothing is on its way."""
    with suppress(_error()):      # a page that never rests is looked at as it is
        main.wait_for_load_state("networkidle", timeout=LOAD_MS / 3)
    page.wait_for_timeout(REST_MS)


def _error() -> type[Exception]:
    from playwright.sync_api import Error  # of the extra `browser`

    return Error
