"""Posts of Telegram channels, as the web view (`t.me/s/CHANNEL`) and the embed of one post show them.

1. A medium that the web view names and does not show ("view in Telegram") is `withheld`, not missing.
2. Pictures of an album have ids of their own: they are `album_ids` of the message that shows them.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archiver.posts.document import Document, by_class, first_class, iso_time, words_of
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, PostField, PostMedia, PostState, RelatedPost, Relation

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PLATFORM = "telegram"
_POST = re.compile(r"([A-Za-z0-9_]{3,40})/(\d{1,20})")
_BACKGROUND = re.compile(r"background-image:\s*url\(\s*['\"]?([^'\")]{1,4000})")
_MESSAGE_LINK = re.compile(r"https?://(?:t|telegram)\.me/(?:s/)?([A-Za-z0-9_]{3,40})/(\d{1,20})")
_WITHHELD = ("message_media_not_supported", "tgme_widget_message_video_player_not_supported", "media_not_supported")


def read(document: Document) -> Iterator[PostDraft]:
    """The messages of a document, in its order."""
    if document.root is None:
        return
    for node in by_class(document.root, "tgme_widget_message"):
        found = _POST.fullmatch(node.get("data-post") or "")
        if found:
            yield _message(document, node, found[1], found[2])
    error = first_class(document.root, "tgme_widget_message_error")
    address = _MESSAGE_LINK.match(document.url)
    if error is not None and address:
        draft = PostDraft(PLATFORM, document, ".tgme_widget_message_error")
        draft.put(PostField.ID, f"{address[1]}/{address[2]}", "address asked for")
        draft.say_state(PostState.UNAVAILABLE, words_of(error), "text")
        yield draft


def _message(document: Document, node: "HtmlElement", channel: str, number: str) -> PostDraft:
    draft = PostDraft(PLATFORM, document, f".tgme_widget_message[data-post={channel}/{number}]")
    draft.put(PostField.ID, f"{channel}/{number}", "data-post")
    draft.put(PostField.URL, f"https://t.me/{channel}/{number}", "data-post")
    draft.put(PostField.HANDLE, channel, "data-post")
    name = first_class(node, "tgme_widget_message_owner_name", "tgme_widget_message_author_name")
    draft.put(PostField.AUTHOR, words_of(name) if name is not None else "", ".tgme_widget_message_owner_name")
    replied = first_class(node, "tgme_widget_message_reply")
    _words(draft, node, replied)
    stamp = next((one for link in by_class(node, "tgme_widget_message_date") for one in link.iter("time")), None)
    draft.put(PostField.TIME, iso_time(stamp.get("datetime")) if stamp is not None else "",
              ".tgme_widget_message_date time[datetime]")
    _pictures(draft, document, node, number)
    _recordings(draft, document, node)
    meta = first_class(node, "tgme_widget_message_meta")
    if meta is not None:
        edited = "edited" in words_of(meta).lower().split()
        draft.say_state(PostState.EDITED if edited else PostState.NOT_SAID,
                        "edited" if edited else "no mark of an edit", ".tgme_widget_message_meta")
    _related(draft, document, node, replied)
    return draft


def _words(draft: PostDraft, node: "HtmlElement", replied: "HtmlElement | None") -> None:
    quoted = set(replied.iter()) if replied is not None else set()
    texts = [one for name in ("tgme_widget_message_text", "js-message_text") for one in by_class(node, name)
             if one not in quoted and "js-message_reply_text" not in (one.get("class") or "")]
    inner = {below for one in texts for below in one.iter() if below is not one}
    texts = [one for one in dict.fromkeys(texts) if one not in inner]
    if texts:
        draft.put_text("\n".join(filter(None, map(words_of, texts))), ".tgme_widget_message_text")
    poll = first_class(node, "tgme_widget_message_poll_question")
    if poll is not None:
        options = [words_of(one) for one in by_class(node, "tgme_widget_message_poll_option_text")]
        draft.put_text("\n".join([words_of(poll), *options]), ".tgme_widget_message_poll")


def _pictures(draft: PostDraft, document: Document, node: "HtmlElement", number: str) -> None:
    album: list[str] = []
    for wrap in by_class(node, "tgme_widget_message_photo_wrap"):
        url = _background(document, wrap)
        draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=url, withheld=not url), ".tgme_widget_message_photo_wrap")
        link = _MESSAGE_LINK.match(wrap.get("href") or "")
        if link and link[2] != number:
            album.append(link[2])
    for player in by_class(node, "tgme_widget_message_video_player"):
        link = _MESSAGE_LINK.match(player.get("href") or "")
        if link and link[2] != number:
            album.append(link[2])
    draft.album = tuple(dict.fromkeys(album))


def _recordings(draft: PostDraft, document: Document, node: "HtmlElement") -> None:
    for place in ("tgme_widget_message_video_player", "tgme_widget_message_roundvideo_player"):
        for player in by_class(node, place):
            film = next(player.iter("video"), None)
            url = document.absolute(film.get("src")) if film is not None else ""
            thumbs = (one for one in player.iter() if "thumb" in (one.get("class") or ""))
            still = next((found for one in thumbs if (found := _background(document, one))), "")
            draft.add_media(PostMedia(kind=MediaKind.VIDEO, url=url, alternatives=(still,) if still else (),
                                      withheld=not url), f".{place}")
    for sound in node.iter("audio"):
        url = document.absolute(sound.get("src"))
        draft.add_media(PostMedia(kind=MediaKind.AUDIO, url=url, withheld=not url), "audio[src]")
    for wrap in by_class(node, "tgme_widget_message_document_wrap"):
        title = first_class(wrap, "tgme_widget_message_document_title")
        draft.add_media(PostMedia(kind=MediaKind.DOCUMENT, withheld=True,
                                  description=words_of(title) if title is not None else ""),
                        ".tgme_widget_message_document_wrap")
    held = [one for name in _WITHHELD for one in by_class(node, name)]
    if held and not any(one.withheld for one in draft.finished().media):
        draft.add_media(PostMedia(kind=MediaKind.VIDEO if "video" in (held[0].get("class") or "") else
                                  MediaKind.DOCUMENT, withheld=True, description=words_of(held[0])[:200]),
                        f".{(held[0].get('class') or '').split()[0]}")


def _related(draft: PostDraft, document: Document, node: "HtmlElement", replied: "HtmlElement | None") -> None:
    if replied is not None:
        link = _MESSAGE_LINK.match(document.absolute(replied.get("href")))
        name = first_class(replied, "tgme_widget_message_author_name")
        words = first_class(replied, "tgme_widget_message_text", "js-message_reply_text",
                            "tgme_widget_message_metatext")
        draft.relate(RelatedPost(relation=Relation.PARENT, id=f"{link[1]}/{link[2]}" if link else "",
                                 url=f"https://t.me/{link[1]}/{link[2]}" if link else "",
                                 handle=link[1] if link else "",
                                 author=words_of(name) if name is not None else "",
                                 text=words_of(words) if words is not None else ""), ".tgme_widget_message_reply")
    origin = first_class(node, "tgme_widget_message_forwarded_from_name")
    if origin is not None:
        link = _MESSAGE_LINK.match(document.absolute(origin.get("href")))
        signed = first_class(node, "tgme_widget_message_forwarded_from_author")
        draft.relate(RelatedPost(relation=Relation.FORWARDED, id=f"{link[1]}/{link[2]}" if link else "",
                                 url=f"https://t.me/{link[1]}/{link[2]}" if link else "",
                                 handle=link[1] if link else "",
                                 author=", ".join(filter(None, (words_of(origin), words_of(signed)
                                                                if signed is not None else "")))),
                     ".tgme_widget_message_forwarded_from_name")
    preview = first_class(node, "tgme_widget_message_link_preview")
    if preview is not None and (url := document.absolute(preview.get("href"))):
        title = first_class(preview, "link_preview_title")
        told = first_class(preview, "link_preview_description")
        draft.relate(RelatedPost(relation=Relation.PREVIEW, url=url,
                                 author=words_of(title) if title is not None else "",
                                 text=words_of(told) if told is not None else ""), ".tgme_widget_message_link_preview")


def _background(document: Document, node: "HtmlElement") -> str:
    found = _BACKGROUND.search(node.get("style") or "")
    return document.absolute(found[1]) if found else ""
