"""The verdict of a capture, from what was observed. Pure.

1. What the transport says comes first: refused, unreachable, truncated are never overruled by what a page shows.
2. A wall is never `complete`: login, challenge, deletion and soft-404 signs are looked for before anything speaks
   for completeness.
3. `deleted`, `private_or_suspended`, `geo_blocked`, `age_gate` are said only in the page's own words, which are kept
   in the reasons.
4. `complete` needs every planned request whole and the cited content in the bytes; what it was judged against is said.
5. What cannot be decided is `undecided`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archiver.verdicts.page import PageView, fold
from archiver.verdicts.rules import LANGUAGES, Rules
from evidence_store.records import CitedContent, TlsOutcome, Truncation, Verdict

WALL_WORDS = 400  # a page with more visible words than this is content with a sign-in box, not a wall
BLANK_WORDS = 5  # fewer visible words and no media: nothing to see
THIN_PROSE = 40  # words of running text; with fewer, and no media, a page cannot be told from a wall that no rule knows
ADDRESS_PROSE = 120  # words; a page of fewer, without media, that speaks to its reader is as likely a wall
ADDRESS_SHARE, ADDRESS_LEAST = 0.025, 2  # of the words; a report speaks to its reader where it quotes
MAX_REASONS = 20  # broken parts named one by one
INVITATION_WORDS = 25  # "sign in to see more" stands under public posts too; on a wall there is little else
CONSENT_WORDS = 600  # a longer page has content beside its notice
CONSENT_SHARE, CONSENT_LEAST = 0.04, 4  # of all words; banners over articles of 200 words have 0.03 and less
FRONT_PAGE = re.compile(r"/?(?:(?:index|default|home)(?:\.[a-z]{2,5})?|[a-z]{2}(?:-[a-z]{2})?)?/?")  # "/", "/en/"
HEADLINE = 60  # characters; error pages have short titles
QUOTE_FOUND = 0.8  # share of a quote's word triples that must stand in the page
QUOTE_PARTLY = 0.3
_TOLD = re.compile(r"[\w']+")  # "you're" is one word
_WORD = re.compile(r"\w+")
_MEDIA_PREFIXES = {
    "photo": ("image/",),
    "video": (
        "video/",
        "application/vnd.apple.mpegurl",
        "application/x-mpegurl",
        "audio/mpegurl",
        "audio/x-mpegurl",
        "application/dash+xml",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a capture's main document was, over the wire."""

    url: str  # as asked for
    final_url: str
    status: int | None  # None: no response
    media_type: str
    length: int  # bytes of the body received
    truncated: Truncation | None
    refused: str = ""  # why policy refused it
    failure: str = ""  # why nothing came: "name not found", "connection refused"
    tls: TlsOutcome = TlsOutcome.NOT_USED
    tls_cause: str = ""
    page: PageView | None = None  # for HTML
    rendered: bool = False  # `page` is what a browser showed, scripts run


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One planned resource of the capture besides the main document."""

    url: str
    is_content: bool  # a photo, video or document of the main content, not a style or script
    whole: bool  # its response came to its end
    status: int | None
    media_type: str
    problem: str = ""  # why not, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the article says should be there."""

    kind: str = ""  # "photo", "video", "document", "post" where the citation is one; "" otherwise
    quote: str = ""  # words that the article shows of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with its reasons, and what it was judged against."""

    verdict: Verdict
    reasons: tuple[str, ...]
    against: str = ""
    cited_content: CitedContent = CitedContent.NOT_ASKED


def judge(seen: Observation, parts: Iterable[Part], expected: Expectation, rules: Rules) -> Judgement:
    """The verdict of one capture."""
    planned = tuple(parts)
    notes = (f"tls_unverified: {seen.tls_cause}",) if seen.tls is TlsOutcome.UNVERIFIED else ()
    shown = _quote_is_visible(seen, expected)
    given = _transport(seen) or _status(seen, rules) or (None if shown else _page(seen, rules))
    if given is None:
        given = _content(seen, planned, expected, rules)
    return Judgement(verdict=given.verdict, reasons=given.reasons + notes, against=given.against)


