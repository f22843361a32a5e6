import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citations import normalise_url
from archiver.citations.urls import absolute_url


@pytest.mark.parametrize(("given_url", "identity"), [
    ("HTTP://Desk.Example:80/A", "http://desk.example/A"),
    ("https://desk.example:443", "https://desk.example/"),
    ("https://desk.example:8443/a", "https://desk.example:8443/a"),
    ("https://desk.example./a", "https://desk.example/a"),
    ("https://desk.example/a#part", "https://desk.example/a"),
    ("https://desk.example/a#!/route", "https://desk.example/a#!/route"),
    ("https://desk.example/a?utm_source=x&id=7&fbclid=zz&utm_medium=y", "https://desk.example/a?id=7"),
    ("https://desk.example/a?gclid=1&igshid=2&ref_src=3", "https://desk.example/a"),
    ("https://desk.example/a?b=1&a=2", "https://desk.example/a?b=1&a=2"),
    ("https://desk.example/a/../b/./c", "https://desk.example/b/c"),
    ("https://desk.example/%7euser/%d8%ad", "https://desk.example/~user/%D8%AD"),
    ("https://desk.example/حلب", "https://desk.example/%D8%AD%D9%84%D8%A8"),
    ("https://desk.example/a b", "https://desk.example/a%20b"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("  https://desk.example/a\n", "https://desk.example/a"),
    ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ("mailto:desk@desk.example", "mailto:desk@desk.example"),
    ("http://[broken", "http://[broken"),
])
def test_an_identity_drops_what_does_not_choose_the_page(given_url, identity):
    assert normalise_url(given_url) == identity


@pytest.mark.parametrize(("forms", "identity"), [
    (["https://twitter.com/Name/status/123456?ref_src=twsrc%5Etfw", ("https://mobile.twitter.com/other/status/123456/ph"
                                                                    "oto/1"),
      "http://x.com/name/statuses/123456", "https://x.com/i/web/status/123456", "https://twitter.com/#!/name/status/123456",
      "https://platform.twitter.com/embed/Tweet.html?dnt=false&id=123456&lang=en", "https://fxtwitter.com/name/status/123456"],
     "https://x.com/i/status/123456"),
    (["https://youtu.be/dQw4w9WgXcQ?t=5", "https://m.youtube.com/watch?v=dQw4w9WgXcQ&feature=share", "https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0",
      "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "https://youtube.com/shorts/dQw4w9WgXcQ", "https://www.youtube.com/v/dQw4w9WgXcQ&hl=en",
      "https://www.youtube.com/live/dQw4w9WgXcQ"], "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    (["https://t.me/s/Channel_One/77", "https://t.me/channel_one/77?single", ("https://telegram.me/channel_one/77?embed"
                                                                             "=1&mode=tme")],
     "https://t.me/channel_one/77"),
    (["https://m.facebook.com/page/posts/12", "https://web.facebook.com/page/posts/12", "https://facebook.com/page/posts/12?__tn__=R"],
     "https://www.facebook.com/page/posts/12"),
    (["https://instagram.com/p/AbC_123-x/?igshid=1", "https://www.instagram.com/name/reel/AbC_123-x/", "https://www.instagram.com/p/AbC_123-x/embed/captioned/"],
     "https://www.instagram.com/p/AbC_123-x/"),
    (["https://player.vimeo.com/video/76979871?h=8272103f6e", "https://vimeo.com/76979871/8272103f6e"], "https://vimeo.com/76979871/8272103f6e"),
    (["https://dai.ly/x7tgad0", "https://www.dailymotion.com/embed/video/x7tgad0?autoplay=1", "https://www.dailymotion.com/video/x7tgad0_some-title"],
     "https://www.dailymotion.com/video/x7tgad0"),
    (["https://www.tiktok.com/@name/video/7012345678901234567?lang=en", ("https://www.tiktok.com/embed/v2/7012345678901"
                                                                        "234567")],
     "https://www.tiktok.com/@/video/7012345678901234567"),
    (["https://embed.bsky.app/embed/did:plc:abc/app.bsky.feed.post/3k2?id=1", "https://bsky.app/profile/did:plc:abc/post/3k2"],
     "https://bsky.app/profile/did:plc:abc/post/3k2"),
    (["https://en.m.wikipedia.org/wiki/Sarmin", "https://en.wikipedia.org/wiki/Sarmin"], "https://en.wikipedia.org/wiki/Sarmin"),
])
def test_all_addresses_of_one_post_or_video_are_one_identity(forms, identity):
    assert {normalise_url(form) for form in forms} == {identity}


def test_a_short_link_keeps_its_own_identity():
    assert normalise_url("https://t.co/AbC123?amp=1") == "https://t.co/AbC123?amp=1"


_HOSTS = st.sampled_from(
    [
        "desk.example",
        "Twitter.com",
        "x.com",
        "m.youtube.com",
        "youtu.be",
        "t.me",
        "www.facebook.com",
        "vk.com",
        "m.vk.com",
        "dai.ly",
        "player.vimeo.com",
        "www.tiktok.com",
        "old.reddit.com",
        "en.m.wikipedia.org",
        "bücher.example",
        "[::1]",
        "a..b",
        "192.0.2.1",
    ]
)


@given(scheme=st.sampled_from(["http", "https", "HTTP", "ftp", ""]), host=_HOSTS, rest=st.text(max_size=60))
def test_normalising_twice_gives_what_once_gives(scheme, host, rest):
    once = normalise_url(f"{scheme}://{host}/{rest}")
    assert normalise_url(once) == once


@given(st.text(max_size=80))
def test_any_text_is_normalised_without_failing_and_to_a_fixed_point(text):
    once = normalise_url(text)
    assert normalise_url(once) == once


@given(st.text(max_size=80))
def test_what_is_made_absolute_is_http_or_nothing(text):
    assert absolute_url(text, "https://desk.example/live/").startswith(("http://", "https://")) or not absolute_url(
        text, "https://desk.example/live/"
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "mailto:a@b.example",
        "data:text/html,x",
        "tel:+1",
        "http://",
        "http://[",
        "https://desk.example:99999/",
        "",
    ],
)
def test_what_leads_to_no_page_is_no_address(href):
    assert absolute_url(href, "https://desk.example/live/") == ""
