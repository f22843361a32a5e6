"""The readers of origin, as the sandbox's worker asks them: a JPEG's making, and C2PA manifests."""

import json
from pathlib import Path

from evidence_store.records import Tool
from verify.origin.compression import earlier_compression
from verify.origin.jpeg import structure
from verify.origin.signatures import SHIPPED, load, own_table
from verify.origin.thumbnail import embedded, likeness
from verify.sandbox import normal
from verify.sandbox.answers import Reading

HEAD = 16 << 20            # bytes before the first scan: EXIF, ICC and previews
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif",
           b"qt  ": "video/quicktime", b"M4A ": "audio/mp4"}
_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


def read_structure(path: Path) -> Reading:
    """Structure, consistent writers, earlier compression, thumbnail of a JPEG. Raises NoJpeg and Pillow's."""
    from verify.sandbox.opening import opened

    with path.open("rb") as stream:
        found = structure(stream.read(HEAD))
    table = load((SHIPPED, *filter(None, [own_table()])))
    texts = {
        "width": str(found.width), "height": str(found.height), "sampling": found.sampling,
        "scan": "progressive" if found.progressive else "baseline", "huffman": found.huffman, "tables": found.tables,
        "quality": str(found.quality), "tables_of": "IJG" if found.quality_exact else "other",
        "segments": ", ".join(found.segments), "comment": found.comment, "signatures": table.version,
        "consistent_with": "; ".join(f"{one.name} [{one.source}; {one.date}]" for one in table.consistent_with(found))}
    with opened(path) as image:
        small = embedded(image)
        image.load()
        earlier = earlier_compression(image, found.quality)
        if earlier is not None:
            texts |= {"earlier_quality": str(earlier.quality), "earlier_depth": f"{earlier.depth:.2f}"}
        if small is not None:
            texts |= {"thumbnail": f"{small.width} x {small.height}",
                      "thumbnail_likeness": f"{likeness(image, small):.2f}"}
    return normal.reading(Tool(name="Muniment JPEG structure", version="1"), texts, {})


def read_c2pa(path: Path, roots: str = "") -> Reading:
    """The active C2PA manifest; without tags where the file has none. Nothing is fetched.

    `roots`: certificates in PEM, of whom the reader of the result trusts to certify signers.
    """
    import c2pa  # of the extra `c2pa`

    tool = Tool(name="c2pa-python", version=c2pa.sdk_version())
    trust = {"trust": {"user_anchors": roots}} if roots else {}
    # `load_settings` does not keep it offline
    context = c2pa.Context(settings=c2pa.Settings.from_dict(_OFFLINE | trust))
    try:
        with path.open("rb") as stream, c2pa.Reader(_type(path), stream, context=context) as reader:
            report = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return Reading(tool=tool, tags=(), normalised=())
    except c2pa.C2paError as error:
        if not str(error).startswith("Remote"):
            raise
        return normal.reading(tool, {"state": "Remote", "codes": str(error)}, {})
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    signer = manifest.get("signature_info") or {}
    codes = [str(one.get("code")) for one in report.get("validation_status") or []]
    texts = {"state": str(report.get("validation_state", "")), "codes": "; ".join(codes),
             "issuer": str(signer.get("issuer", "")), "signer": str(signer.get("common_name", "")),
             "time": str(signer.get("time", "")), "generator": str(manifest.get("claim_generator", "")),
             "title": str(manifest.get("title", "")),
             "assertions": "; ".join(str(one.get("label")) for one in manifest.get("assertions", [])),
             "ingredients": str(len(manifest.get("ingredients", [])))}
    return normal.reading(tool, texts, {})


def _type(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(12)
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "video/x-msvideo")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    kinds = ((b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"), (b"II", "image/tiff"), (b"MM", "image/tiff"),
             (b"%PDF", "application/pdf"), (b"GIF8", "image/gif"), (b"ID3", "audio/mpeg"), (b"<", "image/svg+xml"))
    return next((kind for start, kind in kinds if head.startswith(start)), "application/octet-stream")
