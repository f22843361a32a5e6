"""Fingerprints of pictures in memory."""

from collections.abc import Callable

import pytest
from PIL import Image

from verify.reuse.decode import working_plane
from verify.reuse.fingerprint import Fingerprint, fingerprint


@pytest.fixture(scope="session")
def fingerprint_of() -> Callable[[Image.Image], Fingerprint]:
    """The fingerprint of a picture, without file and sandbox; of the same pixels only once."""
    known: dict[tuple[tuple[int, int], bytes], Fingerprint] = {}

    def made(picture: Image.Image) -> Fingerprint:
        grey = picture.convert("L")
        key = (grey.size, grey.tobytes())
        if key not in known:
            known[key] = fingerprint(working_plane(grey), width=picture.width, height=picture.height)
        return known[key]
    return made
