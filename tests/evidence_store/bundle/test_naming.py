from datetime import UTC, datetime

import pytest

from evidence_store.bundle.naming import EXTENSIONS, derivative_path, extension, original_path
from evidence_store.records import BlobRef, Derivative, DerivativeKind, Item, ItemKind, Recipe, Tool


def item(**changes) -> Item:
    fields = {"id": "ITEM-0042", "kind": ItemKind.PHOTO, "sha256": "ab" * 32, "length": 3, "media_type": "image/jpeg",
              "source": BlobRef(sha256="ab" * 32, length=3), "obtained_at": datetime(2026, 1, 2, tzinfo=UTC)}
    return Item(**{**fields, **changes})


@pytest.mark.parametrize(("media_type", "name", "expected"), [
    ("image/jpeg", "", "jpg"),
    ("image/jpeg", "photo.png", "jpg"),
    ("text/html", "index.php", "html"),
    ("", "statement.DOCX", "docx"),
    ("application/octet-stream", "video.mp4", "mp4"),
    ("application/octet-stream", "setup.exe", "bin"),
    ("application/x-unheard-of", "", "bin"),
    ("", "a.jpg/../../x", "bin"),
    ("", "no-suffix", "bin"),
])
def test_the_extension_follows_the_media_type_and_is_one_of_a_fixed_list(media_type, name, expected):
    assert extension(media_type, name) == expected


def test_names_are_made_of_the_id_alone():
    assert original_path(item(name="صورة.png", media_type="")) == "data/items/ITEM-0042/original.png"


def test_derivatives_of_one_item_are_told_apart_by_their_hash():
    made = Derivative(item="ITEM-0042", kind=DerivativeKind.MERGED_VIDEO, media_type="video/mp4",
                      content=BlobRef(sha256="cd" * 32, length=9),
                      recipe=Recipe(tool=Tool(name="ffmpeg", version="7"), arguments=(), inputs=()))
    assert derivative_path(made) == f"data/items/ITEM-0042/derivatives/merged_video-{'cd' * 8}.mp4"


def test_no_extension_opens_as_a_program():
    assert not {"exe", "com", "bat", "cmd", "sh", "ps1", "lnk", "scr", "jar", "hta"} & set(EXTENSIONS.values())
