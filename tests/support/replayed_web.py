"""A case with a page as a browser recorded it, written record by record: pictures that come late, films, a form, traps.

The page tries to reach addresses that were never recorded (`leak_port`, another host) in every way that it knows.
"""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from case_factory import CIRCUMSTANCES, CaseInHand

from evidence_store.events import Captured, Cite, CiteAction, NumberedCitation
from evidence_store.records import (
    Capture,
    CaptureId,
    Citation,
    CitationKind,
    Exchange,
    Item,
    ItemKind,
    Peer,
    Sha256,
    Verdict,
    View,
    ViewKind,
)
from evidence_store.warc.model import Block, RecordEntry
from evidence_store.writer import CaseWriter

SITE = "https://social.example"
POST = f"{SITE}/post/1"
CSS = b".card { border-radius: 12px; width: 300px; } img { width: 60px; height: 40px; display: block; }"
SCRIPT = """
const watcher = new IntersectionObserver((seen) => seen.forEach((one) => {
  if (one.isIntersecting) { one.target.src = one.target.dataset.src; watcher.unobserve(one.target); } }));
document.querySelectorAll("img[data-src]").forEach((img) => watcher.observe(img));
fetch("/api/replies", {method: "POST", headers: {"Content-Type": "application/json"}, body: '{"post":1}'})
  .then((r) => r.text()).then((text) => { document.getElementById("replies").textContent = text; });
fetch("/moved").then((r) => r.text()).then((text) => { document.getElementById("moved").textContent = text; });
document.getElementById("loud").play().catch(() => { document.getElementById("blocked").textContent = "blocked"; });
if (window.Hls) { const player = new Hls({enableWorker: false}); player.loadSource("/hls/main.m3u8");
  player.attachMedia(document.getElementById("hls")); }
const leaks = [() => new WebSocket("ws://127.0.0.1:LEAK/ws"), () => fetch("http://127.0.0.1:LEAK/fetch"),
  () => { new Image().src = "http://127.0.0.1:LEAK/image"; }, () => navigator.sendBeacon("http://127.0.0.1:LEAK/beacon"),
  () => { new Image().src = "https://elsewhere.example/pixel"; }, () => fetch("https://elsewhere.example/never-recorded"),
  () => new EventSource("http://127.0.0.1:LEAK/events"), () => new RTCPeerConnection({iceServers: [
    {urls: "stun:127.0.0.1:LEAK"}]}).createDataChannel("x"),
  () => { const frame = document.createElement("iframe"); frame.srcdoc =
    '<script>new WebSocket("ws://127.0.0.1:LEAK/frame")<\\/script>'; document.body.append(frame); },
  () => { const frame = document.createElement("iframe");
    frame.src = "data:text/html,<script>new WebSocket('ws://127.0.0.1:LEAK/data')<\\/script>";
    document.body.append(frame); },
  () => new Worker(URL.createObjectURL(new Blob(['new WebSocket("ws://127.0.0.1:LEAK/worker")']))),
  () => { const link = document.createElement("link"); link.rel = "preconnect"; link.href = "http://127.0.0.1:LEAK";
    document.head.append(link); }];
leaks.forEach((leak) => { try { leak(); } catch (error) { /* that is what is wanted */ } });
"""
PAGE = """<!doctype html><html lang="en"><head><title>A post</title><link rel="stylesheet" href="/style.css"></head>
<body><article class="card" id="card"><p id="words">The remains of a school, WHICH.</p>
<img id="late1" data-src="/img/1.png" alt=""><img id="late2" data-src="/img/2.png" alt=""></article>
<p id="replies"></p><p id="moved"></p><p id="blocked"></p>
<video id="mp4" src="/film.mp4" controls></video><video id="hls" controls></video>
<video id="alone" controls preload="none"><source src="/hls/all.m3u8" type="application/vnd.apple.mpegurl"></video>
<video id="loud" src="/film.mp4" autoplay></video>
<iframe loading="lazy" src="/framed.html" style="display:block;margin-top:6000px"></iframe>
<script src="/hls.min.js"></script><script>SCRIPT</script></body></html>"""
FRAMED = b"""<p>words in a frame</p><img src="/img/2.png" alt="">"""


@cache
def film(container: str) -> bytes:
    """Two seconds of film with sound's absence, H.264."""
    import av
    import numpy as np

    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        stream = target.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((96, 160, 3), number * 10, dtype=np.uint8), format="rgb24")
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return out.getvalue()