def _transport(seen: Observation) -> Judgement | None:
    if seen.refused:
        return _verdict(Verdict.REFUSED, seen.refused)
    if seen.status is None:
        return _verdict(Verdict.UNREACHABLE, seen.failure or "the server sent nothing that is HTTP")
    if seen.truncated is not None:
        return _verdict(Verdict.TRUNCATED, f"the body ends early ({seen.truncated}) after {seen.length} bytes")
    return None


def _status(seen: Observation, rules: Rules) -> Judgement | None:  # noqa: PLR0911 - one line a status
    status = seen.status or 0
    if 200 <= status < 300 or status == 304:
        return None
    words = f"status {status}"
    if seen.page and (told := _told(seen.page, rules, limit=WALL_WORDS)):
        return told
    if status in {404, 410}:
        return _verdict(Verdict.GONE, words)
    if status == 451:
        return _verdict(Verdict.GEO_BLOCKED, f"{words} (unavailable for legal reasons, RFC 7725)")
    if seen.page and (challenge := _challenge(seen.page, rules)):
        return challenge
    if status in {401, 407}:
        return _verdict(Verdict.LOGIN_WALL, words)
    if status == 403 and seen.page and (wall := _login(seen, seen.page, rules)):
        return wall
    if status >= 500:
        return _verdict(Verdict.UNREACHABLE, f"{words}: the server failed")
    if 300 <= status < 400:
        return _verdict(Verdict.UNREACHABLE, f"{words}: the redirect leads nowhere")
    return _verdict(Verdict.UNDECIDED, f"{words}: the server does not say why")


def _page(seen: Observation, rules: Rules) -> Judgement | None:
    page = seen.page
    if page is None:
        return None
    return (
        _challenge(page, rules)
        or _told(page, rules, limit=WALL_WORDS)
        or _login(seen, page, rules)
        or _soft_404(page, rules)
        or _front_page(seen)
        or _consent(page, rules)
        or _not_free(page)
        or _blank(page, rendered=seen.rendered)
    )


def _quote_is_visible(seen: Observation, expected: Expectation) -> bool:
    """The cited words stand where a reader sees them: whatever else the page says, it is no wall."""
    if seen.page is None or not expected.quote:
        return False
    share = quote_share(expected.quote, replace(seen.page, markup=""))
    return share is not None and share >= QUOTE_FOUND


def _challenge(page: PageView, rules: Rules) -> Judgement | None:
    mark = next((mark for mark in rules.challenge_markup if mark in page.markup), "")
    phrase = _first(rules.challenge_phrases, page.title, *page.headings, page.text if page.words < WALL_WORDS else "")
    if phrase and (mark or page.words < WALL_WORDS):
        return _verdict(Verdict.CHALLENGE, f'the page says "{phrase}"')
    if mark and page.words < 60:  # real pages carry captcha scripts too; on a challenge there is nothing else
        return _verdict(Verdict.CHALLENGE, f"the page is a bot check ({mark})")
    return None


