"""ExifTool, where it is installed, as one process that serves many files (`-stay_open`).

1. It is a program of its own (Artistic License or GPL): never a library of ours.
2. Versions before 12.24 run code from hostile DjVu files (CVE-2021-22204) and are not used.
3. Time, memory and the size of an answer are limited; a process that breaks a limit is ended.
4. The user's own ExifTool configuration is not read: it is a program, and would make answers differ between machines.
"""

import contextlib
import json
import math
import os
import re
import resource
import selectors
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from evidence_store.records import Tool
from evidence_store.visible import shortened
from verify.sandbox import normal
from verify.sandbox.answers import MAX_NAME, MAX_TAGS, MAX_VALUE, AnswerMalformed, Field, Reading, Tag
from verify.sandbox.process import ReaderFailed, ReaderFailure, SandboxLimits

OLDEST = (12, 24)
VERSION_TIMEOUT_S = 20.0          # Perl on a loaded machine
_READY = b"{ready}\n"
_OPTIONS = ("-j", "-G1", "-n", "-api", "LargeFileSupport=1")
_SKIPPED = ("System:", "SourceFile", "ExifTool:ExifToolVersion")    # of our temporary copy, not of the evidence
_TEXTS: Mapping[Field, tuple[str, ...]] = {
    Field.MAKE: ("IFD0:Make", "Keys:Make", "UserData:Make", "ItemList:Make"),
    Field.MODEL: ("IFD0:Model", "Keys:Model", "UserData:Model", "ItemList:Model"),
    Field.SERIAL: ("ExifIFD:SerialNumber",), Field.LENS: ("ExifIFD:LensModel",),
    Field.LENS_SERIAL: ("ExifIFD:LensSerialNumber",),
    Field.SOFTWARE: ("IFD0:Software", "Keys:Software", "UserData:SoftwareVersion", "ItemList:Encoder",
                     "UserData:Encoder", "PDF:Producer", "PDF:Creator", "Info:WritingApp"),
    Field.ORIENTATION: ("IFD0:Orientation",), Field.ROTATION: ("Composite:Rotation",),
    Field.WIDTH: ("File:ImageWidth", "PNG:ImageWidth", "RIFF:ImageWidth", "GIF:ImageWidth", "Track1:ImageWidth",
                  "Track2:ImageWidth", "Meta:ImageWidth", "IFD0:ImageWidth"),
    Field.HEIGHT: ("File:ImageHeight", "PNG:ImageHeight", "RIFF:ImageHeight", "GIF:ImageHeight", "Track1:ImageHeight",
                   "Track2:ImageHeight", "Meta:ImageHeight", "IFD0:ImageHeight"),
    Field.EXIF_WIDTH: ("ExifIFD:ExifImageWidth",), Field.EXIF_HEIGHT: ("ExifIFD:ExifImageHeight",),
    Field.AUTHOR: ("IFD0:Artist", "PDF:Author"), Field.COPYRIGHT: ("IFD0:Copyright",),
    Field.DESCRIPTION: ("IFD0:ImageDescription", "PDF:Title"), Field.INSTRUCTIONS: ("IPTC:SpecialInstructions",),
    Field.TRANSMISSION: ("IPTC:OriginalTransmissionReference",), Field.CREDIT: ("IPTC:Credit",),
    Field.DOCUMENT: ("XMP-xmpMM:DocumentID",)}


