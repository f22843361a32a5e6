"""Recordings: YouTube, Vimeo, Dailymotion and other players, in frames, legacy objects and their stand-ins."""

import re

from lxml.html import HtmlElement

from archiver.citations.classify import classify, is_player
from archiver.citations.embeds.make import found, own_text, sources
from archiver.citations.outline import Found
from archiver.citations.platforms import query_value
from archiver.citations.urls import absolute_url, split_url
from evidence_store.records import CitationKind

_WATCH = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
}
_ID = {
    "youtube": re.compile(r"[\w-]{11}", re.ASCII), "vimeo": re.compile(r"\d{4,12}"),
    "dailymotion": re.compile(r"[A-Za-z0-9]{4,10}"),
}
_TAGS = {
    "lite-youtube": "youtube", "youtube-video": "youtube", "youtube-lite": "youtube", "amp-youtube": "youtube",
    "lite-vimeo": "vimeo", "vimeo-video": "vimeo", "amp-vimeo": "vimeo", "amp-dailymotion": "dailymotion",
}
_ID_ATTRIBUTES = (
    "videoid", "video-id", "data-videoid", "data-video-id", "data-youtube-id", "data-yt-id", "data-ytid",
    "data-youtube", "data-vimeo-id", "data-plyr-embed-id", "data-embed-id", "data-id", "data-youtube-video-id",
    "data-video", "data-embed",
)


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A recording by its frame, its object, or the number that a stand-in carries."""
    tag = element.tag
    if tag == "iframe":
        return _first_recording(sources(element), base_url, element.get("title") or "")
    if tag in {"embed", "object"}:
        return _first_recording(_object_sources(element), base_url, own_text(element))
    if tag in {"video-js", "video"} and element.get("data-account") and element.get("data-video-id"):
        return _brightcove(element, base_url)
    platform = _TAGS.get(tag) or _platform_hint(element)
    if platform:
        for name in _ID_ATTRIBUTES:
            value = (element.get(name) or "").strip()
            if _ID[platform].fullmatch(value):
                return found(
                    _WATCH[platform].format(value),
                    base_url,
                    anchor=element.get("playlabel") or element.get("title") or "",
                )
    return None


def _first_recording(candidates: list[str], base_url: str, anchor: str) -> Found | None:
    for source in candidates:
        url = absolute_url(source, base_url)
        target = classify(url) if url else None
        if target is None:
            continue
        parts = split_url(url)
        if target.platform == "soundcloud" and parts is not None and query_value(parts.query, "url"):
            return found(
                query_value(parts.query, "url"),
                base_url,
                kind=CitationKind.VIDEO,
                platform="soundcloud",
                anchor=anchor,
                alternatives=(url,),
            )
        if target.kind is CitationKind.VIDEO and is_player(url):
            shown = target.identity if target.platform in _WATCH else url
            return found(shown, base_url, anchor=anchor, alternatives=(url,))
        if (
            target.kind is CitationKind.VIDEO
        ):  # a frame, or an object, whose address is the media file or a platform's player
            return found(url, base_url, anchor=anchor)
    return None


def _object_sources(element: HtmlElement) -> list[str]:
    values = [element.get("data") or "", element.get("src") or ""]
    values += [
        param.get("value") or ""
        for param in element.iter("param")
        if (param.get("name") or "").lower() in {"movie", "src", "filename", "url"}
    ]
    values += [inner.get("src") or "" for inner in element.iter("embed", "iframe")]
    return [value for value in values if value]


def _platform_hint(element: HtmlElement) -> str:
    """The platform that class or provider attribute name, where the element carries a bare video number."""
    named = " ".join(
        element.get(name) or ""
        for name in (
            "class",
            "data-provider",
            "data-platform",
            "data-type",
            "data-plyr-provider",
            "data-service",
            "data-embed-type",
        )
    )
    lowered = named.lower()
    for platform, words in (
        ("youtube", ("youtube", "ytvideo", "yt-video", "yt-lite")),
        ("vimeo", ("vimeo",)),
        ("dailymotion", ("dailymotion",)),
    ):
        if any(word in lowered for word in words) or (
            platform == "youtube" and (element.get("data-youtube-id") or element.get("data-ytid"))
        ):
            return platform
    return ""


def _brightcove(element: HtmlElement, base_url: str) -> Found | None:
    account, video = (re.sub(r"[^\w:-]", "", element.get(name) or "") for name in ("data-account", "data-video-id"))
    player = re.sub(r"[^\w-]", "", element.get("data-player") or "default")
    return found(
        f"https://players.brightcove.net/{account}/{player}_default/index.html?videoId={video}",
        base_url,
        kind=CitationKind.VIDEO,
    )
