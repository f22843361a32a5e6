"""Videos of TikTok."""

import re

from lxml.html import HtmlElement

from archiver.citations.embeds.make import found, has_class, own_text, sources
from archiver.citations.outline import Found
from archiver.citations.urls import absolute_url, normalise_url


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A video by its block quotation or its frame."""
    number = (element.get("data-video-id") or "").strip()
    if has_class(element, "tiktok-embed") or element.tag == "amp-tiktok":
        cite = element.get("cite") or element.get("data-src") or ""
        if absolute_url(cite, base_url) and "tiktok.com/" in cite:
            return found(cite, base_url, anchor=own_text(element))
        number = number or (cite if cite.isdecimal() else "")
        if re.fullmatch(r"\d{5,20}", number):
            return found(f"https://www.tiktok.com/@/video/{number}", base_url, anchor=own_text(element))
    if element.tag == "iframe":
        for source in sources(element):
            url = absolute_url(source, base_url)
            identity = normalise_url(url)
            if identity.startswith("https://www.tiktok.com/@/video/"):
                return found(identity, base_url, anchor=element.get("title") or "", alternatives=(url,))
    return None