class ExifTool:
    """The process; a context manager. Not for use by several threads at once."""

    def __init__(self, command: str, version: str, limits: SandboxLimits) -> None:
        self.version = version
        self._command, self._limits = command, limits
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def read(self, path: Path) -> Reading:
        """Metadata of any file. Raises ReaderFailed."""
        answer = self._ask("\n".join((*_OPTIONS, str(path.absolute()), "-execute", "")).encode())
        try:
            (tags,) = json.loads(answer, parse_float=str, parse_int=str)     # "1.10" is a version, written as a number
            if not isinstance(tags, dict):
                raise AnswerMalformed("not an object")
        except (ValueError, RecursionError) as error:
            raise ReaderFailed(ReaderFailure.EXCEPTION, "no metadata in its answer") from error
        if "ExifTool:Error" in tags:
            raise ReaderFailed(ReaderFailure.EXCEPTION, shortened(str(tags["ExifTool:Error"]), MAX_VALUE))
        return self._reading({name: _text(value) for name, value in tags.items() if not name.startswith(_SKIPPED)})

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def stop(self) -> None:
        """End the process for good, from any thread: whoever waits for it, or asks again, gets ReaderFailed."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def _reading(self, texts: dict[str, str]) -> Reading:
        read = normal.reading(Tool(name="ExifTool", version=self.version), texts, _normalised(texts))
        return Reading(       # straight from another program: made visible as every answer is
            tool=read.tool, omitted=read.omitted,
            tags=tuple(Tag(name=shortened(tag.name, MAX_NAME), value=shortened(tag.value, MAX_VALUE))
                       for tag in read.tags[:MAX_TAGS]),
            normalised=tuple((field, shortened(value, MAX_VALUE)) for field, value in read.normalised))

    def _ask(self, request: bytes) -> bytes:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise ReaderFailed(ReaderFailure.CRASH, "the process has no pipes")
        try:
            process.stdin.write(request)
            process.stdin.flush()
        except OSError as error:
            self.close()
            raise ReaderFailed(ReaderFailure.CRASH, "the process ended before it was asked") from error
        deadline, received = time.monotonic() + self._limits.seconds, bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout.fileno(), selectors.EVENT_READ)
            while not received.endswith(_READY):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    self.close()
                    raise ReaderFailed(ReaderFailure.TIMEOUT, f"no answer in {self._limits.seconds:g} s")
                piece = os.read(process.stdout.fileno(), 1 << 16)
                received += piece
                if not piece or len(received) > self._limits.answer:
                    self.close()
                    raise ReaderFailed(ReaderFailure.ANSWER if piece else ReaderFailure.CRASH, "")
        return bytes(received.removesuffix(_READY))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._stopped:
            raise ReaderFailed(ReaderFailure.CRASH, "the readers were ended")
        if self._process is None:
            self._process = subprocess.Popen(
                [self._command, "-config", "", "-stay_open", "True", "-@", "-"], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"})
            limit = getattr(resource, "prlimit", None)       # Linux; elsewhere time and answer are limited only
            if limit is not None:
                limit(self._process.pid, resource.RLIMIT_AS, (self._limits.memory, self._limits.memory))
                limit(self._process.pid, resource.RLIMIT_FSIZE, (0, 0))
        return self._process


def find_exiftool(limits: SandboxLimits) -> ExifTool | None:
    """The installed one; None where there is none, or one too old to meet hostile files."""
    command = shutil.which("exiftool")
    if command is None:
        return None
    try:
        said = subprocess.run([command, "-config", "", "-ver"], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=VERSION_TIMEOUT_S, check=False).stdout.decode("ascii", "replace").strip()
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"(\d+)\.(\d+)", said)
    if match is None or (int(match[1]), int(match[2])) < OLDEST:
        return None
    return ExifTool(command, said, limits)


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    return str(value)


def _normalised(texts: Mapping[str, str]) -> dict[Field, str]:
    def first(*names: str) -> str:
        return next((texts[name] for name in names if texts.get(name)), "")

    def zoned(names: tuple[str, ...], offset: str = "") -> str:
        stated = first(*names)
        direct = normal.time_of(stated, texts.get(offset, ""))
        return direct or normal.iso_time(stated.replace(":", "-", 2))

    found = {field: first(*names) for field, names in _TEXTS.items()}
    utc = zoned(("QuickTime:CreateDate", "Info:DateTimeOriginal", "Matroska:DateTimeOriginal"))
    found |= {
        Field.CREATED: normal.time_of(first("ExifIFD:DateTimeOriginal"), texts.get("ExifIFD:OffsetTimeOriginal", ""))
        or normal.time_of(first("ExifIFD:CreateDate"), texts.get("ExifIFD:OffsetTimeDigitized", ""))
        or zoned(("Keys:CreationDate", "UserData:DateTimeOriginal", "UserData:ContentCreateDate", "PDF:CreateDate",
                  "ItemList:ContentCreateDate")),
        Field.CONTAINER_CREATED: f"{utc.removesuffix('Z')}Z" if utc else "",
        Field.MODIFIED: zoned(("IFD0:ModifyDate", "PDF:ModifyDate"), "ExifIFD:OffsetTime")
        or _utc(zoned(("QuickTime:ModifyDate",))),
        Field.ALTITUDE: _number(first("Composite:GPSAltitude"), 1), Field.DURATION: _number(
            first("QuickTime:Duration", "Info:Duration", "Composite:Duration"), 1, positive=True),
        Field.GPS_ERROR: _number(first("GPS:GPSHPositioningError"), 1),
        Field.GPS_TIME: _utc(zoned(("Composite:GPSDateTime",)).removesuffix("Z"))}
    if texts.get("Composite:GPSLatitude") and texts.get("Composite:GPSLongitude"):
        found |= {Field.LATITUDE: _number(texts["Composite:GPSLatitude"], 6),
                  Field.LONGITUDE: _number(texts["Composite:GPSLongitude"], 6)}
    return found


def _utc(time_: str) -> str:
    return f"{time_}Z" if time_ else ""


def _number(text: str, digits: int, *, positive: bool = False) -> str:
    try:
        value = float(text)
    except ValueError:
        return ""
    return f"{value:.{digits}f}" if math.isfinite(value) and (value > 0 or not positive) else ""
