"""Posts of Telegram channels."""

import re

from lxml.html import HtmlElement

from archiver.citations.classify import classify
from archiver.citations.embeds.make import found, own_text, sources
from archiver.citations.outline import Found
from archiver.citations.urls import absolute_url
from evidence_store.records import CitationKind

_POST = re.compile(r"[A-Za-z0-9_]{3,40}/\d{1,20}")


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A post by the widget script that names it, the frame the script made, or an element that kept its name."""
    name = (
        (element.get("data-telegram-post") or element.get("data-telegram-embed") or element.get("data-post") or "")
        .strip()
        .strip("/")
    )
    if _POST.fullmatch(name) and (
        element.tag != "div" or "telegram" in str(element.get("class")) or "tgme" in str(element.get("class"))
    ):
        return found(f"https://t.me/{name}", base_url, anchor=own_text(element))
    if element.tag == "iframe":
        for source in sources(element):
            url = absolute_url(source, base_url)
            if url and (target := classify(url)).platform == "telegram" and target.kind is CitationKind.POST:
                return found(url.split("?")[0], base_url, anchor=element.get("title") or "", alternatives=(url,))
    return None
