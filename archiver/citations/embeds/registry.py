"""Asks every family of recognisers about an element, in an order that puts the specific before the general.

1. A piece of the page is one embed at most: the first family that knows it answers.
2. Outside the article only posts and recordings count (`Zone.EMBEDS`); pictures, framed pages and script links do not.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from lxml.html import HtmlElement

from archiver.citations import images
from archiver.citations.embeds import fediverse, frames, media, meta, players, quoted, stand_ins, telegram, tiktok, x
from archiver.citations.main_content import Zone
from archiver.citations.outline import Embed, Found, Recognise
from evidence_store.records import CitationKind

_Family: TypeAlias = Callable[[HtmlElement, str], Found | None]

_FAMILIES: tuple[_Family, ...] = (
    x.recognise, meta.recognise, telegram.recognise, tiktok.recognise, fediverse.recognise, players.recognise,
    media.recognise, quoted.recognise, stand_ins.recognise, frames.recognise,
)
_MARKED = re.compile(r"tweet|twitter|fb-|instagram|tiktok|telegram|mastodon|reddit|bluesky|threads|text-post|vk_post|"
                     r"youtube|yt-|vimeo|dailymotion|embed", re.IGNORECASE)
_WORTH_ASKING = frozenset({"blockquote", "iframe", "video", "audio", "embed", "object", "frame", "script"})


def recogniser(base_url: str) -> Recognise:
    """The function that says what an element of a page at `base_url` embeds."""

    def recognise(element: HtmlElement, zone: Zone) -> Found | None:
        tag = element.tag
        if tag in {"img", "amp-img"}:
            return images.recognise(element, base_url) if zone is Zone.CONTENT else None
        if tag in _WORTH_ASKING or "-" in tag or _carries_data(element):
            answer = _ask(element, base_url, zone)
            return _in_zone(answer, zone) if answer is not None else None
        return None

    return recognise


def _ask(element: HtmlElement, base_url: str, zone: Zone) -> Found | None:
    def one(inner: HtmlElement) -> Found | None:
        return next((answer for family in _FAMILIES if (answer := family(inner, base_url)) is not None), None)

    fragment = stand_ins.markup_in(element)
    if fragment is not None:
        embeds = stand_ins.embeds_in(fragment, one)
        if embeds:
            return Found(embeds=embeds)
    answer = one(element)
    if answer is None and element.tag == "script" and zone is Zone.CONTENT:
        return stand_ins.script(element, base_url)
    return answer


def _carries_data(element: HtmlElement) -> bool:
    """Whether attributes could make a plain element stand for an embed; most elements are not asked."""
    if element.tag in {"a", "p", "span", "source", "link", "meta"} and "data-" not in "".join(element.keys()):
        return False
    return any(
        name.startswith("data-") or (name in {"class", "id"} and _MARKED.search(value))
        for name, value in element.items()
    )


def _in_zone(answer: Found, zone: Zone) -> Found:
    if zone is Zone.CONTENT:
        return answer
    return replace(answer, links=(), embeds=tuple(embed for embed in answer.embeds if _is_recording_or_post(embed)))


def _is_recording_or_post(embed: Embed) -> bool:
    return embed.kind is CitationKind.POST or (embed.kind is CitationKind.VIDEO and bool(embed.platform))
