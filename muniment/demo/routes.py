"""Which URL of the demo's hosts gives what, and how it is delivered.

1. Every host name ends in `.example`, which no public resolver answers (RFC 6761 6.5).
2. A URL that is not in the table is answered with 404: what only surrounds the story is not there to be captured.
"""

from dataclasses import dataclass
from enum import Enum, auto

HTML = "text/html; charset=utf-8"
JPEG = "image/jpeg"
HLS = "application/vnd.apple.mpegurl"
TRANSPORT_STREAM = "video/mp2t"


class Delivery(Enum):
    """How a body goes over the wire."""

    PLAIN = auto()            # Content-Length; byte ranges are served
    STREAMED = auto()         # chunked, gzip where the client accepts it
    DROPPED = auto()          # Content-Length of the whole, then the connection is closed half-way


class Origin(Enum):
    """Where the bytes of a body come from."""

    SITE = auto()             # package data
    MEDIA = auto()            # generated at start


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One URL (host and path) and its answer; both schemes serve it."""

    host: str
    path: str
    file: str = ""
    origin: Origin = Origin.SITE
    media_type: str = HTML
    delivery: Delivery = Delivery.STREAMED
    status: int = 200
    location: str = ""        # for redirects


def _page(host: str, path: str, file: str, *, delivery: Delivery = Delivery.STREAMED, status: int = 200) -> Route:
    return Route(host=host, path=path, file=file, delivery=delivery, status=status)


def _media(path: str, file: str, media_type: str) -> Route:
    return Route(host="media.example", path=path, file=file, origin=Origin.MEDIA, media_type=media_type,
                 delivery=Delivery.PLAIN)


def _style(host: str, file: str) -> Route:
    return Route(host=host, path="/assets/style.css", file=file, media_type="text/css; charset=utf-8")


ROUTES: tuple[Route, ...] = (
    _page("liveblog.example", "/world/live/2015/10/20/orda-valley", "liveblog/article.html"),
    _page("liveblog.example", "/world/live/2015/10/19/orda-valley", "liveblog/yesterday.html"),
    _style("liveblog.example", "liveblog/style.css"),
    Route(host="liveblog.example", path="/assets/logo.svg", file="liveblog/logo.svg", media_type="image/svg+xml"),
    _page("posts.example", "/@m_harwitz/113340656411002718", "posts/analyst.html"),
    _page("posts.example", "/@LCC_Lowland/113341091827771854", "posts/council.html"),
    _page("posts.example", "/@passer_by/113341619034560077", "posts/passer-by.html"),
    _style("posts.example", "posts/style.css"),
    _page("wire.example", "/2015/10/20/shell-kills-three", "wire/three-soldiers.html"),
    _page("wire.example", "/2015/10/20/observatory-forty-five", "wire/forty-five.html"),
    _page("monitor.example", "/reports/signals-and-strikes", "monitor/signals.html", delivery=Delivery.DROPPED),
    _page("circle.example", "/groups/coastal-division/posts/77120", "circle/sign-in.html"),
    _page("notes.example", "/hamid/names-of-the-fallen", "notes/gone.html", delivery=Delivery.PLAIN, status=404),
    Route(host="short.example", path="/m45", status=301, location="https://wire.example/2015/10/20/observatory-forty-five",
          file="short/moved.html", delivery=Delivery.PLAIN),
    Route(host="lcc.example", path="/reports/2015-10-19-toll.pdf", file="lcc-toll.pdf", origin=Origin.MEDIA,
          media_type="application/pdf", delivery=Delivery.PLAIN),
    _page("player.example", "/embed/town-8841", "player/town.html"),
    _media("/photos/2015/10/sarmila-school.jpg", "school.jpg", JPEG),
    _media("/photos/2015/10/tell-maalun-480.jpg", "mosque-480.jpg", JPEG),
    _media("/photos/2015/10/tell-maalun-800.jpg", "mosque-800.jpg", JPEG),
    _media("/photos/2015/10/tell-maalun-1200.jpg", "mosque-1200.jpg", JPEG),
    _media("/posts/113341619034560077/1.jpg", "reused.jpg", JPEG),
    _media("/avatars/m_harwitz.png", "avatar-analyst.png", "image/png"),
    _media("/avatars/LCC_Lowland.png", "avatar-council.png", "image/png"),
    _media("/avatars/passer_by.png", "avatar-passer.png", "image/png"),
    _media("/video/2015/10/wadi-hadeh.mp4", "launch.mp4", "video/mp4"),
    _media("/video/2015/10/wadi-hadeh.jpg", "launch-poster.jpg", JPEG),
    Route(host="media.example", path="/hls/town-8841/master.m3u8", file="player/master.m3u8", media_type=HLS,
          delivery=Delivery.PLAIN),
    _media("/hls/town-8841/town.m3u8", "town.m3u8", HLS),
    *(_media(f"/hls/town-8841/town-{number:03d}.ts", f"town-{number:03d}.ts", TRANSPORT_STREAM) for number in range(4)),
)

HOSTS: tuple[str, ...] = tuple(dict.fromkeys(route.host for route in ROUTES))
