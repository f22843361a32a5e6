"""Which part of a page is the article, and which is furniture around it.

1. A page is parsed whatever it holds: wrong encodings, broken nesting, control characters. Depth is bounded by the
   parser.
2. The article is the smallest part that holds most running text (long texts that are not mostly links) and, around it,
   what the page itself
   marks as article or main content. Entries of a live blog are siblings: where several alike siblings hold text, all of
   them are the article.
3. Navigation, footers, share and follow buttons, related and recommended stories, newsletters, comments and
   advertisements are no content,
   wherever they stand; an element so named that nevertheless holds most of the text is content all the same.
4. Sidebars and everything outside the article are searched for embedded posts and videos only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from evidence_store.errors import LimitExceeded

MAX_HTML = 64 * 1024 * 1024     # bytes: the largest saved live blogs have some 10 MB; more is not a page
MIN_PROSE = 25                  # characters outside links that make a block running text, not a label
MAJORITY = 0.6                  # share of a page's prose that makes an element the place of the article
DOMINANT = 0.5                  # share above which a name like "sidebar" is not believed

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
# What XML forbids; the parser would stop at or mangle them
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video",
    "audio", "iframe", "html", "noscript", "template",
})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SILENT_TAGS = frozenset({
    "style", "svg", "math", "canvas", "select", "textarea", "button", "input", "label", "option", "map",
    "dialog", "menu", "script", "template", "title",
})


class Zone(Enum):
    """What is looked for in a part of the page."""

    CONTENT = "content"         # everything
    EMBEDS = "embeds"           # embedded posts and videos
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A parsed page and where in it the article stands."""

    body: HtmlElement
    root: HtmlElement                       # the article
    zones: Mapping[HtmlElement, Zone]       # elements at which another zone begins; the root is among them


_FURNITURE = frozenset({
    "nav", "navbar", "navigation", "menu", "submenu", "footer", "breadcrumb", "breadcrumbs", "related", "relatedposts",
    "recommended", "recommendation", "recommendations", "recirc", "recirculation", "share", "shares", "sharing",
    "sharebar", "sharedaddy", "sharethis", "addthis", "addtoany", "follow", "followus", "newsletter", "newsletters",
    "subscribe", "subscription", "signup", "disqus", "advert", "adverts", "advertisement", "advertising", "ad", "ads",
    "adsense", "adslot", "sponsor", "sponsored", "promo", "promos", "promotion", "popular", "trending", "mostread",
    "mostpopular", "outbrain", "taboola", "cookie", "cookies", "cookiebar", "masthead", "toolbar", "pagination",
    "pager", "tags", "taglist", "skip", "authorbox", "login", "readmore", "moreon", "morestories", "alsoread", "upnext",
    "jp-relatedposts", "donate", "donation", "paywall", "onward",
})
_FURNITURE_PAIRS = re.compile(
    r"(?:^|[\s_-])(?:author[_-]?(?:box|bio|info|card|profile|about)|about[_-]?(?:the[_-]?)?author|more[_-]?(?:stories"
    r"|on|from|news|articles)|read[_-]?(?:more|also|next)|"
    r"also[_-]?read|see[_-]?also|up[_-]?next|most[_-]?(?:read|popular|viewed|commented)|post[_-]?(?:nav|navigation"
    r"|tags)|tag[_-]?(?:list|links|cloud)|cat[_-]?links|"
    r"entry[_-]?footer|site[_-]?(?:header|footer|nav)|(?:page|global|top|main)[_-]?(?:header|nav)|nav[_-]?links"
    r"|follow[_-]?us|social[_-]?(?:links?|icons?|share|bar|"
    r"buttons?|media[_-]?links|follow|nav)|teaser[_-]?(?:list|box|group)|mehr[_-]?zum[_-]?thema|"
    r"a[_-]lire[_-]aussi)(?=$|[\s_-])", re.IGNORECASE)
