"""Pictures, films, sound and documents: whether they can be read whole, and what a C2PA manifest in them says.

1. Integrity - the file is as it was signed - and trust in the signer are two findings: a signature that holds may be
   anybody's. Whom to trust is the verifier's to say (`--c2pa-ca`).
2. Nothing is fetched: a manifest that stands elsewhere is said to be there.
3. A file without a manifest is not suspicious: most have none, and messengers remove them.
"""

from pathlib import Path

from evidence_store.findings import Outcome
from verify.bundle.collector import Collector
from verify.foreign.brought import MAX_PEM, Brought
from verify.foreign.others import check_unknown

MAX_FRAMES = 20_000           # of an animation
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"\0\0\0\x0cjP  ",
             b"\xff\x4f\xff\x51")
_FILMS = (b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"fLaC", b"FLV")
_STILLS, _BOXES = (b"avif", b"avis"), (b"ftyp", b"moov", b"styp", b"moof")
_JUMBF = (b"c2pa", b"jumb")    # what every embedded manifest has in it
PIECE = 1 << 20


def check_media(path: Path, brought: Brought, found: Collector) -> None:
    """One file."""
    _check_whole(path, found)
    if _may_hold_manifest(path):
        _check_c2pa(path, brought, found)
    else:
        found.neutral("c2pa.manifest", path.name, "it carries no C2PA manifest: nobody signed it; most files have none")


def _check_whole(path: Path, found: Collector) -> None:
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_PICTURES) or head[8:12] == b"WEBP" or (head[4:8] == b"ftyp" and head[8:12] in _STILLS):
        _check_picture(path, found)
    elif head[4:8] in _BOXES or head.startswith(_FILMS):
        _check_film(path, found)
    elif head.startswith(b"%PDF-"):
        _check_pdf(path, found)
    else:
        found.add("media.whole", Outcome.INCONCLUSIVE, path.name, "its format is not decoded here")
        check_unknown(path, found)


def _check_picture(path: Path, found: Collector) -> None:
    from PIL import ImageFile, UnidentifiedImageError

    from verify.sandbox.opening import TooManyPixels, opened

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with opened(path) as image:
            frames = min(int(getattr(image, "n_frames", 1)), MAX_FRAMES)
            for number in range(frames):
                image.seek(number)
                image.load()
            shape = f"{image.format}, {image.width} x {image.height}" + (f", {frames} frames" if frames > 1 else "")
    except TooManyPixels as error:
        found.add("media.whole", Outcome.INCONCLUSIVE, path.name, f"it was not decoded: {error}")
    except MemoryError:
        found.add("media.whole", Outcome.INCONCLUSIVE, path.name, "it was not decoded: it asks for too much memory")
    except UnidentifiedImageError:
        found.fail("media.whole", path.name, "it begins as a picture does, and is none that can be read")
    except Exception as error:  # noqa: BLE001 - the boundary: hostile files make decoders raise anything
        found.fail("media.whole", path.name, f"it cannot be decoded to its end: {type(error).__name__}: {error}")
    else:
        found.add("media.whole", Outcome.PASS, path.name, f"it decodes to its end ({shape})")


def _check_film(path: Path, found: Collector) -> None:
    import av

    try:
        with av.open(str(path), metadata_errors="replace") as container:
            streams = [stream.type for stream in container.streams]
            packets = sum(1 for packet in container.demux() if packet.size)
    except Exception as error:  # noqa: BLE001 - the boundary: hostile files make demuxers raise anything
        outcome = Outcome.INCONCLUSIVE if _is_part(path) else Outcome.FAIL
        found.add("media.whole", outcome, path.name, f"it cannot be read by itself: {type(error).__name__}")
        return
    if not packets:
        found.add("media.whole", Outcome.INCONCLUSIVE, path.name, "no pictures or sound can be read out of it by "
                                                                  "itself")
        return
    found.add("media.whole", Outcome.PASS, path.name, f"its container is read to its end ({', '.join(streams)}; "
                                                      f"{packets} packets, not decoded)")


