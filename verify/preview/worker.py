"""The process in which previews are drawn: `python -m verify.preview.worker MEMORY`.

It answers as `verify.sandbox.worker` does: width, height, full width, full height, frames, pixels in base64.
"""

import base64
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verify.preview.reading import COLUMNS
from verify.sandbox.worker import serve

if TYPE_CHECKING:
    from PIL.Image import Image

GAP = 6                       # pixels between the frames of a contact sheet


def picture(path: Path, side: float) -> bytes:
    """A picture, upright, over white, at most `side` pixels a side."""
    from PIL import Image

    from verify.sandbox.opening import opened, turn_of

    with opened(path) as image:
        full = image.size
        image.draft("RGB", (int(side), int(side)))
        turn = turn_of(image)
        small = image
        if max(image.size) > side and not image.mode.startswith(("I", "F", "P", "1")):
            small = image.copy()
            small.thumbnail((int(side), int(side)), Image.Resampling.LANCZOS)
        shown = _plain(small)
    shown.thumbnail((int(side), int(side)), Image.Resampling.LANCZOS)
    if turn is not None:
        shown = shown.transpose(turn)
        full = full if turn.value in {0, 1, 3} else (full[1], full[0])
    return _line(shown, full, frames=0)


def film(path: Path, side: float, count: float) -> bytes:
    """Frames of a film, spread over its length, in rows of COLUMNS."""
    from PIL import Image

    found = _frames(path, int(count))
    if not found:
        raise ValueError("it has no frames")
    width = (int(side) - GAP * (COLUMNS - 1)) // COLUMNS
    full = found[0].size
    for frame in found:
        frame.thumbnail((width, width))
    rows = (len(found) + COLUMNS - 1) // COLUMNS
    across = min(len(found), COLUMNS)
    cell = max(frame.width for frame in found), max(frame.height for frame in found)
    sheet = Image.new("RGB", (cell[0] * across + GAP * (across - 1), cell[1] * rows + GAP * (rows - 1)), "white")
    for number, frame in enumerate(found):
        row, column = divmod(number, COLUMNS)
        sheet.paste(frame, (column * (cell[0] + GAP), row * (cell[1] + GAP)))
    sheet.thumbnail((int(side), int(side)))
    return _line(sheet, full, frames=len(found))


def _frames(path: Path, count: int) -> list["Image"]:
    import av

    from verify.reuse.frames import FORMATS

    found: list[Image] = []
    with av.open(str(path), options={"protocol_whitelist": "file", "format_whitelist": FORMATS}) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        length = float(container.duration or 0) / av.time_base
        begin = float(container.start_time or 0) / av.time_base
        for number in range(count):
            if length > 0 and number:
                container.seek(int((begin + length * number / count) * av.time_base), backward=True)
            frame = next(iter(container.decode(stream)), None)
            if frame is None:
                break
            image = frame.to_image()
            turns = round(float(getattr(frame, "rotation", 0) or 0))
            found.append(image.rotate(turns, expand=True) if turns else image)
            if length <= 0:
                break
    return found


def _plain(image: "Image") -> "Image":
    from PIL import Image

    if image.mode.startswith(("I", "F")):         # 16-bit grey: Pillow would clip at 255
        _, high = image.getextrema()
        top = 65535.0 if float(high) > 255 else 255.0  # type: ignore[arg-type]
        return image.point(lambda value: value * (255.0 / top)).convert("L").convert("RGB")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        coloured = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", coloured.size, (255, 255, 255, 255)), coloured).convert("RGB")
    return image.convert("RGB")


def _line(image: "Image", full: tuple[int, int], *, frames: int) -> bytes:
    pixels = base64.b64encode(image.convert("RGB").tobytes())
    return b"%d %d %d %d %d %b\n" % (image.width, image.height, *full, frames, pixels)


if __name__ == "__main__":
    serve(int(sys.argv[1]), {"picture": picture, "film": film})
