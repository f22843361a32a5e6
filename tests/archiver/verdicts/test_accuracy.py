"""How often the rules are right: real articles, real answers of X, and walls in six languages. No wall is complete."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from held_out_walls import HELD_OUT
from long_walls import PAGES, WALLS
from verdict_corpus import pages as pages_of_the_corpus
from verdict_corpus import walls as walls_of_the_corpus

from archiver.capture.told import with_told
from archiver.posts import Document, read_posts
from archiver.verdicts.judge import Expectation, Judgement, Observation, Part, judge
from archiver.verdicts.page import view_page
from archiver.verdicts.rules import LANGUAGES, default_rules
from evidence_store.records import RecordId, Verdict

RULES = default_rules()
NAV = "<nav><a>Home</a> <a>World</a> <a>Video</a></nav>"
FOOT = "<footer>About us. Terms. Privacy. Help. Contact. Copyright by the service, all rights kept.</footer>"
STORY = "<p>" + "The valley was quiet until the morning when the bridge was hit and the bakery burnt. " * 40 + "</p>"
TABLES = {"login": {Verdict.LOGIN_WALL}, "challenge": {Verdict.CHALLENGE}, "deleted": {Verdict.DELETED},
          "private_or_suspended": {Verdict.PRIVATE_OR_SUSPENDED}, "age_gate": {Verdict.AGE_GATE},
          "geo_blocked": {Verdict.GEO_BLOCKED}, "soft_404": {Verdict.SOFT_404, Verdict.GONE}}
FORM = "<form><input name=user><input type=password></form>"


def verdict(html: str, status: int = 200, kind: str = "", *, url: str = "https://site.example/a", final_url: str = "",
            pictures: int = 0) -> Judgement:
    body = html.encode()
    parts = [Part(url=f"{url}/{n}.jpg", is_content=True, whole=True, status=200, media_type="image/jpeg")
             for n in range(pictures)]
    return judge(Observation(url=url, final_url=final_url or url, status=status,
                             media_type="text/html", length=len(body), truncated=None, page=view_page(body, "utf-8")),
                 parts, Expectation(kind=kind), RULES)


def walls(table: str, phrase: str) -> list[str]:
    """A wall as it is built: the words in the title, in a heading, or in the only paragraph."""
    form = FORM if table == "login" else ""
    return [f"<html><title>{phrase}</title>{NAV}<h1>{phrase}</h1>{form}{FOOT}</html>",
            f"<html><title>Service</title>{NAV}<h2>{phrase}</h2>{form}{FOOT}</html>",
            f"<html><title>Service</title><p>{phrase}.</p>{form}</html>"]


@pytest.mark.parametrize(("status", "html"), [one[2:] for one in HELD_OUT], ids=[one[0] for one in HELD_OUT])
def test_a_wall_in_place_of_a_cited_post_is_not_complete_even_where_no_rule_knows_its_words(
        status: int, html: str) -> None:
    assert verdict(html, status, "post").verdict is not Verdict.COMPLETE


def test_nor_at_an_address_of_which_nothing_is_expected() -> None:
    assert [name for name, _, status, html in HELD_OUT if verdict(html, status).verdict is Verdict.COMPLETE] == []


def test_of_the_drawn_up_walls_none_is_complete() -> None:
    drawn = list(walls_of_the_corpus())
    assert len(drawn) >= 200
    assert [one.name for one in drawn if verdict(one.html).verdict is Verdict.COMPLETE] == []


def test_of_the_drawn_up_pages_none_is_called_a_wall_and_nearly_all_are_complete() -> None:
    judged = {one.name: verdict(one.html, pictures=one.pictures) for one in pages_of_the_corpus()}
    kept = {Verdict.COMPLETE, Verdict.UNDECIDED}
    assert len(judged) >= 100
    assert [(name, given) for name, given in judged.items() if given.verdict not in kept] == []
    undecided = [name for name, given in judged.items() if given.verdict is Verdict.UNDECIDED]
    assert len(undecided) <= len(judged) * 0.05, undecided


@pytest.mark.parametrize(("name", "text", "expected"), [
    *((name, text, Verdict.UNDECIDED) for name, text in WALLS),
    *((name, text, Verdict.COMPLETE) for name, text in PAGES)],
    ids=[name for name, _ in (*WALLS, *PAGES)])
def test_a_wall_of_many_words_speaks_to_its_reader_and_a_report_as_short_does_not(
        name: str, text: str, expected: Verdict) -> None:
    given = verdict(f"<html><title>Service</title>{NAV}<p>{text}</p>{FOOT}</html>")
    assert given.verdict is expected, (name, given.reasons)


def test_a_page_that_says_it_is_not_free_is_undecided_while_it_shows_little() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    beginning = verdict(f"<html>{data}<title>News</title>{STORY[:900]}</p></html>")
    assert beginning.verdict is Verdict.UNDECIDED
    assert "not free to read" in beginning.reasons[0]
    assert verdict(f"<html>{data}<title>News</title>{STORY}</html>").verdict is Verdict.COMPLETE


@pytest.mark.parametrize(("asked", "given", "expected"), [
    ("https://site.example/2015/10/20/story", "https://www.site.example/", Verdict.SOFT_404),
    ("https://site.example/2015/10/20/story", "https://site.example/en/", Verdict.SOFT_404),
    ("https://site.example/2015/10/20/story", "https://site.example/index.html", Verdict.SOFT_404),
    ("https://site.example/2015/10/20/story", "https://site.example/2015/10/20/story.html", Verdict.COMPLETE),
    ("https://site.example/", "https://site.example/en/", Verdict.COMPLETE),
    ("https://short.example/x1", "https://site.example/", Verdict.COMPLETE),
])
def test_a_site_that_sends_its_front_page_did_not_send_what_was_asked_for(
        asked: str, given: str, expected: Verdict) -> None:
    assert verdict(f"<html><title>News</title>{STORY}</html>", url=asked, final_url=given).verdict is expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", list(TABLES))
def test_no_wall_is_called_complete_and_nearly_all_are_named_rightly(table: str, language: str) -> None:
    judged = Counter[bool]()
    for phrase in RULES.by_language[table, language]:
        for html in walls(table, phrase):
            given = verdict(html)
            assert given.verdict is not Verdict.COMPLETE, (phrase, html)
            judged[given.verdict in TABLES[table]] += 1
    assert judged[False] <= judged[True] * 0.1, judged


@pytest.mark.parametrize("table", list(TABLES))
def test_news_that_quotes_such_words_is_no_wall(table: str) -> None:
    for phrase in (one for language in LANGUAGES for one in RULES.by_language[table, language]):
        given = verdict(f"<html><title>What the platform said</title><h1>The valley on Tuesday</h1>{STORY}"
                        f"<p>The page said: {phrase}.</p>{STORY}</html>")
        assert given.verdict is Verdict.COMPLETE, (phrase, given)


def test_each_table_says_where_its_words_were_read_and_when() -> None:
    assert set(RULES.origins) == {*TABLES, "consent", "address"}
    for table, origin in RULES.origins.items():
        assert origin.source
        assert origin.read_on.isoformat() <= RULES.version[:10]
        for language in LANGUAGES:
            assert len(RULES.by_language[table, language]) >= 4, (table, language)


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 451, 500, 503])
def test_no_error_status_is_called_complete(status: int) -> None:
    assert verdict(f"<html><title>News</title>{STORY}</html>", status).verdict is not Verdict.COMPLETE


def test_real_articles_are_no_walls(shared_data: Path) -> None:
    pages = [path for path in sorted((shared_data / "7_html_article").rglob("*")) if ".html" in path.name]
    if not pages:
        pytest.skip("no saved articles among the shared data")
    judged = Counter(verdict((gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
                             .decode("utf-8", "replace")).verdict for path in pages)
    assert judged == {Verdict.COMPLETE: len(pages)}


def test_what_x_withholds_is_never_complete(shared_data: Path) -> None:
    answers = sorted((shared_data / "7_social").glob("*/test/mocks/TweetResultByRestId/*.json"))
    if not answers:
        pytest.skip("no answers of X among the shared data")
    shell = "<html><title>X</title><div id=root></div><script>1</script></html>"
    judged = Counter[Verdict]()
    for path in answers:
        answer = Document(url="https://x.com/i/api/graphql/a/TweetResultByRestId", media_type="application/json",
                          body=json.dumps(json.loads(path.read_bytes())).encode(), record=RecordId("urn:uuid:1"))
        url = f"https://x.com/i/status/{path.stem}"
        judged[with_told(verdict(shell), url, read_posts([answer], url), RULES).verdict] += 1
    assert Verdict.COMPLETE not in judged
    assert judged[Verdict.PRIVATE_OR_SUSPENDED] == 1
