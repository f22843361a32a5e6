"""What a browser's visit gives a capture: the page as a reader saw it, its resources, its views in the WARC.

1. What the browser has whole is not asked for again; photos, videos and documents that it did not load, or loaded in
   part, are fetched beside it, through the same recorder.
2. What went over websockets is a `resource` record beside its handshake.
3. Views are `resource` records named after the page (`urn:view:https://...`), and belong to its exchange.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from archiver.browser.network import Fate, PageRequest
from archiver.browser.sockets import MEDIA_TYPE
from archiver.browser.visit import Visit
from archiver.capture.drafts import best_exchange
from archiver.capture.requisites import Requisite, Role, find_requisites
from archiver.capture.resources import PageResources, Resource, content_urls, is_manifest, script_media
from archiver.clients.fetch import FetchClient, Fetched
from archiver.identity import Identity
from archiver.verdicts.page import PageView, fold, view_page
from evidence_store.records import CitationKind, Exchange, View, WarcRef
from evidence_store.warc.model import Block
from evidence_store.warc.writer import WarcWriter

MAX_TOLD = 5                    # problems of one visit that stand in the reasons
SWITCHED = 101                  # RFC 9110 15.2.2: from here on another protocol
_PLANNED = frozenset({"Document", "Stylesheet", "Image", "Media", "Font", "Script", "XHR", "Fetch"})
_FILE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".mp4", ".webm", ".mov", ".mkv", ".mp3", ".m4a",
                 ".ogg", ".m3u8", ".mpd", ".pdf", ".zip", ".doc", ".docx", ".xls", ".xlsx", ".csv", ".json", ".txt")
_FILE_KINDS = frozenset({CitationKind.PHOTO, CitationKind.DOCUMENT})


def is_for_browser(url: str, kind: CitationKind, *, embedded: bool) -> bool:
    """The URL is likely a page: not a file by its ending, nor a picture or document that the article shows itself."""
    is_file = urlsplit(url).path.lower().endswith(_FILE_ENDINGS)
    return not is_file and not (kind in _FILE_KINDS and embedded)


def has_page(visit: Visit) -> bool:
    """The browser got a page from the server and read its document."""
    document = visit.document
    return document is not None and not document.own_answer and bool(visit.html)


def main_document(url: str, visit: Visit) -> Fetched:
    """The page, as a fetch would give it; its body is the rendered document."""
    document = visit.document or PageRequest(method="GET", url=url, kind="Document", frame="")
    body = visit.html.encode("utf-8", "replace")
    return Fetched(url=url, final_url=_bare(document.url), status=document.status, media_type=document.media_type,
                   encoding="utf-8", body=body, length=len(body), cut=document.fate is Fate.FAILED,
                   failure=document.error)


def rendered_view(visit: Visit) -> PageView:
    """What a reader saw, for the verdict."""
    page = view_page(visit.html.encode("utf-8", "replace"), "utf-8")
    return replace(page, text=fold(visit.text)) if visit.text else page


def gather(main: Fetched, visit: Visit, client: FetchClient, *, limit: int,
           cancelled: Callable[[], bool]) -> PageResources:
    """The resources of a visited page: those the browser loaded, and what of its content it did not."""
    html = main.body.decode("utf-8", "replace")
    content = content_urls(html, main.final_url)
    gathered = PageResources()
    loaded = _loaded(visit, main.final_url)
    streams = dict.fromkeys(url for url, one in loaded.items() if is_manifest(url, one.media_type))
    for wanted in _missing(html, main.final_url, content, loaded):
        if is_manifest(wanted, ""):
            streams.setdefault(wanted)
        elif cancelled() or len(gathered.resources) >= limit:
            gathered.cut += 1
        else:
            fetched = client.fetch(wanted, referer=main.final_url)
            gathered.resources.append(Resource(fetched=fetched, is_content=True))
            if is_manifest(fetched.final_url, fetched.media_type):
                streams.setdefault(wanted)
    asked = {resource.fetched.url for resource in gathered.resources}
    gathered.resources += [Resource(fetched=_fetched(one), is_content=url in content)
                           for url, one in loaded.items() if url not in asked and one.kind != "Media"]
    gathered.resources += [Resource(fetched=_fetched(one), is_content=True)
                           for url, one in loaded.items() if url not in asked and one.kind == "Media"]
    gathered.streams += list(streams)
    return gathered


def told(visit: Visit) -> tuple[str, ...]:
    """What of a visit stands in a capture's reasons."""
    sockets = visit.network.sockets.told()
    problems = tuple(visit.problems)
    more = (f"{len(problems) - MAX_TOLD} more remarks on the browser's visit",) if len(problems) > MAX_TOLD else ()
    cut = (f"{visit.network.beyond} requests of the page were not counted",) if visit.network.beyond else ()
    return (*sockets[:MAX_TOLD], *problems[:MAX_TOLD], *more, *cut)


