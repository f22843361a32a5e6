"""What can be taken out of a file and kept beside it: pictures it carries of itself, and words that are in it.

1. `metadata.previews`: thumbnails and previews, each a stretch of the file that can be cut out again.
2. `text.ocr`: words that Tesseract read, with its confidence; that it is not installed is said.
3. Both give the finding and the bytes; keeping the bytes as derivatives is the caller's.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence_store.canonical import JsonValue
from evidence_store.errors import EvidenceError
from evidence_store.events import FindingEvent
from evidence_store.findings import Finding, Outcome
from evidence_store.progress import Progress
from evidence_store.records import DerivativeKind, Item, Tool
from verify.checks.asking import Unread, asked, failed, unavailable
from verify.checks.pictures import is_picture
from verify.checks.pool import in_parallel
from verify.checks.run import as_event
from verify.checks.workbench import Originals, Workbench
from verify.sandbox import ReaderFailed, ReaderFailure, SandboxLimits
from verify.sandbox.answers import AnswerMalformed, Stretch, decode_stretches
from verify.sandbox.legible import MAX_PNG
from verify.sandbox.tesseract import LANGUAGES, Tesseract, WordsRead, find_tesseract

PREVIEWS, OCR = "metadata.previews", "text.ocr"
TASK = "extracts"
THUMBNAIL_SIDE = 320         # pixels of the longer side up to which a picture within a picture is called a thumbnail
SURE = 60.0                  # of 100: words below are mostly texture read as letters
MAX_TEXT = 20_000            # characters in the finding; the derivative has all
MAX_STRETCH = 64 << 20       # bytes of one picture within a file
_LIMITS = SandboxLimits(answer=MAX_PNG * 4 // 3 + 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Bytes taken out of an item or made of it, and how, so that it can be done again."""

    kind: DerivativeKind
    media_type: str
    content: bytes
    tool: Tool
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What one item gave."""

    item: Item
    findings: tuple[FindingEvent, ...]
    extracts: tuple[Extract, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What is to be taken out, and by what."""

    tool: Tool                        # who cuts
    tesseract: Tesseract | None       # None: not installed
    read_text: bool = True            # False: the user does not want it


def extraction(tool: Tool, languages: Sequence[str] = LANGUAGES) -> Extraction:
    """With what is installed here; no languages: nothing is read."""
    found = find_tesseract(tuple(languages)) if languages else None
    return Extraction(tool=tool, tesseract=found, read_text=bool(languages))


def run_extractions(case: Originals, items: Sequence[Item], how: Extraction, *, progress: Progress | None = None,
                    tools: tuple[Tool, ...] = ()) -> Iterator[Extracted]:
    """What these items carry and say, item by item; nothing is written here."""
    chosen = [item for item in items if carries_pictures(item)]

    def extract(bench: Workbench, item: Item) -> Extracted:
        found = list(_of_item(bench, item, how))
        return Extracted(item=item, findings=tuple(as_event(item, one, tools) for one in found
                                                   if isinstance(one, Finding)),
                         extracts=tuple(one for one in found if isinstance(one, Extract)))

    yield from in_parallel(case, chosen, extract, task=TASK, progress=progress, limits=_LIMITS)


def carries_pictures(item: Item) -> bool:
    """A picture, a RAW file, or a film, which may carry a cover."""
    return is_picture(item) or item.media_type in {"video/mp4", "video/quicktime", "audio/mp4"}


def _of_item(bench: Workbench, item: Item, how: Extraction) -> Iterator[Finding | Extract]:
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield unavailable(PREVIEWS, item, error)
        return
    yield from _embedded(bench, item, path, how.tool)
    if how.read_text and is_picture(item):
        yield from _words(bench, item, path, how)


def _embedded(bench: Workbench, item: Item, path: Path, tool: Tool) -> Iterator[Finding | Extract]:
    answer = asked("Muniment previews", lambda file: bench.sandbox.ask("embedded", file, decode_stretches), path)
    if isinstance(answer, Unread):
        yield failed(PREVIEWS, item, answer)
        return
    kept = [one for one in answer if one.length <= MAX_STRETCH]
    if not kept:
        return
    for one in kept:
        with path.open("rb") as stream:
            stream.seek(one.offset)
            content = stream.read(one.length)
        small = max(one.width, one.height) <= THUMBNAIL_SIDE
        yield Extract(kind=DerivativeKind.THUMBNAIL if small else DerivativeKind.PREVIEW, media_type=one.media_type,
                      content=content, tool=tool,
                      arguments=("cut", one.what, f"offset={one.offset}", f"length={one.length}"))
    listed: JsonValue = [_document(one) for one in kept]
    shown = ", ".join(f"{one.what} of {one.width} x {one.height}" for one in kept)
    yield Finding(check=PREVIEWS, outcome=Outcome.PASS, subject=item.id, details={"pictures": listed},
                  summary=f"the file carries {shown}: kept beside it")


def _document(one: Stretch) -> dict[str, JsonValue]:
    return {"what": one.what, "offset": one.offset, "length": one.length, "media_type": one.media_type,
            "width": one.width, "height": one.height}


def _words(bench: Workbench, item: Item, path: Path, how: Extraction) -> Iterator[Finding | Extract]:
    if how.tesseract is None:
        yield Finding(check=OCR, outcome=Outcome.NOT_APPLICABLE, subject=item.id,
                      summary="words in the picture were not read: Tesseract is not installed, or has no model for the "
                              "languages asked for")
        return
    tesseract = how.tesseract
    tool = Tool(name="Tesseract", version=tesseract.version)
    try:
        read = tesseract.read(bench.sandbox.ask("legible", path, _png))
    except ReaderFailed as failure:
        if failure.failure is ReaderFailure.EXCEPTION:       # no decoder, or too small: said by other checks
            yield Finding(check=OCR, outcome=Outcome.NOT_APPLICABLE, subject=item.id, tools=(tool,),
                          summary=f"words were not looked for: {failure.detail}")
        else:
            yield failed(OCR, item, Unread(reader="Tesseract", failure=failure))
        return
    yield _said(item, read, tesseract, tool)
    if read.sure(SURE).words:
        yield Extract(kind=DerivativeKind.TEXT, media_type="text/tab-separated-values", content=read.to_tsv(),
                      tool=tool, arguments=("-l", " ".join(tesseract.languages), "tsv"))


def _said(item: Item, read: WordsRead, tesseract: Tesseract, tool: Tool) -> Finding:
    text = read.sure(SURE).text
    sure = [word.confidence for word in read.sure(SURE).words]
    details: dict[str, JsonValue] = {
        "text": text[:MAX_TEXT], "words": len(sure), "left_out": len(read.words) - len(sure),
        "confidence": f"{sum(sure) / len(sure):.0f}" if sure else "", "least": f"{SURE:.0f}",
        "languages": list(tesseract.languages)}
    shown = " ".join(text.split())
    summary = (f"{len(sure)} words read, mean confidence {details['confidence']}: "
               f"“{shown[:120]}{'…' if len(shown) > 120 else ''}”" if sure else
               f"no words read with a confidence of {SURE:.0f} or more ({', '.join(tesseract.languages)})")
    return Finding(check=OCR, outcome=Outcome.PASS, subject=item.id, summary=summary, details=details, tools=(tool,))


def _png(line: bytes) -> bytes:
    try:
        content = base64.b64decode(line.strip(), validate=True)
    except binascii.Error as error:
        raise AnswerMalformed("no base64") from error
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise AnswerMalformed("no PNG")
    return content
