"""What a request with a body adds to the key of its URL, so that replay finds the answer to this body.

`POST http://h/a` with `x=1` is looked up as `http://h/a?__wb_method=POST&x=1`. The rules are those of the "request body
canonicalization" that ReplayWeb.page, pywb and cdxj-indexer share (specs.webrecorder.net); a body that they cannot read
as fields is its base 64 in `__wb_post_data`.
"""

import base64
import json
from urllib.parse import unquote_plus, urlencode

from evidence_store.warc.http import HttpHead

MAX_QUERY = 4096         # characters of the query that count, as in cdxj-indexer
MAX_BODY = 1 << 18       # bytes of a request body looked at: enough for MAX_QUERY of any form
MAX_DEPTH = 100          # nesting of a JSON body that is followed

KEYED_METHODS = ("POST", "PUT")


def query_of_body(head: HttpHead, body: bytes) -> str:
    """The query that stands for a request body, cut at MAX_QUERY. `body`: its first MAX_BODY bytes."""
    kind = head.media_type
    if kind == "application/x-www-form-urlencoded":
        query = _form(body)
    elif kind.startswith("multipart/"):
        query = _multipart(head.first("content-type"), body)
    elif kind == "application/json":
        query = _json(body) or ""
    elif kind == "text/plain":
        query = _json(body) or _binary(body)
    else:
        query = _binary(body)
    return query[:MAX_QUERY]


def keyed_url(uri: str, method: str, query: str) -> str:
    """The URL whose SURT is the key."""
    joint = "&" if "?" in uri else "?"
    return f"{uri}{joint}__wb_method={method}" + (f"&{query}" if query else "")


def _form(body: bytes) -> str:
    try:
        return unquote_plus(body.decode("utf-8"))
    except UnicodeDecodeError:
        return _binary(body)


def _binary(body: bytes) -> str:
    return "__wb_post_data=" + base64.b64encode(body).decode("ascii")


def _multipart(content_type: str, body: bytes) -> str:
    if "boundary=" not in content_type:
        return _binary(body)
    from email.parser import BytesParser  # few requests need it, and every command would pay for it
    from email.policy import HTTP as HTTP_POLICY

    head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP_POLICY).parsebytes(head + body)
    if not message.is_multipart():
        return _binary(body)
    values: list[tuple[str, bytes]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            values.append((name, payload))
    return urlencode(values)


def _json(body: bytes) -> str | None:
    """None: not JSON."""
    found: list[tuple[str, str]] = []
    try:
        documents = [json.loads(body)]
    except (ValueError, RecursionError):
        try:
            documents = [json.loads(line) for line in body.split(b"\n")] if b"\n" in body else []
        except (ValueError, RecursionError):
            return None
        if not documents:
            return None
    for document in documents:
        _walk(document, "", found, 0)
    seen: dict[str, int] = {}
    pairs: list[tuple[str, str]] = []
    for name, value in found:
        seen[name] = seen.get(name, 0) + 1
        pairs.append((name if seen[name] == 1 else f"{name}.{seen[name]}_", value))
    return urlencode(pairs)


def _walk(value: object, name: str, found: list[tuple[str, str]], depth: int) -> None:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, member in value.items():
            _walk(member, key, found, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _walk(member, name, found, depth + 1)
    elif name:
        found.append((name, str(value)))
