"""A small whole bundle, made from the formats alone and not by the product: the cross-check of all that read one.

It has something of everything: three captured items, one of them not selected; an imported one; a derivative; a
withheld note; events by two keys, each with its own checkpoint.
"""

import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path

from sealing import Bundle, Key, canonical, chain, checkpoint_text, sha256

INVESTIGATOR, COLLEAGUE, STRANGER, WITNESS = Key("investigator"), Key("colleague"), Key("stranger"), Key("witness")
CASE = "0123456789abcdef0123456789abcdef"
PAGE = b"<html><p>Photo of the school in Sarmin</p></html>"
PHOTO = b"\xff\xd8\xff\xe0" + hashlib.shake_256(b"photo").digest(3000) + b"\xff\xd9"
STATEMENT = b"I was there.\n"
PRIVATE = b"a page about somebody else"
THUMBNAIL = b"\x89PNG small"
TOOL = {"name": "test", "version": "1"}
AROUND = {"clock": "not synchronised", "collector": "investigator@example.org", "egress": "direct", "identity": "none",
          "machine": "Linux x86_64", "tools": [TOOL]}
WARC_NAME = "archive/01234567-20260203040506-00001.warc.gz"
WITHHELD = 8


def record(kind: str, uri: str, number: int, block: bytes) -> tuple[dict, bytes]:
    """A WARC record as one gzip member, and the reference to it."""
    name = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
    target = f"WARC-Target-URI: {uri}\r\n" if uri else ""
    head = (f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{name}>\r\n{target}"
            f"WARC-Date: 2026-02-03T04:05:06Z\r\nContent-Length: {len(block)}\r\n\r\n")
    member = gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)
    return {"record": name, "sha256": sha256(block), "length": len(block)}, member


class Web:
    """What was captured: exchanges with their records, items with their originals."""

    def __init__(self) -> None:
        self.members = [record("warcinfo", "", 0, b"software: test\r\n")[1]]
        self.serial = 1

    def exchange(self, item: str, url: str, media_type: str, content: bytes, *, keep: bool = True) -> tuple[dict, dict]:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
        request, member = record("request", url, self.serial, b"GET / HTTP/1.1\r\n\r\n" + url.encode())
        response, other = record("response", url, self.serial + 1, head.encode() + content)
        tls, third = record("metadata", url, self.serial + 2, b"tls: none %d\r\n" % self.serial)
        self.serial += 3
        self.members += [member, other, third] if keep else []
        exchange = {"url": url, "method": "GET", "started_at": "2026-02-03T04:05:06.000000Z",
                    "ended_at": "2026-02-03T04:05:07.000000Z", "peer": {"host": "x", "port": 80, "address": "::1"},
                    "request": request, "response": response, "status": 200, "media_type": media_type,
                    "payload_sha256": sha256(content), "payload_length": len(content),
                    "content_sha256": sha256(content), "content_length": len(content), "other_records": [tls]}
        found = {"id": item, "kind": "page", "sha256": sha256(content), "length": len(content), "url": url,
                 "media_type": media_type, "source": {"in": "warc", **response},
                 "obtained_at": "2026-02-03T04:05:06.000000Z"}
        return exchange, found


def captured(url: str, *pairs: tuple[dict, dict]) -> dict:
    return {"type": "capture", "circumstances": AROUND, "capture": {
        "id": sha256(url.encode())[:16], "url": url, "final_url": url, "started_at": "2026-02-03T04:05:06.000000Z",
        "ended_at": "2026-02-03T04:05:07.000000Z", "client": "requests", "verdict": "complete", "reasons": [],
        "against": "page", "sent": len(pairs), "recorded": len(pairs),
        "exchanges": [exchange for exchange, _ in pairs], "items": [item for _, item in pairs]}}


def wacz(members: list[bytes]) -> bytes:
    """A WACZ of whole gzip members, all its own hashes right."""
    files = {WARC_NAME: b"".join(members), "pages/pages.jsonl": b'{"format":"json-pages-1.0","id":"pages"}\n',
             "indexes/index.cdx": b"org,example)/ 20260203040506 {}\n"}
    resources = [{"name": path.rsplit("/", 1)[1], "path": path, "hash": "sha256:" + sha256(data), "bytes": len(data)}
                 for path, data in files.items()]
    package = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}).encode()
    digest = json.dumps({"path": "datapackage.json", "hash": "sha256:" + sha256(package)}).encode()
    return zipped([*files.items(), ("datapackage.json", package), ("datapackage-digest.json", digest)])


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in files:
            archive.writestr(zipfile.ZipInfo(path), data)
    return buffer.getvalue()


