"""Videos of YouTube: the data that a watch page carries, answers of its player, and oEmbed.

1. The film itself is yt-dlp's: what stands here says whose it is, what it is called, and since when.
2. What the player says of a video that it does not play is kept in its words.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from archiver.posts.document import Document, Json, at, iso_time, json_at, list_at, text_at, tidy, url_parts
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, PostField, PostMedia, PostState

PLATFORM = "youtube"
PLAYER, OEMBED = 0, 2
_IN_SCRIPT = re.compile(r"ytInitialPlayerResponse\s*=\s*")
_ID = re.compile(r"[\w-]{11}")
_REMOVED = ("removed by the uploader", "has been removed", "account associated with this video has been terminated")


def read(document: Document) -> Iterator[PostDraft]:
    """The video of a document."""
    if document.is_html:
        for script in document.scripts:
            text = script.text or ""
            found = _IN_SCRIPT.search(text)
            value = json_at(text, found.end()) if found else None
            if isinstance(value, dict):
                yield from _player(document, value, "ytInitialPlayerResponse")
                return
        return
    value = document.json
    if isinstance(value, dict) and ("videoDetails" in value or "playabilityStatus" in value):
        yield from _player(document, value, "")
    elif isinstance(value, dict) and "oembed" in document.url and value.get("provider_name") == "YouTube":
        yield from _oembed(document, value)


def video_of(url: str) -> str:
    """The id in a video's address; "" where there is none."""
    parts = url_parts(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    found = parse_qs(parts.query).get("v", [last])[0]
    return found if _ID.fullmatch(found) else ""


def _player(document: Document, value: Json, within: str) -> Iterator[PostDraft]:
    draft = PostDraft(PLATFORM, document, within, PLAYER)
    number = text_at(value, "videoDetails.videoId")
    draft.put(PostField.ID, number, "videoDetails.videoId")
    details, micro = "videoDetails", "microformat.playerMicroformatRenderer"
    draft.put(PostField.AUTHOR, text_at(value, f"{details}.author"), f"{details}.author")
    draft.put(PostField.TITLE, text_at(value, f"{details}.title"), f"{details}.title")
    draft.put_text(tidy(text_at(value, f"{details}.shortDescription")), f"{details}.shortDescription")
    owner = url_parts(text_at(value, f"{micro}.ownerProfileUrl")).path.rpartition("/@")[2]
    draft.put(PostField.HANDLE, owner.strip("/"), f"{micro}.ownerProfileUrl")
    draft.put(PostField.HANDLE, text_at(value, f"{details}.channelId"), f"{details}.channelId")
    for name in ("uploadDate", "publishDate"):
        draft.put(PostField.TIME, iso_time(at(value, f"{micro}.{name}")), f"{micro}.{name}")
    if number:
        draft.put(PostField.URL, f"https://www.youtube.com/watch?v={number}", "videoDetails.videoId")
        stills = sorted(list_at(value, f"{details}.thumbnail.thumbnails"),
                        key=lambda one: one["width"] if isinstance(one.get("width"), int) else 0, reverse=True)
        urls = tuple(filter(None, (document.absolute(text_at(one, "url")) for one in stills)))
        if urls:
            draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=urls[0], alternatives=urls[1:4],
                                      description="preview picture"), f"{details}.thumbnail.thumbnails")
    _playability(draft, value)
    if number or draft.finished().state_words:
        asked = video_of(document.url)
        draft.put(PostField.ID, asked, "address asked for")
        yield draft


def _playability(draft: PostDraft, value: Json) -> None:
    status = text_at(value, "playabilityStatus.status")
    if status in {"", "OK"}:
        # edits of title and description are not shown by the platform
        draft.say_state(PostState.NOT_SAID, status, "playabilityStatus.status")
        return
    said = [text_at(value, f"playabilityStatus.{place}") for place in
            ("reason", "errorScreen.playerErrorMessageRenderer.reason.simpleText",
             "errorScreen.playerErrorMessageRenderer.subreason.simpleText")]
    runs = list_at(value, "playabilityStatus.errorScreen.playerErrorMessageRenderer.subreason.runs")
    said.append("".join(text_at(one, "text") for one in runs))
    words = ". ".join(dict.fromkeys(filter(None, said))) or status
    removed = any(one in words.lower() for one in _REMOVED)
    draft.say_state(PostState.DELETED if removed else PostState.UNAVAILABLE, words, "playabilityStatus")


def _oembed(document: Document, value: Json) -> Iterator[PostDraft]:
    asked = parse_qs(url_parts(document.url).query).get("url", [""])[0]
    number = video_of(asked)
    if not number:
        return
    draft = PostDraft(PLATFORM, document, "", OEMBED)
    draft.put(PostField.ID, number, "address asked for")
    draft.put(PostField.URL, f"https://www.youtube.com/watch?v={number}", "address asked for")
    draft.put(PostField.AUTHOR, text_at(value, "author_name"), "author_name")
    draft.put(PostField.HANDLE, text_at(value, "author_url").rpartition("/@")[2].strip("/")
              if "/@" in text_at(value, "author_url") else "", "author_url")
    draft.put(PostField.TITLE, text_at(value, "title"), "title")
    still = document.absolute(text_at(value, "thumbnail_url"))
    if still:
        draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=still, description="preview picture"), "thumbnail_url")
    yield draft