@cache
def picture(shade: int, size: tuple[int, int] = (60, 40)) -> bytes:
    """A PNG of one colour."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, (shade, 80, 120)).save(out, "PNG")
    return out.getvalue()


@dataclass
class ReplayedWeb:
    """Writes captures of the page into a case."""

    made: CaseInHand
    writer: CaseWriter
    leak_port: int = 9
    hls_player: bytes = b""           # hls.min.js, as sites use it where a browser plays no HLS itself
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.warc = self.writer.warc()
        self._written: dict[str, RecordEntry] = {}

    def visit(self, *, words: str = "as it stood", pictures: tuple[int, ...] = (1, 2), after: timedelta = timedelta(),
              citation: bool = False, view: bytes = b"", text: str = "", revisits: bool = False) -> Capture:
        """One capture of the page; `pictures`: those of its two that were recorded, `revisits`: as they were before."""
        self.exchanges = []
        now = self.made.clock() + after
        script = SCRIPT.replace("LEAK", str(self.leak_port))
        main = self._exchange(POST, PAGE.replace("SCRIPT", script).replace("WHICH", words).encode(), "text/html", now)
        self._exchange(f"{SITE}/style.css", CSS, "text/css", now)
        self._exchange(f"{SITE}/framed.html", FRAMED, "text/html", now)
        for number in pictures:
            self._exchange(f"{SITE}/img/{number}.png", picture(100 + number), "image/png", now, revisit=revisits)
        self._exchange(f"{SITE}/api/replies", b"three replies", "text/plain", now, sent=b'{"post":1}')
        self._exchange(f"{SITE}/moved", b"", "text/plain", now, location="/arrived")
        self._exchange(f"{SITE}/arrived", b"behind a redirect", "text/plain", now)
        self._exchange(f"{SITE}/film.mp4", film("mp4"), "video/mp4", now)
        self._exchange(f"{SITE}/hls.min.js", self.hls_player, "text/javascript", now)
        self._exchange(f"{SITE}/hls/main.m3u8", b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n"
                       b"one.ts\n#EXT-X-ENDLIST\n", "application/vnd.apple.mpegurl", now)
        self._exchange(f"{SITE}/hls/all.m3u8", b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-STREAM-INF:BANDWIDTH=90000\n"
                       b"/hls/main.m3u8\n", "application/vnd.apple.mpegurl", now)
        self._exchange(f"{SITE}/hls/one.ts", film("mpegts"), "video/mp2t", now)
        views = tuple(self._views(now, view, text))
        item = Item(id=self.writer.new_item_id(), kind=ItemKind.POST, sha256=main.content_sha256 or Sha256(""),
                    length=main.content_length, media_type="text/html", source=main.response or main.request, url=POST,
                    name="1", obtained_at=now)
        number = (self._cite(),) if citation else ()
        capture = Capture(
            id=CaptureId(f"{int(now.timestamp()):016x}"), url=POST, final_url=POST, started_at=now,
            ended_at=now + timedelta(seconds=3), client="chromium", verdict=Verdict.COMPLETE, reasons=(),
            against="page", sent=len(self.exchanges), recorded=len(self.exchanges), exchanges=tuple(self.exchanges),
            items=(item,), citations=number, views=views)
        self.writer.append(Captured(capture=capture, circumstances=CIRCUMSTANCES))
        return capture

    def _cite(self):
        number = self.writer.new_citation_id()
        self.writer.append(Cite(action=CiteAction.FOUND, article_url="https://blog.example/", article_item=None,
                                citations=(NumberedCitation(id=number, citation=Citation(
                                    kind=CitationKind.POST, url=POST, anchor="a post")),)))
        return number

    def _views(self, now: datetime, view: bytes, text: str):
        for kind, media_type, content in ((ViewKind.SCREENSHOT, "image/png", view or picture(9, (400, 300))),
                                          (ViewKind.TEXT, "text/plain; charset=utf-8", text.encode())):
            if content:
                entry = self.warc.write_resource(uri=f"urn:{kind.value}:{POST}", date=now,
                                                          media_type=media_type, block=Block.of_bytes(content))
                yield View(kind=kind, record=entry.ref, media_type=media_type, taken_at=now)

    def _exchange(self, url: str, content: bytes, media_type: str, now: datetime, *, sent: bytes = b"",
                  location: str = "", revisit: bool = False) -> Exchange:
        warc = self.warc
        method = "POST" if sent else "GET"
        path = url.removeprefix(SITE)
        asked = f"{method} {path} HTTP/1.1\r\nHost: social.example\r\n"
        asked += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
        request = warc.write_request(uri=url, date=now, block=Block.of_bytes(asked.encode() + b"\r\n" + sent))
        digest = Sha256(hashlib.sha256(content).hexdigest())
        head = f"HTTP/1.1 {'302 Found' if location else '200 OK'}\r\nContent-Type: {media_type}\r\n"
        head += f"Location: {location}\r\n" if location else ""
        head += f"Content-Length: {len(content)}\r\n\r\n"
        if revisit:
            response = warc.write_revisit(uri=url, date=now, block=Block.of_bytes(head.encode()),
                                          original=self._written[url], concurrent_to=(request.ref.record,))
        else:
            response = self._written[url] = warc.write_response(
                uri=url, date=now, block=Block.of_bytes(head.encode() + content), payload_sha256=digest,
                concurrent_to=(request.ref.record,))
        exchange = Exchange(url=url, method=method, started_at=now, ended_at=now, request=request.ref,
                            response=response.ref, status=302 if location else 200, media_type=media_type,
                            payload_sha256=digest, payload_length=len(content), content_sha256=digest,
                            content_length=len(content), location=location,
                            peer=Peer(host="social.example", port=443, address="192.0.2.1"))
        self.exchanges.append(exchange)
        return exchange

