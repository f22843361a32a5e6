"""Posts and videos of Facebook, Instagram and Threads."""

from lxml.html import HtmlElement

from archiver.citations.classify import classify, is_button
from archiver.citations.embeds.make import found, has_class, hrefs, own_text, sources
from archiver.citations.outline import Found
from archiver.citations.platforms import query_value
from archiver.citations.urls import absolute_url, split_url
from evidence_store.records import CitationKind

_FACEBOOK_CLASSES = ("fb-post", "fb-video", "fb-xfbml-parse-ignore", "fb-comment-embed")
_INSTAGRAM_CLASSES = ("instagram-media", "instagram-media-rendered", "instagram-embed")
_THREADS_CLASSES = ("text-post-media",)


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """A post by the element its provider's script looks for, or by the frame that script made."""
    if element.tag == "iframe":
        return _frame(element, base_url)
    if has_class(element, *_FACEBOOK_CLASSES) or element.tag == "amp-facebook":
        return _facebook(element, base_url)
    instagram, threads = element.get("data-instgrm-permalink") or "", element.get("data-text-post-permalink") or ""
    if element.tag == "amp-instagram" and element.get("data-shortcode"):
        instagram = f"https://www.instagram.com/p/{element.get('data-shortcode')}/"
    if instagram or has_class(element, *_INSTAGRAM_CLASSES):
        return _first_post(element, base_url, "instagram", instagram)
    if threads or has_class(element, *_THREADS_CLASSES):
        return _first_post(element, base_url, "threads", threads)
    return (
        _first_post(element, base_url, "facebook", element.get("cite") or "") if element.tag == "blockquote" else None
    )


def _facebook(element: HtmlElement, base_url: str) -> Found | None:
    video = has_class(element, "fb-video")
    for candidate in (element.get("data-href") or "", element.get("cite") or "", *hrefs(element)):
        url = absolute_url(candidate, base_url)
        target = classify(url) if url else None
        if (
            target is not None
            and target.platform == "facebook"
            and (target.kind is not CitationKind.ARTICLE or candidate == element.get("data-href"))
        ):
            kind = CitationKind.VIDEO if video or target.kind is CitationKind.VIDEO else CitationKind.POST
            return found(url, base_url, kind=kind, anchor=own_text(element))
    return None


def _first_post(element: HtmlElement, base_url: str, platform: str, declared: str) -> Found | None:
    for candidate in (declared, *hrefs(element)):
        url = absolute_url(candidate, base_url)
        if (
            url
            and (target := classify(url)).platform == platform
            and target.kind in {CitationKind.POST, CitationKind.VIDEO}
        ):
            return found(url, base_url, anchor=own_text(element))
    return None


def _frame(element: HtmlElement, base_url: str) -> Found | None:
    for source in sources(element):
        url = absolute_url(source, base_url)
        parts = split_url(url)
        if not url or parts is None or is_button(url):
            continue
        target = classify(url)
        if target.platform == "facebook" and "/plugins/" in parts.path:
            kind = CitationKind.VIDEO if "/video" in parts.path else None
            shown = found(
                query_value(parts.query, "href"),
                base_url,
                kind=kind,
                anchor=element.get("title") or "",
                alternatives=(url,),
            )
            if shown is not None:
                return shown
        if target.platform == "instagram" and target.kind is CitationKind.POST:
            return found(target.identity, base_url, anchor=element.get("title") or "", alternatives=(url,))
    return None
