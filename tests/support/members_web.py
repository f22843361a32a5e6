"""A site that shows its posts to members, and a wall to everybody else."""

import re

from origin import Reply, reply

SECRET = "s3cret-of-a-member-0123456789abcdef"
ROTATED = "r0tated-by-the-server-fedcba98765432"
WORDS = "The bakery beside the school in Sarmin was still burning when the ambulances came."
MEDIA = b"\x47" + bytes(187)
PICTURE = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0"
           b"\x1f\0\5\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82")
WALL = (b"<!doctype html><title>Log in</title><h1>Log in to continue</h1><form action=/login method=post>"
        b"<input name=user><input type=password name=password><button>Log in</button></form>")
_COOKIE = re.compile(rb"(?im)^cookie:[ \t]*(.*?)\r?$")


def cookies_of(head: bytes) -> str:
    """The Cookie field of a request, "" where it has none."""
    found = _COOKIE.search(head)
    return found[1].decode("latin-1") if found else ""


def members_site(elsewhere: str) -> "object":
    """What the site answers; its post shows a picture of another site, too."""
    post = ("<!doctype html><title>A post</title><h1>A post for members</h1>" + f"<p>{WORDS}</p>" * 6
            + f"<img src=/photo.png alt=own><img src={elsewhere}/photo.png alt=other>"
            + "<video src=/clip.m3u8></video>").encode()
    pages = {
        "/post": (b"text/html; charset=utf-8", post),
        "/photo.png": (b"image/png", PICTURE),
        "/clip.m3u8": (b"application/vnd.apple.mpegurl",
                       b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nseg0.ts\n#EXT-X-ENDLIST\n"),
        "/seg0.ts": (b"video/mp2t", MEDIA),
    }

    def answer(path: str, head: bytes) -> Reply:
        if path not in pages:
            return reply(b"none", status=b"404 Not Found", fields=b"Content-Type: text/plain\r\n")
        if f"sid={SECRET}" not in cookies_of(head):
            return reply(WALL, fields=b"Content-Type: text/html; charset=utf-8\r\n")
        kind, body = pages[path]
        return reply(body, fields=b"Content-Type: %b\r\nSet-Cookie: seen=%b; Path=/\r\n" % (kind, ROTATED.encode()))

    return answer
