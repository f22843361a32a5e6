"""Fingerprints of pictures in memory."""

from collections.abc import Callable

import pytest
from PIL import Image

from verify.reuse.decode import working_plane
from verify.reuse.fingerprint import Fingerprint, fingerprint


@pytest.fixture(scope="session")
def fingerprint_of() -> Callable[[Image.Image], Fingerprint]:
    """The fingerprint of a picture, without file and sandbox."""
    def made(picture: Image.Image) -> Fingerprint:
        return fingerprint(working_plane(picture.convert("L")), width=picture.width, height=picture.height)
    return made
