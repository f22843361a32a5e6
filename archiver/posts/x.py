"""Posts of X (Twitter).

1. Read are: the answers of its programming interfaces (GraphQL, 1.1), of `cdn.syndication.twimg.com/tweet-result` and
   of `publish.x.com/oembed`; pages as a browser showed them; pages of twitter.com as they were until 2020, as archives
   have them; block quotations in other pages.
2. Shortened links of the text are put back as the platform itself expands them; nothing else of the text is changed.
3. A tombstone is a post with the platform's words, never a missing one.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlunsplit

from archiver.citations.urls import split_url
from archiver.posts.document import (
    Document,
    Json,
    at,
    by_class,
    first_class,
    iso_time,
    list_at,
    parse_html,
    text_at,
    tidy,
    walk,
    words_of,
)
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, PostField, PostMedia, PostState, RelatedPost, Relation
from evidence_store.records import RecordId

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PLATFORM = "x"
API, SYNDICATION, PAGE, OEMBED, QUOTATION = range(5)
_STATUS = re.compile(r"/([A-Za-z0-9_]{1,30}|i/web|i)/status(?:es)?/(\d{1,20})")
_NESTED = Document(url="", media_type="", body=b"", record=RecordId(""))      # its own sources are not kept
_DELETED = ("deleted by the post author", "deleted by the tweet author", "deleted by its author")
_ENTRY = re.compile(r"(?:conversationthread-\d+-)?tweet-(\d{1,20})")
_PHOTO_HOST = "pbs.twimg.com"


def read(document: Document) -> Iterator[PostDraft]:
    """The posts of a document."""
    if document.is_html:
        yield from _in_page(document)
        return
    value = document.json
    if value is None:
        return
    if "oembed" in document.url:
        yield from _oembed(document, value)
    entries: dict[str, str] = {}      # path of a timeline's entry -> number of its post
    for where, node in walk(value):
        if entry := _ENTRY.fullmatch(text_at(node, "entryId")):
            entries[where] = entry[1]
        yield from _object(document, where, node, entries)


def best_photo(url: str) -> str:
    """The address of a picture in the size it was uploaded in: `name=orig`."""
    parts = split_url(url)
    if parts is None or parts.hostname != _PHOTO_HOST or not parts.path.startswith("/media/"):
        return url
    path = re.sub(r":(?:small|medium|large|thumb|orig)$", "", parts.path)
    stem, dot, suffix = path.rpartition(".")
    kind = dict(parse_qsl(parts.query)).get("format", "") or (suffix if dot else "")
    if not kind:
        return url
    return urlunsplit((parts.scheme, parts.netloc, stem or path, urlencode({"format": kind, "name": "orig"}), ""))


def status_of(url: str) -> tuple[str, str]:
    """Handle and number out of a post's address; "" where they do not stand there."""
    parts = split_url(url) if url.startswith("http") else None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.").removeprefix("m.") if parts else ""
    found = _STATUS.match(parts.path) if parts and host in {"x.com", "twitter.com"} else None
    return ("" if found[1] in {"i", "i/web"} else found[1], found[2]) if found else ("", "")


def _object(document: Document, where: str, node: Json, entries: dict[str, str]) -> Iterator[PostDraft]:
    kind = text_at(node, "__typename")
    if kind in {"TweetTombstone", "TweetUnavailable"} and "quoted" not in where:
        draft = PostDraft(PLATFORM, document, where, API)
        words, place = _tombstone(node)
        if words:
            number = next((number for path, number in entries.items() if where.startswith(f"{path}.")), "")
            _identity(draft, number, "entryId")
            state = PostState.DELETED if any(one in words.lower() for one in _DELETED) else PostState.UNAVAILABLE
            draft.say_state(state, words, place)
            yield draft
    elif isinstance(node.get("legacy"), dict) and "rest_id" in node and "full_text" in node["legacy"]:
        yield _graphql(document, where, node)
    elif kind == "Tweet" and "id_str" in node and "user" in node:
        yield _flat(document, where, node, SYNDICATION)
    elif "full_text" in node and isinstance(node.get("user"), dict) and "id_str" in node:
        yield _flat(document, where, node, API)


