"""Embedded posts of platforms this package does not know: a quotation that is marked, or signed, as a post.

1. Marked: a class that embed scripts look for ("twitter-tweet", "post-embed", "mastodon-embed"); signed: "— Name
   (@handle)" and a link to a number.
2. The post's own address is the last link of the quotation, where every platform puts it.
3. A quotation of somebody's words with a link to its source is neither, and stays the article's own text.
"""

import re

from lxml.html import HtmlElement

from archiver.citations.classify import is_button
from archiver.citations.embeds.make import found, hrefs, own_text
from archiver.citations.outline import Found
from archiver.citations.urls import absolute_url
from evidence_store.records import CitationKind

_MARKED = re.compile(r"(?:^|[\s_-])(?:tweet|toot|(?:post|social|status|twitter|media)[_-]?embed|"
                     r"embed(?:ded)?[_-]?(?:post|tweet|status|social)|"
                     r"[a-z]+-(?:embed|media))(?:$|[\s_-])", re.IGNORECASE)
_HANDLE = re.compile(r"\(@[\w.@-]{1,80}\)")
_NUMBERED = re.compile(r"/\d{4,}(?:[/?#]|$)")


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A post by its block quotation, whatever host it is on."""
    if element.tag != "blockquote":
        return None
    named = f" {element.get('class') or ''} "
    declared = [element.get(name) or "" for name in ("data-embed-url", "data-permalink", "cite")]
    links = [url for href in (*(value for value in declared if value and _MARKED.search(named)), *hrefs(element))
             if (url := absolute_url(href, base_url)) and not is_button(url)]
    if not links:
        return None
    text = own_text(element)
    if _MARKED.search(named) or (_HANDLE.search(text) and _NUMBERED.search(links[-1])):
        return found(links[-1], base_url, kind=CitationKind.POST, anchor=text)
    return None
