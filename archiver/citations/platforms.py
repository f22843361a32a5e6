"""The platforms that articles cite most: their hosts, and the one form in which a post or video is compared.

1. `platform_of` names the platform of a host; "" is the open web. Subdomains belong to their platform.
2. `canonical_parts` rewrites only addresses of these platforms; any other comes back untouched.
3. A post is compared by its number, not by the account name in the address: names change and letter case is ignored.
"""

import re
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import parse_qsl, quote

Parts: TypeAlias = tuple[str, str, str, str]      # scheme, host, path, query

_DOMAINS: dict[str, str] = {
    "twitter.com": "x", "x.com": "x", "fxtwitter.com": "x", "vxtwitter.com": "x", "fixupx.com": "x", "fixvx.com": "x",
    "youtube.com": "youtube", "youtu.be": "youtube", "youtube-nocookie.com": "youtube",
    "facebook.com": "facebook", "fb.watch": "facebook", "fb.com": "facebook",
    "instagram.com": "instagram", "instagr.am": "instagram", "threads.net": "threads", "threads.com": "threads",
    "t.me": "telegram", "telegram.me": "telegram", "telegram.dog": "telegram",
    "tiktok.com": "tiktok", "vimeo.com": "vimeo", "dailymotion.com": "dailymotion", "dai.ly": "dailymotion",
    "bsky.app": "bluesky", "reddit.com": "reddit", "redd.it": "reddit", "vk.com": "vk", "vk.ru": "vk",
    "vkvideo.ru": "vk",
    "ok.ru": "ok", "rutube.ru": "rutube", "rumble.com": "rumble", "odysee.com": "odysee", "bitchute.com": "bitchute",
    "streamable.com": "streamable", "twitch.tv": "twitch", "soundcloud.com": "soundcloud", "spotify.com": "spotify",
    "brightcove.net": "brightcove", "jwplatform.com": "jwplayer", "jwplayer.com": "jwplayer", "wistia.com": "wistia",
    "wistia.net": "wistia", "kaltura.com": "kaltura", "megaphone.fm": "megaphone", "linkedin.com": "linkedin",
    "flickr.com": "flickr", "imgur.com": "imgur", "truthsocial.com": "truthsocial", "gettr.com": "gettr",
    "wikipedia.org": "wikipedia", "documentcloud.org": "documentcloud", "scribd.com": "scribd",
}

VIDEO_PLATFORMS = frozenset({
    "youtube", "vimeo", "dailymotion", "rutube", "rumble", "odysee", "bitchute", "streamable", "twitch", "soundcloud",
    "spotify", "brightcove", "jwplayer", "wistia", "kaltura", "megaphone", "tiktok",
})

_NUMBER = r"(\d{1,20})"


def platform_of(host: str) -> str:
    """The platform a host belongs to; "" for the open web."""
    labels = host.lower().split(":")[0].split(".")
    for start in range(len(labels) - 1):
        name = _DOMAINS.get(".".join(labels[start:]))
        if name:
            return name
    return ""


def canonical_parts(scheme: str, host: str, path: str, query: str) -> Parts:
    """The parts of the address under which one post, video or page of a known platform is compared."""
    rewrite = _REWRITES.get(platform_of(host))
    return rewrite((scheme, host, path, query)) if rewrite else (scheme, host, path, query)


def query_value(query: str, name: str) -> str:
    """The first value of a parameter; "" where it is absent."""
    return next((value for key, value in parse_qsl(query, max_num_fields=None) if key == name), "")


def _x(parts: Parts) -> Parts:
    _, host, path, query = parts
    found = re.match(rf"/(?:#!/)?(?:i/web|i|[A-Za-z0-9_]{{1,30}})/status(?:es)?/{_NUMBER}(?:/|$)", path)
    if found:
        return "https", "x.com", f"/i/status/{found[1]}", ""
    if re.match(r"/embed/Tweet\.html", path, re.IGNORECASE) and query_value(query, "id").isdecimal():
        return "https", "x.com", f"/i/status/{query_value(query, 'id')}", ""
    if host in {"twitter.com", "www.twitter.com", "m.twitter.com", "mobile.twitter.com", "www.x.com", "mobile.x.com"}:
        host = "x.com"
    if host == "x.com":
        query = "&".join(pair for pair in query.split("&") if pair.split("=")[0] not in {"s", "t", "lang"})
    return "https", host, path, query


