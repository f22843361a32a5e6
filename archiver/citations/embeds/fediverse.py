"""Posts of Bluesky and Mastodon, and of platforms whose embeds quote and link: Reddit, VK, LinkedIn."""

import re

from lxml.html import HtmlElement

from archiver.citations.classify import classify
from archiver.citations.embeds.make import found, has_class, hrefs, own_text, sources
from archiver.citations.outline import Found
from archiver.citations.urls import absolute_url
from evidence_store.records import CitationKind

_AT_URI = re.compile(r"at://([^/\s]+)/app\.bsky\.feed\.post/(\w+)")
_VK_POST = re.compile(r"vk_post_(-?\d+_\d+)")
_LINKEDIN = re.compile(r"linkedin\.com/embed/feed/update/(urn:li:\w+:\d+)")


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A post by what its platform's script looks for, or by its frame."""
    at_uri = _AT_URI.match(element.get("data-bluesky-uri") or "")
    if at_uri:
        return found(f"https://bsky.app/profile/{at_uri[1]}/post/{at_uri[2]}", base_url, anchor=own_text(element))
    if element.tag == "iframe":
        return _frame(element, base_url)
    if has_class(element, "mastodon-embed", "reddit-card", "reddit-embed-bq", "bluesky-embed"):
        for candidate in (element.get("data-embed-url") or "", element.get("cite") or "", *hrefs(element)):
            url = absolute_url(candidate, base_url)
            if url and classify(url).kind is CitationKind.POST:
                return found(url.removesuffix("/embed"), base_url, anchor=own_text(element))
    vk = _VK_POST.fullmatch(element.get("id") or "")
    return found(f"https://vk.com/wall{vk[1]}", base_url) if vk else None


def _frame(element: HtmlElement, base_url: str) -> Found | None:
    for source in sources(element):
        url = absolute_url(source, base_url)
        target = classify(url) if url else None
        linkedin = _LINKEDIN.search(url)
        if linkedin:
            return found(f"https://www.linkedin.com/feed/update/{linkedin[1]}", base_url, alternatives=(url,))
        if target is None or target.kind is not CitationKind.POST:
            continue
        if target.platform in {"bluesky", "reddit"}:
            return found(target.identity, base_url, anchor=element.get("title") or "", alternatives=(url,))
        if target.platform == "mastodon":
            return found(
                url.split("?")[0].rstrip("/").removesuffix("/embed"), base_url, platform="mastodon", alternatives=(url,)
            )
    return None
