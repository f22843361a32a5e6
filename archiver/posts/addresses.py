"""Which post an address leads to, and where its platform tells more of it than its page does. Pure."""

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from archiver.citations.platforms import platform_of
from archiver.citations.urls import normalise_url
from archiver.posts import facebook, instagram, x, youtube

_TELEGRAM = re.compile(r"/(?:s/)?([A-Za-z0-9_]{3,40})/(\d{1,20})/?")
_TELEGRAM_CHANNEL = re.compile(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]{2,39})/?")
_BLUESKY = re.compile(r"/profile/([^/]{1,200})/post/([\w.~:-]{1,100})/?")
_MASTODON = re.compile(r"/(?:@([\w.-]{1,60}(?:@[\w.-]{1,100})?)|users/([\w.-]{1,60})/statuses)/(\d{5,20})/?")
_NOT_CHANNELS = frozenset({"joinchat", "share", "addstickers", "iv", "proxy", "socks", "login", "faq", "c"})


class PostKey(NamedTuple):
    """What makes two readings one post."""

    platform: str
    id: str


def post_key(url: str) -> PostKey | None:  # noqa: PLR0911 - one line a platform
    """The post at an address; None where the address is no post's."""
    try:
        parts = urlsplit(url)
        platform = platform_of(parts.hostname or "")
    except ValueError:
        return None
    match platform:
        case "x":
            return _key(platform, x.status_of(normalise_url(url))[1])
        case "youtube":
            return _key(platform, youtube.video_of(normalise_url(url)))
        case "instagram":
            return _key(platform, instagram.code_of(url))
        case "facebook":
            return _key(platform, facebook.post_of(url))
        case "telegram":
            found = _TELEGRAM.fullmatch(parts.path)
            return PostKey(platform, f"{found[1].lower()}/{found[2]}") if found else None
        case "bluesky":
            found = _BLUESKY.fullmatch(parts.path)
            return PostKey(platform, found[2]) if found else None
        case "":
            found = _MASTODON.fullmatch(parts.path)
            return PostKey("mastodon", found[3]) if found else None
        case _:
            return None


def channel_of(url: str) -> str:
    """The name of the Telegram channel that an address is the whole of; "" for anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    found = _TELEGRAM_CHANNEL.fullmatch(parts.path)
    if platform_of(parts.hostname or "") != "telegram" or not found or found[1].lower() in _NOT_CHANNELS:
        return ""
    return found[1]


def companions(url: str) -> tuple[str, ...]:  # noqa: PLR0911 - one line a platform
    """Addresses where the platform shows a post to anybody, beside its page; in the order in which to ask."""
    key = post_key(url)
    if key is None:
        return ()
    parts = urlsplit(url)
    match key.platform:
        case "x":
            return (f"https://cdn.syndication.twimg.com/tweet-result?id={key.id}&lang=en&token={_token(key.id)}",
                    "https://publish.x.com/oembed?omit_script=1&dnt=true&url="
                    + quote(f"https://x.com/i/status/{key.id}", safe=""))
        case "telegram":
            channel, number = parts.path.removeprefix("/s").strip("/").split("/")[:2]
            return (f"https://t.me/{channel}/{number}?embed=1&mode=tme",)
        case "youtube":
            watch = quote(f"https://www.youtube.com/watch?v={key.id}", safe="")
            return (f"https://www.youtube.com/oembed?format=json&url={watch}",)
        case "instagram":
            return (f"https://www.instagram.com/p/{key.id}/embed/captioned/",)
        case "facebook":
            return (f"https://www.facebook.com/plugins/post.php?href={quote(url, safe='')}",)
        case "bluesky":
            actor = parts.path.split("/")[2]
            uri = quote(f"at://{actor}/app.bsky.feed.post/{key.id}", safe="")
            return (f"https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?depth=0&parentHeight=10&uri={uri}",)
        case "mastodon":
            return (f"{parts.scheme}://{parts.netloc}/api/v1/statuses/{key.id}",)
        case _:
            return ()


def _key(platform: str, number: str) -> PostKey | None:
    return PostKey(platform, number) if number else None


def _token(number: str) -> str:
    """What the widget of `platform.twitter.com` sends along: id / 1e15 * pi in base 36, without zeros and point."""
    value = int(number) / 1e15 * 3.141592653589793
    whole, part, digits = int(value), value - int(value), ""
    while whole:
        whole, digit = divmod(whole, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    for _ in range(11):
        part *= 36
        digits += "0123456789abcdefghijklmnopqrstuvwxyz"[int(part)]
        part -= int(part)
    return digits.replace("0", "") or "a"
