"""What a faithful run over the demo's live blog must end with: one row a citation, in the article's order."""

from dataclasses import dataclass

from evidence_store.records import CitationKind, Verdict

ARTICLE_URL = "https://liveblog.example/world/live/2015/10/20/orda-valley"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How the capture of one citation must end."""

    kind: CitationKind
    url: str               # as the article gives it, made absolute; "" for mentions and lost embeds
    verdict: Verdict
    why: str               # what the case shows


EXPECTATIONS: tuple[Expectation, ...] = (
    Expectation(kind=CitationKind.ARTICLE, url="https://liveblog.example/world/live/2015/10/19/orda-valley",
                verdict=Verdict.COMPLETE, why="a page of the same host, gzip and chunked"),
    Expectation(kind=CitationKind.ARTICLE,
                url="http://wire.example/2015/10/20/shell-kills-three?utm_source=valleydesk&utm_medium=live",
                verdict=Verdict.COMPLETE, why="plain HTTP, with tracking parameters"),
    Expectation(kind=CitationKind.LOST_EMBED, url="", verdict=Verdict.NOT_ATTEMPTED,
                why="announced, and nothing follows"),
    Expectation(kind=CitationKind.ARTICLE, url="https://notes.example/hamid/names-of-the-fallen",
                verdict=Verdict.GONE, why="404"),
    Expectation(kind=CitationKind.MENTION, url="", verdict=Verdict.NOT_ATTEMPTED,
                why="a named source and a reported statement, no link"),
    Expectation(kind=CitationKind.POST, url="https://circle.example/groups/coastal-division/posts/77120",
                verdict=Verdict.LOGIN_WALL, why="200 with a sign-in form"),
    Expectation(kind=CitationKind.DOCUMENT, url="https://lcc.example/reports/2015-10-19-toll.pdf",
                verdict=Verdict.COMPLETE, why="a PDF; it says 57"),
    Expectation(kind=CitationKind.ARTICLE, url="http://short.example/m45",
                verdict=Verdict.COMPLETE, why="redirects from HTTP to HTTPS on another host; it says 45"),
    Expectation(kind=CitationKind.ARTICLE, url="https://monitor.example/reports/signals-and-strikes",
                verdict=Verdict.TRUNCATED, why="the connection is cut half-way"),
    Expectation(kind=CitationKind.POST, url="https://posts.example/@m_harwitz/113340656411002718",
                verdict=Verdict.COMPLETE, why="an embedded post"),
    Expectation(kind=CitationKind.PHOTO, url="https://media.example/photos/2015/10/tell-maalun-1200.jpg",
                verdict=Verdict.COMPLETE, why="picture and srcset: the largest is wanted"),
    Expectation(kind=CitationKind.POST, url="https://posts.example/@LCC_Lowland/113341091827771854",
                verdict=Verdict.COMPLETE, why="an embedded post"),
    Expectation(kind=CitationKind.PHOTO, url="https://media.example/photos/2015/10/sarmila-school.jpg",
                verdict=Verdict.COMPLETE, why="a photo with a credit, and EXIF"),
    Expectation(kind=CitationKind.POST, url="https://posts.example/@passer_by/113341619034560077",
                verdict=Verdict.COMPLETE, why="a post shown as a card; its picture is the school's, mirrored"),
    Expectation(kind=CitationKind.VIDEO, url="https://media.example/video/2015/10/wadi-hadeh.mp4",
                verdict=Verdict.COMPLETE, why="an MP4 in the page"),
    Expectation(kind=CitationKind.VIDEO, url="https://player.example/embed/town-8841",
                verdict=Verdict.COMPLETE, why="a player in a frame: HLS in four segments"),
)