_COMMENTS = frozenset({
    "comment", "comments", "commentlist", "respond", "disqus", "kommentare", "commentaires", "comentarios",
})
_SIDE = frozenset({
    "sidebar", "rail", "widget", "widgets", "textwidget", "sidenav", "aside", "marginal", "marginalspalte",
})
_SPARED = frozenset({
    "embed", "embeds", "embedded", "oembed", "tweet", "tweets", "iframe", "youtube", "instagram", "telegram", "tiktok",
})
_NEVER_FURNITURE = frozenset({
    "html", "body", "main", "article", "blockquote", "iframe", "video", "audio", "img", "picture", "p", "a", "figure",
})
_FURNITURE_TAGS = frozenset({"nav", "footer", "menu", "dialog"})
_FURNITURE_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar",
})
_WORDS = re.compile(r"[^A-Za-zÀ-ÿ]+|(?<=[a-z])(?=[A-Z])")
_EMBED_WITHIN = etree.XPath("boolean(.//blockquote[contains(@class,'twitter-') or contains(@class,'-media') or "
                            "contains(@class,'-embed')]"
                            "|.//iframe[contains(@src,'/embed')]|.//video)")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def decode_html(html: str | bytes) -> str:
    """The page as text: declared or detected encoding, with what XML forbids removed. Never fails but for size."""
    if len(html) > MAX_HTML:
        raise LimitExceeded(f"the page has {len(html):,} bytes; more than {MAX_HTML:,} are not read as an article",
                            hint="save the part of the page that cites, and give that")
    text = html if isinstance(html, str) else _decode(html)
    return _FORBIDDEN.sub("", text)


def parse_page(text: str) -> Page | None:
    """The page with its article found; None where there is nothing to parse."""
    body = parse_body(text)
    if body is None:
        return None
    weights = _weigh(body)
    furniture = _furniture(body, weights)
    prose = _sum_prose(body, weights, furniture)
    root = _article(body, prose)
    zones = dict(furniture)
    for ancestor in (root, *root.iterancestors()):
        zones.pop(ancestor, None)
    zones[root] = Zone.CONTENT
    return Page(body=body, root=root, zones=zones)


def parse_body(text: str) -> HtmlElement | None:
    """The body of a page or of a piece of HTML, comments removed; None where nothing can be parsed."""
    if not text.strip():
        return None
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        document = document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    body, head = document.find("body"), document.find("head")
    # Where <body> is left out, as HTML allows, the parser leaves elements it does not know in <head>
    misplaced = head is not None and any(child.tag in BLOCK_TAGS - {"noscript", "template"} for child in head)
    return document if body is None or misplaced else body


def classes(element: HtmlElement) -> str:
    """Class and id of an element, as written."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _decode(html: bytes) -> str:
    if html.startswith((b"\xff\xfe", b"\xfe\xff")):
        return html.decode("utf-16", "replace")
    try:
        return html.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _META_CHARSET.search(html[:4096])
    try:
        return html.decode(declared[1].decode("ascii") if declared else "windows-1252", "replace")
    except (LookupError, UnicodeDecodeError):      # a charset nobody knows
        return html.decode("windows-1252", "replace")


@dataclass(slots=True)
class _Weight:
    """Characters of one element: its own (inline children included) and those of its whole subtree."""

    text: int = 0
    linked: int = 0
    prose: int = 0          # own prose: counted where the block stands, not in its ancestors
    total_prose: int = 0


def _weigh(body: HtmlElement) -> dict[HtmlElement, _Weight]:
    weights: dict[HtmlElement, _Weight] = {}
    stack: list[tuple[_Weight, bool]] = []          # weight, inside a link
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            weight = weights[element] = _Weight()
            linked = tag == "a" or (bool(stack) and stack[-1][1])
            stack.append((weight, linked))
            if tag in SILENT_TAGS:
                walk.skip_subtree()
            else:
                _count(weight, element.text, linked=linked)
            continue
        weight, _ = stack.pop()
        is_block = tag in BLOCK_TAGS
        if (
            is_block
            and tag not in HEADINGS
            and weight.text - weight.linked >= MIN_PROSE
            and weight.linked * 2 < weight.text
        ):
            weight.prose = weight.text - weight.linked
        weight.total_prose += weight.prose
        if stack:
            above, above_linked = stack[-1]
            above.total_prose += weight.total_prose
            if not is_block:
                above.text += weight.text
                above.linked += weight.linked
            _count(above, element.tail, linked=above_linked)
    return weights


def _count(weight: _Weight, text: str | None, *, linked: bool) -> None:
    if text:
        length = len(text.strip())
        weight.text += length
        if linked:
            weight.linked += length


def _furniture(body: HtmlElement, weights: dict[HtmlElement, _Weight]) -> dict[HtmlElement, Zone]:
    page_prose = max(1, weights[body].total_prose)
    zones: dict[HtmlElement, Zone] = {}
    within_article = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        is_article = element.tag in {"article", "main"} or element.get("role") == "main"
        if event == "end":
            within_article -= is_article
            continue
        within_article += is_article
        if element.tag in SILENT_TAGS:
            walk.skip_subtree()
            continue
        zone = _named_zone(element, within_article=within_article > 0)
        if zone is None:
            continue
        dominant = weights[element].total_prose > DOMINANT * page_prose
        if dominant and not (_is_comments(element) and weights[element].total_prose < 0.95 * page_prose):
            continue
        zones[element] = zone
        if zone is Zone.NOTHING:
            walk.skip_subtree()
    return zones


def _named_zone(element: HtmlElement, *, within_article: bool) -> Zone | None:
    """What the element's tag, role and class say it is; None: nothing special."""
    tag = element.tag
    if tag in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES:
        return Zone.NOTHING
    if tag == "header" and not within_article and element.find(".//h1") is None:
        return Zone.NOTHING
    if element.get("hidden") is not None or _HIDDEN_STYLE.search(element.get("style") or ""):
        return Zone.EMBEDS      # embeds wait in hidden elements until a script shows them
    named = classes(element)
    if tag not in _NEVER_FURNITURE and not named.isspace():
        zone = _zone_of_names(element, named)
        if zone is not None:
            return zone
    if tag == "aside" or element.get("role") == "complementary":
        return Zone.EMBEDS
    return None


