"""Fingerprints as bytes: how they cross from the sandbox, and how they are believed.

Believed is only what has the right types, shapes and sizes; an array is copied, never unpickled.
"""

import json
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from verify.reuse.features import MAX_FEATURES, Features
from verify.reuse.fingerprint import PLANE, VERSION, Fingerprint, View
from verify.reuse.model import Box
from verify.reuse.regions import MAX_REGIONS
from verify.reuse.screens import MAX_SCREENS
from verify.sandbox.answers import AnswerMalformed

MAX_VIEWS = 1 + MAX_REGIONS + MAX_SCREENS
MAX_SIDE = 1 << 20         # pixels a side of an original
MAX_PICTURES = 200         # fingerprints in one answer


def pack(fingerprints: Sequence[Fingerprint]) -> bytes:
    """Fingerprints as one piece."""
    views = [view for one in fingerprints for view in one.views]
    head = {
        "version": VERSION,
        "pictures": [[one.width, one.height, len(one.views)] for one in fingerprints],
        "views": [[[view.box.left, view.box.top, view.box.right, view.box.bottom], view.quality, *view.plane.shape,
                   len(view.features), view.is_screen] for view in views],
    }
    out = BytesIO()
    line = json.dumps(head, separators=(",", ":")).encode("ascii") + b"\n"
    out.write(line)
    for view in views:
        out.write(view.hashes.tobytes())
        out.write(np.ascontiguousarray(view.plane).tobytes())
        out.write(view.features.points.astype("<f4").tobytes())
        out.write(view.features.sizes.astype("<f4").tobytes())
        out.write(view.features.descriptors.tobytes())
    return out.getvalue()


def unpack(data: bytes) -> tuple[Fingerprint, ...]:
    """The inverse; raises AnswerMalformed for anything that `pack` does not make."""
    line, newline, rest = data.partition(b"\n")
    try:
        head = json.loads(line)
        pictures, heads = head["pictures"], head["views"]
        counts = [(_whole(w, MAX_SIDE), _whole(h, MAX_SIDE), _whole(n, MAX_VIEWS)) for w, h, n in pictures]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AnswerMalformed("no head of fingerprints") from error
    if not newline or head.get("version") != VERSION or len(counts) > MAX_PICTURES:
        raise AnswerMalformed("fingerprints of another version, or too many")
    if not isinstance(heads, list) or sum(count for _, _, count in counts) != len(heads):
        raise AnswerMalformed("views are missing")
    reader = _Reader(rest)
    views = [_view(entry, reader) for entry in heads]
    if reader.left:
        raise AnswerMalformed("bytes after the last view")
    found, at = [], 0
    for width, height, count in counts:
        found.append(Fingerprint(width=width, height=height, views=tuple(views[at:at + count])))
        at += count
    return tuple(found)


class _Reader:
    """Takes arrays off a piece of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, kind: str, *shape: int) -> NDArray[np.generic]:
        count = int(np.prod(shape, dtype=np.int64))
        size = count * np.dtype(kind).itemsize
        if size > self.left:
            raise AnswerMalformed("fingerprints are cut short")
        array = np.frombuffer(self._data, kind, count, self._at).reshape(shape).copy()
        self._at += size
        return array


def _view(entry: object, reader: _Reader) -> View:
    box, quality, height, width, count, screen = _row(entry, 6)
    if not isinstance(screen, bool):
        raise AnswerMalformed("a view's head is malformed")
    left, top, right, bottom = (_fraction(value) for value in _row(box, 4))
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise AnswerMalformed("a view lies outside its picture")
    rows, columns, features = _whole(height, PLANE), _whole(width, PLANE), _whole(count, 4 * MAX_FEATURES, least=0)
    hashes = reader.take("u1", 8, 32).astype(np.uint8)
    plane = reader.take("u1", rows, columns).astype(np.uint8)
    points, sizes = reader.take("<f4", features, 2).astype(np.float32), reader.take("<f4", features).astype(np.float32)
    if not (np.isfinite(points).all() and np.isfinite(sizes).all()):
        raise AnswerMalformed("a keypoint is nowhere")
    return View(box=Box(left=left, top=top, right=right, bottom=bottom), plane=plane, hashes=hashes,
                quality=_whole(quality, 100, least=0), is_screen=screen,
                features=Features(points=points, sizes=sizes,
                                  descriptors=reader.take("u1", features, 128).astype(np.uint8)))


def _row(value: object, length: int) -> list[object]:
    if not isinstance(value, list) or len(value) != length:
        raise AnswerMalformed("a view's head is malformed")
    return value


def _fraction(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise AnswerMalformed("a view's box is malformed")
    return float(value)


def _whole(value: object, most: int, *, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise AnswerMalformed("a number is missing or out of range")
    return value
