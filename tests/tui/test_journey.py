"""The whole way by keys alone: paste an article, capture, inspect, search, link, sign, seal, verify."""

import pytest
from case_factory import PRINCIPAL
from demo_folder import demo_folder
from textual.widgets import TextArea
from tui_driving import app_of, desk_of, press, said, screen_text, settled, static_text, type_in, until

from evidence_store.catalogue.model import ItemFilter
from evidence_store.custody.checkpoint import stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.records import Verdict
from muniment.config.settings import Settings
from muniment.demo import start_demo_web
from muniment.flows.demo import demo_resolver, demo_settings
from muniment.flows.environment import Environment
from tui.screens.article import ArticleScreen
from tui.screens.capture import CaptureScreen
from tui.screens.dialogs import AskScreen, ChooseScreen, ConfirmScreen
from tui.screens.item import ItemScreen
from tui.screens.reuse import ReuseScreen
from tui.widgets.virtual_table import VirtualTable

pytestmark = pytest.mark.asyncio


@pytest.fixture
def journey(new_case, tmp_path, demo_media):
    """An empty case, and the application over it with the demo's web for the internet."""
    hand = new_case("journey", title="Orda valley")
    with start_demo_web(demo_folder(tmp_path / "web", demo_media)) as web:
        settings = demo_settings(Settings(key=str(tmp_path / "journey-key"), principal=PRINCIPAL, robots="off"), web)
        desk = desk_of(hand, settings=settings, environment=Environment(resolver=demo_resolver(web)))
        yield hand, web, app_of(desk, tmp_path)


async def agreed(pilot, screen_class, key="y"):
    """Wait for a question, and answer it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, screen_class))
    await settled_modal(pilot, key)


async def settled_modal(pilot, *keys):
    """Press keys while a worker waits for the answer: the workers are not waited for."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot, workers=False)


async def test_from_the_article_to_a_verified_bundle_by_keys_alone(journey, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    hand, web, app = journey
    catalogue = hand.case.catalogue
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        # paste the article, agree to both plans, watch it end
        await press(pilot, "5", "i")
        await type_in(pilot, web.article_url)
        assert app.screen.query_one("#urls", TextArea).text == web.article_url
        assert "an article: what it cites is captured and checked, too" in static_text(app.screen, "#meaning")
        await pilot.press("ctrl+s")
        await agreed(pilot, ConfirmScreen)
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen) and "hosts" in screen_text(app))
        assert "The servers see your address" in screen_text(app)
        await settled_modal(pilot, "y")
        assert isinstance(app.screen, CaptureScreen)
        await until(pilot, lambda: not app.jobs)
        assert "citations" in said(app)
        assert "recorded" in static_text(app.screen, "#progress")
        assert catalogue.counts().items >= 10
        # inspect the photo of the school, from the article
        await press(pilot, "1")
        assert isinstance(app.screen, ArticleScreen)
        await press(pilot, "slash")
        await type_in(pilot, "school")
        await press(pilot, "enter")
        for _ in range(catalogue.counts().citations):
            if "sarmila-school.jpg" in static_text(app.screen, "#detail"):
                break
            await press(pilot, "j")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ItemScreen))
        await settled(pilot)
        school = app.screen.item
        await until(pilot, lambda: "blurred (b: sharp), grey (v: colour)" in screen_text(app))
        await press(pilot, "b")
        await until(pilot, lambda: "sharp (b: blur), grey (v: colour)" in screen_text(app))
        await press(pilot, "b", "right")
        assert "fixity.sha256" in screen_text(app)
        # search where else the photo of the other place appears, and look at a match
        reused = next(entry.item.id for entry in catalogue.items(ItemFilter(text="tell-maalun-1200")))
        await press(pilot, "escape", "2", "slash")
        await type_in(pilot, "tell-maalun-1200")
        await until(pilot, lambda: app.screen.query_one("#items", VirtualTable).row_count == 1)
        await press(pilot, "enter", "r")
        assert isinstance(app.screen, ConfirmScreen)
        await settled_modal(pilot, "y")
        assert isinstance(app.screen, ReuseScreen)
        await until(pilot, lambda: not app.jobs)
        assert f"{reused}: searched" in static_text(app.screen, "#question")
        await press(pilot, "enter")
        await until(pilot, lambda: "✓ the same photograph" in screen_text(app))
        await press(pilot, "m", "g", "a", "f", "f", "escape")
        # read claims out of the article, accept one, link the school's photo to it
        await press(pilot, "1", "p")
        await until(pilot, lambda: "proposals wait" in screen_text(app))
        await press(pilot, "slash")
        await type_in(pilot, "school")
        await press(pilot, "enter", "a", "ctrl+s")
        await until(pilot, lambda: "accepted" in said(app))
        await press(pilot, "L")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await type_in(pilot, school)
        await press(pilot, "enter", "enter", "ctrl+s")
        await until(pilot, lambda: f"{school} supports CLAIM-0001" in said(app))
        await press(pilot, "v")
        await until(pilot, lambda: f"supports {school}" in screen_text(app))
        # sign, seal, verify
        await press(pilot, "C", "y")
        await until(pilot, lambda: "✓ signed" in said(app))
        assert stored_checkpoints(CustodyFolder(hand.case.layout.custody))[-1].size == hand.case.log.size
        await press(pilot, "8", "ctrl+s")
        await settled_modal(pilot, "y")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) or "✓ sealed" in said(app))
        if isinstance(app.screen, AskScreen):
            assert "The bundle would give this away" in screen_text(app)
            await type_in(pilot, "known")
            await settled_modal(pilot, "ctrl+s")
        await until(pilot, lambda: "✓ sealed" in said(app))
        await press(pilot, "v")
        await until(pilot, lambda: "Nothing in this bundle changed since it was sealed: YES" in screen_text(app))
        await press(pilot, "q")
    assert app.return_code == 0
    assert (tmp_path / "journey-bundle" / "bagit.txt").is_file()
    verdicts = {entry.verdict for entry in catalogue.citations() if entry.verdict}
    assert {Verdict.COMPLETE, Verdict.GONE} <= verdicts
