"""Posts of Instagram: the data of its pages and interfaces, the captioned embed, block quotations.

A picture's best quality is the widest candidate that the platform names; its addresses are signed and cannot be made.
"""

import re
from collections.abc import Iterator
from typing import Any

from archiver.posts.document import (
    Document,
    Json,
    at,
    by_class,
    first_class,
    iso_time,
    list_at,
    text_at,
    tidy,
    url_parts,
    walk,
    words_of,
)
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, PostField, PostMedia

PLATFORM = "instagram"
DATA, EMBED, QUOTATION = range(3)
_CODE = re.compile(r"/(?:[\w.]{1,40}/)?(?:p|reel|reels|tv)/([\w-]{5,60})")
_CHILDREN = ("carousel_media", "edge_sidecar_to_children.edges")


def read(document: Document) -> Iterator[PostDraft]:
    """The posts of a document."""
    for data, path in document.data('"code"'):
        yield from _data(document, data, path)
    root = document.root
    if root is None:
        return
    yield from _embed(document)
    for quote in by_class(root, "instagram-media"):
        code = code_of(quote.get("data-instgrm-permalink") or "")
        if code:
            draft = PostDraft(PLATFORM, document, "blockquote.instagram-media", QUOTATION)
            _identity(draft, code, "data-instgrm-permalink")
            stamp = next(quote.iter("time"), None)
            draft.put(PostField.TIME, iso_time(stamp.get("datetime")) if stamp is not None else "", "time[datetime]")
            yield draft


def code_of(url: str) -> str:
    """The short code in a post's address."""
    found = _CODE.match(url_parts(url).path)
    return found[1] if found else ""


def _data(document: Document, value: object, within: str) -> Iterator[PostDraft]:
    for where, node in walk(value, within):
        code = text_at(node, "code") or text_at(node, "shortcode")
        owner = at(node, "user") or at(node, "owner")
        dated = node.get("taken_at") or node.get("taken_at_timestamp")
        if not (code and isinstance(owner, dict) and dated):
            continue
        draft = PostDraft(PLATFORM, document, where, DATA)
        _identity(draft, code, "code" if "code" in node else "shortcode")
        holder = "user" if isinstance(node.get("user"), dict) else "owner"
        draft.put(PostField.HANDLE, text_at(owner, "username"), f"{holder}.username")
        draft.put(PostField.AUTHOR, text_at(owner, "full_name") or text_at(owner, "username"), f"{holder}.full_name")
        for place in ("caption.text", "edge_media_to_caption.edges.0.node.text"):
            draft.put_text(tidy(text_at(node, place)), place)
        draft.put(PostField.TIME, iso_time(dated), "taken_at")
        children: list[Json] = [one.get("node", one) for place in _CHILDREN for one in list_at(node, place)]
        for number, one in enumerate(children or [node]):
            _medium(draft, one, f"media[{number}]")
        yield draft


def _medium(draft: PostDraft, node: Json, where: str) -> None:
    def size(one: Json) -> int:
        width = one.get("width", one.get("config_width", 0))
        return width if isinstance(width, int) else 0

    stills = sorted(list_at(node, "image_versions2.candidates") + list_at(node, "display_resources"), key=size,
                    reverse=True)
    urls = [text_at(one, "url") or text_at(one, "src") for one in stills] + [text_at(node, "display_url")]
    pictures = tuple(dict.fromkeys(filter(None, map(draft.document.absolute, urls))))
    films = [text_at(one, "url") for one in sorted(list_at(node, "video_versions"), key=size, reverse=True)]
    videos = tuple(dict.fromkeys(filter(None, map(draft.document.absolute, [*films, text_at(node, "video_url")]))))
    said = text_at(node, "accessibility_caption")
    if videos:
        draft.add_media(PostMedia(kind=MediaKind.VIDEO, url=videos[0], alternatives=(*videos[1:], *pictures[:1]),
                                  description=said), where)
    elif pictures:
        draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=pictures[0], alternatives=pictures[1:4],
                                  description=said), where)


def _embed(document: Document) -> Iterator[PostDraft]:
    """The page behind `/p/CODE/embed/captioned/`."""
    root: Any = document.root
    caption, code = first_class(root, "Caption"), code_of(document.url)
    if caption is None or not code or "/embed" not in document.url:
        return
    draft = PostDraft(PLATFORM, document, "", EMBED)
    _identity(draft, code, "address asked for")
    name = first_class(caption, "CaptionUsername")
    draft.put(PostField.HANDLE, words_of(name) if name is not None else "", ".CaptionUsername")
    for inner in [*by_class(caption, "CaptionUsername"), *by_class(caption, "CaptionComments")]:
        inner.drop_tree()
    draft.put_text(words_of(caption), ".Caption")
    image = first_class(root, "EmbeddedMediaImage")
    if image is not None and (url := document.absolute(image.get("src"))):
        draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=url, description=image.get("alt") or ""),
                        ".EmbeddedMediaImage")
    yield draft


def _identity(draft: PostDraft, code: str, where: str) -> None:
    draft.put(PostField.ID, code, where)
    draft.put(PostField.URL, f"https://www.instagram.com/p/{code}/", where)
