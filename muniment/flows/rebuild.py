"""Make a derived film, its subtitles and what was learnt of it again from the WARC alone, and compare.

1. The same program runs again with no network: each of its requests is answered with the recorded response to it; one
   that was not recorded fails.
2. The same SHA-256 shows that the film follows from the recorded bytes. Another one, or a failure, is told with its
   cause; a different version of the program is a cause.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from archiver.clients.ytdlp import VideoClient, VideoResult, find_ffmpeg
from evidence_store.case import Case
from evidence_store.catalogue.model import ItemEntry
from evidence_store.errors import EvidenceError
from evidence_store.records import Derivative, DerivativeKind, Exchange, ItemId, Sha256, WarcRef
from evidence_store.warc.bodies import open_payload
from evidence_store.warc.http import iterate_text_fields, parse_request_head
from muniment.flows.circumstances import tool
from muniment.flows.lookup import require_item

TIME_LIMIT = 1800.0           # seconds for one film: nothing is fetched, only joined
MAX_HEAD = 1 << 18            # bytes of a request that are read for its Range
CHUNK = 1 << 20
NOWHERE = "http://127.0.0.1:9"        # the discard port: where a proxy is asked for in spite of all, nothing answers
_FRAMING = frozenset({"transfer-encoding", "connection", "keep-alive", "content-length", "trailer"})


MADE_BY = "yt-dlp"            # whose derivatives follow from recorded responses alone


class RebuildOutcome(StrEnum):
    """What came of it."""

    SAME = "same"
    DIFFERENT = "different"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """One file made again."""

    derivative: Derivative
    outcome: RebuildOutcome
    sha256: Sha256 | None         # of what was made now
    words: str


def rebuild(case: Case, item: ItemId, *, cancelled: Callable[[], bool] = lambda: False) -> tuple[Rebuilt, ...]:
    """Make the films, subtitles, preview pictures and descriptions of an item again; empty where it has none."""
    entry = require_item(case, item)
    films = [one.derivative for one in case.catalogue.derivatives(item)
             if one.derivative.recipe.tool.name == MADE_BY]
    if not films:
        return ()
    capture = case.catalogue.capture(entry.capture) if entry.capture else None
    if capture is None:
        return tuple(_impossible(one, "the capture that it was made from is not in the case") for one in films)
    with TemporaryDirectory(prefix="muniment-rebuild-") as scratch:
        try:
            index = _export(case, capture.exchanges, Path(scratch, "web"))
        except (EvidenceError, OSError) as error:
            return tuple(_impossible(one, f"a recorded response cannot be read: {error}") for one in films)
        by_address: dict[str, list[Derivative]] = {}
        for one in films:
            by_address.setdefault(_address(one, entry, capture.exchanges), []).append(one)
        return tuple(found for number, (address, wanted) in enumerate(by_address.items())
                     for found in _run(address, wanted, index, Path(scratch, f"made-{number}"), cancelled))


def _run(address: str, wanted: list[Derivative], index: Path, folder: Path,
         cancelled: Callable[[], bool]) -> Iterator[Rebuilt]:
    if not address:
        yield from (_impossible(one, "the recipe does not name the address it was made from") for one in wanted)
        return
    folder.mkdir()
    client = VideoClient(proxy_url=NOWHERE, ca_file="", user_agent="", timeout=20.0, time_limit=TIME_LIMIT,
                         max_bytes=1 << 40, ffmpeg=find_ffmpeg(), cancelled=cancelled)
    result = client.download(address, folder, replay=index)
    described = folder / "description.info.json"
    described.write_bytes(result.info_json)
    for one in wanted:
        files = {DerivativeKind.MERGED_VIDEO: result.files, DerivativeKind.DESCRIPTION: (described,)}
        made = {_sha256(file): file for file in files.get(one.kind, result.beside)}
        if one.content.sha256 in made:
            yield Rebuilt(derivative=one, outcome=RebuildOutcome.SAME, sha256=one.content.sha256,
                          words="made again from the WARC alone: the same SHA-256")
        else:
            yield _other(one, made, result)


def _other(derivative: Derivative, made: dict[Sha256, Path], result: VideoResult) -> Rebuilt:
    now, then = tool(derivative.recipe.tool.name).version, derivative.recipe.tool.version
    version = f"; it was made by {derivative.recipe.tool.name} {then}, here is {now}" if now != then else ""
    if result.error or not made or (derivative.kind is DerivativeKind.DESCRIPTION and not result.info_json):
        return _impossible(derivative, f"{result.error or 'nothing was made'}{version}")
    digest = next(iter(made))
    return Rebuilt(derivative=derivative, outcome=RebuildOutcome.DIFFERENT, sha256=digest,
                   words=f"made again, with another SHA-256 ({digest}){version}")


def _impossible(derivative: Derivative, why: str) -> Rebuilt:
    return Rebuilt(derivative=derivative, outcome=RebuildOutcome.IMPOSSIBLE, sha256=None,
                   words=f"cannot be made again: {why}")


def _address(derivative: Derivative, entry: ItemEntry, exchanges: Iterable[Exchange]) -> str:
    """What yt-dlp was given: it stands behind `--` in the recipe, else it was the item's own address."""
    arguments = derivative.recipe.arguments
    if "--" in arguments and arguments[-1] != "--":
        return arguments[-1]
    return next((one.url for one in exchanges if entry.item.source in (one.response, one.body_record)), "")


def _export(case: Case, exchanges: Iterable[Exchange], folder: Path) -> Path:
    """The recorded responses as files, chunking removed and nothing else, and a list of them."""
    folder.mkdir()
    listed = []
    for number, one in enumerate(exchanges):
        if one.body_record is None or one.status is None:
            continue
        file = folder / f"{number:06d}"
        with case.open_content(one.body_record) as block:
            head, body = open_payload(block)
            with file.open("wb") as stream:
                while data := body.read(CHUNK):
                    stream.write(data)
        fields = [(name, value) for name, value in iterate_text_fields(head) if name.lower() not in _FRAMING] \
            if head is not None else []
        listed.append({"method": one.method, "url": one.url, "range": _range(case, one.request), "status": one.status,
                       "fields": [*fields, ("Content-Length", str(file.stat().st_size))], "file": file.name})
    index = folder / "index.json"
    index.write_text(json.dumps(listed), "utf-8")
    return index


def _range(case: Case, request: WarcRef) -> str:
    with case.open_content(request) as block:
        head = parse_request_head(block.read(MAX_HEAD))
    return head.first("range") if head is not None else ""


def _sha256(file: Path) -> Sha256:
    with file.open("rb") as stream:
        return Sha256(hashlib.file_digest(stream, "sha256").hexdigest())
