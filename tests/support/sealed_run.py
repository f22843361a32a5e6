"""Runs in a network namespace of its own, with loopback only: what is sent elsewhere goes nowhere and is counted.

`python sealed_run.py FOLDER through-proxy|around` prints what was counted as JSON. "around" breaks the rule on purpose.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

from chained_proxies import SocksProxy

from muniment.demo import start_demo_web

SIOCADDRT, SIOCSIFFLAGS, IFF_UP, RTF_UP = 0x890B, 0x8914, 0x1, 0x1
# Attempts to send where no route leads; every datagram, as names are asked for by datagrams, even over loopback; and
# every IPv6 packet: nothing here is reached by IPv6.
COUNTED = ("Ip.OutNoRoutes", "Udp.OutDatagrams", "Ip6OutNoRoutes", "Ip6OutRequests", "Udp6OutDatagrams")


def loopback_up() -> None:
    """Namespaces begin with loopback down. All of IPv6 is routed there, where it ends.

    Chromium asks the kernel whether there is a way to IPv6 and sends nothing; without a route that would be counted.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:   # struct in6_rtmsg of linux/ipv6_route.h
        fcntl.ioctl(control, SIOCADDRT, struct.pack("16s16s16sIHHILIi", bytes(16), bytes(16), bytes(16), 0, 0, 0, 1, 0,
                                                    RTF_UP, socket.if_nametoindex("lo")))


def counted() -> dict[str, int]:
    """The kernel's counters of this namespace."""
    found: dict[str, int] = {}
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        found |= {f"{names[0]}{name}".replace(":", "."): int(value)
                  for name, value in zip(names[1:], values[1:], strict=True)}
    found |= {name: int(value) for name, value in
              (line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())}
    return {name: found[name] for name in COUNTED}


ARTICLE = """<!doctype html><html lang="en"><title>Orda valley</title><article><h1>Orda valley</h1>
<p>What <a href="https://liveblog.example/world/live/2015/10/19/orda-valley">yesterday's live blog</a> told, and
<a href="https://notes.example/hamid/names-of-the-fallen">the names of the fallen</a>, of whom
<a href="https://posts.example/@m_harwitz/113340656411002718">one who was there</a> wrote.</p>
<iframe src="https://player.example/embed/town-8841" title="The town"></iframe></article>"""


def through_proxy(folder: Path) -> dict[str, object]:
    """Preserve a saved article that cites pages, a stream and something gone, with everything behind a SOCKS proxy."""
    (folder / "article.html").write_text(ARTICLE)
    with start_demo_web(folder / "web") as web:
        names = {f"{endpoint.host}:{endpoint.port}": endpoint.local_port for endpoint in web.endpoints}
        with SocksProxy(names) as proxy:
            muniment, environment = [sys.executable, "-m", "muniment", "--case", folder / "case"], os.environ | {
                "MUNIMENT_TSA": "http://stamps.example/", "MUNIMENT_OCR": "none", "XDG_DATA_HOME": str(folder / "data"),
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            subprocess.run([*muniment, "init", folder / "case", "--no-passphrase"], check=True, capture_output=True,
                           env=environment, timeout=300)
            ran = subprocess.run(
                [*muniment, "preserve", folder / "article.html", "--yes", "--json", "--no-passphrase", "--output",
                 folder / "bundle", "--proxy", f"socks5h://127.0.0.1:{proxy.port}", "--ca-file", web.ca_file,
                 "--per-host-delay", "0"],
                capture_output=True, check=False, timeout=300, env=environment)
            document = json.loads(ran.stdout) if ran.stdout else {}
            return {"errors": ran.stderr.decode("utf-8", "replace"), "asked": sorted(set(proxy.log)),
                    "clients": sorted({capture["client"] for capture in document.get("captures", [])}),
                    "verdicts": [capture["verdict"] for capture in document.get("captures", [])]}


def around(_: Path) -> dict[str, object]:
    """What must not happen: a name asked for, and a connection made, without the proxy."""
    for attempt in (lambda: socket.getaddrinfo("around.example", 80),
                    lambda: socket.create_connection(("192.0.2.1", 80)),
                    lambda: socket.create_connection(("2001:db8::1", 80), timeout=0.2)):
        try:
            attempt()
        except OSError:
            continue
    return {}


if __name__ == "__main__":
    loopback_up()
    before = counted()
    result = {"through-proxy": through_proxy, "around": around}[sys.argv[2]](Path(sys.argv[1]))
    sent = {name: number - before[name] for name, number in counted().items()}
    sys.stdout.write(json.dumps({**result, "sent": sent}))