def _youtube(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    found = re.match(r"/(?:embed|shorts|live|v|e|watch)/([\w-]{5,20})(?:[/&]|$)", path)
    video = found[1] if found else query_value(query, "v") or query_value(query, "video_id")
    if host == "youtu.be":
        video = path.strip("/").split("/")[0]
    if video == "videoseries" or (path.rstrip("/") == "/playlist"):
        video = ""
        if query_value(query, "list"):
            return "https", "www.youtube.com", "/playlist", f"list={quote(query_value(query, 'list'), safe='-_')}"
    if re.fullmatch(r"[\w-]{5,20}", video, re.ASCII):
        return "https", "www.youtube.com", "/watch", f"v={video}"
    if host in {"youtube.com", "m.youtube.com", "www.youtube-nocookie.com", "youtube-nocookie.com"}:
        host = "www.youtube.com"
    return "https" if host == "www.youtube.com" else scheme, host, path, query


def _facebook(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    if host in {"facebook.com", "m.facebook.com", "mobile.facebook.com", "mbasic.facebook.com", "touch.facebook.com",
                "web.facebook.com", "fb.com", "www.fb.com", "www.facebook.com"}:
        host = "www.facebook.com"
        query = "&".join(p for p in query.split("&") if not re.match(r"__|(?:rdid|share_url|mibextid|ref|refsrc|_rdr|"
                                                                     r"locale)\b", p))
        return "https", host, path, query
    return scheme, host, path, query


def _instagram(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    found = re.match(r"/(?:[\w.]{1,40}/)?(?:p|reel|reels|tv)/([\w-]{5,60})(?:/|$)", path)
    if found:
        return "https", "www.instagram.com", f"/p/{found[1]}/", ""
    if host in {"instagram.com", "m.instagram.com", "instagr.am", "www.instagr.am", "www.instagram.com"}:
        return "https", "www.instagram.com", path, query
    return scheme, host, path, query


def _telegram(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    if host.removeprefix("www.") in {"t.me", "telegram.me", "telegram.dog"}:
        path = re.sub(r"^(?:/s(?=/))+", "", path)
        found = re.match(rf"/([A-Za-z0-9_]{{3,40}})/{_NUMBER}(?:/|$)", path)
        if found:
            return "https", "t.me", f"/{found[1].lower()}/{found[2]}", ""
        query = "&".join(
            pair
            for pair in query.split("&")
            if pair.split("=")[0] not in {"embed", "single", "mode", "before", "after"}
        )
        return "https", "t.me", path, query
    return scheme, host, path, query


def _tiktok(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    found = re.match(rf"/(?:@[^/]*/(?:video|photo)|embed(?:/v\d)?|player/v1|v)/{_NUMBER}(?:\.html)?(?:/|$)", path)
    if found:
        return "https", "www.tiktok.com", f"/@/video/{found[1]}", ""
    if host in {"tiktok.com", "m.tiktok.com", "www.tiktok.com"}:
        return "https", "www.tiktok.com", path, query
    return scheme, host, path, query


def _vimeo(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    found = re.match(rf"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/)?{_NUMBER}(?:/([0-9a-f]{{6,20}}))?/?$", path)
    if found:
        secret = found[2] or query_value(query, "h")
        return (
            "https",
            "vimeo.com",
            f"/{found[1]}" + (f"/{secret}" if re.fullmatch(r"[0-9a-f]{6,20}", secret) else ""),
            "",
        )
    return scheme, host, path, query


def _dailymotion(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    found = re.match(r"/(?:embed/)?(?:video|swf)/(?:video/)?([A-Za-z0-9]{4,20})(?:_|/|$)", path)
    video = found[1] if found else query_value(query, "video")
    if host == "dai.ly":
        video = path.strip("/")
    if re.fullmatch(r"[A-Za-z0-9]{4,20}", video):
        return "https", "www.dailymotion.com", f"/video/{video}", ""
    return scheme, host, path, query


def _bluesky(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    found = re.match(r"/embed/([^/]+)/app\.bsky\.feed\.post/(\w+)", path)
    if found:
        return "https", "bsky.app", f"/profile/{found[1]}/post/{found[2]}", ""
    return scheme, host, path, query


def _reddit(parts: Parts) -> Parts:
    scheme, host, path, query = parts
    found = re.search(r"/comments/([a-z0-9]{2,12})(?:/|$)", path)
    if found and host != "redd.it":
        return "https", "www.reddit.com", f"/comments/{found[1]}", ""
    if host.removesuffix("reddit.com") in {"old.", "m.", "np.", "i.", "amp.", "new.", ""}:
        return "https", "www.reddit.com", path, query
    return scheme, host, path, query


def _mobile_host(parts: Parts) -> Parts:
    """Platforms whose mobile host shows the same pages: "m.vk.com", "en.m.wikipedia.org"."""
    _, host, path, query = parts
    labels = [label for label in host.split(".") if label not in {"m", "mobile", "www"}]
    return ("https", ".".join(labels), path, query) if len(labels) >= 2 else parts


_REWRITES: dict[str, Callable[[Parts], Parts]] = {
    "x": _x, "youtube": _youtube, "facebook": _facebook, "instagram": _instagram, "telegram": _telegram,
    "tiktok": _tiktok, "vimeo": _vimeo, "dailymotion": _dailymotion, "bluesky": _bluesky, "reddit": _reddit,
    "vk": _mobile_host, "ok": _mobile_host, "wikipedia": _mobile_host,
}
