"""Streams and platform videos: yt-dlp's run, turned into a manifest item and a derivative that names its pieces.

The originals are the exchanges in the WARC; the joined file is a derivative with a recipe (DESIGN section 4).
"""

import hashlib
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from archiver.capture.drafts import draft
from archiver.capture.task import DerivativeDraft, ItemDraft
from archiver.clients.ytdlp import Fragment, VideoResult
from archiver.verdicts.judge import Part
from evidence_store.records import DerivativeKind, Exchange, ItemKind, Locator, Tool

_TYPES = {
    ".mp4": "video/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".mov": "video/quicktime",
    ".ts": "video/mp2t",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
}


_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_BESIDE = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".vtt": "text/vtt",
           ".srt": "application/x-subrip", ".ttml": "application/ttml+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One run of yt-dlp."""

    url: str
    result: VideoResult

    def part(self) -> Part:
        """How the verdict sees it."""
        problem = self.result.error or ("" if self.result.files else "no video was found there")
        return Part(
            url=self.url,
            is_content=True,
            whole=not problem,
            status=None if problem else 200,
            media_type="",
            problem=problem,
        )


def stream_drafts(
    stream: Stream, exchanges: Sequence[Exchange], identity: str, version: str
) -> tuple[list[ItemDraft], list[DerivativeDraft]]:
    """The item that stands for a stream, and the derivatives made of it."""
    origin = _origin(stream, exchanges)
    if origin is None:
        return [], []
    item = draft(origin, identity)
    if item is None:
        return [], []
    pieces = _inputs(stream.result, exchanges) or (item.source,)
    tool = Tool(name="yt-dlp", version=version)
    arguments = ("--format", "+".join(stream.result.format_ids) or "best", "--fixup", "never", "--", stream.url)
    made = [
        DerivativeDraft(
            of=item,
            kind=DerivativeKind.MERGED_VIDEO,
            file=file,
            media_type=_TYPES.get(file.suffix.lower(), "video/mp4"),
            tool=tool,
            arguments=arguments,
            inputs=pieces,
        )
        for file in stream.result.files
    ]
    if item.kind is not ItemKind.MANIFEST and len(pieces) == 1:
        made = []  # one progressive file: the original itself, not a derivative of it
    beside = [
        DerivativeDraft(
            of=item,
            kind=DerivativeKind.THUMBNAIL if file.suffix.lower() in _PICTURES else DerivativeKind.SUBTITLES,
            file=file,
            media_type=_BESIDE.get(file.suffix.lower(), "text/plain"),
            tool=tool,
            arguments=("--write-thumbnail" if file.suffix.lower() in _PICTURES else "--write-subs", "--", stream.url),
            inputs=_source_of(file, exchanges) or _pieces(stream.result, exchanges, {file.name}),
        )
        for file in stream.result.beside
    ]
    return [item], [*made, *beside, *_description(stream, item, tool)]


def _description(stream: Stream, item: ItemDraft, tool: Tool) -> list[DerivativeDraft]:
    """What yt-dlp learnt of the film."""
    if not stream.result.info_json or not stream.result.folder:
        return []
    file = stream.result.folder / "description.info.json"
    file.write_bytes(stream.result.info_json)
    return [DerivativeDraft(of=item, kind=DerivativeKind.DESCRIPTION, file=file, media_type="application/json",
                            tool=tool, arguments=("--dump-single-json", "--", stream.url), inputs=(item.source,))]


def _source_of(file: Path, exchanges: Iterable[Exchange]) -> tuple[Locator, ...]:
    """The response that holds exactly these bytes; none where yt-dlp put the file together."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    found = (one.body_record for one in exchanges if one.content_sha256 == digest)
    return tuple(one for one in found if one is not None)[:1]


def _origin(stream: Stream, exchanges: Sequence[Exchange]) -> Exchange | None:
    """The playlist asked for, or the largest media file that yt-dlp fetched."""
    sent = {request.url for request in stream.result.sent}
    own = [e for e in exchanges if e.url in sent and e.is_whole and e.status is not None and e.status < 300]
    asked = [e for e in own if e.url == stream.url.split("#", 1)[0] and not e.media_type.startswith("text/html")]
    media = [e for e in own if e.media_type.startswith(("video/", "audio/"))]
    return max(asked or media, key=lambda e: e.payload_length, default=None)


def _inputs(result: VideoResult, exchanges: Iterable[Exchange]) -> tuple[Locator, ...]:
    whole = [e for e in exchanges if e.is_whole and e.response is not None and e.status in {200, 206}]
    beside = {file.name for file in result.beside}
    found = _pieces(result, whole, {piece.file for piece in result.fragments} - beside)
    if found:
        return found
    media = [e.body_record for e in whole if e.media_type.startswith(("video/", "audio/"))]
    return tuple(one for one in media if one is not None)


def _pieces(result: VideoResult, exchanges: Iterable[Exchange], files: Set[str]) -> tuple[Locator, ...]:
    """The responses that were put into these files, in their order."""
    whole = [e for e in exchanges if e.is_whole and e.response is not None and e.status in {200, 206}]
    found: list[Locator] = []
    for piece in result.fragments:
        if piece.file in files and (match := _match(piece, whole)) is not None and match.body_record is not None:
            whole.remove(match)
            found.append(match.body_record)
    return tuple(found)


def _match(piece: Fragment, exchanges: Sequence[Exchange]) -> Exchange | None:
    key = piece.url.split("#", 1)[0]
    return next((e for e in exchanges if e.url == key and (e.status == 206) == bool(piece.byte_range)), None) or next(
        (e for e in exchanges if e.url == key), None
    )
