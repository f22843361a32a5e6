"""What a bundle carries for other programs and for people who count in exhibits."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from case_factory import TOOL
from five_items import five_items

from evidence_store.events import Captured, KeyEnrol
from evidence_store.records import ItemId
from muniment.report.case_jsonld import case_jsonld
from muniment.report.declaration import GAP, declaration_txt
from muniment.report.exhibits import COLUMNS, exhibits, exhibits_csv, exhibits_xlsx, neutral

STATED = ("uco-action:performer", "uco-action:instrument", "uco-action:startTime", "uco-action:endTime",
          "uco-action:location", "uco-action:object", "uco-action:result")


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    made = five_items(tmp_path_factory.mktemp("five"))
    yield made
    made.case.close()


@pytest.fixture
def events(hand):
    return list(hand.case.events())


def test_every_event_states_performer_instrument_time_location_inputs_and_outputs(events):
    graph = json.loads(case_jsonld(events, exhibits(events), software=TOOL))["@graph"]
    nodes = {node["@id"]: node for node in graph}
    actions = [node for node in graph if node["@type"] == "case-investigation:InvestigativeAction"]
    assert len(actions) == len(events)
    for action in actions:
        for name in STATED:
            assert action[name], (action["uco-core:name"], name)
        named = [*action["uco-action:object"], *action["uco-action:result"], *action["uco-action:instrument"],
                 action["uco-action:performer"], action["uco-action:location"]]
        assert all(one["@id"] in nodes for one in named)
    assert len(nodes) == len(graph), "no two nodes share a name"


def test_the_same_events_give_the_same_document(events):
    documents = {case_jsonld(events, exhibits(events), software=TOOL) for _ in range(2)}
    assert len(documents) == 1


def test_the_validator_of_the_ontology_accepts_it(events, tmp_path):
    (tmp_path / "case.jsonld").write_bytes(case_jsonld(events, exhibits(events), software=TOOL))
    validator = Path(sys.executable).with_name("case_validate")
    ran = subprocess.run([validator, tmp_path / "case.jsonld"], capture_output=True, text=True, check=False,
                         timeout=300)
    assert (ran.returncode, "Conforms: True" in ran.stdout) == (0, True), ran.stdout + ran.stderr


def test_exhibit_numbers_have_no_gap_where_an_item_is_kept_back(events):
    listed = exhibits(events, frozenset({ItemId("ITEM-0001"), ItemId("ITEM-0004")}))
    assert [(one.number, one.item.id) for one in listed] == [("EX-0001", "ITEM-0001"), ("EX-0002", "ITEM-0004")]


@pytest.mark.parametrize(("text", "cell"), [
    ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"), ("+1+1", "'+1+1"), ("-2+3", "'-2+3"), ("@SUM(1)", "'@SUM(1)"),
    ("  =1+1", "'  =1+1"), ("photo.jpg", "photo.jpg"), ("", ""), ("2015-10-20", "2015-10-20"),
])
def test_no_cell_is_a_formula(text, cell):
    assert neutral(text) == cell


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n=1"])
def test_a_formula_behind_white_space_is_text_too(text):
    assert neutral(text).startswith("'")


def test_both_lists_have_the_same_rows_and_a_hostile_name_is_text_in_both(events):
    listed = exhibits(events)
    evil = replace(listed[0], source='=HYPERLINK("http://x","y")')
    listed = (evil, *listed[1:])
    rows = list(csv.reader(io.StringIO(exhibits_csv(listed).decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(exhibits_xlsx(listed))) as archive:
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        for name in archive.namelist():
            ET.fromstring(archive.read(name))
    space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    cells = [[cell.findtext("s:is/s:t", namespaces=space) or "" for cell in row]
             for row in sheet.findall("s:sheetData/s:row", space)]
    assert rows == cells
    assert rows[0] == list(COLUMNS)
    assert rows[1][6] == "'=HYPERLINK(\"http://x\",\"y\")"
    assert not sheet.findall(".//s:f", space), "no cell holds a formula"


def test_the_draft_states_what_the_ledger_knows_and_leaves_gaps_for_what_it_does_not(hand, events):
    with hand.writer() as writer:
        checkpoint = writer.checkpoint()
    text = declaration_txt(events, exhibits(events), checkpoint=checkpoint.checkpoint, sealer=checkpoint.signer,
                           bundle="ab" * 16).decode()
    flat = " ".join(text.split())
    principal = next(event.body.principal for event in events if isinstance(event.body, KeyEnrol))
    around = next(event.body.circumstances for event in events if isinstance(event.body, Captured))
    for said in (principal, around.machine, f"clock: {around.clock}", "Nothing was clicked", "received from SOURCE-07",
                 "DRAFT", checkpoint.checkpoint.prefix_sha256, *(one.item.sha256 for one in exhibits(events))):
        assert said in flat, said
    assert flat.count(GAP) >= 5
