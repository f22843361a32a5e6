"""Services that a browser asks on its own behalf, never a page on a reader's.

Version 2026-11-22. Sources: Chromium's network traffic annotations (tools/traffic_annotation/summary/annotations.xml)
and what Chromium 156 was seen to ask for while it showed pages with forms. Only hosts that no page needs: what a page
may load (fonts, maps, sign-in) is not here.
"""

VERSION = "2026-11-22"
SERVICES = frozenset({
    "clientservices.googleapis.com",             # variations
    "content-autofill.googleapis.com",           # what kinds of fields a form has: names the page to its maker
    "edgedl.me.gvt1.com",                        # components
    "optimizationguide-pa.googleapis.com",       # hints, models
    "passwordsleakcheck-pa.googleapis.com",
    "safebrowsing.googleapis.com",               # whether an address is dangerous
    "sb-ssl.google.com",
    "mtalk.google.com",                          # push messages
    "update.googleapis.com",                     # components, extensions
})


def is_own_service(host: str) -> bool:
    """Whether only a browser itself asks this host."""
    return host.rstrip(".").lower() in SERVICES
