"""Which links of the article's paragraphs are citations.

1. A link in running text is one, wherever it leads; so is an address written out as plain text.
2. Not citations: buttons (share, follow, subscribe), the page itself and its anchors, tag, topic and author pages of
   the same site, the blog's own
   profiles outside a sentence, and teasers: headings, lists and runs of paragraphs that are nothing but links to other
   pages of the site.
3. What stands under a heading such as "Related" or "More on this story" is furniture until running text comes again.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.citations.classify import Target, classify, is_button, is_profile
from archiver.citations.noise import is_noise_host
from archiver.citations.outline import Block, BlockKind, Link, Part
from archiver.citations.urls import absolute_url, host_of, normalise_url, split_url
from evidence_store.records import CitationKind

TEASER_RUN = 3          # so many links in a row, with no text beside them, are a list of other stories of the site
RUNNING_TEXT = 40       # characters outside links after which a paragraph is running text

_PLAIN_URL = re.compile(r"(?:https?://|(?<![\w@./-])www\.)[^\s<>\"“”«»‹›\u3000-\u303f]+|"
                        r"(?<![\w@./-])(?:[\w-]+\.)?(?:youtu\.be|youtube\.com|t\.me|twitter\.com|x\.com|t\.co|bit\.ly|"
                        r"facebook\.com|instagram\.com|tiktok\.com|vimeo\.com|"
                        r"pic\.twitter\.com)/[^\s<>\"“”«»‹›\u3000-\u303f]+", re.IGNORECASE)
_RELATED = re.compile(
    r"\W*(?:related|more (?:on|from|stories|news|about|like)|read (?:more|also|next|on)\b|also read|see also"
    r"|you (?:may|might)|recommended|most (?:read|popular|viewed)|don[’']t miss|"
    r"trending|popular|latest (?:news|stories)|editor[’']s picks|up next|previous(?:ly)? (?:posts?|stories)"
    r"|next (?:post|story)|"
    r"follow (?:us|me|@|the|our)|share (?:this|on|via)|topics?\s*:?$|tags?\s*:|tags$|filed under|categor(?:y|ies)\s*:"
    r"|newsletter|sign up|subscribe|join (?:us|our)|get the latest|download (?:our|the) app|about the author"
    r"|comments?$|leave a (?:reply|comment)|"
    r"lesen sie (?:auch|mehr)|mehr (?:zum thema|dazu)|weitere|auch interessant|verwandte|das könnte sie|schlagw"
    r"|lire aussi|à lire|sur le même sujet|leer también|lea también|"
    r"(?:te|le) puede interesar|lea más|nota relacionada|además|notas relacionadas|temas\b|etiquetas|leggi anche"
    r"|potrebbe interessarti|lees ook"
    r"|czytaj (?:też|także|również)|zobacz też|читайте также|по теме|"
    r"другие новости|читайте нас|подпис|ilgili|benzer haber|etiketler|اقرأ أيضا)", re.IGNORECASE)
_INDEX_PATHS = re.compile(r"/(?:tags?|topics?|all-about|categor(?:y|ies)|authors?|staff|contributors?|profile|"
                          r"journalist|by|"
                          r"thema|themen|autor(?:en|es)?|auteurs?|tema|temas|etiquetas?|"
                          r"schlagwort|person|section|search|redaktion|label)(?:/|$)", re.IGNORECASE)
_DATE_INDEX = re.compile(r"/\d{4}(?:/\d{1,2}){0,2}/?")
_SERVICE_PATHS = re.compile(
    r"/(?:(?:privacy|datenschutz)[\w-]*(?:\.\w+)?|terms(?:-\w+)*|impressum|imprint|newsletters?"
    r"|sign-?up(?:-[\w-]+)?|subscri\w+|"
    r"abo(?:-\w+)?|log-?in|account|contact(?:-us)?|about-us|cookies?(?:-\w+)?|donate|spenden?|support-us|advertis\w+"
    r"|feed|rss|"
    r"(?:editorial-|journalistic-)?standards|principles(?:-\w+)*|corrections?-policy|help|faq|app|apps|"
    r"wp-login\.php)/?$", re.IGNORECASE)
_PEOPLE_PATHS = re.compile(r"/(?:authors?|autor(?:en)?|auteurs?|staff|team|people|redakteure?|journalists?|reporters?|"
                           r"by)/", re.IGNORECASE)
_BYLINE = re.compile(
    r"\W*(?:by|von|por|par|door|di|text|autor(?:in)?|reporting by|written by|с|автор)\b\s*:?\s", re.IGNORECASE
)
_INVITES = re.compile(r"\b(?:follow|contact|like|find|join|reach|message|subscribe to)\s+(?:us|me|him|her|them|our|"
                      r"the \w+ (?:on|team)|@?\w+ on)\b|^\W*follow\b",
                      re.IGNORECASE)
_IDLE_ANCHORS = re.compile(r"(?:permalink|share|reply|retweet|like|favou?rite|print|e-?mail|comments?|\d+ comments?|"
                           r"follow|subscribe|sign in|log in|register|back to top|top|menu|home|skip.*|(?:next|"
                           r"previous|older|newer|last|first) (?:page|posts?|entries|updates)|page \d+|(?:load|show|"
                           r"view|see) (?:more|all)\b.{0,30}|"
                           r"\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\.?)?|[#>»›←→|]+|teilen|drucken|zurück|weiter|mehr|tweet|"
                           r"copy link|next|previous|prev)", re.IGNORECASE)
_RELS = frozenset({
    "tag", "author", "category", "prev", "next", "license", "me", "search", "home", "sponsored",
})
_TRAILING = ".,;:!?'’…*|»”)]}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedLink:
    """One link that cites: where it leads and where it stands in its paragraph."""

    url: str
    target: Target
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The page that cites: what is relative to it, and what only leads back to it."""

    base_url: str
    host: str
    own: frozenset[str]         # identities of the page itself

    def is_internal(self, url: str) -> bool:
        """Whether the address is of the same site."""
        return bool(self.host) and host_of(url) == self.host


