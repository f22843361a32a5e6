"""CDXJ: one line a record that replay may look up, sorted by key.

1. A line is `<SURT> <yyyymmddhhmmss> <JSON>` with the fields of cdxj-indexer: url, mime, status, digest, length,
   offset, filename; for POST and PUT also method and requestBody.
2. Responses, revisits, resources and metadata are listed; requests, warcinfo and conversions are not.
3. Lines are compared as bytes; the same records give the same file.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from evidence_store.warc.digests import label_sha256
from evidence_store.warc.model import RecordEntry, WarcType
from evidence_store.warc.request_key import KEYED_METHODS, keyed_url
from evidence_store.warc.surt import surt

ANSWERS = frozenset({WarcType.RESPONSE, WarcType.REVISIT})    # to requests, so keyed by their bodies
LISTED = frozenset({WarcType.RESPONSE, WarcType.REVISIT, WarcType.RESOURCE, WarcType.METADATA})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """What the request of a response adds to its line."""

    method: str
    query: str     # of the body (request_key.query_of_body); "" without one


def cdxj_of(keyed: Sequence[tuple[RecordEntry, RequestKey | None]]) -> bytes:
    """The index of records; each with what its request, where it is one, adds to the line of its response."""
    requests = {entry.ref.record: key for entry, key in keyed if key is not None}
    asked: dict[str, RequestKey] = {}
    for entry, key in keyed:
        for other in entry.concurrent_to:
            if key is not None:
                asked.setdefault(other, key)
            elif other in requests:
                asked.setdefault(entry.ref.record, requests[other])
    lines = (cdxj_line(entry, asked.get(entry.ref.record)) for entry, _ in keyed)
    return b"".join(sorted(line for line in lines if line is not None))


def cdxj_line(entry: RecordEntry, request: RequestKey | None = None) -> bytes | None:
    """The line of a record, LF included; None for records that are not listed."""
    if entry.type not in LISTED or not entry.uri:
        return None
    if entry.type is WarcType.METADATA and entry.media_type == "application/warc-fields":
        return None                      # about the capture, not content (as cdxj-indexer has it)
    keyed = request is not None and request.method in KEYED_METHODS and entry.type in ANSWERS
    mime = "warc/revisit" if entry.type is WarcType.REVISIT else entry.media_type
    fields = {"url": entry.uri} | ({"mime": mime} if mime else {})
    if entry.status is not None:
        fields["status"] = str(entry.status)
    fields |= {"digest": label_sha256(entry.payload_sha256 or entry.ref.sha256), "length": str(entry.length),
               "offset": str(entry.offset), "filename": entry.file}
    key = surt(entry.uri)
    if keyed and request is not None:
        fields |= {"requestBody": request.query, "method": request.method}
        key = surt(keyed_url(entry.uri, request.method, request.query))
    moment = entry.date.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    return f"{key} {moment} {json.dumps(fields)}\n".encode("ascii")
