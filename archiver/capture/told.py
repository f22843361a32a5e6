"""What a platform tells of a post beside its page: read from the recorded answers, its media completed.

1. Posts are read from what stands in the WARC, so that each field can name its record.
2. Media of the post that was asked for, and of those it quotes or answers, are fetched in the best quality that is
   offered, where the capture does not have them whole already.
3. What a platform shows elsewhere does not make a wall a page: the capture stays partial, and says where the words are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO, TypeAlias
from urllib.parse import urlsplit

from archiver.citations.platforms import platform_of
from archiver.posts import Document, read_posts
from archiver.posts.addresses import companions, post_key
from archiver.posts.read import is_asked
from archiver.recorder import Recording
from archiver.verdicts.judge import Judgement
from archiver.verdicts.page import PageView, fold
from archiver.verdicts.rules import Rules
from archiver.verdicts.told import verdict_of_words
from evidence_store.errors import EvidenceError
from evidence_store.posts import MediaKind, Post, PostState
from evidence_store.records import Exchange, Verdict, View, ViewKind, WarcRef

ReadContent: TypeAlias = Callable[[WarcRef], BinaryIO]

MAX_DOCUMENT = 20 * 1024 * 1024       # bytes of one answer that posts are read from
MAX_DOCUMENTS = 200                   # answers of one capture
_JSON = ("application/json", "text/json", "text/javascript")       # and whatever ends in +json
_WALLS = frozenset({Verdict.LOGIN_WALL, Verdict.CHALLENGE, Verdict.BLANK, Verdict.UNDECIDED, Verdict.SOFT_404,
                    Verdict.AGE_GATE})


def beside(url: str) -> tuple[str, ...]:
    """Addresses at which the platform of a post shows it to anybody."""
    return companions(url)


def read_told(url: str, exchanges: Iterable[Exchange], views: Iterable[View], content: ReadContent, *,
              original: str = "") -> tuple[Post, ...]:
    """The posts of a capture of `url`; `original`: what an archive's copy is a copy of."""
    documents: list[Document] = []
    for exchange in exchanges:
        if not _may_tell(exchange) or len(documents) >= MAX_DOCUMENTS or exchange.response is None:
            continue
        body = _read(content, exchange.response)
        if body:
            documents.append(Document(url=original or exchange.url, media_type=exchange.media_type, body=body,
                                      record=exchange.response.record))
    documents += [Document(url=original or url, media_type="text/html", body=_read(content, view.record),
                           record=view.record.record) for view in views if view.kind is ViewKind.DOM]
    return read_posts(documents, original or url)


def wanted_media(url: str, posts: Sequence[Post], exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Media to fetch in their best quality: of the post asked for and its kin, or of all of a channel asked for."""
    asked = next((post for post in posts if is_asked(post, url)), None)
    if asked is not None and post_key(url) is not None:
        kin = {related.id for related in asked.related if related.id}
        chosen = [post for post in posts if post is asked or post.id in kin]
    else:
        platform = platform_of(urlsplit(url).hostname or "")
        chosen = [post for post in posts if platform and post.platform == platform]
    whole = {exchange.url for exchange in exchanges if exchange.is_whole and exchange.status == 200}
    found = (medium.url.split("#", 1)[0] for post in chosen for medium in post.media
             if medium.url and medium.kind is not MediaKind.DOCUMENT)
    return tuple(dict.fromkeys(one for one in found if one not in whole))


def told_beside(page: PageView | None, posts: Sequence[Post]) -> PageView | None:
    """The page with the words of its posts among its data: where a quotation is looked for, never a wall."""
    if page is None or not posts:
        return page
    return replace(page, markup=" ".join((page.markup, *(fold(post.text) for post in posts))))


def may_play(url: str, posts: Sequence[Post]) -> bool:
    """The post asked for may have a film that it did not name: it was not read, or says that one is withheld."""
    asked = next((post for post in posts if is_asked(post, url)), None)
    return asked is None or any(medium.kind is MediaKind.VIDEO and medium.withheld for medium in asked.media)


def joined(first: Recording, second: Recording) -> Recording:
    """What went through two channels of one capture, one after the other."""
    return replace(first, exchanges=first.exchanges + second.exchanges, refusals=first.refusals + second.refusals,
                   failures=first.failures + second.failures, notes=first.notes + second.notes,
                   not_recorded=first.not_recorded + second.not_recorded,
                   unauthenticated=first.unauthenticated + second.unauthenticated)


def with_told(given: Judgement, url: str, posts: Sequence[Post], rules: Rules) -> Judgement:
    """The verdict, with what the platform says of the very post."""
    asked = next((post for post in posts if is_asked(post, url)), None)
    if asked is None or post_key(url) is None or given.verdict in {Verdict.REFUSED, Verdict.TRUNCATED}:
        return given
    if asked.state is PostState.DELETED and not asked.text:
        return replace(given, verdict=Verdict.DELETED, reasons=(f'the platform says: "{asked.state_words}"',
                                                                *given.reasons))
    if asked.state is PostState.UNAVAILABLE and not asked.is_shown:
        verdict = verdict_of_words(asked.state_words, rules)
        return replace(given, verdict=verdict, reasons=(f'the platform says: "{asked.state_words}"', *given.reasons))
    if given.verdict in _WALLS and asked.text:
        named = f"the post's words were read from another answer of {asked.platform}; its page: {given.verdict.value}"
        return replace(given, verdict=Verdict.PARTIAL, reasons=(named.replace("_", " "), *given.reasons),
                       against="the post's words and media; its page is not shown to us")
    return given


def _may_tell(exchange: Exchange) -> bool:
    kind = exchange.media_type
    told = kind in {"text/html", "application/xhtml+xml"} or kind in _JSON or kind.endswith("+json")
    answered = exchange.status is not None and (exchange.status < 300 or 400 <= exchange.status < 500)
    return told and answered and 0 < exchange.payload_length <= MAX_DOCUMENT


def _read(content: ReadContent, ref: WarcRef) -> bytes:
    try:
        with content(ref) as stream:
            return stream.read(MAX_DOCUMENT)
    except (EvidenceError, OSError):
        return b""                    # cut or damaged: the fixity check says so


def no_content(_: WarcRef) -> BinaryIO:
    """For captures outside a case: nothing can be read back."""
    return BytesIO()
