"""Does the capture contain what the article cites: its quoted words, or its picture or recording? Pure.

1. `yes` needs the words, or a medium of the cited kind that came whole; some of the words, or some of the media, are
   `partly`.
2. Where the article shows nothing of what it cites, there is nothing to look for: `not_asked`.
"""

from collections.abc import Iterable

from archiver.verdicts.judge import QUOTE_FOUND, QUOTE_PARTLY, Expectation, Observation, Part, quote_share
from archiver.verdicts.page import PageView, fold
from evidence_store.posts import Post
from evidence_store.records import CitedContent

_PREFIXES = {"photo": ("image/",), "video": ("video/", "audio/", "application/vnd.apple.mpegurl",
                                             "application/x-mpegurl", "application/dash+xml")}
_DOCUMENT_NOT = ("text/html", "application/xhtml+xml")


def contains_cited(seen: Observation, parts: Iterable[Part], expected: Expectation,
                   posts: Iterable[Post]) -> CitedContent:
    """Whether the cited content is in the bytes of a capture."""
    share = _share(seen.page, expected.quote, posts)
    if share is not None:
        some = CitedContent.PARTLY if share >= QUOTE_PARTLY else CitedContent.NO
        return CitedContent.YES if share >= QUOTE_FOUND else some
    if expected.kind not in {"photo", "video", "document"}:
        return CitedContent.NOT_ASKED
    served = seen.status is not None and 200 <= seen.status < 300 and seen.truncated is None
    if _is_kind(seen.media_type, expected.kind):
        return CitedContent.YES if served and seen.length else CitedContent.PARTLY if seen.length else CitedContent.NO
    media = [part for part in parts if part.is_content and _is_kind(part.media_type, expected.kind, unknown=True)]
    whole = [part for part in media if part.whole and part.status is not None and part.status < 300]
    if not whole:
        return CitedContent.NO
    return CitedContent.YES if len(whole) == len(media) else CitedContent.PARTLY


def _share(page: PageView | None, quote: str, posts: Iterable[Post]) -> float | None:
    if not quote:
        return None
    told = [fold(f"{post.text} {post.title}") for post in posts]
    views = [page] if page is not None else []
    views += [PageView(title="", headings=(), text=text, markup="", has_password_field=False, scripts=0, media=0)
              for text in told if text]
    shares = [share for view in views if (share := quote_share(quote, view)) is not None]
    return max(shares, default=0.0 if quote_share(quote, _EMPTY) is not None else None)


_EMPTY = PageView(title="", headings=(), text="", markup="", has_password_field=False, scripts=0, media=0)


def _is_kind(media_type: str, kind: str, *, unknown: bool = False) -> bool:
    if not media_type:
        return unknown                # a stream that yt-dlp joined has no one type
    if kind == "document":
        return not media_type.startswith((*_DOCUMENT_NOT, "image/", "video/", "audio/"))
    return media_type.startswith(_PREFIXES[kind])
