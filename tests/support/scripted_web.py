"""Pages that scripts make, for a browser: served by `origin.Origin`, every byte of them logged."""

import base64
import hashlib
import re

from origin import Hang, Reply, Send, reply

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
QUOTED = "The school was hit at dawn, two witnesses say, and nobody was inside"
PARENT = "Rescue workers are still searching the rubble this morning"
HIDDEN = "The full list of names was read out at noon"

POST = b"""<!doctype html><html><head><title>A post</title></head><body>
<div id="consent"><p>We value your privacy and use cookies.</p>
<button onclick="window.accepted=1">Accept all</button>
<button onclick="this.parentNode.remove();fetch('/refused',{method:'POST'})">Reject all</button></div>
<main id="app"></main>
<script>
const app = document.getElementById("app");
fetch("/api/post", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({id: 7})})
  .then(r => r.json()).then(post => {
    app.innerHTML = `<article><h1>Orda valley</h1><p>${post.text}</p><blockquote>${post.quoted}</blockquote>
      <button id="more">Show more</button><div id="rest"></div></article>`;
    document.getElementById("more").onclick =
      () => fetch("/api/rest").then(r => r.text()).then(t => rest.textContent = t);
    for (let n = 0; n < 6; n++) {
      const gap = document.createElement("div"); gap.style.height = "900px";
      const image = document.createElement("img"); image.dataset.lazy = "/photo" + n + ".png";
      image.width = 400; image.height = 300;
      app.append(gap, image); watcher.observe(image);
    }
  });
const watcher = new IntersectionObserver(seen => seen.forEach(one => {
  if (one.isIntersecting && !one.target.src) one.target.src = one.target.dataset.lazy; }));
new EventSource("/events");
new Worker("/worker.js");
navigator.serviceWorker && navigator.serviceWorker.register("/sw.js")
  .then(() => navigator.serviceWorker.controller || new Promise(r => navigator.serviceWorker.oncontrollerchange = r))
  .then(() => fetch("/through-worker"));
window.collected = [];
const peer = new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:3478"}]});
peer.createDataChannel("x"); peer.onicecandidate = e => e.candidate && window.collected.push(e.candidate.candidate);
peer.createOffer().then(o => peer.setLocalDescription(o));
setTimeout(() => fetch("/candidates?n=" + window.collected.filter(c => /udp/i.test(c)).length), 700);
</script></body></html>"""

PLAYER = b"""<!doctype html><html><head><title>A player</title></head><body><h1>Column near Wudehi, filmed at noon</h1>
<video id="v" width="320"></video><script>
fetch('/clip.m3u8').then(r => r.text()).then(list => Promise.all(list.split('\\n').filter(l => l && l[0] != '#')
  .map(piece => fetch('/' + piece).then(r => r.arrayBuffer()))));
const socket = new WebSocket('ws://' + location.host + '/live');
</script></body></html>"""

SERVICE_WORKER = b"""
self.addEventListener('install', e => e.waitUntil(fetch('/precached').then(() => self.skipWaiting())));
self.addEventListener('activate', e => e.waitUntil(self.clients.claim()));
self.addEventListener('fetch', e => {
  if (e.request.url.endsWith('/through-worker')) e.respondWith(fetch('/behind')); });
"""
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nseg0.ts\n#EXTINF:2,\nseg1.ts\n#EXT-X-ENDLIST\n"
EVENTS = b"data: first\n\n"
WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"     # RFC 6455 1.3
SPOKEN, SAID = b"The bridge is closed, says the server", "Is the bridge open?"
TALK = f"""<!doctype html><html><head><title>A talk</title></head><body>
<h1>What the bridge keepers say today</h1><p id=p></p>
<script>const socket = new WebSocket('ws://' + location.host + '/talking');
socket.onopen = () => socket.send('{SAID}');
socket.onmessage = e => {{ if (typeof e.data == 'string') p.textContent = e.data; else fetch('/refused'); }};
</script></body></html>""".encode()


def answer(path: str, head: bytes) -> Reply:
    """The reply to one request."""
    name = path.partition("?")[0]
    if name in _PAGES:
        media_type, body = _PAGES[name]
        return reply(body, fields=b"Content-Type: %b\r\nCache-Control: no-store\r\n" % media_type)
    if name == "/cut":
        head_of = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n"
        return Reply((Send(head_of + b"<title>Cut</title><p>" + b"The list of the fallen goes on. " * 40),), keep=False)
    if name == "/talking":
        return _websocket(head)
    if name.startswith("/photo"):
        return reply(PIXEL, fields=b"Content-Type: image/png\r\n")
    if name == "/events":
        # one event, then the connection ends: EventSource comes again after its default wait of three seconds
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(EVENTS), EVENTS)
        return Reply((Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                           + chunk),), keep=True)
    return reply(b"none\n", status=b"404 Not Found", fields=b"Content-Type: text/plain\r\n")


def _websocket(head: bytes) -> Reply:
    """A handshake (RFC 6455 4.2.2), a message of text, one of bytes; then nothing more."""
    key = re.search(rb"(?i)sec-websocket-key:[ \t]*([^\r\n]+)", head)
    accept = base64.b64encode(hashlib.sha1((key[1] if key else b"") + WEBSOCKET).digest())
    return Reply((Send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"),
                  Send(b"\x81%c" % len(SPOKEN) + SPOKEN), Send(b"\x82\x03\0\1\2"), Hang()), keep=False)


def _json(text: str, quoted: str) -> bytes:
    return f'{{"text": "{text}", "quoted": "{quoted}"}}'.encode()


_TEXT, _SCRIPT, _HTML = b"text/plain", b"text/javascript", b"text/html; charset=utf-8"
_PAGES = {
    "/post": (_HTML, POST),
    "/player": (_HTML, PLAYER),
    "/talk": (_HTML, TALK),
    "/empty": (_HTML, b"<!doctype html><title>x</title><div id=app></div><script>1</script>"),
    "/plain": (_HTML, b"<title>Plain</title><h1>The mosque of Teir Maaleh after the strike</h1><img src=/photo1.png>"),
    "/api/post": (b"application/json", _json(QUOTED, PARENT)),
    "/api/rest": (_TEXT, HIDDEN.encode()),
    "/refused": (_TEXT, b"noted"),
    "/worker.js": (_SCRIPT, b"fetch('/from-worker')"),
    "/sw.js": (_SCRIPT, SERVICE_WORKER),
    "/precached": (_TEXT, b"p"),
    "/behind": (_TEXT, b"b"),
    "/from-worker": (_TEXT, b"w"),
    "/candidates": (_TEXT, b"c"),
    "/favicon.ico": (b"image/png", PIXEL),
    "/clip.m3u8": (b"application/vnd.apple.mpegurl", PLAYLIST),
    "/seg0.ts": (b"video/mp2t", b"\x47" + bytes(187)),
    "/seg1.ts": (b"video/mp2t", b"\x47" + bytes(187)),
    "/report.pdf": (b"application/pdf", b"%PDF-1.4\n%%EOF\n"),
    "/download": (b"application/octet-stream", b"bytes to keep"),
}
