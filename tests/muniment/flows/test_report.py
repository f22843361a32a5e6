"""The report of a case as a folder, and printed."""

import pytest

from archiver.browser.program import find_browser
from evidence_store.errors import FolderInUse
from muniment.flows.report import NoPrinter, write_report


def test_the_folder_holds_every_page_and_the_pictures_that_are_shown(make_case, tmp_path):
    made = make_case()
    written = write_report(made.case, tmp_path / "out", language="en")
    pages = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.html")}
    assert written.index == tmp_path / "out" / "report.html"
    assert len(pages) == written.pages
    assert {f"report/{event_item}.html" for event_item in ("ITEM-0001", "ITEM-0002")} <= pages
    kept = [path for path in (tmp_path / "out" / "data").rglob("*") if path.is_file()]
    assert all(path.suffix in {".jpg", ".png", ".gif", ".webp"} for path in kept)
    assert "This report was made from the case itself" in written.index.read_text("utf-8")


def test_a_place_that_is_taken_is_left_alone(make_case, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(FolderInUse):
        write_report(make_case().case, tmp_path / "out", language="en")
    assert list((tmp_path / "out").iterdir()) == []


def test_without_chromium_there_is_no_pdf_and_no_half_of_a_report(make_case, tmp_path):
    with pytest.raises(NoPrinter, match="switched off"):
        write_report(make_case().case, tmp_path / "out", language="en", pdf=tmp_path / "out.pdf", browser="never")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".out", "out"))] == []


@pytest.mark.browser
def test_it_is_printed(make_case, tmp_path):
    if not find_browser("auto"):
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    written = write_report(make_case().case, tmp_path / "out", language="fr", pdf=tmp_path / "out.pdf")
    assert written.pdf is not None
    assert written.pdf.read_bytes().startswith(b"%PDF-")
    assert b"file:" not in written.pdf.read_bytes()      # no path of the computer it was made on
    assert written.pdf.stat().st_size > 20_000
    assert not (tmp_path / "out" / "report-print.html").exists()
