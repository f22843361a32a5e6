"""Posts that were recorded, read back for people. Loads no reader of HTML: `show` must not pay for one."""

from collections.abc import Iterator

from evidence_store.case import Case
from evidence_store.post_details import CHECK, posts_in
from evidence_store.posts import Post, PostState
from evidence_store.records import ItemId

_SHOWN_WORDS = 200            # characters of a post in one line


def posts_of(case: Case, item: ItemId) -> tuple[Post, ...]:
    """The posts that were read from an item, as last recorded."""
    for entry in case.catalogue.findings(item, check=CHECK):
        return tuple(posts_in(entry.finding.details))
    return ()


def post_lines(post: Post) -> Iterator[str]:
    """A post for people, a line each."""
    who = f"{post.author} (@{post.handle})" if post.handle else post.author or "author not found"
    yield f"{post.platform}: {who}, {post.time or 'time not found'}"
    if post.url:
        yield f"  {post.url}"
    for words in (post.title, post.text):
        if words:
            yield f"  {short(words)}{' (cut by the source)' if post.text_is_cut and words == post.text else ''}"
    for medium in post.media:
        told = f": {medium.description}" if medium.description else ""
        yield f"  {medium.kind.value}{told} {medium.url or '(withheld: the platform names it and does not show it)'}"
    for other in post.related:
        by = other.author or (f"@{other.handle}" if other.handle else other.id or other.url)
        yield f"  {other.relation.value}: {by}: {short(other.unavailable or other.text) or other.url}"
    if post.state is not PostState.NOT_SAID:
        yield f"  {post.state.value}: {post.state_words}{f', {post.edited_at}' if post.edited_at else ''}"
    if post.platform != "web" and post.missing:
        yield f"  field not found: {', '.join(field.value for field in post.missing)}"


def short(words: str) -> str:
    """The beginning of some words, in one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= _SHOWN_WORDS else flat[:_SHOWN_WORDS - 1] + "\u2026"
