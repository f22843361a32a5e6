"""Whether the cited content is in the bytes of a capture: yes, partly, no."""

import pytest

from archiver.verdicts.contained import contains_cited
from archiver.verdicts.judge import Expectation, Observation, Part
from archiver.verdicts.page import view_page
from archiver.verdicts.vantage import vantage_words
from evidence_store.posts import Post
from evidence_store.records import CitedContent, Truncation, Verdict

QUOTE = "Four barrels fell on the old quarter before dawn prayers and nobody was hurt"
HALF = "Four barrels fell on the old quarter yesterday"


def seen(words: str = "", media_type: str = "text/html", truncated: Truncation | None = None) -> Observation:
    page = view_page(f"<p>{words}</p>".encode()) if media_type == "text/html" else None
    return Observation(url="https://a.example/", final_url="https://a.example/", status=200, media_type=media_type,
                       length=1000, truncated=truncated, page=page)


def part(media_type: str, *, whole: bool = True) -> Part:
    return Part(url="https://a.example/m", is_content=True, whole=whole, status=200 if whole else None,
                media_type=media_type)


@pytest.mark.parametrize(("observed", "parts", "expected", "posts", "answer"), [
    (seen(QUOTE), (), Expectation(quote=QUOTE), (), CitedContent.YES),
    (seen(HALF), (), Expectation(quote=QUOTE), (), CitedContent.PARTLY),
    (seen("Something else stands here now"), (), Expectation(quote=QUOTE), (), CitedContent.NO),
    (seen("Log in"), (), Expectation(quote=QUOTE), (Post(platform="x", text=QUOTE),), CitedContent.YES),
    (seen(), (), Expectation(quote="ok"), (), CitedContent.NOT_ASKED),
    (seen(), (), Expectation(), (), CitedContent.NOT_ASKED),
    (seen(media_type="image/jpeg"), (), Expectation(kind="photo"), (), CitedContent.YES),
    (seen(media_type="image/jpeg", truncated=Truncation.DISCONNECT), (), Expectation(kind="photo"), (),
     CitedContent.PARTLY),
    (seen("A page"), (), Expectation(kind="photo"), (), CitedContent.NO),
    (seen("A page"), (part("video/mp4"),), Expectation(kind="video"), (), CitedContent.YES),
    (seen("A page"), (part("video/mp4"), part("video/mp4", whole=False)), Expectation(kind="video"), (),
     CitedContent.PARTLY),
    (seen("A page"), (part("image/jpeg"),), Expectation(kind="video"), (), CitedContent.NO),
    (seen(media_type="application/pdf"), (), Expectation(kind="document"), (), CitedContent.YES),
], ids=["all words", "half of them", "other words", "words in the post's own answer", "too short a quote",
        "nothing asked", "the photo", "half a photo", "a page for a photo", "the video in the page",
        "one of two videos", "a picture for a video", "the document"])
def test_the_answer(observed: Observation, parts: tuple[Part, ...], expected: Expectation, posts: tuple[Post, ...],
                    answer: CitedContent) -> None:
    assert contains_cited(observed, parts, expected, posts) is answer


def test_only_deleted_is_said_without_a_vantage() -> None:
    where = "country not said, not signed in"
    assert vantage_words(Verdict.DELETED, where) == ()
    assert vantage_words(Verdict.COMPLETE, where) == ()
    assert vantage_words(Verdict.LOGIN_WALL, where) == (f"not available from this vantage ({where})",)
