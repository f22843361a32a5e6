"""Posts of Mastodon and of servers that speak its interface: `Status` objects, and ActivityPub `Note`.

Sources: docs.joinmastodon.org/entities/Status; ActivityStreams 2.0 vocabulary. A post that was deleted is answered 404
or comes as an ActivityPub `Tombstone`.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from archiver.posts.document import Document, Json, at, iso_time, list_at, text_at, walk, words_of_html
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, PostField, PostMedia, PostState, RelatedPost, Relation

PLATFORM = "mastodon"
_KINDS = {"image": MediaKind.PHOTO, "gifv": MediaKind.VIDEO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
_NOTES = frozenset({"Note", "Question"})


def read(document: Document) -> Iterator[PostDraft]:
    """The posts of an answer, or of the data that a page of Mastodon carries."""
    value = document.json
    if value is None:
        return
    for where, node in walk(value):
        if isinstance(node.get("account"), dict) and "content" in node and "media_attachments" in node:
            yield _status(document, where, node)
        elif text_at(node, "type") in _NOTES and "attributedTo" in node and "content" in node:
            yield _note(document, where, node)
        elif node.get("type") == "Tombstone" and node.get("id"):
            draft = PostDraft(PLATFORM, document, where)
            _identity(draft, text_at(node, "id"), text_at(node, "id"), "id")
            draft.say_state(PostState.DELETED, f"Tombstone {text_at(node, 'deleted')}".strip(), "type")
            yield draft


def _status(document: Document, where: str, node: Json) -> PostDraft:
    draft = PostDraft(PLATFORM, document, where)
    url = document.absolute(text_at(node, "url") or text_at(node, "uri"))
    _identity(draft, url, text_at(node, "id"), "id")
    handle = text_at(node, "account.acct")
    home = urlsplit(document.absolute(text_at(node, "account.url"))).hostname or ""
    draft.put(PostField.AUTHOR, text_at(node, "account.display_name") or handle, "account.display_name")
    draft.put(PostField.HANDLE, handle if "@" in handle or not home else f"{handle}@{home}", "account.acct")
    _words(draft, text_at(node, "spoiler_text"), text_at(node, "content"), "content")
    draft.put(PostField.TIME, iso_time(node.get("created_at")), "created_at")
    for number, one in enumerate(list_at(node, "media_attachments")):
        best = document.absolute(text_at(one, "url") or text_at(one, "remote_url"))
        less = tuple(filter(None, (document.absolute(text_at(one, name)) for name in ("remote_url", "preview_url"))))
        draft.add_media(PostMedia(kind=_KINDS.get(text_at(one, "type"), MediaKind.DOCUMENT), url=best,
                                  alternatives=tuple(dict.fromkeys(u for u in less if u != best)),
                                  description=text_at(one, "description"), withheld=not best),
                        f"media_attachments[{number}]")
    _edited(draft, node)
    if parent := text_at(node, "in_reply_to_id"):
        draft.relate(RelatedPost(relation=Relation.PARENT, id=parent), "in_reply_to_id")
    for place, relation in (("reblog", Relation.FORWARDED), ("quote.quoted_status", Relation.QUOTED),
                            ("quote", Relation.QUOTED)):
        other = at(node, place)
        if isinstance(other, dict) and "account" in other:
            draft.relate(RelatedPost(relation=relation, id=text_at(other, "id"),
                                     url=document.absolute(text_at(other, "url")),
                                     author=text_at(other, "account.display_name"),
                                     handle=text_at(other, "account.acct"),
                                     text=words_of_html(text_at(other, "content")),
                                     time=iso_time(other.get("created_at"))), place)
    return draft


def _note(document: Document, where: str, node: Json) -> PostDraft:
    draft = PostDraft(PLATFORM, document, where)
    address = text_at(node, "id")
    _identity(draft, document.absolute(text_at(node, "url") or address), address, "id")
    author = re.fullmatch(r"https?://([^/]+)/(?:users/|@)([\w.-]+)", text_at(node, "attributedTo"))
    if author:
        draft.put(PostField.HANDLE, f"{author[2]}@{author[1]}", "attributedTo")
    _words(draft, text_at(node, "summary"), text_at(node, "content"), "content")
    draft.put(PostField.TIME, iso_time(node.get("published")), "published")
    for number, one in enumerate(list_at(node, "attachment")):
        prefix = text_at(one, "mediaType").partition("/")[0]
        kinds = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
        draft.add_media(PostMedia(kind=kinds.get(prefix, MediaKind.DOCUMENT),
                                  url=document.absolute(text_at(one, "url")), description=text_at(one, "name")),
                        f"attachment[{number}]")
    if edited := iso_time(node.get("updated")):
        draft.say_state(PostState.EDITED, f"updated {edited}", "updated", edited_at=edited)
    if parent := document.absolute(text_at(node, "inReplyTo")):
        draft.relate(RelatedPost(relation=Relation.PARENT, id=parent, url=parent), "inReplyTo")
    return draft


def _identity(draft: PostDraft, url: str, number: str, where: str) -> None:
    draft.put(PostField.ID, number, where)
    draft.put(PostField.URL, url, "url")


def _words(draft: PostDraft, warning: str, content: str, where: str) -> None:
    words = words_of_html(content)
    draft.put_text("\n\n".join(filter(None, (words_of_html(warning) if warning else "", words))), where)


def _edited(draft: PostDraft, node: Json) -> None:
    if edited := iso_time(node.get("edited_at")):
        draft.say_state(PostState.EDITED, f"edited_at {edited}", "edited_at", edited_at=edited)
    elif "edited_at" in node:
        draft.say_state(PostState.UNEDITED, "edited_at: null", "edited_at")