def _tombstone(node: Json) -> tuple[str, str]:
    for place in ("tombstone.text.text", "reason"):
        if words := text_at(node, place):
            return words, place
    return "", ""


def _graphql(document: Document, where: str, node: Json) -> PostDraft:
    draft = PostDraft(PLATFORM, document, where, API)
    legacy = node["legacy"]
    _identity(draft, text_at(node, "rest_id"), "rest_id")
    for name, path in ((PostField.AUTHOR, "name"), (PostField.HANDLE, "screen_name")):
        for base in ("core.user_results.result.core", "core.user_results.result.legacy"):
            draft.put(name, text_at(node, f"{base}.{path}"), f"{base}.{path}")
    note = "note_tweet.note_tweet_results.result"
    if words := text_at(node, f"{note}.text"):
        draft.put_text(_expanded(words, at(node, f"{note}.entity_set")), f"{note}.text")
    draft.put_text(_expanded(text_at(legacy, "full_text"), legacy.get("entities"), _media_links(legacy)),
                   "legacy.full_text")
    draft.found_empty(PostField.TEXT, "legacy.full_text")
    draft.put(PostField.TIME, iso_time(legacy.get("created_at")), "legacy.created_at")
    _media(draft, legacy, "legacy.extended_entities.media")
    _edits(draft, node.get("edit_control"), "edit_control")
    _parent(draft, legacy, "legacy.")
    quoted = at(node, "quoted_status_result.result.tweet") or at(node, "quoted_status_result.result")
    number = text_at(legacy, "quoted_status_id_str")
    if number or isinstance(quoted, dict):
        draft.relate(_quoted(quoted if isinstance(quoted, dict) else {}, number), "quoted_status_result")
    return draft


def _quoted(node: Json, number: str) -> RelatedPost:
    if isinstance(node.get("legacy"), dict):
        inner = _graphql(_NESTED, "", node).finished()
        return RelatedPost(relation=Relation.QUOTED, id=inner.id or number, url=inner.url, author=inner.author,
                           handle=inner.handle, text=inner.text, time=inner.time)
    return RelatedPost(relation=Relation.QUOTED, id=number, url=_address(number), unavailable=_tombstone(node)[0])


def _flat(document: Document, where: str, node: Json, rank: int) -> PostDraft:
    """A post of the 1.1 interface or of syndication."""
    draft = PostDraft(PLATFORM, document, where, rank)
    _identity(draft, text_at(node, "id_str"), "id_str")
    draft.put(PostField.AUTHOR, text_at(node, "user.name"), "user.name")
    draft.put(PostField.HANDLE, text_at(node, "user.screen_name"), "user.screen_name")
    for place in ("full_text", "text"):
        draft.put_text(_expanded(text_at(node, place), node.get("entities"), _media_links(node)), place)
        if isinstance(node.get(place), str):
            draft.found_empty(PostField.TEXT, place)
    if "note_tweet" in node and "full_text" not in node:
        draft.is_cut = True       # syndication holds the beginning of a long post
    draft.put(PostField.TIME, iso_time(node.get("created_at")), "created_at")
    _media(draft, node, "mediaDetails" if "mediaDetails" in node else "extended_entities.media")
    _edits(draft, node.get("edit_control"), "edit_control")
    if node.get("isEdited") is True:
        draft.say_state(PostState.EDITED, "isEdited: true", "isEdited")
    _parent(draft, node, "")
    quoted = node.get("quoted_tweet") or node.get("quoted_status")
    if isinstance(quoted, dict):
        inner = _flat(_NESTED, "", quoted, rank).finished()
        draft.relate(RelatedPost(relation=Relation.QUOTED, id=inner.id, url=inner.url, author=inner.author,
                                 handle=inner.handle, text=inner.text, time=inner.time), "quoted_tweet")
    return draft


def _identity(draft: PostDraft, number: str, where: str) -> None:
    draft.put(PostField.ID, number, where)
    draft.put(PostField.URL, _address(number), where)


def _address(number: str) -> str:
    return f"https://x.com/i/status/{number}" if number.isdecimal() else ""


