"""How every screen looks: pictures of them, compared with those that were looked at.

They are the same on every machine: the case has seeded ids, a ticking clock and one key; cells of the terminal have one
size; pictures are of one colour, so that no resampling shows; and what a machine says of itself (its programs, folders,
versions, how well it compresses) is said by the test. `pytest tests/tui/test_looks.py --snapshot-update` draws them
anew, to be looked at before they are kept (with `-m soak`, too: half of the sizes and themes are compared there only).
"""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from pytest_textual_snapshot import SVGImageExtension
from sample_case import SampleCase
from textual.widgets import Input, TextArea
from textual_image import _terminal
from tui_driving import app_of, desk_of, press, screen_text, settled, until

from evidence_store.claims import Claim, ClaimId, Predicate, Relation
from evidence_store.events import Cite, CiteAction, NumberedCitation
from evidence_store.findings import Finding, Outcome
from evidence_store.records import Citation, CitationKind, ItemId, ItemKind
from muniment.config.load import LoadedSettings, Origin, OriginKind, Sourced
from muniment.config.settings import Settings
from muniment.flows import claims
from muniment.flows.conclusions import tag_item
from muniment.flows.doctor import PROGRAMS, Component
from muniment.flows.item_view import view_item
from muniment.flows.reuse import Answer, Match, Query, Searched
from tui.screens import bundle, cases, doctor, item, settings
from tui.screens.capture import Row
from tui.screens.compare import CompareScreen
from tui.themes import NAMES as THEMES
from tui.themes import following
from tui.widgets.paging import ListRows
from verify.report import TargetKind, VerifyReport
from verify.reuse.index.entries import Source
from verify.reuse.model import Likeness, Method, Region
from verify.reuse.model import Relation as Likewise

ARABIC = Citation(kind=CitationKind.PHOTO, url="http://pictures.example/mosque.png", anchor="صورة المسجد",
                  context="قال المرصد السوري إن المسجد في سرمين دُمِّر.", claimed_place="Sarmin")
