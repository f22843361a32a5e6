"""What a URL leads to, as far as its address alone tells: a post, a video, a photo, a document, or a page.

1. Nothing is fetched; an address that does not tell is an article ("page").
2. Audio counts as video: both are recordings, captured and examined in the same way.
3. Addresses that only share, follow, subscribe or sign in are `is_button`: they cite nothing.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult

from archiver.citations.platforms import VIDEO_PLATFORMS, platform_of
from archiver.citations.urls import normalise_url, split_url
from evidence_store.records import CitationKind

VIDEO_SUFFIXES = (
    ".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi", ".ogv", ".flv", ".3gp", ".m3u8", ".mpd", ".f4v", ".wmv", ".mp3",
    ".m4a", ".ogg", ".oga", ".wav", ".aac", ".opus", ".flac",
)
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".tif", ".tiff", ".bmp", ".jfif", ".jxl")
DOCUMENT_SUFFIXES = (
    ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ods", ".odt", ".odp", ".ppt", ".pptx", ".csv", ".tsv", ".rtf", ".txt",
    ".kml", ".kmz", ".gpx", ".geojson", ".zip", ".epub", ".djvu",
)

_POST_PATHS: dict[str, re.Pattern[str]] = {
    "x": re.compile(r"/i/status/\d"),
    "facebook": re.compile(r"/(?:[^/]+/)?(?:posts|permalink|permalink\.php|story\.php|photo|photo\.php|photos|"
                           r"groups/[^/]+/(?:posts|permalink)|notes)(?:[/?]|$)"),
    "instagram": re.compile(r"/p/"),
    "threads": re.compile(r"/@[^/]+/post/|/t/"),
    "telegram": re.compile(r"/(?:c/)?[A-Za-z0-9_]+/\d+"),
    "bluesky": re.compile(r"/profile/[^/]+/post/"),
    "reddit": re.compile(r"/comments/"),
    "vk": re.compile(r"/(?:.*[?&]w=)?wall-?\d+_\d+"),
    "ok": re.compile(r"/(?:group|profile)/\d+/(?:topic|statuses)/\d+"),
    "linkedin": re.compile(r"/(?:posts|feed/update|embed/feed/update)/"),
    "truthsocial": re.compile(r"/@[^/]+/(?:posts/)?\d+"),
    "gettr": re.compile(r"/post/"),
}
_VIDEO_PATHS: dict[str, re.Pattern[str]] = {
    "youtube": re.compile(r"/(?:watch|playlist|clip/)"),
    "facebook": re.compile(r"/(?:watch|(?:[^/]+/)?videos?/|video\.php|reel/|share/v/)"),
    "tiktok": re.compile(r"/@[^/]*/video/\d|/t/\w"),
    "vimeo": re.compile(r"/\d+|/event/"),
    "dailymotion": re.compile(r"/video/|/playlist/|/player"),
    "vk": re.compile(r"/(?:video|clip|playlist)-?\d|/video_ext\.php"),
    "ok": re.compile(r"/(?:video|videoembed|live)/\d"),
    "rutube": re.compile(r"/(?:video|play/embed|shorts)/"),
    "rumble": re.compile(r"/(?:embed/)?v\w"),
    "odysee": re.compile(r"/.+"),
    "bitchute": re.compile(r"/(?:video|embed)/"),
    "streamable": re.compile(r"/\w+"),
    "twitch": re.compile(r"/videos/|/[^/]+/clip/|^/$"),
    "soundcloud": re.compile(r"/[^/]+/[^/]+|/player|/tracks/"),
    "spotify": re.compile(r"/(?:embed/|embed-podcast/)?(?:episode|show|track)/"),
    "brightcove": re.compile(r"/\d+/"),
    "jwplayer": re.compile(r"/(?:players|previews|manifests|videos)/"),
    "wistia": re.compile(r"/(?:embed/|medias/)"),
    "kaltura": re.compile(r"/"),
    "megaphone": re.compile(r"/\w+"),
}
# A Mastodon server can stand on any host: /@name/109312345678901234
_MASTODON = re.compile(r"/@[\w.-]+(?:@[\w.-]+)?/\d{15,20}(?:/embed)?/?$")

# Hosts nobody lists have posts, too: /name/status/6564110027, /groups/name/posts/77120
_POST_ANYWHERE = re.compile(r"/(?:[^/]+/){1,3}(?:status(?:es)?|posts?)/\d{3,}/?")

_BUTTONS = re.compile(
    r"(?:^|\.)(?:"
    r"facebook\.com/(?:sharer|share\.php|dialog/|plugins/(?:like|share|follow|page|likebox|send|comments)|login"
    r"|r\.php|campaign)"
    r"|(?:twitter|x)\.com/(?:intent|share|home\?status|search|hashtag/|widgets|i/flow|login|signup)"
    r"|platform\.twitter\.com/widgets/(?:tweet_button|follow_button)"
    r"|(?:t|telegram)\.me/share|linkedin\.com/(?:sharearticle|sharing|cws/share)|pinterest\.[a-z.]+/pin/create"
    r"|reddit\.com/(?:submit|login)|wa\.me/\?|(?:api|web)\.whatsapp\.com/send|vk\.(?:com|ru)/share\.php"
    r"|connect\.ok\.ru/"
    r"|tumblr\.com/(?:share|widgets/share)|getpocket\.com/(?:save|edit)|flipboard\.com/bookmarklet"
    r"|share\.flipboard\.com"
    r"|news\.ycombinator\.com/submitlink|plus\.google\.com/(?:share|_/|\d+)|apis\.google\.com/|mix\.com/"
    r"|digg\.com/submit"
    r"|stumbleupon\.com/submit|line\.me/r/msg|social-plugins\.line\.me|viber\.com/|addtoany\.com|addthis\.com"
    r"|sharethis\.com"
    r"|bsky\.app/intent|threads\.(?:net|com)/intent|mastodonshare\.com|xing\.com/(?:social|spi)|buffer\.com/add"
    r"|instapaper\.com/hello"
    r"|printfriendly\.com|translate\.google\.[a-z.]+/translate|feedly\.com/i/subscription"
    r"|apps\.apple\.com/|itunes\.apple\.com/[a-z/]*app/|play\.google\.com/store|news\.google\.com/publications"
    r")", re.IGNORECASE)
_PROFILE_PATHS = re.compile(r"/(?:@?[\w.+-]+|channel/[\w-]+|user/[\w-]+|c/[\w-]+|in/[\w-]+|company/[\w-]+|pages/.*|"
                            r"profile/[\w.:-]+)?/?$")
_PROFILE_PLATFORMS = frozenset({
    "x", "facebook", "instagram", "threads", "telegram", "tiktok", "youtube", "bluesky", "linkedin", "vk", "ok",
    "flickr", "truthsocial", "gettr", "twitch", "soundcloud",
})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an address leads to."""

    kind: CitationKind
    platform: str       # "" for the open web
    identity: str       # the normalised URL