def _told(page: PageView, rules: Rules, *, limit: int) -> Judgement | None:
    if page.words > limit:
        return None
    for verdict, phrases in (
        (Verdict.DELETED, rules.deleted),
        (Verdict.PRIVATE_OR_SUSPENDED, rules.private_or_suspended),
        (Verdict.AGE_GATE, rules.age_gate),
        (Verdict.GEO_BLOCKED, rules.geo_blocked),
    ):
        if phrase := _first(phrases, page.title, *page.headings, page.text if page.words < WALL_WORDS // 4 else ""):
            return _verdict(verdict, f'the page says: "{_sentence(page, phrase)}"')
    return None


def _login(seen: Observation, page: PageView, rules: Rules) -> Judgement | None:
    segments = set(fold(urlsplit(seen.final_url).path).strip("/").split("/"))
    asked = set(fold(urlsplit(seen.url).path).strip("/").split("/"))
    landed = next((part for part in rules.login_url_segments if part in segments - asked), "")
    if landed and (page.has_password_field or page.words < WALL_WORDS):
        return _verdict(Verdict.LOGIN_WALL, f"redirected to a sign-in address ({landed})")
    if page.words > WALL_WORDS:
        return None
    phrase = _first(rules.login_phrases, page.title, *page.headings, page.text) or _first(
        rules.login_invitations, page.title, *page.headings, page.text if page.words < INVITATION_WORDS else ""
    )
    titled = any(
        page.title == word or page.title.startswith((word + " ", word + "|", word + " -", word + " –"))
        for word in rules.login_titles
    )
    if page.has_password_field and (phrase or titled or page.words < 120):
        return _verdict(
            Verdict.LOGIN_WALL,
            f"a sign-in form{f' that says: {phrase}' if phrase else ''} stands where the content should be",
        )
    if phrase and page.words < WALL_WORDS // 2:
        return _verdict(Verdict.LOGIN_WALL, f'the page says "{phrase}"')
    return None


def _soft_404(page: PageView, rules: Rules) -> Judgement | None:
    if page.words > WALL_WORDS:
        return None
    short = [
        text for text in (page.title, *page.headings) if len(text) <= HEADLINE
    ]  # "not found" in a long headline is news
    told = _first(rules.soft_404, *short) or (page.words < 40 and _first(rules.soft_404, page.text)) or ""
    if told:
        return _verdict(Verdict.SOFT_404, f'status 200, but the page says "{told}"')
    return None


def _front_page(seen: Observation) -> Judgement | None:
    """Sites send what they no longer have to their front page, with status 200."""
    asked, given = urlsplit(seen.url), urlsplit(seen.final_url)
    hosts = {(parts.hostname or "").removeprefix("www.").removeprefix("m.") for parts in (asked, given)}
    if len(hosts) > 1 or given.query or FRONT_PAGE.fullmatch(asked.path) or not FRONT_PAGE.fullmatch(given.path):
        return None
    return _verdict(Verdict.SOFT_404, f"the site sent its front page instead ({seen.final_url})")


def _consent(page: PageView, rules: Rules) -> Judgement | None:
    words = _WORD.findall(page.prose)
    count = sum(word in rules.consent for word in words)
    if len(words) > CONSENT_WORDS or count < CONSENT_LEAST or count < len(words) * CONSENT_SHARE:
        return None
    return _verdict(Verdict.UNDECIDED, "the page asks for consent to cookies or tracking, and shows little else")


def _not_free(page: PageView) -> Judgement | None:
    if not page.is_not_free or page.prose_words > WALL_WORDS:
        return None
    return _verdict(
        Verdict.UNDECIDED,
        "the page says of itself that it is not free to read (isAccessibleForFree), "
        f"and shows {page.prose_words} words: it may be only the beginning",
    )


def _blank(page: PageView, *, rendered: bool) -> Judgement | None:
    if page.words >= BLANK_WORDS or page.media:
        return None
    if rendered:
        return _verdict(Verdict.BLANK, "nothing to see, with its scripts run in a browser")
    if page.scripts:
        return _verdict(Verdict.BLANK, "nothing to see without a browser: its content is made by scripts")
    return _verdict(Verdict.BLANK, "nothing to see: no words and no media")


def _content(seen: Observation, parts: tuple[Part, ...], expected: Expectation, rules: Rules) -> Judgement:
    if seen.length == 0:
        return _verdict(Verdict.BLANK, f"status {seen.status} with an empty body")
    if mismatch := _kind_mismatch(seen, expected):
        return mismatch
    media = [part for part in parts if part.is_content]
    against = _against(seen, media)
    broken = [part for part in parts if not part.whole or (part.is_content and not _ok(part.status))]
    if broken:
        reasons = tuple(f"{part.url}: {part.problem or f'status {part.status}'}" for part in broken[:MAX_REASONS])
        return Judgement(verdict=Verdict.PARTIAL, reasons=reasons, against=against)
    share = quote_share(expected.quote, seen.page) if expected.quote and seen.page else None
    if share is not None and share < QUOTE_PARTLY:
        scripts = seen.page is not None and seen.page.scripts > 0 and not seen.rendered
        why = "its content may be made by scripts, which need a browser" if scripts else "it may have changed"
        reason = f"the quoted words are not in the page ({share:.0%}): {why}"
        return Judgement(verdict=Verdict.PARTIAL, reasons=(reason,), against=against)
    if thin := _thin(seen, media, share, rules):
        return Judgement(verdict=Verdict.UNDECIDED, reasons=(thin, *_remarks(parts, share)), against=against)
    return Judgement(verdict=Verdict.COMPLETE, reasons=tuple(_remarks(parts, share)), against=against)


def _thin(seen: Observation, media: list[Part], share: float | None, rules: Rules) -> str:
    """Why a page is too little to be told from a wall whose words no rule knows; "" where it is not."""
    page = seen.page
    drawn = {"image/svg+xml"}  # walls have drawings too
    if page is None or any(part.media_type not in drawn for part in media) or (share or 0) >= QUOTE_PARTLY:
        return ""
    count = page.prose_words
    if count < THIN_PROSE:
        return f"only {count} words of running text and no media: too little to tell a page from a wall or an error"
    words = _TOLD.findall(page.prose)
    to_reader = _to_reader(words, rules) if count < ADDRESS_PROSE else 0
    if to_reader < ADDRESS_LEAST or to_reader < len(words) * ADDRESS_SHARE:
        return ""
    return (f"{count} words of running text and no media, {to_reader} of them speak to the reader, as walls do and "
            "reports do not")


def _remarks(parts: tuple[Part, ...], share: float | None) -> Iterator[str]:
    failed = sum(1 for part in parts if not _ok(part.status))
    if failed:
        yield f"{failed} of {len(parts)} page resources were answered with an error"
    if share is not None:
        yield f"quoted words found: {'yes' if share >= QUOTE_FOUND else 'partly'} ({share:.0%})"


def quote_share(quote: str, page: PageView) -> float | None:
    """Share of the quote's word triples that occur in the page or its scripts' data; None: too short to say."""
    words = _WORD.findall(fold(re.sub(r"https?://\S+", " ", quote)))
    triples = {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}
    if not triples:
        return None
    hay = " ".join(_WORD.findall(page.text)) + " " + " ".join(_WORD.findall(_unescaped(page.markup)))
    return sum(1 for triple in triples if triple in hay) / len(triples)


def _unescaped(markup: str) -> str:
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found.group(1), 16)), markup)
    return re.sub(r"\\[nrt/\"]|&[a-z]+;|<[^>]{0,2000}>", " ", text)


