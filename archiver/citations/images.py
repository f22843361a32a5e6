"""Pictures of an article: the best offered file first, the others kept, caption and credit told apart.

1. Best first: the file a click leads to, the original a lazy loader names, the widest of `srcset`, then `src`.
2. Icons, avatars, logos, emoji, counters and advertisements are no citations; what a figure captions is one whatever
   its name.
3. A credit is what the caption says after "Photo from", "Credit:", "Фото:" and the like, or the agency in its last
   brackets.
"""

import re
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from archiver.citations.classify import kind_by_suffix
from archiver.citations.embeds.make import found
from archiver.citations.noise import is_noise_host
from archiver.citations.outline import Found
from archiver.citations.urls import absolute_url, host_of, normalise_url, split_url
from evidence_store.records import CitationKind

SMALL = 48              # pixels: a picture declared smaller in either direction is an icon
HOLDERS = 4             # elements around a picture whose names are looked at
MAX_CREDIT = 120        # characters

_FULL = (
    "data-full-src", "data-full", "data-orig-file", "data-large-file", "data-hi-res-src", "data-hires",
    "data-zoom-image", "data-zoom", "data-highres", "data-full-url", "data-original-src", "data-image-full",
    "data-super", "data-large",
)
_LAZY = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-image", "data-img-src", "data-img-url",
    "data-url", "data-echo", "data-path", "data-cfsrc", "data-ezsrc", "data-pin-media", "data-default-src",
    "data-srcdesktop", "data-desktop-src", "data-medium-file",
)
_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-original-set", "data-bgset", "imagesrcset")
_DELIVERED_SIZE = re.compile(
    r"(?<=[-_/=,])w_?\d{2,4}(?!\d)|(?<=[-_/])\d{2,4}x\d{2,4}(?!\d)|(?<=[?&])(?:w|h|width|height|size|q|quality|resize|"
    r"fit|dpr)=[^&]*|"
    r"(?<=-)\d{3,4}w(?![a-z0-9])|(?<=/s)\d{3,4}[a-z]?(?=/)")
_CANDIDATE = re.compile(r"[\s,]*(?P<url>[^\s,]\S*)")
_DESCRIPTOR = re.compile(r"[^,]*,?")
_SIZE = re.compile(r"([\d.]+)([wx])")
_ICON_NAMES = re.compile(
    r"(?:^|[/_.\-]|(?<=[a-z])(?=[A-Z]))(?:icons?|paywall|favicon|logos?|avatars?|gravatar|emoji|emojis|smil(?:ey|ies)|"
    r"spinner|spacer|sprites?"
    r"|pixel|1x1|transparent|tracking|"
    r"placeholder|blank|loader|arrow|bullet|button|btn|caret|chevron|star-rating|profile_images|userpics?|authors?|"
    r"byline|headshots?)(?:$|[/_.\-\d?])", re.IGNORECASE)
_ICON_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:icon|avatar|gravatar|logo|emoji|smiley|wp-smiley|author|byline|headshot|profile|pixel|tracking"
    r"|spinner|sprite|badge|flag-icon|"
    r"share|social)(?:$|[\s_-])", re.IGNORECASE)

_AUTHOR_CLASSES = re.compile(r"(?:^|[\s_-])(?:author|byline|avatar|autor|headshot)s?(?:$|[\s_-])", re.IGNORECASE)

_SPEAKER = (
    r"(?:photo(?:graph)?s?|pictures?|images?|pics?|video|footage|screenshot|still|фото(?:графия)?|видео|fotos?|bild|"
    r"imagen|"
    r"crédit(?:o)?s?(?: photo)?|fotoğraf|صورة)")
