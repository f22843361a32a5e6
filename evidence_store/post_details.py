"""Posts as a finding `post` holds them in its details."""

from collections.abc import Iterator, Mapping

from evidence_store.canonical import JsonValue
from evidence_store.errors import FormatError
from evidence_store.events import from_fields
from evidence_store.posts import Post

CHECK = "post"


def posts_in(details: Mapping[str, JsonValue]) -> Iterator[Post]:
    """The posts of a finding's details; what is no post is left out."""
    listed = details.get("posts")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            try:
                yield from_fields(Post, one)
            except FormatError:
                continue
