"""Posts of Bluesky: the views of its programming interface (`app.bsky.feed.*`).

Sources: the lexicons `app.bsky.feed.defs`, `app.bsky.embed.*` (github.com/bluesky-social/atproto). Posts cannot be
edited there; a record that was deleted comes as `notFoundPost`, which does not say why.
"""

import re
from collections.abc import Iterator

from archiver.posts.document import Document, Json, at, iso_time, list_at, text_at, tidy, walk
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, PostField, PostMedia, PostState, RelatedPost, Relation

PLATFORM = "bluesky"
_URI = re.compile(r"at://([^/\s]{1,200})/app\.bsky\.feed\.post/([\w.~:-]{1,100})")


def read(document: Document) -> Iterator[PostDraft]:
    """The posts of an answer."""
    if document.json is None:
        return
    for where, node in walk(document.json):
        if "embed" in where.split("."):
            continue              # quoted posts are related to the one that quotes them
        uri = _URI.fullmatch(text_at(node, "uri"))
        if uri and isinstance(node.get("record"), dict) and isinstance(node.get("author"), dict):
            yield _post(document, where, node, uri[1], uri[2])
        elif uri and (node.get("notFound") is True or node.get("blocked") is True):
            draft = PostDraft(PLATFORM, document, where)
            _identity(draft, uri[1], uri[2], "uri")
            word = "notFound" if node.get("notFound") is True else "blocked"
            draft.say_state(PostState.UNAVAILABLE, word, word)
            yield draft


def _post(document: Document, where: str, node: Json, did: str, key: str) -> PostDraft:
    draft = PostDraft(PLATFORM, document, where)
    _identity(draft, did, key, "uri")
    handle = text_at(node, "author.handle")
    draft.put(PostField.AUTHOR, text_at(node, "author.displayName") or handle, "author.displayName")
    draft.put(PostField.HANDLE, handle, "author.handle")
    draft.put_text(tidy(text_at(node, "record.text")), "record.text")
    draft.put(PostField.TIME, iso_time(at(node, "record.createdAt")), "record.createdAt")
    _embed(draft, node.get("embed"), "embed")
    parent = _URI.fullmatch(text_at(node, "record.reply.parent.uri"))
    if parent:
        draft.relate(RelatedPost(relation=Relation.PARENT, id=f"{parent[1]}/{parent[2]}",
                                 url=_address(parent[1], parent[2])), "record.reply.parent.uri")
    # "Posts cannot be edited" (docs.bsky.app): what is shown is what was posted
    draft.say_state(PostState.UNEDITED, "the platform has no edits", "record")
    return draft


def _identity(draft: PostDraft, did: str, key: str, where: str) -> None:
    draft.put(PostField.ID, f"{did}/{key}", where)
    draft.put(PostField.URL, _address(did, key), where)


def _address(did: str, key: str) -> str:
    return f"https://bsky.app/profile/{did}/post/{key}"


def _embed(draft: PostDraft, embed: object, where: str) -> None:
    for place in ("images", "items"):
        for number, one in enumerate(list_at(embed, place)):
            url = draft.document.absolute(text_at(one, "fullsize"))
            less = draft.document.absolute(text_at(one, "thumb") or text_at(one, "thumbnail"))
            draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=url, alternatives=(less,) if less else (),
                                      description=text_at(one, "alt"), withheld=not url), f"{where}.{place}[{number}]")
    if url := draft.document.absolute(text_at(embed, "playlist")):
        still = draft.document.absolute(text_at(embed, "thumbnail"))
        draft.add_media(PostMedia(kind=MediaKind.VIDEO, url=url, alternatives=(still,) if still else (),
                                  description=text_at(embed, "alt")), f"{where}.playlist")
    if url := draft.document.absolute(text_at(embed, "external.uri")):
        draft.relate(RelatedPost(relation=Relation.PREVIEW, url=url, author=text_at(embed, "external.title"),
                                 text=text_at(embed, "external.description")), f"{where}.external")
    inner = at(embed, "media")
    if isinstance(inner, dict):
        _embed(draft, inner, f"{where}.media")
    quoted = at(embed, "record.record") or at(embed, "record")
    uri = _URI.fullmatch(text_at(quoted, "uri"))
    if uri:
        gone = next((word for word in ("notFound", "blocked", "detached") if at(quoted, word) is True), "")
        draft.relate(RelatedPost(relation=Relation.QUOTED, id=f"{uri[1]}/{uri[2]}", url=_address(uri[1], uri[2]),
                                 author=text_at(quoted, "author.displayName"), handle=text_at(quoted, "author.handle"),
                                 text=tidy(text_at(quoted, "value.text")),
                                 time=iso_time(at(quoted, "value.createdAt")), unavailable=gone), f"{where}.record")
