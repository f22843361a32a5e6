"""What any page says of itself: JSON-LD (schema.org) and OpenGraph.

1. The words of a post are taken from JSON-LD's `articleBody` or `text`; a description is a summary and stays one.
2. OpenGraph names no author in a form to rely on: `article:author` is taken where it is a name, not an address.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from archiver.posts.document import Document, Json, iso_time, parse_json, text_at, tidy, walk
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, PostField, PostMedia

PLATFORM = "web"
JSON_LD, OPEN_GRAPH = 5, 6
TYPES = frozenset({"SocialMediaPosting", "DiscussionForumPosting", "BlogPosting", "LiveBlogPosting", "Article",
                   "NewsArticle", "ReportageNewsArticle", "VideoObject", "Comment", "Message"})
MAX_META = 500                # meta elements that are looked at


def read(document: Document) -> Iterator[PostDraft]:
    """The page as a post: its JSON-LD objects that are one, and its OpenGraph."""
    if document.root is None:
        return
    for number, script in enumerate(document.scripts):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            for where, node in walk(parse_json(script.text or ""), f"ld+json[{number}]"):
                yield from _linked(document, where, node)
    yield from _open_graph(document)


def _linked(document: Document, where: str, node: Json) -> Iterator[PostDraft]:
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    if not any(isinstance(kind, str) and kind in TYPES for kind in named):
        return
    draft = PostDraft(PLATFORM, document, where, JSON_LD)
    draft.put(PostField.URL, document.absolute(text_at(node, "url") or text_at(node, "mainEntityOfPage.@id")
                                               or text_at(node, "mainEntityOfPage")), "url")
    draft.put(PostField.ID, text_at(node, "identifier") or draft.get(PostField.URL), "identifier")
    draft.put(PostField.AUTHOR, _name(node.get("author")), "author")
    handle = text_at(node, "author.alternateName") or text_at(node, "author.identifier")
    draft.put(PostField.HANDLE, handle.removeprefix("@"), "author.alternateName")
    draft.put(PostField.TITLE, tidy(text_at(node, "headline") or text_at(node, "name")), "headline")
    for place in ("articleBody", "text"):
        draft.put_text(tidy(text_at(node, place)), place)
    draft.put(PostField.SUMMARY, tidy(text_at(node, "description")), "description")
    for place in ("datePublished", "uploadDate", "dateCreated"):
        draft.put(PostField.TIME, iso_time(node.get(place)), place)
    _linked_media(draft, node)
    if any(draft.get(name) for name in (PostField.TEXT, PostField.TITLE, PostField.SUMMARY)):
        yield draft


def _linked_media(draft: PostDraft, node: Json) -> None:
    for place, kind in (("image", MediaKind.PHOTO), ("sharedContent", MediaKind.PHOTO), ("video", MediaKind.VIDEO)):
        given = node.get(place)
        for one in given if isinstance(given, list) else [given]:
            url = one if isinstance(one, str) else text_at(one, "contentUrl") or text_at(one, "url")
            if url := draft.document.absolute(url):
                draft.add_media(PostMedia(kind=kind, url=url), place)
    if url := draft.document.absolute(text_at(node, "contentUrl")):
        draft.add_media(PostMedia(kind=MediaKind.VIDEO, url=url), "contentUrl")


def _name(author: Any) -> str:
    several = author if isinstance(author, list) else [author]
    names = [one if isinstance(one, str) else text_at(one, "name") for one in several]
    return ", ".join(name.strip() for name in names if name and not name.startswith("http"))[:300]


def _open_graph(document: Document) -> Iterator[PostDraft]:
    told: dict[str, list[str]] = {}
    root: Any = document.root
    for number, node in enumerate(root.iter("meta")):
        name = (node.get("property") or node.get("name") or "").strip().lower()
        if number < MAX_META and name.startswith(("og:", "article:", "twitter:", "profile:")) and node.get("content"):
            told.setdefault(name, []).append(node.get("content").strip())
    if not told.get("og:title") and not told.get("og:description"):
        return
    first = {name: values[0] for name, values in told.items()}
    draft = PostDraft(PLATFORM, document, "", OPEN_GRAPH)
    draft.put(PostField.URL, document.absolute(first.get("og:url")), "og:url")
    draft.put(PostField.ID, draft.get(PostField.URL), "og:url")
    author = first.get("article:author", "")
    draft.put(PostField.AUTHOR, "" if author.startswith("http") else author, "article:author")
    draft.put(PostField.HANDLE, first.get("profile:username", ""), "profile:username")
    draft.put(PostField.TITLE, tidy(first.get("og:title", "")), "og:title")
    draft.put(PostField.SUMMARY, tidy(first.get("og:description", "")), "og:description")
    for name in ("article:published_time", "og:published_time"):
        draft.put(PostField.TIME, iso_time(first.get(name)), name)
    for name, kind in (("og:video:secure_url", MediaKind.VIDEO), ("og:video:url", MediaKind.VIDEO),
                       ("og:video", MediaKind.VIDEO), ("og:image:secure_url", MediaKind.PHOTO),
                       ("og:image:url", MediaKind.PHOTO), ("og:image", MediaKind.PHOTO)):
        for url in filter(None, map(document.absolute, told.get(name, ()))):
            if kind is MediaKind.PHOTO or urlsplit(url).path.lower().endswith((".mp4", ".webm", ".mov", ".m3u8")):
                draft.add_media(PostMedia(kind=kind, url=url), name)
    yield draft
