"""A case: made, opened, refused."""

import shutil
import subprocess
import sys

import pytest
from case_factory import PRINCIPAL, TickingClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_store.case import Case, CaseCharter
from evidence_store.clock import system_random
from evidence_store.custody.keys import create_key
from evidence_store.errors import FolderInUse, FormatError, NotACase
from evidence_store.events import CaseOpen, KeyEnrol
from evidence_store.layout import CaseLayout
from evidence_store.settings import CaseSettings, read_settings


@pytest.fixture
def create(tmp_path):
    signer = create_key(tmp_path / "key", comment="", passphrase=None)

    def make(root, title="A title"):
        return Case.create(root, CaseCharter(title=title), signer=signer, principal=PRINCIPAL, clock=TickingClock(),
                           random=system_random)

    return make


def test_a_new_case_opens_with_its_charter_and_its_first_key(new_case):
    hand = new_case()
    case = Case.open(hand.root)
    opened, enrolled = (event.body for event in case.events())
    assert isinstance(opened, CaseOpen)
    assert (opened.case, opened.title, opened.purpose) == (case.id, "Sarmin", "to test")
    assert isinstance(enrolled, KeyEnrol)
    assert (enrolled.fingerprint, enrolled.principal) == (hand.signer.public.fingerprint, PRINCIPAL)
    assert case.layout.key_file(hand.signer.public.key16).read_text() == f"{hand.signer.public.line}\n"
    assert (case.title, case.created) == ("Sarmin", hand.case.created)


def test_the_events_of_an_item_come_with_their_bodies(make_case):
    case = make_case().case
    kinds = [event.body.TYPE for event in case.events_of("ITEM-0003")]
    assert kinds == ["capture", "transform", "finding", "finding", "finding", "finding", "note"]
    assert list(case.events_of("ITEM-0099")) == []


def test_two_cases_never_have_the_same_id(create, tmp_path):
    assert create(tmp_path / "a").id != create(tmp_path / "b").id


def test_a_case_is_made_in_an_empty_folder(create, tmp_path):
    (tmp_path / "empty").mkdir()
    assert create(tmp_path / "empty").title == "A title"


@pytest.mark.parametrize(("prepare", "words"), [
    (lambda root: (root.mkdir(), (root / "holiday.jpg").write_bytes(b"x")), "not empty"),
    (lambda root: root.write_bytes(b"x"), "is a file"),
])
def test_a_case_is_not_made_over_something_else(create, tmp_path, prepare, words):
    prepare(tmp_path / "root")
    with pytest.raises(FolderInUse, match=words):
        create(tmp_path / "root")


def test_a_case_is_not_made_over_a_case(create, tmp_path):
    case = create(tmp_path / "case")
    with pytest.raises(FolderInUse, match="is a case already"):
        create(tmp_path / "case")
    assert Case.open(tmp_path / "case").id == case.id


@pytest.mark.parametrize("removed", ["muniment.toml", "muniment.toml custody/keys", "muniment.toml catalogue.sqlite"])
def test_a_half_made_case_is_recognised_and_refused(create, tmp_path, removed):
    root = tmp_path / "case"
    create(root)
    for name in removed.split():
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for attempt in (Case.open, create):
        with pytest.raises(NotACase, match="never finished") as caught:
            attempt(root)
        assert "delete the folder" in caught.value.hint


@pytest.mark.parametrize("stop_at", ["Case.create", "log.append", "opening.build", "write_settings"])
def test_killed_at_any_step_of_its_making_a_case_is_none(tmp_path, stop_at):
    script = f"""
import os, sys
from pathlib import Path
sys.path[:0] = {sys.path!r}
from evidence_store import case as module
from evidence_store.catalogue import opening
from evidence_store.custody.log import LogWriter
import case_factory
def die(*args, **options): os._exit(9)
match {stop_at!r}:
    case "Case.create": module._lay_out = die
    case "log.append": LogWriter.append = die
    case "opening.build": opening.build = die
    case "write_settings": module.write_settings = die
case_factory.new_case(Path(sys.argv[1]))
"""
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)]).returncode == 9
    with pytest.raises(NotACase, match="never finished"):
        Case.open(tmp_path / "case")