def classify(url: str) -> Target:
    """Kind, platform and identity of an absolute URL."""
    identity = normalise_url(url)
    parts = split_url(identity)
    if parts is None or not parts.hostname:
        return Target(kind=CitationKind.ARTICLE, platform="", identity=identity)
    platform = platform_of(parts.hostname)
    kind = _kind_on_platform(platform, parts) or kind_by_suffix(parts.path)
    if kind is None and not platform and _MASTODON.fullmatch(parts.path):
        kind, platform = CitationKind.POST, "mastodon"
    if kind is None and not platform and _POST_ANYWHERE.fullmatch(parts.path):
        kind = CitationKind.POST
    return Target(kind=kind or CitationKind.ARTICLE, platform=platform, identity=identity)


def kind_by_suffix(path: str) -> CitationKind | None:
    """Photo, video or document by the file name's ending; None where it tells nothing."""
    lowered = path.lower()
    if lowered.endswith(VIDEO_SUFFIXES):
        return CitationKind.VIDEO
    if lowered.endswith(PHOTO_SUFFIXES):
        return CitationKind.PHOTO
    if lowered.endswith(DOCUMENT_SUFFIXES):
        return CitationKind.DOCUMENT
    return None


def is_button(url: str) -> bool:
    """Whether the address shares, follows, subscribes or signs in instead of showing something."""
    parts = split_url(url)
    return parts is not None and bool(_BUTTONS.search(f"{parts.hostname or ''}{parts.path}?{parts.query}"))


def is_profile(url: str) -> bool:
    """Whether the address is an account's own page on a social platform, not one of its posts."""
    parts = split_url(normalise_url(url))
    return parts is not None and platform_of(parts.hostname or "") in _PROFILE_PLATFORMS and \
        classify(url).kind is CitationKind.ARTICLE and bool(_PROFILE_PATHS.fullmatch(parts.path)) and not parts.query


def is_player(url: str) -> bool:
    """Whether the address belongs to a platform that serves little else than recordings."""
    parts = split_url(url)
    return parts is not None and platform_of(parts.hostname or "") in VIDEO_PLATFORMS


def _kind_on_platform(platform: str, parts: SplitResult) -> CitationKind | None:
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if parts.hostname == "fb.watch":
        return CitationKind.VIDEO
    if platform in _POST_PATHS and _POST_PATHS[platform].match(target):
        return CitationKind.POST
    if platform in _VIDEO_PATHS and _VIDEO_PATHS[platform].match(target):
        return CitationKind.VIDEO
    return None