def _expanded(text: str, entities: object, hidden: tuple[str, ...] = ()) -> str:
    """The text with shortened links as the platform expands them, and without the links to its own pictures."""
    for one in list_at(entities, "urls"):
        short, full = text_at(one, "url"), text_at(one, "expanded_url")
        if short and full:
            text = text.replace(short, full)
    for short in hidden:
        text = text.replace(short, "")
    return tidy(text)


def _media_links(node: Json) -> tuple[str, ...]:
    found = [text_at(one, "url") for place in ("entities.media", "extended_entities.media", "mediaDetails")
             for one in list_at(node, place)]
    return tuple(dict.fromkeys(filter(None, found)))


def _media(draft: PostDraft, node: Json, place: str) -> None:
    for number, one in enumerate(list_at(node, place.removeprefix("legacy."))):
        still = text_at(one, "media_url_https")
        variants = sorted((v for v in list_at(one, "video_info.variants")
                           if text_at(v, "content_type") == "video/mp4" and isinstance(v.get("bitrate", 0), int)),
                          key=lambda v: int(v.get("bitrate", 0)), reverse=True)
        addresses = tuple(filter(None, (text_at(variant, "url") for variant in variants)))
        where = f"{place}[{number}]"
        if text_at(one, "type") in {"video", "animated_gif"}:
            draft.add_media(PostMedia(kind=MediaKind.VIDEO, url=addresses[0] if addresses else "",
                                      alternatives=(*addresses[1:], *((still,) if still else ())),
                                      withheld=not addresses), where)
        elif still:
            draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=best_photo(still), alternatives=(still,),
                                      description=text_at(one, "ext_alt_text")), where)


def _edits(draft: PostDraft, control: object, where: str) -> None:
    if not isinstance(control, dict):
        return
    ids = at(control, "edit_control_initial.edit_tweet_ids") or control.get("edit_tweet_ids")
    versions = tuple(str(one) for one in ids if str(one).isdecimal()) if isinstance(ids, list) else ()
    if len(versions) > 1:
        earlier = tuple(one for one in versions if one != draft.get(PostField.ID))
        draft.say_state(PostState.EDITED, f"{len(versions)} versions", f"{where}.edit_tweet_ids", earlier=earlier)
    elif versions:
        draft.say_state(PostState.UNEDITED, "1 version", f"{where}.edit_tweet_ids")


def _parent(draft: PostDraft, node: Json, prefix: str) -> None:
    number = text_at(node, "in_reply_to_status_id_str")
    if not number:
        return
    shown = node.get("parent") if isinstance(node.get("parent"), dict) else {}
    draft.relate(RelatedPost(relation=Relation.PARENT, id=number, url=_address(number),
                             handle=text_at(node, "in_reply_to_screen_name"), author=text_at(shown, "user.name"),
                             text=tidy(text_at(shown, "text")), time=iso_time((shown or {}).get("created_at"))),
                 f"{prefix}in_reply_to_status_id_str")


def _oembed(document: Document, value: object) -> Iterator[PostDraft]:
    root = parse_html(text_at(value, "html"))
    if root is None or status_of(text_at(value, "url"))[1] == "":
        return
    for draft in _quotations(document, root, "html"):
        draft.rank = OEMBED
        draft.put(PostField.AUTHOR, text_at(value, "author_name"), "author_name")
        yield draft


def _in_page(document: Document) -> Iterator[PostDraft]:
    root = document.root
    if root is None:
        return
    for node in root.iter("article"):
        if node.get("data-testid") == "tweet":
            yield from _shown(document, node)
    for node in by_class(root, "tweet"):
        if (node.get("data-tweet-id") or "").isdecimal():
            yield _old_page(document, node)
    yield from _quotations(document, root, "")


