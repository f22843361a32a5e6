"""The user's own secrets, kept out of stored bytes.

1. Values of Cookie, Authorization and Set-Cookie become `x`, byte for byte: length, line ends, folding and everything
   else stay.
2. What is masked is masked before the first byte touches a disk.
"""

_SECRET_FIELDS = {
    b"cookie": "Cookie",
    b"authorization": "Authorization",
    b"set-cookie": "Set-Cookie",
}


def mask_fields(head: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A head (or trailers) with secret values overwritten, and the names of the fields that were."""
    lines = head.split(b"\n")
    masked: list[str] = []
    secret: str | None = None
    for place, line in enumerate(lines):
        if line[:1] in (b" ", b"\t") and line.strip():      # RFC 9112 5.2: a folded line goes on with the value
            if secret:
                lines[place] = _cross_out(line, 0)
            continue
        name, colon, _ = line.partition(b":")
        secret = _SECRET_FIELDS.get(name.strip().lower()) if colon else None
        if secret:
            masked.append(secret)
            lines[place] = _cross_out(line, len(name) + 1)
    return b"\n".join(lines), tuple(dict.fromkeys(masked))


def _cross_out(line: bytes, start: int) -> bytes:
    value = line[start:]
    body = value.strip(b" \t\r")
    lead = len(value) - len(value.lstrip(b" \t"))
    return line[:start] + value[:lead] + b"x" * len(body) + value[lead + len(body):]