def site_of(page_url: str, base_url: str, canonical: str) -> Site:
    """The site of a page, from its address, its <base> and what it declares as canonical."""
    own = {normalise_url(url) for url in (page_url, canonical) if url}
    return Site(base_url=base_url, host=host_of(page_url or canonical), own=frozenset(own))


def furniture(parts: tuple[Part, ...], site: Site) -> frozenset[int]:
    """Indexes of the parts that stand among related stories and buttons: their links and pictures cite nothing."""
    marked: set[int] = set()
    related = False
    run: list[int] = []
    for index, part in enumerate(parts):
        if not isinstance(part, Block):
            if related:
                marked.add(index)
            continue
        bare = _text_outside_links(part)
        if part.kind is BlockKind.HEADING:
            related = bool(_RELATED.match(part.text))
        elif _RELATED.match(part.text) and bare < 2 * RUNNING_TEXT:
            related = related or not part.links     # "Read more:" alone heads a list; with its link it is the list
            marked.add(index)
        elif bare >= RUNNING_TEXT:
            related = False
        if related:
            marked.add(index)
        if _is_teaser(part, site):
            run.append(index)
        elif part.text:
            marked.update(_teasers(parts, run))
            run = []
    marked.update(_teasers(parts, run))
    return frozenset(marked)


def _teasers(parts: tuple[Part, ...], run: list[int]) -> list[int]:
    """The run itself where it has as many links as a list of stories has."""
    links = sum(len(part.links) for part in (parts[index] for index in run) if isinstance(part, Block))
    return run if links >= TEASER_RUN else []


