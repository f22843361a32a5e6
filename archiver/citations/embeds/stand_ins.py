"""Elements that stand for an embed until a script replaces them, and scripts that write links.

1. Only addresses of posts, recordings and media files count, so that a share button's `data-url` is no embed.
2. HTML kept in an attribute or a template script is parsed once, with a bound on its size, and asked for embeds; it is
   not nested further.
3. Script text is never run. Addresses are taken from it only where it plainly makes a link or plays a file.
"""

import re
from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from archiver.citations.classify import classify, is_button
from archiver.citations.embeds.make import found, own_text
from archiver.citations.main_content import parse_body
from archiver.citations.noise import is_noise_host
from archiver.citations.outline import Embed, Found, Link
from archiver.citations.urls import absolute_url, host_of
from evidence_store.records import CitationKind

MAX_FRAGMENT = 200_000      # characters of HTML in one attribute
MAX_SCRIPT = 500_000        # characters of one inline script
MAX_FROM_SCRIPT = 50        # addresses taken from one script; more are a configuration, not citations

_URL_ATTRIBUTES = (
    "data-url", "data-href", "data-src", "data-embed-url", "data-oembed-url", "data-oembed", "data-permalink",
    "data-link", "data-embed", "data-source", "data-video-url", "data-post-url", "data-tweet-url", "data-uri",
    "data-original", "data-content-url", "data-iframe", "data-iframe-src", "data-embed-src", "data-lazy", "data-video",
    "cite", "url",
)
_HTML_ATTRIBUTES = (
    "data-embed-code", "data-embed-html", "data-html", "data-embed", "data-content", "data-code", "data-embedcode",
    "data-iframe", "data-markup", "data-consent-content", "data-template", "srcdoc", "data-embed-content",
)
_FOREIGN_TAGS = frozenset({
    "a", "link", "meta", "img", "source", "track", "area", "base", "form", "input", "button", "use", "image", "picture",
    "q", "ins", "del",
})
_MAKES_LINKS = re.compile(r"createElement\(\s*[\"']a[\"']|\.href\s*=|setAttribute\(\s*[\"']href|<a\s|document\.write|"
                          r"innerHTML|insertAdjacentHTML|location\s*=|window\.open")
_LITERAL = re.compile(
    r"""(["'`])((?:https?:)?(?:\\?/){2}[^\s"'`<>\\]+(?:\\/[^\s"'`<>\\]+)*|/[\w~%.-][^\s"'`<>\\]*)\1"""
)
_HREF_IN_HTML = re.compile(
    r"""<(?:a|iframe|video|source|img)\b[^>]{0,500}?\b(?:href|src)\s*=\s*\\?["']([^"'\\\s>]+)""", re.IGNORECASE
)
_MEDIA_LITERAL = re.compile(
    r"""["'`]((?:https?:)?(?:\\?/)[^\s"'`<>]{1,1000}?\.(?:mp4|m3u8|mpd|webm)(?:\?[^\s"'`<>]{0,500})?)["'`]"""
)
_ASSETS = re.compile(r"\.(?:js|mjs|css|json|woff2?|svg|ico|php\?action=|map)(?:[?#]|$)|//(?:schema\.org|www\.w3\.org|"
                     r"ogp\.me|purl\.org)|/embed\.js|/widgets\.js", re.IGNORECASE)
_TEMPLATES = frozenset({"text/template", "text/html", "text/x-template", "text/plain", "text/x-handlebars-template"})
_DATA = frozenset({"application/ld+json", "application/json", "importmap", "speculationrules"})


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """What an attribute of the element stands for."""
    if element.tag in _FOREIGN_TAGS or element.tag == "script":
        return None
    for name in _URL_ATTRIBUTES:
        value = element.get(name)
        if value and ("//" in value[:12] or value.startswith("/")):
            url = absolute_url(value, base_url)
            target = classify(url) if url else None
            if target is not None and not is_button(url) and (
                    (target.platform and target.kind in {CitationKind.POST, CitationKind.VIDEO}) or
                    (target.kind is CitationKind.VIDEO and name != "cite")):
                return found(url, base_url, anchor=own_text(element))
    return None


def markup_in(element: HtmlElement) -> HtmlElement | None:
    """The piece of HTML that an attribute or a template script of the element holds, parsed; or None."""
    for name in _HTML_ATTRIBUTES:
        value = element.get(name)
        if (
            value
            and "<" in value
            and len(value) <= MAX_FRAGMENT
            and re.search(r"<(?:iframe|blockquote|video|script|div)\b", value, re.IGNORECASE)
        ):
            return parse_body(value)
    if (
        element.tag == "script"
        and (element.get("type") or "").lower() in _TEMPLATES
        and element.text
        and len(element.text) <= MAX_FRAGMENT
    ):
        return parse_body(element.text)
    return None


def embeds_in(fragment: HtmlElement, recognise_one: Callable[[HtmlElement], Found | None]) -> tuple[Embed, ...]:
    """The embeds of a parsed piece of HTML, each element asked once, the insides of an embed not again."""
    embeds: list[Embed] = []
    done: set[HtmlElement] = set()
    for element in fragment.iter():
        if not isinstance(element.tag, str) or element.getparent() in done:
            done.add(element)
            continue
        answer = recognise_one(element)
        if answer is not None:
            embeds.extend(answer.embeds)
            done.add(element)
        if len(embeds) >= MAX_FROM_SCRIPT:
            break
    return tuple(embeds)


def script(element: HtmlElement, base_url: str) -> Found | None:
    """Links that an inline script in the article makes, and media files that it plays."""
    kind = (element.get("type") or "").lower()
    text = element.text or ""
    if element.get("src") or kind in _DATA or not text.strip() or len(text) > MAX_SCRIPT:
        return None
    embeds = [
        embed
        for url in _distinct(_MEDIA_LITERAL.findall(text), base_url)
        for answer in [found(url, base_url, kind=CitationKind.VIDEO)]
        if answer is not None
        for embed in answer.embeds
    ]
    links: list[Link] = []
    if _MAKES_LINKS.search(text):
        written = [found_url for _, found_url in _LITERAL.findall(text)] + _HREF_IN_HTML.findall(text)
        media = {embed.url for embed in embeds}
        links = [Link(href=url, start=0, end=0) for url in _distinct(written, base_url) if url not in media]
    if not embeds and not links:
        return None
    return Found(embeds=tuple(embeds), links=tuple(links))


def _distinct(urls: list[str], base_url: str) -> Iterator[str]:
    seen: set[str] = set()
    for written in urls:
        url = absolute_url(written.replace("\\/", "/"), base_url)
        if (
            url
            and url not in seen
            and not _ASSETS.search(url)
            and not is_noise_host(host_of(url))
            and not is_button(url)
        ):
            seen.add(url)
            yield url
            if len(seen) >= MAX_FROM_SCRIPT:
                return
