"""Posts out of captured answers: every field where it stands, nothing where it does not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import post_pages as pages
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.posts import Document, read_posts
from archiver.posts.feeds import read_feed
from evidence_store.events import from_fields, to_fields
from evidence_store.posts import MediaKind, Post, PostField, PostState, Relation
from evidence_store.records import RecordId

RECORD = RecordId("urn:uuid:00000000-0000-4000-8000-000000000001")
OTHER = RecordId("urn:uuid:00000000-0000-4000-8000-000000000002")
X_URL = "https://twitter.com/orda_watch/status/656781234567890123"
X_API = "https://x.com/i/api/graphql/abc/TweetResultByRestId"
SYNDICATION = "https://cdn.syndication.twimg.com/tweet-result?id=656781234567890123"
YOUTUBE = "https://www.youtube.com/watch?v=OrdaBridg3A"


def document(url: str, body: object, record: RecordId = RECORD) -> Document:
    """HTML where the body is text, else JSON."""
    if isinstance(body, str):
        return Document(url=url, media_type="text/html", body=body.encode(), record=record)
    return Document(url=url, media_type="application/json", body=json.dumps(body).encode(), record=record)


def read(url: str, body: object, asked: str = "") -> Post:
    return read_posts([document(url, body)], asked or url)[0]


READINGS: list[tuple[str, str, str, object, dict[str, object]]] = [
    ("X, GraphQL", X_URL, X_API, pages.x_graphql(), {
        "author": "Orda Watch", "handle": "orda_watch", "id": "656781234567890123", "text": pages.X_WORDS,
        "time": "2015-10-21T06:20:11Z", "state": PostState.EDITED, "earlier_ids": ("656781000000000000",)}),
    ("X, syndication", X_URL, SYNDICATION, pages.x_syndication(), {
        "author": "Orda Watch", "handle": "orda_watch", "text": pages.X_WORDS, "time": "2015-10-21T06:20:11Z",
        "state": PostState.UNEDITED}),
    ("X, oEmbed", X_URL, "https://publish.x.com/oembed?url=x", pages.X_OEMBED, {
        "author": "Orda Watch", "handle": "orda_watch", "time": "2015-10-21", "state": PostState.NOT_SAID}),
    ("X, the page as a browser shows it", X_URL, X_URL, pages.X_PAGE, {
        "author": "Orda Watch", "text": "Two rockets fell near the Orda bridge", "time": "2015-10-21T06:20:11Z"}),
    ("X, a page of before 2020", X_URL, X_URL, pages.X_OLD_PAGE, {
        "author": "Orda Watch", "handle": "orda_watch", "text": "Two rockets fell near the Orda bridge",
        "time": "2015-10-21T06:20:11Z"}),
    ("X, a quotation in an article", X_URL, "https://news.example/live", pages.X_QUOTATION, {
        "author": "Orda Watch", "handle": "orda_watch", "id": "656781234567890123", "time": "2015-10-21"}),
    ("Telegram", "https://t.me/OrdaValley/101", "https://t.me/ordavalley/101?embed=1&mode=tme", pages.TELEGRAM, {
        "author": "Orda Valley Civil Defence", "handle": "ordavalley", "id": "ordavalley/101",
        "text": "The bridge was hit twice.\nNobody was on it.", "time": "2015-10-21T07:05:00Z",
        "state": PostState.EDITED, "album_ids": ("102",)}),
    ("Mastodon", "https://social.example/@orda/105432109876543210",
     "https://social.example/api/v1/statuses/105432109876543210", pages.MASTODON, {
        "author": "Orda news", "handle": "orda@social.example", "time": "2021-01-03T10:00:00Z",
        "text": "The school roof is gone.\n\nLessons go on in the barn.", "state": PostState.EDITED,
        "edited_at": "2021-01-03T11:00:00Z"}),
    ("Bluesky", "https://bsky.app/profile/orda.example/post/3korda",
     "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread", pages.BLUESKY, {
        "author": "Orda", "handle": "orda.example", "id": "did:plc:orda/3korda", "text": "Smoke over the bakery",
        "time": "2024-05-01T09:00:00Z"}),
    ("YouTube", "https://youtu.be/OrdaBridg3A", YOUTUBE, pages.youtube_page(), {
        "author": "Orda Valley Civil Defence", "handle": "ordavalley", "title": "Rescue at the Orda bridge",
        "text": "Filmed from the mill road.\nNo cuts.", "time": "2015-10-21T09:30:00Z"}),
    ("Instagram", "https://www.instagram.com/p/CordaBr1dgE/", "https://www.instagram.com/graphql/query",
     pages.INSTAGRAM, {"author": "Orda photos", "handle": "orda.photos", "text": "The bridge this morning",
                       "time": "2015-10-21T06:20:11Z"}),
    ("Instagram, the captioned embed", "https://www.instagram.com/p/CordaBr1dgE/",
     "https://www.instagram.com/p/CordaBr1dgE/embed/captioned/", pages.INSTAGRAM_EMBED,
     {"handle": "orda.photos", "text": "The bridge this morning", "time": ""}),
    ("Facebook", "https://www.facebook.com/ordacouncil/posts/10153000000000001",
     "https://www.facebook.com/api/graphql/", pages.FACEBOOK, {
         "author": "Orda Valley Council", "handle": "ordacouncil", "text": "The shelter in the school is open.",
         "time": "2015-10-21T06:20:11Z"}),
    ("Facebook, the embedded post", "https://www.facebook.com/ordacouncil/posts/10153000000000001",
     ("https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fordacouncil%2Fposts%2F"
     "10153000000000001"), pages.FACEBOOK_PLUGIN, {
         "author": "Orda Valley Council", "text": "The shelter in the school is open.",
         "time": "2015-10-21T06:20:11Z"}),
    ("a page with JSON-LD and OpenGraph", "https://news.example/bridge", "https://news.example/bridge", pages.ARTICLE, {
        "author": "Ada Lind, Tom Reyes", "title": "What happened at the bridge", "time": "2015-10-21T08:00:00Z",
        "text": "Two rockets fell. Nobody died.", "summary": "Two rockets, no dead ..."}),
]


@pytest.mark.parametrize(("asked", "url", "body", "expected"), [row[1:] for row in READINGS],
                         ids=[row[0] for row in READINGS])
def test_a_post_is_read_field_by_field(asked: str, url: str, body: object, expected: dict[str, object]) -> None:
    post = read(url, body, asked)
    assert {name: getattr(post, name) for name in expected} == expected
    for name in PostField:
        value = getattr(post, name.value, "")
        told = value not in ("", (), PostState.NOT_SAID)
        assert not told or any(one.field is name and one.record == RECORD for one in post.sources), name


@pytest.mark.parametrize(("url", "body", "best"), [
    (X_API, pages.x_graphql(), ["https://pbs.twimg.com/media/OrdaBridge1?format=jpg&name=orig",
                                "https://video.twimg.com/9/1280.mp4"]),
    ("https://t.me/s/ordavalley", pages.TELEGRAM, ["https://cdn4.telesco.pe/file/bridge-one.jpg",
                                                   "https://cdn4.telesco.pe/file/bridge-two.jpg"]),
    ("https://social.example/api/v1/statuses/1", pages.MASTODON, ["https://files.social.example/original/roof.jpg"]),
    ("https://public.api.bsky.app/xrpc/a", pages.BLUESKY, ["https://cdn.bsky.app/img/feed_fullsize/a.jpg"]),
    ("https://www.instagram.com/graphql/query", pages.INSTAGRAM, ["https://scontent.example.cdninstagram.com/l.jpg",
                                                                  "https://scontent.example.cdninstagram.com/v.mp4"]),
    ("https://www.facebook.com/api/graphql/", pages.FACEBOOK, ["https://scontent.fbcdn.example/big.jpg"]),
], ids=["X", "Telegram", "Mastodon", "Bluesky", "Instagram", "Facebook"])
def test_media_are_named_in_their_best_quality(url: str, body: object, best: list[str]) -> None:
    assert [medium.url for medium in read(url, body).media] == best


@pytest.mark.parametrize(("url", "body", "relation", "expected"), [
    (X_API, pages.x_graphql(), Relation.QUOTED, ("656700000000000001", "v_council", "The road to the mill is closed")),
    (SYNDICATION, pages.x_syndication(), Relation.QUOTED,
     ("656700000000000001", "v_council", "The road to the mill is closed")),
    (SYNDICATION, pages.x_syndication(), Relation.PARENT,
     ("656780000000000000", "orda_watch", "Planes over the valley")),
    ("https://t.me/s/ordavalley", pages.TELEGRAM, Relation.PARENT,
     ("ordavalley/99", "ordavalley", "Siren at the mill")),
    ("https://public.api.bsky.app/xrpc/a", pages.BLUESKY, Relation.QUOTED,
     ("did:plc:mill/3kquoted", "mill.example", "The mill is safe")),
    ("https://public.api.bsky.app/xrpc/a", pages.BLUESKY, Relation.PARENT, ("did:plc:orda/3kparent", "", "")),
    ("https://social.example/api/v1/statuses/1", pages.MASTODON, Relation.PARENT, ("105432100000000000", "", "")),
], ids=["X quoted", "X syndication quoted", "X syndication parent", "Telegram reply", "Bluesky quoted",
        "Bluesky parent", "Mastodon parent"])
def test_quoted_and_parent_posts_are_named(url: str, body: object, relation: Relation,
                                           expected: tuple[str, str, str]) -> None:
    found = [one for one in read(url, body).related if one.relation is relation]
    assert [(one.id, one.handle, one.text) for one in found] == [expected]


@pytest.mark.parametrize(("asked", "url", "body", "state", "words"), [
    (X_URL, SYNDICATION, pages.X_TOMBSTONE, PostState.DELETED, "This Post was deleted by the Post author"),
    (X_URL, X_API, {"data": {"tweetResult": {"result": {"__typename": "TweetUnavailable", "reason": "Suspended"}}}},
     PostState.UNAVAILABLE, "Suspended"),
    ("https://t.me/ordavalley/103", "https://t.me/ordavalley/103?embed=1", pages.TELEGRAM_GONE, PostState.UNAVAILABLE,
     "Post not found"),
    (YOUTUBE, YOUTUBE, pages.youtube_page(pages.YOUTUBE_REMOVED), PostState.DELETED, "removed by the uploader"),
    (YOUTUBE, YOUTUBE, pages.youtube_page(pages.YOUTUBE_COUNTRY), PostState.UNAVAILABLE, "in your country"),
    ("https://social.example/@orda/105432109876543210", "https://social.example/users/orda/statuses/1",
     {"type": "Tombstone", "id": "https://social.example/users/orda/statuses/105432109876543210"}, PostState.DELETED,
     "Tombstone"),
], ids=["X deleted", "X suspended", "Telegram not found", "YouTube removed", "YouTube by country", "Mastodon"])
def test_only_the_platform_calls_a_post_deleted_and_its_words_are_kept(
        asked: str, url: str, body: object, state: PostState, words: str) -> None:
    post = read(url, body, asked)
    assert post.state is state
    assert words in post.state_words


def test_a_tombstone_among_other_posts_is_not_the_post_that_was_asked_for() -> None:
    thread = {"entries": [pages.X_TOMBSTONE, pages.x_graphql()]}
    assert all(post.id != "656781234567890999" for post in
               read_posts([document(X_API, thread)], "https://x.com/a/status/656781234567890999"))


@pytest.mark.parametrize("lost", ["created_at", "full_text"])
def test_what_a_platform_moved_is_not_found_and_never_guessed(lost: str) -> None:
    moved = pages.x_graphql()
    legacy = moved["data"]["tweetResult"]["result"]["legacy"]
    legacy["new_" + lost] = legacy.pop(lost)
    posts = [post for post in read_posts([document(X_API, moved)], X_URL) if post.id == "656781234567890123"]
    if lost == "created_at":
        assert posts[0].time == ""
        assert posts[0].missing == (PostField.TIME,)
    else:
        assert posts == []


def test_readings_of_one_post_are_put_together_and_each_field_keeps_its_record() -> None:
    bare = pages.x_syndication()
    del bare["created_at"], bare["edit_control"], bare["isEdited"]
    told = [document(SYNDICATION, bare), document("https://publish.x.com/oembed", pages.X_OEMBED, OTHER)]
    post = read_posts(told, X_URL)[0]
    records = {source.field: source.record for source in post.sources}
    assert (post.time, records[PostField.TIME]) == ("2015-10-21", OTHER)
    assert (post.text, records[PostField.TEXT]) == (pages.X_WORDS, RECORD)


def test_media_that_the_web_view_withholds_are_counted_and_not_lost() -> None:
    posts = read_posts([document("https://t.me/s/ordavalley", pages.TELEGRAM)], "https://t.me/s/ordavalley")
    assert [post.id for post in posts] == ["ordavalley/101", "ordavalley/104", "ordavalley/105"]
    assert [[(one.kind, one.withheld) for one in post.media] for post in posts[1:]] == [
        [(MediaKind.DOCUMENT, True)], [(MediaKind.VIDEO, False)]]


def test_a_sign_in_page_that_describes_itself_is_no_post() -> None:
    wall = '<meta property="og:title" content="Instagram"><meta property="og:description" content="Log in to see.">'
    assert read_posts([document("https://www.instagram.com/accounts/login/", wall)],
                      "https://www.instagram.com/p/CordaBr1dgE/") == ()


@pytest.mark.parametrize("body", [pages.RSS, pages.ATOM, json.dumps(pages.JSON_FEED)], ids=["RSS", "Atom", "JSON Feed"])
def test_feeds_give_entries(body: str) -> None:
    feed = read_feed(Document(url="https://news.example/feed", media_type="application/xml", body=body.encode(),
                              record=RECORD))
    assert feed is not None
    first = feed.entries[0]
    assert (first.url, first.time, first.text) == ("https://news.example/bridge", "2015-10-21T08:00:00Z",
                                                   "Two rockets fell.")
    assert first.id


def test_a_page_is_no_feed() -> None:
    assert read_feed(document("https://news.example/", pages.ARTICLE)) is None


def test_a_post_is_the_same_after_it_was_written_down() -> None:
    post = read(X_API, pages.x_graphql())
    assert from_fields(Post, to_fields(post)) == post


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["legacy", "rest_id", "full_text", "user", "id_str", "__typename", "author",
                                         "record", "uri", "account", "content", "media_attachments", "quoted_tweet",
                                         "edit_control", "videoDetails", "playabilityStatus", "code", "owner",
                                         "taken_at", "post_id", "actors", "message", "@type", "tombstone", "embed"])
                        | st.text(max_size=8), inner, max_size=6), max_leaves=30)


@settings(max_examples=150, deadline=None)
@given(value=JSON, host=st.sampled_from(["x.com", "bsky.app", "www.youtube.com", "www.instagram.com",
                                         "www.facebook.com", "social.example", "t.me"]))
def test_no_shape_of_answer_breaks_a_parser(value: object, host: str) -> None:
    url = f"https://{host}/i/status/20"
    page = f"<script type='application/json'>{json.dumps(value)}</script>"
    read_posts([document(url, value if isinstance(value, dict | list) else {}), document(url, page)], url)


MOVED: list[dict[str, Any]] = [pages.x_graphql(), pages.x_syndication(), pages.BLUESKY, pages.MASTODON, pages.INSTAGRAM,
                               pages.FACEBOOK]


def _mutants(value: Any) -> Iterator[Any]:
    """The value with one inner value after the other replaced by one of another type."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from ({**value, key: wrong} for wrong in (None, 7, "text", [], [1], {"a": "b"}, True))
            yield from ({**value, key: mutant} for mutant in _mutants(child))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from ([*value[:place], mutant, *value[place + 1:]] for mutant in _mutants(child))


@pytest.mark.parametrize("whole", MOVED, ids=["GraphQL", "syndication", "Bluesky", "Mastodon", "Instagram", "Facebook"])
def test_every_field_of_another_type_is_survived(whole: dict[str, Any]) -> None:
    hosts = ("x.com", "cdn.syndication.twimg.com", "public.api.bsky.app", "social.example", "www.instagram.com",
             "www.facebook.com")
    url = f"https://{hosts[MOVED.index(whole)]}/answer"
    for mutant in _mutants(whole):
        for post in read_posts([document(url, mutant)], url):
            assert isinstance(post.text, str)


def test_real_answers_of_x_and_bluesky_are_read(shared_data: Path) -> None:
    folder = shared_data / "7_social" / "FxEmbed+FxEmbed" / "test"
    answers = sorted(folder.glob("mocks/TweetResultByRestId/*.json"))
    if not answers:
        pytest.skip("no answers of X among the shared data")
    gone = 0
    for path in answers:
        posts = read_posts([document(X_API, json.loads(path.read_bytes()))], f"https://x.com/i/status/{path.stem}")
        assert posts[0].id == path.stem
        gone += posts[0].state is PostState.UNAVAILABLE
        assert posts[0].missing == ()
    assert gone == 1
