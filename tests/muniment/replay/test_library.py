"""What can be replayed: each visit by itself, of a case, of its bundle, of archives by others."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from replayed_web import POST, SITE, ReplayedWeb

from evidence_store.errors import FormatError
from evidence_store.records import ItemId
from muniment.flows.bundle import bundle_case
from muniment.flows.environment import Environment
from muniment.flows.export import write_zip
from muniment.flows.replay import open_library
from muniment.replay.errors import NothingToReplay


def index_of(wacz: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(wacz) as archive:
        return [json.loads(line[line.index(b"{"):]) for line in archive.read("indexes/index.cdxj").splitlines()]


def test_the_archive_of_a_visit_holds_its_own_records_and_no_others(library):
    first, second = library.visits
    assert {row["url"] for row in index_of(library.archive(first))} >= {f"{SITE}/img/1.png", f"{SITE}/img/2.png"}
    urls = {row["url"] for row in index_of(library.archive(second))}
    assert f"{SITE}/img/2.png" in urls
    assert f"{SITE}/img/1.png" not in urls          # recorded at another date only


def test_an_item_leads_to_the_visit_that_brought_it_and_a_citation_to_its_latest(library):
    first, second = library.visits
    found = library.moment("item", "ITEM-0001")
    assert (found.visit, found.page.url) == (first, POST)
    assert library.moment("citation", "CITE-0001").visit == second
    assert library.moment("item", "ITEM-0999") is None


def test_screenshots_are_pages_of_the_visit(library):
    assert f"urn:view:{POST}" in [page.url for page in library.visits[0].pages]


def test_a_bundle_has_the_same_visits_as_its_case(bundle, library):
    with open_library(bundle) as of_bundle:
        assert [visit.key for visit in of_bundle.visits] == [visit.key for visit in library.visits]
        for visit in of_bundle.visits:
            assert index_of(of_bundle.archive(visit)).__len__() == len(index_of(library.archive(
                next(one for one in library.visits if one.key == visit.key))))
        assert of_bundle.moment("item", "ITEM-0002").visit.key == library.visits[1].key


def test_the_zip_of_a_bundle_is_replayed_as_its_folder_is(bundle, tmp_path):
    write_zip(bundle, tmp_path / "bundle.zip")
    with open_library(tmp_path / "bundle.zip") as zipped, open_library(bundle) as unpacked:
        assert [visit.key for visit in zipped.visits] == [visit.key for visit in unpacked.visits]
        assert zipped.folder is not None
        assert (zipped.folder / "report.html").is_file()
        assert index_of(zipped.archive(zipped.visits[0])) == index_of(unpacked.archive(unpacked.visits[0]))


def test_a_zip_of_a_bundle_that_cannot_be_unpacked_is_refused(bundle, tmp_path):
    write_zip(bundle, tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip", "a") as archive:
        archive.writestr("../escaped", b"x")
    with pytest.raises(NothingToReplay, match="cannot be unpacked"), open_library(tmp_path / "bundle.zip"):
        pass
    assert not (tmp_path / "escaped").exists()


def test_what_is_left_out_of_a_bundle_is_not_replayed(recorded, tmp_path):
    recorded = recorded.copy(tmp_path / "copy")
    with recorded.writer() as writer:
        path = bundle_case(writer, destination=tmp_path / "part", recipient="x", not_selected=(ItemId("ITEM-0001"),),
                           environment=Environment(clock=recorded.clock, random=recorded.random)).path
    with open_library(path) as part:
        found = part.moment("item", "ITEM-0001")
        urls = set() if found is None else {row["url"] for row in index_of(part.archive(found.visit))}
        assert POST not in urls


def test_visits_in_an_archive_by_others_are_told_apart_by_time(bundle, tmp_path):
    alone = tmp_path / "foreign.wacz"
    alone.write_bytes((bundle / "data" / "capture.wacz").read_bytes())
    with open_library(alone) as foreign:
        first, second = foreign.visits
        assert second.started_at - first.ended_at > timedelta(hours=1)
        assert f"{SITE}/img/1.png" not in {row["url"] for row in index_of(foreign.archive(second))}
        assert first.main.url == POST


def test_a_warc_alone_can_be_replayed(recorded):
    warc = next(recorded.case.layout.warcs.glob("*.warc.gz"))
    with open_library(warc) as foreign:
        assert [visit.main.url for visit in foreign.visits] == [POST, POST]


def test_an_archive_by_others_is_not_changed_by_looking(recorded):
    warc = next(recorded.case.layout.warcs.glob("*.warc.gz"))
    before = warc.read_bytes()
    with open_library(warc) as foreign:
        foreign.archive(foreign.visits[0])
    assert warc.read_bytes() == before


@pytest.mark.parametrize("content", [b"neither", b""])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "thing.bin"
    path.write_bytes(content)
    with pytest.raises(FormatError), open_library(path):
        pass


def test_a_case_without_captures_has_nothing_to_replay(new_case):
    with pytest.raises(NothingToReplay), open_library(new_case("empty").root):
        pass


def test_an_empty_archive_has_nothing_to_replay(tmp_path):
    path = tmp_path / "empty.wacz"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("datapackage.json", "{}")
    path.write_bytes(out.getvalue())
    with pytest.raises(NothingToReplay), open_library(path):
        pass


def test_a_page_that_was_recorded_by_nobody_else_is_found_again(new_case):
    made = new_case("one")
    with made.writer() as writer:
        ReplayedWeb(made=made, writer=writer).visit()
    with open_library(made.root) as library:
        assert len(library.visits) == 1
