"""The pages of the replay server: a list of what can be replayed, and the frame around one replay."""

from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from urllib.parse import quote, urlencode

from evidence_store.visible import shortened
from muniment.replay.library import Library, Moment, Page, Visit, stamp

MAX_LISTED = 500              # visits on the list; more are found through the report
RESERVED = "%/:?#[]@!$&'()*+,;="
PLAYED = ("http:", "https:", "urn:")
STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c2320;background:#f4f5f3}main{max-width:60rem;
margin:0 auto;padding:1rem}h1{font-size:1.4rem}a{color:#1f5f50}li{margin:.5rem 0;overflow-wrap:anywhere}
.quiet{color:#55605a}header{background:#1f5f50;color:#fff;padding:.5rem 1rem;font-size:.9rem;overflow-wrap:anywhere}
header a{color:#fff}
body.frame{display:flex;flex-direction:column;height:100vh}
replay-web-page{flex:1;min-height:0;display:block;background:#fff}"""


def shown(text: str, limit: int = 300) -> str:
    """Recorded text, escaped and without characters that act."""
    return escape(shortened(text, limit), quote=True)


def moment(at: datetime) -> str:
    """`2026-02-03 04:05:06 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def link_to(visit: Visit, page: Page) -> str:
    """The address of a replay on this server."""
    return "/play?" + urlencode({"visit": visit.key, "url": page.url, "ts": stamp(page.at)})


def list_page(library: Library) -> str:
    """What can be replayed."""
    rows = "".join(_row(visit) for visit in library.visits[:MAX_LISTED])
    more = len(library.visits) - MAX_LISTED
    report = '<p><a href="/report.html">The report, with a link at each exhibit</a></p>' if library.folder else ""
    left = f"<p>{more} more are reached through the report.</p>" if more > 0 else ""
    return _document(f"Replay: {shown(library.title)}", (
        f"<main><h1>Replay: {shown(library.title)}</h1><p>Recorded pages, played back from this computer. No request "
        "leaves it. Each visit is played from what it recorded itself: different dates are never mixed.</p>"
        f"{report}<ol>{rows}</ol>{left}</main>"))


def _row(visit: Visit) -> str:
    links = "".join(
        f' · <a href="{escape(link_to(visit, page), quote=True)}">{shown(page.title or page.url, 120)}</a>'
        for page in visit.pages[1:20])
    return (f'<li><a href="{escape(link_to(visit, visit.main), quote=True)}">{shown(visit.main.url)}</a><br>'
            f'<span class="quiet">{span(visit)}, {shown(visit.label)}</span>{links}</li>')


def span(visit: Visit) -> str:
    """From when to when a visit was recorded."""
    start, end = moment(visit.started_at), moment(visit.ended_at)
    return start if start == end else f"{start} to {end}"


def plain_address(url: str) -> str:
    """An address of ASCII alone: other characters could act where they are shown."""
    return url if url.isascii() and url.isprintable() else quote(url, safe=RESERVED)


def play_page(library: Library, found: Moment, port: int) -> str:
    """The frame around a replay: what is seen, when it was recorded, and that it is not the live page."""
    visit, page = found.visit, found.page
    back = '<a href="/report.html">report</a> · ' if library.folder else ""
    quiet = f"http://127.0.0.1:{port}/rwp/quiet.js"
    # Read by the player's service worker from its own address; the rest is what the player appends itself.
    worker = "guard.js?" + urlencode({"injectScripts": quiet, "serveIndex": "1", "x": ""})
    attributes = {
        "source": f"/wacz/{visit.key}.wacz", "url": plain_address(page.url), "ts": stamp(page.at),
        "replaybase": "/rwp/replay/", "swname": worker, "embed": "replayonly",
        "newwindowbase": f"http://127.0.0.1:{port}/", "nomediadownload": ""}
    element = " ".join(f'{name}="{escape(value, quote=True)}"' for name, value in attributes.items())
    header = (
        f'<header>{back}<a href="/">all recorded visits</a> · <strong>Replay, not the live page</strong>: '
        f"{shown(page.url, 200)}, recorded {moment(page.at)}. Played only from the visit of {span(visit)} "
        f"({shown(visit.label)}).</header>")
    return _document(f"Replay of {shown(page.url, 120)}",
                     f'{header}<replay-web-page {element}></replay-web-page><script src="/rwp/ui.js"></script>',
                     "frame")


def failure(status: int, words: str) -> str:
    """What went wrong."""
    return _document(str(status), f'<main><h1>{status}</h1><p>{shown(words)}</p><p><a href="/">all recorded visits'
                                  "</a></p></main>")


def static(name: str) -> bytes:
    """One of our own files."""
    return files("muniment.replay").joinpath("static", name).read_bytes()


def _document(title: str, body: str, body_class: str = "") -> str:
    return ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-'
            f'width, initial-scale=1"><title>{title}</title><style>{STYLE}</style></head>'
            f'<body class="{body_class}">{body}</body></html>\n')