CROPPED = Region(corners=((0.2, 0.2), (0.8, 0.2), (0.8, 0.9), (0.2, 0.9)))
WHOLE = Region(corners=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
ALIKE = Likeness(method=Method.FEATURES, relation=Likewise.CROP, score=0.9, agreement=0.97, cells=391, inliers=212,
                 mirrored=False, rotation=0.0, scale=1.0, region_query=WHOLE, region_target=CROPPED, crop_percent=58.0,
                 homography=(0.6, 0.0, 0.2, 0.0, 0.7, 0.2, 0.0, 0.0, 1.0))
SOME_SETTINGS = ("key", "principal", "concurrency", "timeout", "tsa", "pictures")      # more may come
FONTS = re.compile(r"@font-face\s*{[^}]*}", re.DOTALL)      # the addresses of a server of fonts
PHOTO, CROP = ItemId("ITEM-0004"), ItemId("ITEM-0005")


def picture(colour: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def same_case(new_case, monkeypatch):
    """The sample case, made with one and the same key in every run; with two photos, claims and a warning."""
    with monkeypatch.context() as patched:
        patched.setattr(Ed25519PrivateKey, "generate", lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
        made = new_case("sample")
    with made.writer() as writer:
        sample = SampleCase(made, writer)
        sample.fill()
        cited = NumberedCitation(id=writer.new_citation_id(), citation=ARABIC)
        writer.append(Cite(action=CiteAction.ADDED, article_url="http://blog.example/live",
                           article_item=ItemId("ITEM-0001"), citations=(cited,)))
        sample.capture(ARABIC.url, picture((176, 72, 64), (90, 60)), "image/png", ItemKind.PHOTO,
                       citations=(cited.id,))
        sample.capture("http://social.example/media/1.png", picture((64, 96, 176), (60, 60)), "image/png",
                       ItemKind.PHOTO)
        for source, denies in (("SOHR", False), ("TASS", True)):
            claims.add_claim(writer, Claim(source=source, predicate=Predicate.KILLED, subject="people", number=57,
                                           place="Sarmin", date="2015-10-20", denies=denies, item=ItemId("ITEM-0001"),
                                           passage="57 people were killed in Sarmin." if not denies else
                                           "ТАСС: никто не погиб."))
        claims.link_claim(writer, ClaimId("CLAIM-0001"), PHOTO, Relation.SUPPORTS, reason="the ruin is to be seen")
        tag_item(writer, PHOTO, ("warning: graphic violence",))
        writer.checkpoint()
    return made


@pytest.fixture
def same_machine(monkeypatch, same_case):
    """What would differ from machine to machine is said here."""
    monkeypatch.setattr(_terminal.get_cell_size, "_result", _terminal.CellSize(10, 20), raising=False)
    monkeypatch.setattr(doctor, "examine", lambda: tuple(
        Component(program=program, path=None if number == 1 else f"/usr/bin/{program.name}",
                  version="" if number == 1 else "1.0") for number, program in enumerate(PROGRAMS)))
    monkeypatch.setattr(doctor, "missing_driver", lambda: "")
    monkeypatch.setattr(doctor, "clock_words", lambda: "synchronised with the network's time")
    monkeypatch.setattr(doctor, "examine_place", lambda _: ())
    monkeypatch.setattr(doctor.DoctorScreen, "place", lambda _: Path("/cases/sarmin"), raising=False)
    monkeypatch.setattr(settings, "keymap_file", lambda: Path("/home/user/.config/muniment/keys.toml"))
    monkeypatch.setattr(bundle, "free_destination", lambda _: Path("/cases/sarmin-bundle"))
    monkeypatch.setattr(cases, "known", lambda *_: cases.KnownCase(
        folder=Path("/cases/sarmin"), title="Sarmin", created=datetime(2026, 3, 1, tzinfo=UTC), is_open=True))
    monkeypatch.setattr(CompareScreen, "_compare", lambda *_: (ALIKE, "✓ the same photograph (crop): 97% agree"))

    def viewed(case, which):
        view = view_item(case, which)
        return replace(view, record=replace(view.record, offset=4096) if view.record else None)

    monkeypatch.setattr(item, "view_item", viewed)


def same_settings(_: object) -> LoadedSettings:
    sources = tuple(Sourced(name=name, value=getattr(Settings(key="/home/user/key"), name),
                            origin=Origin(kind=OriginKind.DEFAULT)) for name in SOME_SETTINGS)
    return LoadedSettings(settings=Settings(key="/home/user/key"), sources=sources, warnings=())


def answers() -> tuple[Answer, ...]:
    query = Query(name=PHOTO, item=PHOTO, sha256="0" * 64, unit="", moments=())
    sources = (Source(collection="archive-2013", name="img/0412.jpg", sha256="1" * 64,
                      url="http://older.example/0412.jpg", first_seen=datetime(2013, 4, 12, tzinfo=UTC)),
               Source(collection="case", name=CROP, sha256="2" * 64, url="http://social.example/media/1.png",
                      first_seen=datetime(2026, 3, 1, tzinfo=UTC)))
    searched = Searched(images=1204, collections=("case", "archive-2013"), not_comparable=3)
    return (Answer(query=query, searched=searched, matches=tuple(Match(source=one, likeness=ALIKE)
                                                                 for one in sources)),)


def report() -> VerifyReport:
    return VerifyReport(target=Path("/cases/sarmin-bundle"), kind=TargetKind.BUNDLE, findings=(
        Finding(check="manifest.sha256", outcome=Outcome.FAIL, subject="data/items/ITEM-0002/original.jpg",
                summary="its bytes are not those that the manifest names"),
        Finding(check="time.token", outcome=Outcome.INCONCLUSIVE, subject="", summary="no root certificate was given"),
        *(Finding(check="custody.ledger", outcome=Outcome.PASS, subject=str(seq), summary=f"line {seq} follows")
          for seq in range(12))))


class Looks:
    """Leads through the screens of one application, and keeps a picture of each."""

    def __init__(self, app, pilot) -> None:
        self.app, self.pilot = app, pilot
        self.taken: dict[str, str] = {}

    async def at(self, name: str, *keys: str, shows: str = "") -> None:
        await press(self.pilot, *keys)
        if shows:
            await until(self.pilot, lambda: shows in screen_text(self.app))
        for field in self.app.screen.query(Input):
            field.cursor_blink = False
        for field in self.app.screen.query(TextArea):
            field.cursor_blink = False
        await settled(self.pilot)
        self.taken[name] = FONTS.sub("", self.app.export_screenshot(title="muniment tui"))

    async def walk(self) -> None:
        app, case = self.app, self.app.desk.case
        await self.at("article", "1", "j", shows="CITE-0002")
        await self.at("items", "2", "g", "j", "j", "j", "space", "k", shows="CITE-0005")
        await self.at("help", "question_mark")
        await self.at("item", "escape", "enter", shows="blurred (b: sharp)")
        await self.at("findings", "b", "right", shows="sharp (b: blur)")
        await self.at("claims", "3", "j", shows="CLAIM-0001")
        await self.at("ledger", "4", "p", shows="RFC 6962")
        await self.at("event", "enter", shows="Event ")
        await press(self.pilot, "escape", "5")
        captured = [case.catalogue.capture(one.id) for one in case.catalogue.captures()]
        rows = (*(Row(url=one.url, seconds=2.0, capture=one) for one in captured),
                Row(url="http://wire.example/still-to-come"))
        app.screen._rows = rows
        app.screen.query_one("#captures").show(ListRows(lambda: rows))
        await self.at("capture", "g", shows="social.example/status")
        await press(self.pilot, "6")
        app.screen._images = (PHOTO,)
        app.screen._done(answers())
        await self.at("reuse", "g", shows="2013-04-12")
        await press(self.pilot, "7")
        app.screen._done(report())
        await self.at("verify", "g", shows="its bytes are not")
        await self.at("bundle", "8", "j", "space", shows="left out")
        await self.at("doctor", "9", shows="nothing unusual")
        await self.at("settings", "comma", shows="concurrency")
        await self.at("cases", "0", shows="/cases/sarmin")
        await self.at("confirm", "C", shows="Sign the ledger")
        await self.at("ask", "escape", "e", shows="Note on the case")
        await press(self.pilot, "escape", "2")
        app.put(CompareScreen(app.desk, PHOTO, CROP))
        await self.at("compare", "b", "v", shows="in colour (v: grey)")


LOOKS = [pytest.param((80, 24), "dark", id="80x24-dark"), pytest.param((120, 40), "light", id="120x40-light"),
         pytest.param((80, 24), "light", id="80x24-light", marks=pytest.mark.soak),
         pytest.param((120, 40), "dark", id="120x40-dark", marks=pytest.mark.soak)]


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "theme"), LOOKS)
async def test_every_screen_looks_as_it_did(snapshot, same_case, same_machine, tmp_path, size, theme):
    kept = snapshot.use_extension(SVGImageExtension)
    desk = desk_of(same_case)
    desk._load = same_settings
    app = app_of(desk, tmp_path, theme=theme)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        looks = Looks(app, pilot)
        await looks.walk()
    other = []
    for name, svg in looks.taken.items():
        if svg != kept(name=name):
            other.append(name)
            (tmp_path / f"{name}.svg").write_text(svg, "utf-8")
    assert not other, f"these look otherwise, see {tmp_path}"


@pytest.mark.asyncio
@pytest.mark.parametrize("theme", ["contrast", "ansi"])
async def test_the_other_themes_say_as_much(same_case, same_machine, tmp_path, theme):
    """High contrast, and the sixteen colours of the terminal: the same signs and words."""
    app = app_of(desk_of(same_case), tmp_path, theme=theme)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        assert app.theme == THEMES[theme]
        assert following(app.theme) in THEMES.values()
        for sign in ("✓ complete", "✗ gone", "◐ partial", "[1 Article]"):
            assert sign in screen_text(app)
