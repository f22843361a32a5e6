"""The report of a case as it stands: a folder of pages, and a PDF where there is a Chromium.

1. The folder is written beside its place and renamed: it is there whole, or not at all.
2. It holds copies of the pictures that it shows, and nothing else of the evidence.
3. Chromium prints with every name pointing nowhere: what a page holds cannot be fetched.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from archiver.browser.program import AUTO, find_browser, may_be_sandboxed, why_none
from evidence_store.atomic import sync_folder
from evidence_store.case import Case
from evidence_store.errors import EvidenceError, FolderInUse
from evidence_store.records import DerivativeKind
from muniment.flows.circumstances import tool
from muniment.flows.report_material import CaseMaterial
from muniment.report.building import PRINTED, report_files
from muniment.report.dossier import Dossier, gather
from muniment.report.edition import Edition
from muniment.report.evidence import replayed

LARGEST_PICTURE = 32 << 20    # bytes of a picture that is copied; larger ones stay in the case
PRINT_SECONDS = 300           # for some thousand sheets


class NoPrinter(EvidenceError):
    """There is no Chromium, or it printed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReport:
    """A report that was written."""

    index: Path
    pages: int
    exhibits: int
    pdf: Path | None


def write_report(case: Case, folder: Path, *, language: str, pdf: Path | None = None,
                 browser: str = AUTO) -> WrittenReport:
    """Write the report of a case into `folder`, which must not exist. NoPrinter where a PDF cannot be had."""
    for path in filter(None, (folder, pdf)):
        if path.exists():
            raise FolderInUse(f"{path} exists already", hint="name a place where nothing is")
    program = find_browser(browser) if pdf else ""
    if pdf and not program:
        raise NoPrinter(f"no PDF can be made: {why_none(browser)}", hint="install Chromium, or leave out --pdf")
    dossier = gather(case.events(), of_case=True)
    edition = Edition(software=tool("muniment"), language=language, material=CaseMaterial(case),
                      printed=pdf is not None, largest_picture=LARGEST_PICTURE)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        made = Path(temporary) / "report"
        made.mkdir(mode=0o755)
        pages = _write(made, dossier, edition)
        _copy_pictures(case, made, dossier, edition)
        if pdf is not None:
            print_pdf(made / PRINTED, pdf, program)
            (made / PRINTED).unlink()
        made.rename(folder)
    sync_folder(folder.parent)
    return WrittenReport(index=folder / "report.html", pages=pages, exhibits=len(dossier.exhibits), pdf=pdf)


def _write(folder: Path, dossier: Dossier, edition: Edition) -> int:
    pages = 0
    for name, content in report_files(dossier, edition):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        pages += name.endswith(".html") and name != PRINTED
    return pages


def _copy_pictures(case: Case, folder: Path, dossier: Dossier, edition: Edition) -> None:
    for exhibit in dossier.exhibits:
        if edition.is_shown(exhibit.item):
            path = folder / exhibit.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with case.open_item(exhibit.item) as source, path.open("xb") as target:
                shutil.copyfileobj(source, target)


    for exhibit in dossier.exhibits:
        shown = replayed(exhibit.findings, exhibit.derivatives)
        kept = next((one for one in reversed(exhibit.derivatives) if one.kind is DerivativeKind.REPLAY), None)
        if exhibit.included and kept and shown and shown.screen:
            path = folder / shown.screen
            path.parent.mkdir(parents=True, exist_ok=True)
            with case.open_content(kept.content) as source, path.open("xb") as target:
                shutil.copyfileobj(source, target)


def print_pdf(page: Path, pdf: Path, program: str) -> None:
    """Print a page of ours. NoPrinter where Chromium does not."""
    with TemporaryDirectory(prefix="muniment-print-") as profile:
        command = [program, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}",
                   "--host-resolver-rules=MAP * ~NOTFOUND", *([] if may_be_sandboxed() else ["--no-sandbox"]),
                   "--no-pdf-header-footer", "--generate-pdf-document-outline",
                   f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PRINT_SECONDS, check=False,
                                  env={**os.environ, "HOME": profile})
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoPrinter(f"Chromium could not print: {error}") from error
    if done.returncode or not pdf.is_file():
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        raise NoPrinter(f"Chromium printed nothing (exit code {done.returncode}) {words[0][:200]}")
