"""The recorder's own answers. Each says so in a `Muniment-Recorder` field, so that no one takes it for the server's."""

OWN_FIELD = "Muniment-Recorder"     # the value says what: refused, dns, connect, tls, proxy ...

TUNNEL_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


def own_reply(status: int, reason: str, what: str, text: str, *, method: str = "GET", keep: bool = False,
              fields: tuple[tuple[str, str], ...] = ()) -> bytes:
    """A whole response with `text` as its body."""
    body = f"{text}\n".encode("ascii", "backslashreplace")
    head = [f"HTTP/1.1 {status} {reason}", f"{OWN_FIELD}: {what}", "Content-Type: text/plain; charset=us-ascii",
            f"Content-Length: {len(body)}", f"Connection: {'keep-alive' if keep else 'close'}",
            *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + (b"" if method == "HEAD" else body)


def sign_in(*, method: str, keep: bool) -> bytes:
    """407: who asks is not a capture (RFC 9110 15.5.8)."""
    text = "This proxy records for one capture only."
    return own_reply(407, "Proxy Authentication Required", "unauthenticated", text, method=method, keep=keep,
                     fields=(("Proxy-Authenticate", 'Basic realm="muniment"'),))
