"""Films and sound as PyAV (FFmpeg) reads them: heads only, nothing is decoded, no other file or address is opened."""

from collections.abc import Mapping
from pathlib import Path

from evidence_store.records import Tool
from verify.sandbox import normal
from verify.sandbox.answers import Field, Reading

# A playlist would make FFmpeg open what it names: only containers that hold their own media, and only that one file.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpeg,mpegts,mp3,ogg,wav,flac,asf,aac"
PROBED = "16000000"          # bytes looked at to find streams


def read_film(path: Path) -> Reading:
    """Container and stream metadata. Raises what FFmpeg raises."""
    import av

    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file", "probesize": PROBED}
    texts: dict[str, str] = {}
    found: dict[Field, str] = {}
    with av.open(f"file:{path}", options=options, metadata_errors="replace") as film:
        texts |= {f"container {name}": str(value) for name, value in film.metadata.items()}
        texts["format"] = film.format.name
        if film.duration and film.duration > 0:
            found[Field.DURATION] = f"{film.duration / 1_000_000:.1f}"
        for index, stream in enumerate(film.streams):
            texts |= {f"stream {index} {name}": str(value) for name, value in stream.metadata.items()}
            texts[f"stream {index} type"] = stream.type
        if film.streams.video:
            picture = film.streams.video[0].codec_context
            texts["codec"] = picture.name
            found |= {Field.WIDTH: str(picture.width or ""), Field.HEIGHT: str(picture.height or "")}
    return normal.reading(Tool(name="PyAV", version=av.__version__), texts, found | _said(texts))


def _said(texts: Mapping[str, str]) -> dict[Field, str]:
    said = {name.lower(): value for name, value in texts.items()}      # Matroska spells names in capitals

    def first(*names: str) -> str:
        return next((said[key] for key in (f"container {name.lower()}" for name in names) if said.get(key)), "")

    apple = "com.apple.quicktime."
    return normal.iso6709(first(f"{apple}location.ISO6709", "location")) | {
        Field.MAKE: first(f"{apple}make", "make", "com.android.manufacturer"),
        Field.MODEL: first(f"{apple}model", "model", "com.android.model"),
        Field.SOFTWARE: first(f"{apple}software", "software", "encoder"),
        Field.CREATED: normal.iso_time(first(f"{apple}creationdate", "date")),
        Field.CONTAINER_CREATED: normal.iso_time(first("creation_time")), Field.AUTHOR: first("artist"),
        Field.DESCRIPTION: first("comment", "description", f"{apple}description"),
        Field.COPYRIGHT: first("copyright")}