_CREDITS = (
    re.compile(rf"\b{_SPEAKER}\s+(?:taken\s+|provided\s+|posted\s+|released\s+|supplied\s+)?(?:from|by|via|"
               rf"courtesy(?:\s+of)?)\s*:?\s+(?P<credit>[^\n]+)", re.IGNORECASE),
    re.compile(rf"\b(?:{_SPEAKER}\s+)?(?:credits?|source|courtesy(?:\s+of)?|copyright|crédits?|crédito|quelle|"
               rf"источник|автор|kaynak|المصدر)\s*:\s*(?P<credit>[^\n]+)", re.IGNORECASE),
    re.compile(rf"\b{_SPEAKER}\s*(?:credits?\s*)?[:|©]\s*(?P<credit>[^\n]+)", re.IGNORECASE),
    re.compile(r"\bcourtesy\s+of\s+(?P<credit>[^\n]+)", re.IGNORECASE),
    re.compile(r"(?:©|\(c\)|&copy;)\s*(?:\d{4}\s+)?(?P<credit>[^\n]+)", re.IGNORECASE),
    re.compile(r"\((?:(?:AP|AFP|EPA|Reuters|Getty)\s+)?(?:photo|image|"
               r"file)?\s*(?:by\s+)?:?\s*(?P<credit>[^()]{0,60}?(?:AP Photo|AP|AFP|EPA|Reuters|REUTERS|Getty|Getty "
               r"Images|Handout|TASS|Xinhua)[^()]{0,40})\)\s*\.?$"),
    re.compile(r"(?:^|[.!?]\s+)(?P<credit>[^.!?\n]{2,50}/(?:[^.!?\n/]{0,30}/)?(?:AP|AFP|EPA|Reuters|Getty Images|"
               r"Getty|Anadolu|TASS|SIPA|Xinhua|Shutterstock|Alamy|PA|dpa)(?:/[^.!?\n]{2,30})?)\s*\.?$"),
)
_CREDIT_END = re.compile(r"(?<![A-Z])(?<!\bSt)(?<!\bDr)(?<!\bMr)[.!?](?=\s|$)|\)(?=\s*$)|\s[|–—]\s|;\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    url: str
    weight: float       # pixels of width, or a rank that stands for them


def recognise(element: HtmlElement, base_url: str) -> Found | None:
    """The picture an image element shows; an empty answer for icons and counters."""
    offers = _offers(element, base_url)
    if not offers or _is_icon(element, offers):
        return Found()
    urls = list(dict.fromkeys(offer.url for offer in sorted(offers, key=lambda offer: -offer.weight)))
    answer = found(
        urls[0],
        base_url,
        kind=CitationKind.PHOTO,
        anchor=(element.get("alt") or element.get("title") or ""),
        alternatives=urls[1:],
    )
    return answer or Found()


def credit_in(caption: str) -> str:
    """Who a caption says made or supplied the picture; "" where it does not say."""
    text = caption.strip()
    for pattern in _CREDITS:
        match = pattern.search(text)
        if match:
            credit = match["credit"].strip(" \t:–—-")
            end = _CREDIT_END.search(credit)
            credit = (credit[:end.start()] if end else credit).strip(" .:\"“”()")
            if credit and len(credit) <= MAX_CREDIT:
                return credit
    return ""


def size_blind(url: str) -> str:
    """The address with the numbers left out that only say how large the picture is delivered."""
    return _DELIVERED_SIZE.sub("#", normalise_url(url))


def parse_srcset(value: str) -> tuple[tuple[str, float], ...]:
    """The addresses of a `srcset` (HTML 4.8.4.2.2) with weights: pixels for "w", the density times 1000 for "x"."""
    offers: list[tuple[str, float]] = []
    position = 0
    while match := _CANDIDATE.match(value, position):
        position = match.end()
        url = match["url"]
        if url.endswith(","):       # the address ends its candidate; there is no descriptor
            offers.append((url.rstrip(","), 1000.0))
            continue
        descriptor = _DESCRIPTOR.match(value, position)
        weight = 1000.0
        if descriptor:
            position = descriptor.end()
            size = _SIZE.search(descriptor.group())
            if size:
                weight = _number(size[1]) * (1000.0 if size[2] == "x" else 1.0)
        offers.append((url, weight))
    return tuple(offers)


def _number(text: str) -> float:
    try:
        return min(float(text), 1e6)
    except ValueError:
        return 1.0


def _offers(element: HtmlElement, base_url: str) -> list[_Offer]:
    offers: list[_Offer] = []

    def offer(value: str | None, weight: float) -> None:
        url = absolute_url(value or "", base_url) if value and not value.lstrip().startswith(("data:", "blob:")) else ""
        if url:
            offers.append(_Offer(url=url, weight=weight))

    # The parser knows no void <source>: the image may stand inside the sources it follows
    around = list(islice(element.iterancestors(), 4 * HOLDERS))
    picture = next((holder for holder in around if holder.tag == "picture"), None)
    link = next((holder for holder in around if holder.tag not in {"picture", "source", "span", "noscript"}), None)
    if link is not None and link.tag == "a":
        href = link.get("href") or ""
        parts = split_url(absolute_url(href, base_url))
        if parts is not None and kind_by_suffix(parts.path) is CitationKind.PHOTO:
            offer(href, 4e9)
    for name in _FULL:
        offer(element.get(name), 3e9)
    for holder in (element, *(picture.iter("source") if picture is not None else ())):
        for name in _SETS:
            for url, weight in parse_srcset(holder.get(name) or ""):
                offer(url, weight)
    for name in _LAZY:
        offer(element.get(name), 2.0)
    offer(element.get("src"), 1.0)
    return offers


def _is_icon(element: HtmlElement, offers: list[_Offer]) -> bool:
    sizes = [_pixels(element.get(name)) for name in ("width", "height")]
    if any(size is not None and size <= 3 for size in sizes):
        return True
    if all(is_noise_host(host_of(offer.url)) for offer in offers):
        return True
    if _captioned(element):
        return False
    if any(size is not None and size < SMALL for size in sizes):
        return True
    best = max(offers, key=lambda offer: offer.weight)
    names = [split.path for split in (split_url(best.url),) if split is not None]
    if all(name.lower().endswith((".svg", ".ico")) for name in names) or any(
        _ICON_NAMES.search("/".join(name.rsplit("/", 2)[-2:])) for name in names
    ):
        return True
    holders = [element, *islice(element.iterancestors(), HOLDERS)]
    return any(_ICON_CLASSES.search(f" {holder.get('class') or ''} ") for holder in holders[:2]) or any(
        _AUTHOR_CLASSES.search(f" {holder.get('class') or ''} ")
        for holder in holders[2:]
        if holder.tag in {"div", "span", "a"}
    )


def _pixels(value: str | None) -> int | None:
    digits = (value or "").strip().removesuffix("px")
    return int(digits[:6]) if digits.isdecimal() else None


def _captioned(element: HtmlElement) -> bool:
    node: HtmlElement | None = element
    for _ in range(6):
        node = node.getparent() if node is not None else None
        if node is None:
            return False
        if node.tag == "figure":
            caption = node.find(".//figcaption")
            return caption is not None and bool("".join(caption.itertext()).strip())
    return False
