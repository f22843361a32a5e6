"""Times that ids of posts carry: X (Twitter), Discord, Instagram, TikTok, Mastodon.

1. An id is decoded by the rule of the platform whose address it stands in; a number alone means nothing.
2. A time before the platform gave out such ids, or later than the year 2100, is no time.
3. The id says when the platform numbered the post: posted not before, as far as the platform's clock is right.

Sources: X "snowflake" (github.com/twitter-archive/snowflake, 2010); Discord developer documentation, "Snowflakes";
Instagram engineering, "Sharding & IDs at Instagram" (2012); Mastodon lib/mastodon/snowflake.rb. TikTok documents no
rule: that the upper 32 bits are Unix seconds was found by investigators, and is marked as such.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

X_EPOCH = 1288834974657           # ms; ids before 2010-11-04 were counted, not timed
DISCORD_EPOCH = 1420070400000     # ms: 2015-01-01
INSTAGRAM_EPOCH = 1314220021721   # ms: 2011-08-24
_FIRST_SNOWFLAKE_ID = 29700859247 # X ids up to here are counters
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
MAX_URL = 4096                    # characters that are looked at

_X = re.compile(r"/(?:[^/]{1,40}|i/web)/status(?:es)?/(\d{5,19})(?!\d)")
_DISCORD = re.compile(r"/(?:channels/(?:\d{17,20}|@me)/\d{17,20}/(\d{17,20})|attachments/\d{17,20}/(\d{17,20}))(?!\d)")
_INSTAGRAM = re.compile(r"/(?:p|reel|reels|tv)/([A-Za-z0-9_-]{11})(?:[A-Za-z0-9_-]{28})?(?=[/?#]|$)")
_TIKTOK = re.compile(r"/(?:@[^/]{1,60}/(?:video|photo)|v|embed(?:/v2)?)/(\d{18,20})(?!\d)")
_MASTODON = re.compile(r"/(?:@[^/]{1,60}|users/[^/]{1,60}/statuses)/(\d{17,19})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTime:
    """When an id was given."""

    platform: str
    id: str
    moment: datetime              # UTC
    precision: timedelta
    documented: bool = True       # by the platform itself


def times_in_url(url: str) -> tuple[IdTime, ...]:
    """The times that ids in an address carry."""
    return tuple(_times(url[:MAX_URL]))


def _times(url: str) -> Iterator[IdTime]:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.").removeprefix("m.")
    except ValueError:
        return
    if host in {"twitter.com", "x.com", "nitter.net", "fxtwitter.com", "vxtwitter.com"}:
        for match in _X.finditer(parts.path):
            if int(match[1]) > _FIRST_SNOWFLAKE_ID:
                yield from _made("x", match[1], (int(match[1]) >> 22) + X_EPOCH)
    elif host in {"discord.com", "discordapp.com", "cdn.discordapp.com", "media.discordapp.net", "ptb.discord.com"}:
        for match in _DISCORD.finditer(parts.path):
            number = match[1] or match[2]
            yield from _made("discord", number, (int(number) >> 22) + DISCORD_EPOCH)
    elif host in {"instagram.com", "instagr.am"}:
        for match in _INSTAGRAM.finditer(parts.path):
            yield from _made("instagram", match[1], (_number(match[1]) >> 23) + INSTAGRAM_EPOCH)
    elif host == "tiktok.com":
        for match in _TIKTOK.finditer(parts.path):
            yield from _made("tiktok", match[1], (int(match[1]) >> 32) * 1000, precision=timedelta(seconds=1),
                             documented=False)
    else:
        for match in _MASTODON.finditer(parts.path):
            yield from _made("mastodon", match[1], int(match[1]) >> 16)


def _number(shortcode: str) -> int:
    number = 0
    for char in shortcode:
        number = number * 64 + _ALPHABET.index(char)
    return number


def _made(platform: str, number: str, milliseconds: int, *, precision: timedelta = timedelta(milliseconds=1),
          documented: bool = True) -> Iterator[IdTime]:
    earliest = {"mastodon": datetime(2016, 3, 1, tzinfo=UTC), "tiktok": datetime(2014, 4, 1, tzinfo=UTC)}
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return
    if earliest.get(platform, _EPOCH) <= moment < _LATEST:
        yield IdTime(platform=platform, id=number, moment=moment, precision=precision, documented=documented)