def _zone_of_names(element: HtmlElement, named: str) -> Zone | None:
    words = {word.lower() for word in _WORDS.split(named) if word}
    if words & _COMMENTS and not words & {"count", "liveblog"}:
        return Zone.NOTHING
    if words & _SPARED:
        return None
    if words & _FURNITURE or _FURNITURE_PAIRS.search(named):
        return Zone.NOTHING
    if "social" in words and not _EMBED_WITHIN(element):
        return Zone.NOTHING
    return Zone.EMBEDS if words & _SIDE else None


def _is_comments(element: HtmlElement) -> bool:
    return bool({word.lower() for word in _WORDS.split(classes(element))} & _COMMENTS)


def _sum_prose(
    body: HtmlElement, weights: dict[HtmlElement, _Weight], zones: Mapping[HtmlElement, Zone]
) -> dict[HtmlElement, int]:
    """Prose of each element's subtree, furniture left out."""
    prose: dict[HtmlElement, int] = {}
    stack: list[int] = []
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            left_out = element in zones or element.tag in SILENT_TAGS
            stack.append(0 if left_out else weights[element].prose)
            if left_out:
                walk.skip_subtree()
            continue
        prose[element] = stack.pop()
        if stack:
            stack[-1] += prose[element]
    return prose


def _article(body: HtmlElement, prose: Mapping[HtmlElement, int]) -> HtmlElement:
    """Go down while one child holds most prose; then take what the page marks as content on that way."""
    path = [body]
    total = prose.get(body, 0)
    while total:
        children = [child for child in path[-1] if prose.get(child, 0)]
        best = max(children, key=lambda child: prose[child], default=None)
        if (
            best is None
            or best.tag not in BLOCK_TAGS
            or best.tag in {"p", "pre", "ul", "ol", "table"}
            or prose[best] < MAJORITY * prose[path[-1]]
        ):
            break
        if prose[best] < MAJORITY * total or any(_alike(best, child) for child in children if child is not best):
            break
        path.append(best)
    if not total:
        return _marked(body)
    marks = (lambda element: element.tag == "article",
             lambda element: element.tag == "main" or element.get("role") == "main",
             lambda element: "articlebody" in (element.get("itemprop") or "").lower())
    for marked in marks:
        found = next((element for element in path if marked(element)), None)
        if found is not None:
            return found
    return _with_title(body, path)


def _alike(one: HtmlElement, other: HtmlElement) -> bool:
    """Siblings of one kind: same tag and a class in common, as the entries of a live blog."""
    if one.tag != other.tag:
        return False
    mine, theirs = set((one.get("class") or "").split()), set((other.get("class") or "").split())
    return bool(mine & theirs) or (not mine and not theirs and one.tag in {"article", "section", "li"})


def _marked(body: HtmlElement) -> HtmlElement:
    """The part a page without prose marks as its content; else all of it."""
    for expression in (".//article", ".//main", ".//*[@role='main']"):
        found = body.findall(expression)
        if len(found) == 1:
            return found[0]
        if found:
            return body
    return body


def _with_title(body: HtmlElement, path: list[HtmlElement]) -> HtmlElement:
    """The innermost part of the way that also holds the title: the lead picture stands between the two."""
    for element in reversed(path[1:]):
        if element.find(".//h1") is not None:
            return element
    return path[-1] if path[-1].tag != "body" else body
