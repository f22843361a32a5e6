"""Photographs a second in the metadata pass, beside ExifTool over the same files in one batch.

The files are made here: photographs of 12 megapixels with EXIF, GPS, XMP and a thumbnail. Both read each file once
from the page cache. Ours runs several readers and compares them; ExifTool alone is the floor.
"""

import io
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from PIL import Image

from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256
from verify.checks.metadata import check_metadata, has_metadata
from verify.checks.run import Check, run_checks

COUNT = 200
SIZE = (4000, 3000)
XMP = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
       b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Halde"/></rdf:RDF></x:xmpmeta>')
METADATA = (Check(name="metadata", applies_to=has_metadata, run=check_metadata),)


class Files:
    """Files of a folder as items."""

    def open_item(self, item: Item) -> BinaryIO:
        return Path(item.name).open("rb")


def make(folder: Path) -> list[Item]:
    """COUNT photographs that differ in their metadata."""
    picture = Image.effect_noise((1000, 750), 60).resize(SIZE).convert("RGB")
    items = []
    for number in range(COUNT):
        exif = Image.Exif()
        exif[0x010F], exif[0x0110], exif[0x0131] = "Halde", "P3", f"1.{number}"
        exif.get_ifd(0x8769).update({0x9003: f"2015:10:20 12:{number % 60:02d}:07", 0x9011: "+03:00"})
        exif.get_ifd(0x8825).update({1: "N", 2: (35, 54, number / 10), 3: "E", 4: (36, 43, 0.0)})
        path = folder / f"{number:04d}.jpg"
        if number == 0:
            picture.save(path, quality=85, exif=exif, xmp=XMP)
            whole = path.read_bytes()
        else:             # the coded picture is the same: only the head is written anew
            held = io.BytesIO()
            Image.new("RGB", (8, 8)).save(held, "JPEG", exif=exif, xmp=XMP)
            head = held.getvalue()
            path.write_bytes(head[:head.index(b"\xff\xdb")] + whole[whole.index(b"\xff\xdb"):])
        nothing = Sha256("0" * 64)
        items.append(Item(id=ItemId(f"ITEM-{number + 1:04d}"), kind=ItemKind.PHOTO, sha256=nothing,
                          length=path.stat().st_size, media_type="image/jpeg", name=str(path),
                          source=BlobRef(sha256=nothing, length=0), obtained_at=datetime(2026, 1, 1, tzinfo=UTC)))
    return items


def cpu() -> float:
    """Seconds of processor time of this process and of those it waited for."""
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF,
                                                                               resource.RUSAGE_CHILDREN)))


def timed(name: str, run: Callable[[], object]) -> None:
    """Photographs a second by the clock, and processor time of each."""
    clock, before = time.perf_counter(), cpu()
    run()
    seconds, used = time.perf_counter() - clock, cpu() - before
    print(f"{name:<34}{COUNT / seconds:>6.0f} photographs/s{used / COUNT * 1000:>8.1f} ms of processor time each")


def ours(items: list[Item], workers: int) -> Counter[str]:
    """The outcomes."""
    return Counter(f"{one.check}: {one.outcome}" for one in run_checks(Files(), items, METADATA, workers=workers))


def without_exiftool(items: list[Item], workers: int) -> Counter[str]:
    """The same with ExifTool out of reach."""
    path = os.environ["PATH"]
    with TemporaryDirectory() as empty:
        os.environ["PATH"] = empty
        try:
            return ours(items, workers)
        finally:
            os.environ["PATH"] = path


def main() -> None:
    with TemporaryDirectory() as made:
        items = make(Path(made))
        print(f"{COUNT} photographs of {SIZE[0]} x {SIZE[1]}, {items[0].length / 1e6:.1f} MB each; "
              f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
        exiftool = shutil.which("exiftool")
        batch = [exiftool or "", "-config", "", "-j", "-G1", "-n", made]
        if exiftool:
            timed("ExifTool, one batch", lambda: subprocess.run(batch, check=True, stdout=subprocess.DEVNULL,
                                                                stderr=subprocess.DEVNULL))
        else:
            print("ExifTool is not installed: nothing to compare with")
        for workers in (1, 2):
            timed(f"four readers of ours, {workers} worker(s)", partial(without_exiftool, items, workers))
            if exiftool:
                timed(f"all five readers, {workers} worker(s)", partial(ours, items, workers))
        print(dict(ours(items[:20], 1)))


if __name__ == "__main__":
    main()
