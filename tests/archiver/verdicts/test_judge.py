"""Verdicts from observations: a table of what was seen and what must be said."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from archiver.verdicts.judge import Expectation, Observation, Part, judge, quote_share
from archiver.verdicts.page import view_page
from archiver.verdicts.rules import default_rules
from evidence_store.records import TlsOutcome, Truncation, Verdict

ARTICLE = (
    "<html><head><title>Strike on the market</title></head><body><main><h1>Strike on the market</h1>"
    + (
        "<p>Residents said that two shells fell on the market on Tuesday morning, and that the clinic was hit too.</p>"
        * 8
    )
    + "</main></body></html>"
)


def page(html: str, status: int = 200, **changes: object) -> Observation:
    seen = Observation(
        url="https://news.example/a",
        final_url="https://news.example/a",
        status=status,
        media_type="text/html",
        length=len(html),
        truncated=None,
        page=view_page(html.encode()),
    )
    return replace(seen, **changes)  # type: ignore[arg-type]


def verdict_of(seen: Observation, *parts: Part, expected: Expectation | None = None) -> Verdict:
    return judge(seen, parts, expected or Expectation(), default_rules()).verdict


LOGIN_FORM = '<h1>Welcome back</h1><form><input name=u><input type="password"></form>'
PAGES = [
    ("an article", ARTICLE, 200, Verdict.COMPLETE),
    ("a sign-in form and nothing else", f"<title>Log in</title>{LOGIN_FORM}", 200, Verdict.LOGIN_WALL),
    (
        "words that ask to log in, without a form",
        "<title>Post</title><p>You must log in to continue.</p><p>See what people say.</p>",
        200,
        Verdict.LOGIN_WALL,
    ),
    ("Arabic wall", "<title>منشور</title><p>يجب تسجيل الدخول لعرض هذا المحتوى على الموقع</p>", 200, Verdict.LOGIN_WALL),
    (
        "Russian wall",
        "<title>Запись</title><p>Войдите, чтобы посмотреть эту запись целиком</p>",
        200,
        Verdict.LOGIN_WALL,
    ),
    (
        "an article with a sign-in box",
        ARTICLE.replace("</main>", f"</main>{LOGIN_FORM}" + "<p>words enough to read on</p>" * 60),
        200,
        Verdict.COMPLETE,
    ),
    (
        "a bot check",
        "<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x.js></script><p>Checking</p>",
        403,
        Verdict.CHALLENGE,
    ),
    (
        "a bot check that answers 200",
        "<title>Just a moment...</title><div class=cf-chl-widget></div>",
        200,
        Verdict.CHALLENGE,
    ),
    (
        "an article with a captcha script in its comment form",
        ARTICLE.replace("</body>", "<script src=//hcaptcha.com/1/api.js></script></body>"),
        200,
        Verdict.COMPLETE,
    ),
    (
        "a page that says deleted",
        "<title>Post</title><p>This post was deleted by its author.</p>",
        200,
        Verdict.DELETED,
    ),
    ("Turkish deletion", "<title>Gönderi</title><p>Bu tweet silindi</p>", 404, Verdict.DELETED),
    (
        "a suspended account",
        "<title>Account suspended</title><p>This account breaks the rules of the service.</p>",
        200,
        Verdict.PRIVATE_OR_SUSPENDED,
    ),
    (
        "a country block",
        "<title>Video</title><p>This video is not available in your country.</p>",
        200,
        Verdict.GEO_BLOCKED,
    ),
    ("unavailable for legal reasons", "<title>451</title>", 451, Verdict.GEO_BLOCKED),
    (
        "an age gate",
        "<title>Confirm your age</title><p>Please enter your birthday to go on.</p>",
        200,
        Verdict.AGE_GATE,
    ),
    ("not found with status 404", "<title>Oops</title><p>Nothing</p>", 404, Verdict.GONE),
    ("not found with status 410", "", 410, Verdict.GONE),
    (
        "not found with status 200",
        "<title>Page not found</title><h1>Sorry</h1><p>Try the search.</p>",
        200,
        Verdict.SOFT_404,
    ),
    (
        "French not found with status 200",
        "<title>Page introuvable</title><p>Revenez à l'accueil</p>",
        200,
        Verdict.SOFT_404,
    ),
    (
        "news about things not found",
        ARTICLE.replace("Strike on the market", "Bodies of three children not found after the strike on the market"),
        200,
        Verdict.COMPLETE,
    ),
    ("a shell for scripts", '<title>App</title><div id="root"></div><script src=/app.js></script>', 200, Verdict.BLANK),
    ("forbidden without a word", "<title>403</title><p>Forbidden</p>", 403, Verdict.UNDECIDED),
    ("a failing server", "<title>503</title>", 503, Verdict.UNREACHABLE),
]


@pytest.mark.parametrize(("html", "status", "expected"), [row[1:] for row in PAGES], ids=[row[0] for row in PAGES])
def test_a_page_gets_the_verdict_its_bytes_call_for(html: str, status: int, expected: Verdict) -> None:
    assert verdict_of(page(html, status)) is expected


TRANSPORT = [
    ("refused", {"status": None, "page": None, "refused": "10.0.0.1 is a private address"}, Verdict.REFUSED),
    ("unreachable", {"status": None, "page": None, "failure": "dns: no address"}, Verdict.UNREACHABLE),
    ("truncated", {"truncated": Truncation.DISCONNECT}, Verdict.TRUNCATED),
    ("empty", {"length": 0, "page": None, "media_type": "image/jpeg"}, Verdict.BLANK),
]


@pytest.mark.parametrize(("changes", "expected"), [row[1:] for row in TRANSPORT], ids=[row[0] for row in TRANSPORT])
def test_the_transport_speaks_before_the_page(changes: dict[str, object], expected: Verdict) -> None:
    assert verdict_of(page(ARTICLE, **changes)) is expected  # type: ignore[arg-type]


def test_a_redirect_to_a_sign_in_address_is_a_wall() -> None:
    seen = page(f"<title>Example</title>{LOGIN_FORM}", final_url="https://news.example/accounts/login/?next=/a")
    assert verdict_of(seen) is Verdict.LOGIN_WALL


def test_unverified_tls_is_said_and_does_not_change_the_verdict() -> None:
    given = judge(
        page(ARTICLE, tls=TlsOutcome.UNVERIFIED, tls_cause="certificate has expired"),
        (),
        Expectation(),
        default_rules(),
    )
    assert given.verdict is Verdict.COMPLETE
    assert "tls_unverified: certificate has expired" in given.reasons


def part(**changes: object) -> Part:
    return replace(
        Part(url="https://news.example/photo.jpg", is_content=True, whole=True, status=200, media_type="image/jpeg"),
        **changes,
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (part(), Verdict.COMPLETE),
        (part(whole=False, status=None, problem="truncated (disconnect)"), Verdict.PARTIAL),
        (part(status=404), Verdict.PARTIAL),
        (part(is_content=False, status=404), Verdict.COMPLETE),
        (part(is_content=False, whole=False, status=None, problem="cut"), Verdict.PARTIAL),
    ],
    ids=["photo whole", "photo cut", "photo missing", "style sheet missing", "style sheet cut"],
)
def test_complete_needs_every_planned_request_whole(resource: Part, expected: Verdict) -> None:
    assert verdict_of(page(ARTICLE), resource) is expected


def test_complete_says_against_what() -> None:
    given = judge(page(ARTICLE), (part(),), Expectation(), default_rules())
    assert given.against == "page and 1 media or document file; scripts not run, replies not attempted"


def test_a_post_without_the_quoted_words_is_not_complete() -> None:
    quote = "Four barrels fell on the old quarter before dawn prayers"
    assert verdict_of(page(ARTICLE), expected=Expectation(quote=quote)) is Verdict.PARTIAL
    with_quote = ARTICLE.replace("</main>", f"<p>{quote}</p></main>")
    assert verdict_of(page(with_quote), expected=Expectation(quote=quote)) is Verdict.COMPLETE


def test_a_quote_is_found_in_the_data_of_a_script() -> None:
    html = (
        '<p>loading</p><script>window.state={"text":"Four barrels fell on the \\u00f6ld quarter before dawn"}</script>'
    )
    assert quote_share("Four barrels fell on the öld quarter before dawn", view_page(html.encode())) == 1.0


def test_html_where_a_photo_was_cited_is_undecided() -> None:
    html = "<p>Some words that say nothing about any picture at all, but enough of them.</p>"
    assert verdict_of(page(html), expected=Expectation(kind="photo")) is Verdict.UNDECIDED


def test_saved_articles_are_not_taken_for_walls(shared_data: Path) -> None:
    """Precision on real pages: each of them is an article and nothing else."""
    walls = {}
    pages = sorted((shared_data / "7_html_article").rglob("*.html*"))
    assert pages
    for path in pages:
        html = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        seen = Observation(
            url="https://a.example/",
            final_url="https://a.example/",
            status=200,
            media_type="text/html",
            length=len(html),
            truncated=None,
            page=view_page(html),
        )
        given = judge(seen, (), Expectation(), default_rules())
        if given.verdict is not Verdict.COMPLETE:
            walls[path.name] = (given.verdict, given.reasons)
    assert walls == {}