@pytest.mark.parametrize("make", [
    lambda root: None,
    lambda root: root.mkdir(),
    lambda root: root.write_bytes(b"x"),
    lambda root: (root.mkdir(), (root / "muniment.toml").mkdir()),
], ids=["nothing", "empty folder", "a file", "settings that are a folder"])
def test_what_is_no_case_is_said_to_be_none(tmp_path, make):
    make(tmp_path / "case")
    with pytest.raises(NotACase, match="not a case"):
        Case.open(tmp_path / "case")


def change_settings(root, old, new):
    path = root / "muniment.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_case_of_a_later_format_is_refused(new_case):
    hand = new_case()
    change_settings(hand.root, "format = 1", "format = 2")
    with pytest.raises(NotACase, match="case format 2; this version reads up to 1"):
        Case.open(hand.root)


@pytest.mark.parametrize(("old", "new"), [
    ("format = 1", "format = 'one'"),
    ("format = 1", "format = true"),
    ("format = 1", "format = 0"),
    ("format = 1", ""),
    ('id = "', 'id = "../'),
    ("[case]", "[Case]"),
    ("[case]", "case = 3"),
    ("created = ", "created = 3 #"),
    ("title = ", "title = \x00"),
], ids=["text", "boolean", "zero", "absent", "id", "table", "no table", "created", "not TOML"])
def test_settings_that_are_none_are_refused(new_case, old, new):
    hand = new_case()
    change_settings(hand.root, old, new)
    with pytest.raises(NotACase, match=r"muniment\.toml"):
        Case.open(hand.root)


def test_settings_without_bound_are_not_read(new_case):
    hand = new_case()
    with (hand.root / "muniment.toml").open("a") as file:
        file.write("#" * (1 << 20))
    with pytest.raises(NotACase, match="larger than"):
        Case.open(hand.root)


def test_settings_of_another_case_are_refused(new_case):
    hand = new_case()
    change_settings(hand.root, hand.case.id, "0" * 32)
    with pytest.raises(NotACase, match="settings of one case and the ledger of another"):
        Case.open(hand.root)


def test_a_case_without_its_ledger_is_refused(new_case):
    hand = new_case()
    (hand.root / "custody" / "ledger.jsonl").unlink()
    with pytest.raises(NotACase):
        Case.open(hand.root)


def test_the_users_own_settings_do_not_disturb_the_case(new_case):
    hand = new_case()
    with (hand.root / "muniment.toml").open("a") as file:
        file.write('[capture]\nproxy = "socks5h://127.0.0.1:9050"\n')
    assert Case.open(hand.root).id == hand.case.id


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=st.text(max_size=60))
def test_any_title_survives_the_settings_file(tmp_path, title):
    made = CaseSettings(id="0" * 32, title=title, created=TickingClock()())
    layout = CaseLayout(tmp_path)
    layout.settings.write_text(made.to_toml())
    assert read_settings(layout) == made


@pytest.mark.parametrize("title", ["x" * 501, "lone \ud800 surrogate"])
def test_a_title_that_cannot_be_written_down_makes_no_case(create, tmp_path, title):
    with pytest.raises(FormatError):
        create(tmp_path / "case", title)
    assert not (tmp_path / "case").exists()


def test_opening_a_case_and_reading_its_ledger_imports_no_database_library(new_case):
    script = """
import sys
from pathlib import Path
from evidence_store.case import Case
case = Case.open(Path(sys.argv[1]))
assert len(list(case.events())) == 2
heavy = {"sqlalchemy", "lxml", "numpy", "PIL", "yt_dlp", "textual"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}", str(new_case().root)],
                   check=True)
