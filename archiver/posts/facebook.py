"""Posts of Facebook: the data that its pages carry, the embedded post (`plugins/post.php`), block quotations.

Facebook shows little to who is not signed in; what is not there is not found.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

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
from evidence_store.posts import MediaKind, PostField, PostMedia, RelatedPost, Relation

PLATFORM = "facebook"
DATA, EMBED, QUOTATION = range(3)
_NUMBER = re.compile(r"/(?:posts|permalink|videos|reel|photos/[^/]+)/(?:[^/]*?/)?([A-Za-z0-9]{6,120})/?$")


def read(document: Document) -> Iterator[PostDraft]:
    """The posts of a document."""
    for data, path in document.data('"message"'):
        yield from _stories(document, data, path)
    root = document.root
    if root is None:
        return
    yield from _plugin(document)
    for quote in root.iter("blockquote"):
        if "fb-xfbml-parse-ignore" in (quote.get("class") or ""):
            yield from _quotation(document, quote.get("cite") or "", words_of(quote))


def post_of(url: str) -> str:
    """The number (or new-style id) of a post in its address; "" where there is none."""
    parts = url_parts(url)
    query = parse_qs(parts.query)
    for name in ("story_fbid", "fbid", "v"):
        if re.fullmatch(r"[A-Za-z0-9]{6,120}", query.get(name, [""])[0]):
            return query[name][0]
    found = _NUMBER.search(parts.path)
    return found[1] if found else ""


def _stories(document: Document, value: object, within: str) -> Iterator[PostDraft]:
    """Story objects of the page's data: those that name their author, their number and their words."""
    for where, node in walk(value, within):
        number, actors = text_at(node, "post_id"), list_at(node, "actors")
        if not (number and actors and ("message" in node or "comet_sections" in node)):
            continue
        draft = PostDraft(PLATFORM, document, where, DATA)
        draft.put(PostField.ID, number, "post_id")
        draft.put(PostField.AUTHOR, text_at(actors[0], "name"), "actors[0].name")
        profile = url_parts(text_at(actors[0], "url")).path.strip("/")
        draft.put(PostField.HANDLE, profile if "/" not in profile and profile != "profile.php" else
                  text_at(actors[0], "id"), "actors[0].url")
        story = "comet_sections.content.story"
        for place in ("message.text", f"{story}.message.text"):
            draft.put_text(tidy(text_at(node, place)), place)
        dates = {text_at(one, "creation_time") for _, one in walk(node) if text_at(one, "creation_time")}
        if len(dates) == 1:           # a shared post brings its own time: then which is whose is not said
            draft.put(PostField.TIME, iso_time(dates.pop()), "creation_time")
        for place in ("url", "wwwURL", "permalink_url"):
            draft.put(PostField.URL, document.absolute(text_at(node, place)), place)
        _attachments(draft, node)
        shared = at(node, "attached_story") or at(node, f"{story}.attached_story")
        if isinstance(shared, dict):
            by = list_at(shared, "actors")
            draft.relate(RelatedPost(relation=Relation.QUOTED, id=text_at(shared, "post_id"),
                                     author=text_at(by[0], "name") if by else "",
                                     text=tidy(text_at(shared, "message.text"))), "attached_story")
        yield draft


def _attachments(draft: PostDraft, node: Json) -> None:
    for where, one in walk({"attachments": node.get("attachments")}):
        if text_at(one, "__typename") == "Photo":
            sizes = [at(one, place) for place in ("photo_image", "image", "viewer_image")]
            found = sorted((size for size in sizes if isinstance(size, dict) and size.get("uri")),
                           key=lambda size: size["width"] if isinstance(size.get("width"), int) else 0, reverse=True)
            urls = tuple(dict.fromkeys(filter(None, (draft.document.absolute(text_at(s, "uri")) for s in found))))
            if urls:
                draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=urls[0], alternatives=urls[1:],
                                          description=text_at(one, "accessibility_caption")), where)
        elif one.get("__typename") == "Video":
            names = ("browser_native_hd_url", "playable_url_quality_hd", "browser_native_sd_url", "playable_url")
            urls = tuple(dict.fromkeys(filter(None, (draft.document.absolute(text_at(one, name)) for name in names))))
            draft.add_media(PostMedia(kind=MediaKind.VIDEO, url=urls[0] if urls else "", alternatives=urls[1:],
                                      withheld=not urls), where)


def _plugin(document: Document) -> Iterator[PostDraft]:
    """An embedded post: time by `data-utime`, words in `.userContent`."""
    root = document.root
    if root is None or "/plugins/" not in document.url:
        return
    asked = parse_qs(url_parts(document.url).query).get("href", [""])[0]
    number, words = post_of(asked), first_class(root, "userContent")
    stamp = next((node for node in root.iter("abbr") if (node.get("data-utime") or "").isdecimal()), None)
    if not number or (words is None and stamp is None):
        return
    draft = PostDraft(PLATFORM, document, "", EMBED)
    draft.put(PostField.ID, number, "address asked for")
    draft.put(PostField.URL, document.absolute(asked), "address asked for")
    draft.put_text(words_of(words) if words is not None else "", ".userContent")
    draft.put(PostField.TIME, iso_time(stamp.get("data-utime")) if stamp is not None else "", "abbr[data-utime]")
    name = next((link for holder in by_class(root, "fwb") for link in holder.iter("a")), None)
    draft.put(PostField.AUTHOR, words_of(name) if name is not None else "", ".fwb a")
    yield draft


def _quotation(document: Document, cite: str, words: str) -> Iterator[PostDraft]:
    number = post_of(cite)
    if not number:
        return
    draft = PostDraft(PLATFORM, document, "blockquote.fb-xfbml-parse-ignore", QUOTATION)
    draft.put(PostField.ID, number, "cite")
    draft.put(PostField.URL, document.absolute(cite), "cite")
    told, by, _ = words.partition("Posted by ")
    draft.put_text(tidy(told) if by else "", "text before its signature")
    yield draft