def _kind_mismatch(seen: Observation, expected: Expectation) -> Judgement | None:
    wanted = _MEDIA_PREFIXES.get(expected.kind)
    if wanted is None or seen.page is None:
        return None
    if expected.kind == "video" or seen.page.media:  # a page that shows the photo or plays the video is what was cited
        return None
    return _verdict(
        Verdict.UNDECIDED, f"a {expected.kind} was cited, the server sent {seen.media_type or 'no media type'}"
    )


def _against(seen: Observation, media: list[Part]) -> str:
    if seen.page is None:
        return f"the file ({seen.media_type or 'type not said'}, {seen.length} bytes)"
    count = (
        f"{len(media)} media or document {'file' if len(media) == 1 else 'files'}"
        if media
        else "no media in its main content"
    )
    if seen.rendered:
        return f"page as rendered and {count}; replies not attempted"
    return f"page and {count}; scripts not run, replies not attempted"


def _ok(status: int | None) -> bool:
    return status is not None and (200 <= status < 300 or status == 304)


def _first(phrases: Iterable[str], *texts: str) -> str:
    return next((phrase for phrase in phrases for text in texts if _stands_in(phrase, text)), "")


def _stands_in(phrase: str, text: str) -> bool:
    at = text.find(phrase)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(phrase) : at + len(phrase) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(phrase, at + 1)
    return False


def _to_reader(words: list[str], rules: Rules) -> int:
    """How many words speak to the reader, in the language in which most do: short words are of many languages."""
    return max(sum(_is_address(word, rules.by_language["address", language]) for word in words)
               for language in LANGUAGES)


def _is_address(word: str, known: tuple[str, ...]) -> bool:
    return any(word.endswith(one[1:]) if one[0] == "*" else word == one for one in known)


def _sentence(page: PageView, phrase: str) -> str:
    for text in (page.title, *page.headings, page.text):
        if (at := text.find(phrase)) >= 0:
            start = max(text.rfind(". ", 0, at) + 2, at - 80) if at else 0
            return text[max(start, 0) : at + len(phrase) + 80].strip()
    return phrase


def _verdict(verdict: Verdict, reason: str) -> Judgement:
    return Judgement(verdict=verdict, reasons=(reason,))