def events() -> tuple[list[dict], dict[str, bytes], list[bytes]]:
    """Event bodies, the files under data/items, and the members of the WARC."""
    web = Web()
    page = web.exchange("ITEM-0001", "https://blog.example/sarmin", "text/html", PAGE)
    photo = web.exchange("ITEM-0002", "https://img.example/school.jpg", "image/jpeg", PHOTO)
    private = web.exchange("ITEM-0003", "https://blog.example/private", "text/html", PRIVATE, keep=False)
    statement = {"id": "ITEM-0004", "kind": "document", "sha256": sha256(STATEMENT), "length": len(STATEMENT),
                 "media_type": "text/plain", "name": "statement.txt", "obtained_at": "2026-02-03T04:05:06.000000Z",
                 "source": {"in": "blob", "sha256": sha256(STATEMENT), "length": len(STATEMENT)}}
    thumbnail = {"sha256": sha256(THUMBNAIL), "length": len(THUMBNAIL)}
    bodies = [
        {"type": "case-open", "case": CASE, "title": "Sarmin", "purpose": "to test", "authority": "", "scope": "",
         "software": [TOOL]},
        enrolment(INVESTIGATOR), enrolment(COLLEAGUE),
        captured("https://blog.example/sarmin", page, photo),
        captured("https://blog.example/private", private),
        {"type": "import", "items": [statement], "received_from": "a witness", "how": "by hand",
         "circumstances": AROUND},
        {"type": "transform", "derivative": {
            "item": "ITEM-0002", "kind": "thumbnail", "content": thumbnail, "media_type": "image/png",
            "recipe": {"tool": TOOL, "arguments": [], "inputs": [photo[1]["source"]]}}},
        {"type": "note", "item": "ITEM-0001", "text": "by the colleague", "key": COLLEAGUE.fingerprint},
        {"type": "note", "item": None, "text": "the name of the witness"},
        {"type": "disclose", "bundle": "ab" * 16, "recipient": "the court", "withheld_seqs": [WITHHELD],
         "not_selected": ["ITEM-0003"], "held": 4, "included": 3},
    ]
    files = {}
    for item, extension, content in ((page[1], "html", PAGE), (photo[1], "jpg", PHOTO), (statement, "txt", STATEMENT)):
        folder = f"data/items/{item['id']}"
        files[f"{folder}/original.{extension}"] = content
        files[f"{folder}/item.json"] = canonical({**item, "schema": "muniment/item/1"})
    files[f"data/items/ITEM-0002/derivatives/thumbnail-{sha256(THUMBNAIL)[:16]}.png"] = THUMBNAIL
    return [enveloped(seq, body) for seq, body in enumerate(bodies)], files, web.members


def enrolment(key: Key) -> dict:
    return {"type": "key-enrol", "public_key": key.line, "fingerprint": key.fingerprint,
            "principal": f"{key.word}@example.org", "role": "investigator", "protection": "none"}


def enveloped(seq: int, body: dict) -> dict:
    return {"salt": sha256(b"salt %d" % seq), "time": f"2026-02-03T04:05:{seq:02}.000000Z",
            "key": INVESTIGATOR.fingerprint, **body}


def build(root: Path, documents: dict[str, bytes]) -> Bundle:
    """Write the bundle; `documents` are the files for people and the scripts."""
    bodies, files, members = events()
    bundle = Bundle(root, INVESTIGATOR)
    stored = [canonical(body) for body in bodies]
    lines = chain(sha256(body) for body in stored)
    files["data/capture.wacz"] = wacz(members)
    files["custody/ledger.jsonl"] = b"".join(lines)
    files |= {bundle.body_path(seq): body for seq, body in enumerate(stored) if seq != WITHHELD}
    for size, keys in ((4, [INVESTIGATOR]), (8, [INVESTIGATOR, COLLEAGUE]), (10, [INVESTIGATOR])):
        text = checkpoint_text(CASE, lines[:size])
        files[f"custody/checkpoints/{size:010}"] = text
        for key in keys:
            files[f"custody/checkpoints/{size:010}.{key.key16}.sig"] = key.sign(text, "checkpoint@muniment")
    files |= {f"custody/keys/{key.key16}.pub": f"{key.line}\n".encode() for key in (INVESTIGATOR, COLLEAGUE)}
    files["bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    files["bag-info.txt"] = (f"Bag-Software-Agent: test 1\nBagging-Date: 2026-02-03\nExternal-Identifier: {CASE}\n"
                             f"Internal-Sender-Identifier: {'ab' * 16}\n").encode()
    for path, data in {**files, **documents}.items():
        bundle.write(path, data)
    bundle.reseal()
    return bundle