def cited_links(block: Block, site: Site) -> Iterator[CitedLink]:
    """The links of one paragraph that cite, and the addresses it writes out, in the order of the text."""
    found: list[CitedLink] = []
    around = _around(block, site) if block.links else None
    for link in block.links:
        url = absolute_url(link.href, site.base_url)
        if not url or around is None or link.href.startswith("#"):
            continue
        target = classify(url)
        if not _is_furniture(around, link, url, target, site):
            found.append(CitedLink(url=url, target=target, start=link.start, end=link.end))
    starts = [link.start for link in block.links]       # in the order of the text, and never overlapping
    for start, end, url in plain_urls(block.text):
        before = bisect_right(starts, start) - 1
        linked = (before >= 0 and block.links[before].end > start) or (
            before + 1 < len(starts) and starts[before + 1] < end
        )
        if not linked and not is_button(url):
            found.append(CitedLink(url=url, target=classify(url), start=start, end=end))
    return iter(sorted(found, key=lambda cited: cited.start))


def plain_urls(text: str) -> Iterator[tuple[int, int, str]]:
    """Addresses written out in a text: start, end, absolute URL, without the punctuation that closes the sentence."""
    for match in _PLAIN_URL.finditer(text):
        written = match.group()
        while written and written[-1] in _TRAILING:
            if written[-1] == ")" and written.count("(") >= written.count(")"):
                break
            written = written[:-1]
        url = absolute_url(written if "://" in written else f"https://{written}", "")
        if url and "." in host_of(url).split(":")[0] + ("." if "://" in written else ""):
            yield match.start(), match.start() + len(written), url


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What a paragraph tells of all its links, asked once."""

    block: Block
    bare: int               # characters outside links
    invites: bool           # "follow us on"
    is_byline: bool
    is_teaser: bool


def _around(block: Block, site: Site) -> _Around:
    return _Around(block=block, bare=_text_outside_links(block), invites=bool(_INVITES.search(block.text)),
                   is_byline=bool(_BYLINE.match(block.text)), is_teaser=_is_teaser(block, site))


def _is_furniture(around: _Around, link: Link, url: str, target: Target, site: Site) -> bool:
    anchor = around.block.text[link.start:link.end].strip()
    if target.identity in site.own or is_button(url) or is_noise_host(host_of(url)) or _RELS & set(link.rel.split()):
        return True
    is_file = target.kind is not CitationKind.ARTICLE
    if link.holds_image and not anchor:
        return not is_file or target.kind is CitationKind.PHOTO     # a picture's own file is its best alternative
    if _IDLE_ANCHORS.fullmatch(anchor) and (not is_file or site.is_internal(url)):
        return True
    if is_profile(url):
        return around.bare < RUNNING_TEXT or around.invites or bool(_INVITES.match(anchor))
    return site.is_internal(url) and not is_file and _is_own_furniture(around, link, url, target, site)


def _is_own_furniture(around: _Around, link: Link, url: str, target: Target, site: Site) -> bool:
    """Pages of the same site that no sentence cites: sections, indexes, authors, services, teasers."""
    parts = split_url(url)
    path = parts.path if parts is not None else ""
    if path in {"", "/"} or _INDEX_PATHS.match(path) or _DATE_INDEX.fullmatch(path) or _SERVICE_PATHS.search(path):
        return True
    if link.generated:
        return not link.href.startswith("http")
    if any(own.startswith(target.identity.rstrip("/") + "/") for own in site.own):  # the section this page stands in
        return True
    if (around.is_byline and around.bare < RUNNING_TEXT) or (
        _PEOPLE_PATHS.search(path) and around.bare < RUNNING_TEXT // 2
    ):
        return True
    return around.block.kind is BlockKind.HEADING and around.is_teaser


def _is_teaser(block: Block, site: Site) -> bool:
    """Nothing but links to other pages, all of them or many of them of the site."""
    if not block.links or _text_outside_links(block) >= RUNNING_TEXT // 2:
        return False
    urls = [url for link in block.links if (url := absolute_url(link.href, site.base_url))]
    if any(classify(url).kind is not CitationKind.ARTICLE for url in urls):
        return False
    internal = sum(site.is_internal(url) for url in urls)
    return internal == len(urls) or (internal > 0 and len(urls) >= TEASER_RUN)  # a bar of links leads elsewhere, too


def _text_outside_links(block: Block) -> int:
    return len(block.text) - sum(link.end - link.start for link in block.links)