def listed(visit: Visit, unauthenticated: int) -> tuple[str, ...]:
    """What was done to the page; and how often somebody without a capture's credentials was turned away."""
    turned = (f"{unauthenticated} requests without credentials were answered 407 by the recorder: "
              "the browser's own, and first ones of a page, which it repeated with them")
    return (*visit.interactions, *((turned,) if unauthenticated else ()))


def write_sockets(visit: Visit, exchanges: tuple[Exchange, ...], warc: WarcWriter,
                  identity: Identity | None) -> tuple[Exchange, ...]:
    """Write what went over the page's websockets; each is among the records of its handshake's exchange.

    Of a browser that connects itself no handshake is recorded: there they are among the page's.
    """
    mask = identity.mask if identity is not None and identity.is_masked else bytes
    left = [one for one in exchanges if one.status == SWITCHED]
    records: dict[WarcRef, list[WarcRef]] = {}
    for socket in visit.network.sockets.sockets.values():
        asked = f"http{socket.url[2:].partition('#')[0]}"      # ws: and wss: are recorded as what they begin as
        handshake = next((one for one in left if one.url == asked), None)
        if handshake is None and visit.direct is not None:
            handshake = best_exchange(exchanges, main_document("", visit).final_url)
        if handshake is None or handshake.response is None or not (socket.answered or socket.seen):
            continue
        left = [one for one in left if one is not handshake]
        with warc.exchange():
            entry = warc.write_resource(
                uri=f"urn:websocket:{socket.url}", date=socket.opened_at or handshake.started_at,
                block=Block.of_bytes(socket.to_lines(visit.version, mask)), media_type=MEDIA_TYPE,
                concurrent_to=(handshake.response.record,))
        records.setdefault(handshake.response, []).append(entry.ref)
    return tuple(replace(one, other_records=(*one.other_records, *records[one.response]))
                 if one.response in records else one for one in exchanges)


def write_views(visit: Visit, url: str, exchanges: tuple[Exchange, ...],
                warc: WarcWriter) -> tuple[tuple[View, ...], tuple[Exchange, ...]]:
    """Write the views of a page; returns them, and the exchanges with the views among the records of the page's."""
    main = best_exchange(exchanges, url)
    beside = (main.response.record,) if main is not None and main.response is not None else ()
    views: list[View] = []
    with warc.exchange():
        for raw in visit.views:
            entry = warc.write_resource(uri=f"urn:{raw.kind.value}:{url}", date=raw.taken_at,
                                        block=Block.of_bytes(raw.data), media_type=raw.media_type,
                                        concurrent_to=beside)
            views.append(View(kind=raw.kind, record=entry.ref, media_type=raw.media_type, taken_at=raw.taken_at))
    records = tuple(view.record for view in views)
    return tuple(views), tuple(
        replace(one, other_records=(*one.other_records, *records)) if one is main else one for one in exchanges)


def _loaded(visit: Visit, page: str) -> dict[str, PageRequest]:
    """What the browser asked for of the page's parts, by URL; of several the best."""
    found: dict[str, PageRequest] = {}
    for request in visit.network.requests:
        url = _bare(request.url)
        planned = request.kind in _PLANNED and not request.local and request.url.startswith(("http://", "https://"))
        hop = request.status is not None and 300 <= request.status < 400 and request.status != 304
        left = request.fate in {Fate.CANCELLED, Fate.WAITING, Fate.ANSWERED} and request.kind != "Media"
        untold = request.fate is Fate.FINISHED and request.status is None      # a worker's script
        if planned and not (hop or left or untold) and url != page and not (url in found and found[url].is_whole):
            found[url] = request
    return found


def _missing(html: str, base: str, content: frozenset[str], loaded: dict[str, PageRequest]) -> Iterable[str]:
    """Content that the browser does not have whole, in document order."""
    wanted = [one for one in find_requisites(html, base) if one.role is Role.MEDIA or one.url in content]
    wanted += [Requisite(url=url, role=Role.IMAGE) for url in sorted(content)]
    wanted += script_media(html, base)
    wanted += [Requisite(url=url, role=Role.MEDIA) for url, one in loaded.items() if one.kind == "Media"]
    whole = {url for url, one in loaded.items() if one.is_whole and one.status == 200}
    return dict.fromkeys(one.url for one in wanted if one.url not in whole and one.url != base)


def _fetched(request: PageRequest) -> Fetched:
    return Fetched(url=_bare(request.url), final_url=_bare(request.url), status=request.status,
                   media_type=request.media_type, encoding=None, body=b"", length=0, cut=not request.is_whole,
                   failure=request.error)


def _bare(url: str) -> str:
    return url.split("#", 1)[0]