def _is_part(path: Path) -> bool:
    """The head of a film in fragments, or one fragment of it (ISO/IEC 14496-12, 8.8 and 8.16.2)."""
    with path.open("rb") as file:
        data = file.read(PIECE)
    return data[4:8] in (b"styp", b"moof", b"sidx") or (b"mvex" in data and b"moof" not in data)


def _check_pdf(path: Path, found: Collector) -> None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 2048, 0))
        ended = b"%%EOF" in file.read()
    if ended:
        found.add("media.whole", Outcome.PASS, path.name, "it ends as a PDF does; its content was not rendered")
    else:
        found.fail("media.whole", path.name, "it does not end as a PDF does: it was cut")


def _may_hold_manifest(path: Path) -> bool:
    """Whether the bytes of a manifest store, or the address of one elsewhere, occur in it."""
    tail = b""
    with path.open("rb") as file:
        while data := file.read(PIECE):
            window = tail + data
            if any(mark in window for mark in (*_JUMBF, b"dcterms:provenance")):
                return True
            tail = window[-32:]
    return False


def _check_c2pa(path: Path, brought: Brought, found: Collector) -> None:
    from verify.origin.readers import read_c2pa

    roots = brought.c2pa_roots.read_bytes()[:MAX_PEM].decode("ascii", "replace") if brought.c2pa_roots else ""
    try:
        read = {tag.name: tag.value for tag in read_c2pa(path, roots).tags}
    except ImportError:
        found.add("c2pa.manifest", Outcome.INCONCLUSIVE, path.name,
                  "it seems to carry a C2PA manifest, which was not read: that needs the extra c2pa (`pip install "
                  "muniment[c2pa]`)")
        return
    except Exception as error:  # noqa: BLE001 - the boundary: hostile files make the reader raise anything
        found.fail("c2pa.integrity", path.name, f"its C2PA manifest cannot be read: {error}")
        return
    if not read:
        found.neutral("c2pa.manifest", path.name, "it carries no C2PA manifest: nobody signed it; most files have none")
        return
    if read.get("state") == "Remote":
        found.add("c2pa.manifest", Outcome.INCONCLUSIVE, path.name, f"its manifest stands elsewhere; it was not "
                                                                    f"fetched: {read.get('codes', '')}")
        return
    _judge(path.name, read, found, fragmented=_is_part(path))


def _judge(name: str, read: dict[str, str], found: Collector, *, fragmented: bool) -> None:
    """Rule 1."""
    codes = [code for code in read.get("codes", "").split("; ") if code]
    broken = [code for code in codes if not (code.startswith("signingCredential") or code.endswith(".untrusted"))]
    who = ", ".join(part for part in (read.get("signer"), read.get("issuer")) if part) or "somebody it does not name"
    when = f" on {read['time']}" if read.get("time") else ""
    good = not broken and (read.get("state") in ("Valid", "Trusted") or bool(codes))
    if good:
        found.add("c2pa.integrity", Outcome.PASS, name, f"it is as it was signed{when} with "
                                                        f"{read.get('generator') or 'a program it does not name'}: "
                                                        f"{read.get('assertions', '')}")
    elif all(code.startswith("assertion.bmffHash") for code in broken) and fragmented:
        found.add("c2pa.integrity", Outcome.INCONCLUSIVE, name, "what was signed is the film whole; this is a part "
                                                                "of it")
    else:
        found.fail("c2pa.integrity", name, f"it is not as it was signed: {'; '.join(broken) or read.get('state', '')}")
    if read.get("state") == "Trusted":
        found.add("c2pa.signer", Outcome.PASS, name, f"signed by {who}{when}: your roots confirm it")
    else:
        found.add("c2pa.signer", Outcome.INCONCLUSIVE, name,
                  f"signed by {who}{when}: not confirmed, give the roots that you trust with --c2pa-ca PEM")
