"""What programs of others say of a bundle or its WACZ: accepted, rejected, or stopped by an error of their own."""

import contextlib
import io
import logging
import zipfile
from pathlib import Path

WACZ = "data/capture.wacz"
ACCEPTS, REJECTS, CRASHES = "accepts", "rejects", "crashes"


def bagit_says(root: Path, _: Path) -> str:
    """bagit.py, `Bag.validate()` with everything on."""
    import bagit

    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    try:
        bagit.Bag(str(root)).validate(processes=1)
    except (bagit.BagError, OSError):
        return REJECTS
    return ACCEPTS


def wacz_says(root: Path, _: Path) -> str:
    """`wacz validate`, which prints what it thinks; run in this process, since its start takes a second."""
    from wacz.main import main

    words = io.StringIO()
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words):
        try:
            code = main(["validate", "-f", str(root / WACZ)])
        except Exception:  # noqa: BLE001 - whatever it is: the program has stopped
            return CRASHES
        except SystemExit as stopped:
            code = stopped.code
    return REJECTS if code or "failed" in words.getvalue().lower() else ACCEPTS


def warcio_says(root: Path, folder: Path) -> str:
    """`warcio check` of the WARC in the WACZ, as far as that can be taken out."""
    try:
        with zipfile.ZipFile(root / WACZ) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".warc.gz"))
            (folder / "taken.warc.gz").write_bytes(archive.read(name))
    except (OSError, zipfile.BadZipFile, StopIteration):
        return REJECTS
    from warcio.cli import main

    with contextlib.redirect_stdout(io.StringIO()):
        try:
            main(["check", str(folder / "taken.warc.gz")])
        except SystemExit as stopped:
            return REJECTS if stopped.code else ACCEPTS
        except Exception:  # noqa: BLE001 - whatever it is: the program has stopped
            return CRASHES
    return ACCEPTS


OUTSIDERS = {"bagit.py": bagit_says, "wacz validate": wacz_says, "warcio check": warcio_says}