def _shown(document: Document, node: "HtmlElement") -> Iterator[PostDraft]:
    """A post as the platform's own page shows it today."""
    draft = PostDraft(PLATFORM, document, "article[data-testid=tweet]", PAGE)
    links = ((link, link.find(".//time")) for link in node.iter("a"))
    own = next(((link, stamp) for link, stamp in links if stamp is not None), None)
    if own is None:
        return
    handle, number = status_of(document.absolute(own[0].get("href")))
    if not number:
        return
    _identity(draft, number, "a[href] of time")
    draft.put(PostField.HANDLE, handle, "a[href] of time")
    draft.put(PostField.TIME, iso_time(own[1].get("datetime")), "time[datetime]")
    name = next((one for one in node.iter("div") if one.get("data-testid") == "User-Name"), None)
    first = next((one for one in name.iter("a")), None) if name is not None else None
    draft.put(PostField.AUTHOR, words_of(first) if first is not None else "", "[data-testid=User-Name] a")
    words = next((one for one in node.iter("div") if one.get("data-testid") == "tweetText"), None)
    if words is not None:
        draft.put_text(words_of(words), "[data-testid=tweetText]")
        more = any(one.get("data-testid") == "tweet-text-show-more-link" for one in node.iter())
        draft.is_cut = draft.is_cut or more
    for image in node.iter("img"):
        source = document.absolute(image.get("src"))
        if best_photo(source) != source or "name=orig" in source:
            draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=best_photo(source), alternatives=(source,),
                                      description=image.get("alt") or ""), "img[src]")
    yield draft


def _old_page(document: Document, node: "HtmlElement") -> PostDraft:
    """A post in a page of twitter.com as it was from 2012 to 2020."""
    draft = PostDraft(PLATFORM, document, ".tweet", PAGE)
    _identity(draft, node.get("data-tweet-id") or "", "data-tweet-id")
    draft.put(PostField.AUTHOR, node.get("data-name") or "", "data-name")
    draft.put(PostField.HANDLE, node.get("data-screen-name") or "", "data-screen-name")
    words = first_class(node, "tweet-text")
    if words is not None:
        for short in list(by_class(words, "u-hidden")):
            short.drop_tree()
        draft.put_text(words_of(words), ".tweet-text")
    stamp = first_class(node, "_timestamp", "js-short-timestamp")
    if stamp is not None:
        draft.put(PostField.TIME, iso_time(stamp.get("data-time")), "._timestamp[data-time]")
    for holder in by_class(node, "AdaptiveMedia-photoContainer"):
        source = document.absolute(holder.get("data-image-url"))
        draft.add_media(PostMedia(kind=MediaKind.PHOTO, url=best_photo(source), alternatives=(source,)),
                        ".AdaptiveMedia-photoContainer[data-image-url]")
    if first_class(node, "AdaptiveMedia-video") is not None:
        draft.add_media(PostMedia(kind=MediaKind.VIDEO, withheld=True), ".AdaptiveMedia-video")
    return draft


def _quotations(document: Document, root: "HtmlElement", where: str) -> Iterator[PostDraft]:
    """Block quotations as `publish.x.com` makes them, in pages that were saved with or without its script."""
    for quote in root.iter("blockquote"):
        classes = (quote.get("class") or "").split()
        if not {"twitter-tweet", "twitter-video"} & set(classes):
            continue
        links = [(link, status_of(document.absolute(link.get("href")))) for link in quote.iter("a")]
        own = next(((link, told) for link, told in reversed(links) if told[1]), None)
        if own is None:
            continue
        draft = PostDraft(PLATFORM, document, where or "blockquote.twitter-tweet", QUOTATION)
        _identity(draft, own[1][1], "a[href]")
        draft.put(PostField.HANDLE, own[1][0], "a[href]")
        draft.put(PostField.TIME, _day(words_of(own[0])), "a")
        words = quote.find("p")
        if words is not None:
            draft.put_text(words_of(words), "p")
        signed = _SIGNED.search(words_of(quote).replace("\n", " "))
        if signed and signed[2] == own[1][0]:
            draft.put(PostField.AUTHOR, signed[1].strip(), "text behind the paragraph")
        yield draft


_SIGNED = re.compile(r"[\u2014\u2013]\s*([^\u2014\u2013]{1,100}?)\s*\(@([A-Za-z0-9_]{1,30})\)")
_MONTHS = {name: number for number, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december"), start=1)}
_WORDED_DAY = re.compile(r"([A-Za-z]{3,9}) (\d{1,2}), (\d{4})")


def _day(words: str) -> str:
    """`October 21, 2015` as a date."""
    found = _WORDED_DAY.fullmatch(words.strip())
    month = _MONTHS.get(found[1].lower(), 0) if found else 0
    return iso_time(f"{found[3]}-{month:02}-{int(found[2]):02}") if found and month else ""
