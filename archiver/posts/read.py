"""The posts of a capture: every document read by the parsers of its platform, what is one post put together.

1. Two readings are one post where platform and id are the same; the fuller kind of source is asked first, the others
   fill in what it lacks and change nothing.
2. The post that was asked for comes first, the others in the order in which they were found.
3. What a page of a platform says of itself (OpenGraph) counts only where it names that very post: sign-in pages
   describe themselves, too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from archiver.citations.platforms import platform_of
from archiver.citations.urls import normalise_url
from archiver.posts import bluesky, facebook, instagram, mastodon, meta, telegram, x, youtube
from archiver.posts.addresses import PostKey, post_key
from archiver.posts.document import Document
from archiver.posts.draft import PostDraft, merged
from evidence_store.posts import Post, PostState

MAX_POSTS = 500               # of one capture; a channel's page has 20, a live blog some hundreds

Parser: TypeAlias = Callable[[Document], Iterator[PostDraft]]

_PARSERS: dict[str, tuple[Parser, ...]] = {
    "x": (x.read,),
    "telegram": (telegram.read,),
    "youtube": (youtube.read,),
    "facebook": (facebook.read,),
    "instagram": (instagram.read,),
    "bluesky": (bluesky.read,),
}
_HOSTS = {"twimg.com": "x", "bsky.social": "bluesky", "bsky.network": "bluesky", "ytimg.com": "youtube"}
_ANYWHERE: tuple[Parser, ...] = (mastodon.read,)                                 # servers of any name
_QUOTING: tuple[Parser, ...] = (x.read, instagram.read, facebook.read, telegram.read)     # saved embeds, in any page


def read_posts(documents: Iterable[Document], url: str) -> tuple[Post, ...]:
    """The posts that the documents of a capture of `url` show."""
    readings: list[tuple[int, int, Post]] = []
    for document in documents:
        for draft in _drafts(document):
            if len(readings) >= 4 * MAX_POSTS:
                break
            readings.append((draft.rank, len(readings), draft.finished()))
    found: dict[PostKey, Post] = {}
    order: dict[PostKey, int] = {}
    for _, place, post in sorted(readings, key=lambda one: one[:2]):
        key = _key_of(post)
        found[key] = merged(found[key], post) if key in found else post
        order[key] = min(order.get(key, place), place)
    asked = post_key(url)
    if asked is not None:
        _adopt_nameless(found, order, asked)
    kept = [key for key in sorted(found, key=lambda key: (key != asked, order[key])) if _says_something(found[key])]
    return tuple(found[key] for key in kept[:MAX_POSTS])


def is_asked(post: Post, url: str) -> bool:
    """It is the post at that address."""
    return _key_of(post) == (post_key(url) or PostKey("web", normalise_url(url)))


def _drafts(document: Document) -> Iterator[PostDraft]:
    platform = platform_of(document.host) or next(
        (name for domain, name in _HOSTS.items() if document.host.endswith(domain)), "")
    parsers = _PARSERS.get(platform, ())
    if document.is_html:
        parsers = tuple(dict.fromkeys((*parsers, *_QUOTING)))
    elif not platform:
        parsers = _ANYWHERE
    for parse in parsers:
        yield from parse(document)
    if document.is_html:
        yield from _self_descriptions(document, platform)


def _self_descriptions(document: Document, platform: str) -> Iterator[PostDraft]:
    own = post_key(document.url)
    for draft in meta.read(document):
        post = draft.finished()
        named = post_key(post.url or document.url)
        if platform and (named is None or named != own):
            continue
        if named is not None:
            draft.platform = named.platform
            draft.name_id(named.id)
        elif not post.url and "." not in draft.within.partition("]")[2]:
            draft.name_id(document.url)
        yield draft


def _key_of(post: Post) -> PostKey:
    named = post_key(post.url) if post.url else None
    if named is not None and named.platform == post.platform:
        return named
    return PostKey(post.platform, post.id if post.platform != "web" else normalise_url(post.url or post.id))


def _adopt_nameless(found: dict[PostKey, Post], order: dict[PostKey, int], asked: PostKey) -> None:
    """A tombstone does not say whose it is: alone in the answers for one post, it is that post's."""
    nameless = PostKey(asked.platform, "")
    tombstone = found.get(nameless)
    if tombstone is None:
        return
    del found[nameless]
    alone = not any(key.platform == asked.platform for key in found)
    if alone and tombstone.state in {PostState.DELETED, PostState.UNAVAILABLE}:
        found[asked] = replace(tombstone, id=asked.id)
        order[asked] = order[nameless]


def _says_something(post: Post) -> bool:
    return post.is_shown or bool(post.summary) or post.state in {PostState.DELETED, PostState.UNAVAILABLE}
