"""Where a picture's file comes from, as far as its making shows it.

1. `origin.structure`: how a JPEG was written, and which known writers that is consistent with.
2. `origin.compression`: a trace of an earlier compression at another quality.
3. `origin.thumbnail`: the thumbnail in the EXIF shows the same picture, or another.
4. `origin.edits`: programs that edit, named by the file itself.
5. `origin.passage`: messengers and networks the file passed through; that its metadata is gone is then as it should be.
6. `origin.clock`: the file's own clocks against each other: zone against GPS time, and against the place.
7. `origin.c2pa`: a C2PA manifest: whether it fits the bytes, and apart from that who signed it.
A bearing is on the file as an untouched original; it never changes an outcome. Every one of these is a lead.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

from evidence_store.errors import EvidenceError
from evidence_store.findings import Bearing, Finding, Outcome
from evidence_store.records import Item, Tool
from verify.checks.asking import Unread, asked, failed, unavailable
from verify.checks.pictures import is_picture
from verify.checks.workbench import Workbench
from verify.origin.names import NameSays, name_says
from verify.sandbox import Field, Reading

STRUCTURE, COMPRESSION, THUMBNAIL = "origin.structure", "origin.compression", "origin.thumbnail"
EDITS, PASSAGE, CLOCK, C2PA = "origin.edits", "origin.passage", "origin.clock", "origin.c2pa"
LIKE, UNLIKE = 0.80, 0.55           # likeness above and below which a thumbnail is called the same or another picture
_EDITORS = ("photoshop", "gimp", "lightroom", "affinity", "snapseed", "picsart", "pixlr", "paint.net", "canva",
            "capture one", "darktable", "imagemagick", "facetune", "picasa", "luminar", "acdsee", "paintshop")
_SLACK = timedelta(minutes=10)      # between a camera's clock, set by hand, and GPS time
_ZONE_SLACK = 3.5                   # hours a zone lies from the sun's time at its place: China's west comes near that


def check_origin(bench: Workbench, item: Item) -> Iterator[Finding]:
    """Every finding of this module that the file gives reason for."""
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield unavailable(STRUCTURE, item, error)
        return
    said = name_says(item.name or unquote(urlsplit(item.url).path.rpartition("/")[2]))
    if item.media_type == "image/jpeg":
        answer = asked("Muniment JPEG structure", partial(bench.sandbox.read, "structure"), path)
        if isinstance(answer, Unread):
            yield failed(STRUCTURE, item, answer)
        else:
            yield from _jpeg(item, answer)
    blocks = {}
    for reader, name in (("exifread", "ExifRead"), ("xmp", "XMP"), ("iptc", "IPTC")):
        block = asked(name, partial(bench.sandbox.read, reader), path)
        if isinstance(block, Reading):       # one that failed is a finding of `metadata` already
            blocks[name] = dict(block.normalised)
    yield from _edits(item, blocks)
    yield from _passage(item, blocks, said)
    yield from _clock(item, blocks.get("ExifRead", {}))


def may_have_manifest(item: Item) -> bool:
    """A picture, film, sound or PDF: what C2PA has a place for manifests in."""
    return is_picture(item) or item.media_type.startswith(("video/", "audio/")) or item.media_type == "application/pdf"


def check_c2pa(bench: Workbench, item: Item) -> Iterator[Finding]:
    """Integrity and signer of a C2PA manifest, apart."""
    try:
        path = bench.file_of(item)
    except EvidenceError as error:
        yield unavailable(C2PA, item, error)
        return
    answer = asked("c2pa-python", partial(bench.sandbox.read, "c2pa"), path)
    if isinstance(answer, Unread):
        if "No module named" in answer.failure.detail:
            yield Finding(check=C2PA, outcome=Outcome.NOT_APPLICABLE, subject=item.id,
                          summary="not looked for: the extra `c2pa` is not installed")
        elif "NotSupported" not in answer.failure.detail:
            yield failed(C2PA, item, answer)
    elif answer.tags:
        yield _manifest(item, {tag.name: tag.value for tag in answer.tags}, answer.tool)


def _jpeg(item: Item, answer: Reading) -> Iterator[Finding]:
    texts = {tag.name: tag.value for tag in answer.tags}
    tables = "IJG tables" if texts["tables_of"] == "IJG" else "tables of its own"
    writers = texts.get("consistent_with", "")
    summary = (f"{texts['scan']} JPEG of {texts['width']} x {texts['height']}, quality about {texts['quality']} "
               f"({tables}), {texts['sampling']}; " + (f"consistent with {writers}" if writers else "no known writer"))
    yield _said(STRUCTURE, item, summary, Bearing.SILENT, texts, tool=answer.tool)
    if "earlier_quality" in texts:
        yield _said(COMPRESSION, item, f"trace of an earlier compression at quality about {texts['earlier_quality']}, "
                    f"before the last at about {texts['quality']}: the file was saved again", Bearing.CONTRADICTS,
                    {name: texts[name] for name in ("quality", "earlier_quality", "earlier_depth")}, tool=answer.tool)
    else:
        yield _said(COMPRESSION, item, "no trace of an earlier compression; a crop or resize would have removed it",
                    Bearing.SILENT, {"quality": texts["quality"]}, tool=answer.tool)
    if "thumbnail_likeness" in texts:
        yield _thumbnail(item, texts, answer.tool)


def _thumbnail(item: Item, texts: Mapping[str, str], tool: Tool) -> Finding:
    likeness = float(texts["thumbnail_likeness"])
    details = {name: texts[name] for name in ("thumbnail", "thumbnail_likeness")}
    if likeness >= LIKE:
        return _said(THUMBNAIL, item, "the thumbnail in the EXIF shows this picture", Bearing.SUPPORTS, details,
                     tool=tool)
    if likeness >= UNLIKE:
        return _said(THUMBNAIL, item, "the thumbnail in the EXIF is neither clearly this picture nor another: a crop, "
                     "or other colours", Bearing.SILENT, details, tool=tool)
    return _said(THUMBNAIL, item, "the thumbnail in the EXIF shows another picture: look at both", Bearing.CONTRADICTS,
                 details, tool=tool)


def _edits(item: Item, blocks: Mapping[str, Mapping[Field, str]]) -> Iterator[Finding]:
    history = blocks.get("XMP", {}).get(Field.EDITS, "")
    named = {name: values[Field.SOFTWARE] for name, values in blocks.items()
             if any(editor in values.get(Field.SOFTWARE, "").lower() for editor in _EDITORS)}
    derived = blocks.get("XMP", {}).get(Field.DERIVED_FROM, "")
    if not history and not named and not derived:
        return
    details = {f"software_{name.lower()}": value for name, value in named.items()}
    details |= {name: value for name, value in (("history", history), ("derived_from", derived)) if value}
    words = [f"written by {value}" for value in dict.fromkeys(named.values())]
    words += [f"edit history: {history}"] if history else []
    words += ["made from another document"] if derived else []
    yield _said(EDITS, item, "; ".join(words), Bearing.CONTRADICTS, details)


def _passage(item: Item, blocks: Mapping[str, Mapping[Field, str]], said: NameSays | None) -> Iterator[Finding]:
    exif = blocks.get("ExifRead", {})
    marks = [value for values in blocks.values() for value in (
        values.get(Field.INSTRUCTIONS, ""), values.get(Field.TRANSMISSION, "")) if value]
    facebook = next((mark for mark in marks if mark.startswith("FBMD")), "")
    if facebook:
        yield _said(PASSAGE, item, "carries the mark that Facebook and Instagram write (FBMD): it passed through them",
                    Bearing.CONTRADICTS, {"program": "Facebook or Instagram", "mark": facebook})
    if said is None:
        return
    day = f": {said.meaning} {said.day}, by its name" if said.day else ""
    details = {"program": said.program, "day": said.day, "meaning": said.meaning}
    if said.removes and not exif.get(Field.MAKE) and not exif.get(Field.CREATED):
        yield Finding(check=PASSAGE, outcome=Outcome.NOT_APPLICABLE, subject=item.id, bearing=Bearing.SILENT,
                      details=details, summary=f"named as {said.program} names files{day}; that it has no camera "
                      "metadata is as it should be")
    else:
        yield _said(PASSAGE, item, f"named as {said.program} names files{day}", Bearing.SILENT, details)


def _clock(item: Item, exif: Mapping[Field, str]) -> Iterator[Finding]:
    created, fix = exif.get(Field.CREATED, ""), exif.get(Field.GPS_TIME, "")
    try:
        local = datetime.fromisoformat(created) if created else None
        utc = datetime.fromisoformat(fix) if fix else None
    except ValueError:
        return
    if local is None:
        return
    offset = local.utcoffset()
    problems, details = [], {"created": created}
    if utc is not None:
        details["gps_time"] = fix
        apart = local - utc if offset is not None else local - utc.replace(tzinfo=None)
        quarter = timedelta(minutes=15) * round(apart / timedelta(minutes=15)) if offset is None else timedelta()
        if abs(apart - quarter) > _SLACK or abs(quarter) > timedelta(hours=14):
            problems.append(f"its time {created} and its GPS time {fix} do not fit")
        if offset is None:
            offset = quarter
    longitude = exif.get(Field.LONGITUDE)
    if longitude and offset is not None:
        details |= {"longitude": longitude, "offset_hours": f"{offset / timedelta(hours=1):.2f}"}
        if abs(offset / timedelta(hours=1) - float(longitude) / 15) > _ZONE_SLACK:
            problems.append(f"its zone of {offset / timedelta(hours=1):+.2f} h is not that of longitude {longitude}")
    if problems:
        yield _said(CLOCK, item, f"the file's clocks contradict each other: {'; '.join(problems)}", Bearing.CONTRADICTS,
                    details)
    elif len(details) > 1:
        yield _said(CLOCK, item, "time, zone, GPS time and place of the file fit each other", Bearing.SUPPORTS, details)


def _manifest(item: Item, texts: Mapping[str, str], tool: Tool) -> Finding:
    codes = [code for code in texts.get("codes", "").split("; ") if code]
    if texts.get("state") == "Remote":
        return Finding(check=C2PA, outcome=Outcome.INCONCLUSIVE, subject=item.id, details=dict(texts), tools=(tool,),
                       summary="its C2PA manifest lies on a server and was not fetched")
    broken = [code for code in codes if not code.startswith("signingCredential.")]
    signer = texts.get("signer") or texts.get("issuer") or "nobody named"
    trust = "no trust list was given to judge the signer by" if "signingCredential.untrusted" in codes else (
        "signer: " + "; ".join(set(codes) - set(broken)) if set(codes) - set(broken) else "the signer is trusted")
    if broken or texts.get("state") == "Invalid":
        return Finding(check=C2PA, outcome=Outcome.FAIL, subject=item.id, details=dict(texts), tools=(tool,),
                       bearing=Bearing.CONTRADICTS, summary=(
                           f"its C2PA manifest does not fit ({', '.join(broken) or 'invalid'}); it names {signer}"))
    return Finding(check=C2PA, outcome=Outcome.PASS, subject=item.id, details=dict(texts), tools=(tool,),
                   bearing=Bearing.SUPPORTS, summary=f"its C2PA manifest fits the bytes, signed by {signer}; {trust}")


def _said(check: str, item: Item, summary: str, bearing: Bearing, details: Mapping[str, str], *,
          tool: Tool | None = None) -> Finding:
    return Finding(check=check, outcome=Outcome.PASS, subject=item.id, summary=summary, bearing=bearing,
                   details=dict(details), tools=(tool,) if tool else ())
