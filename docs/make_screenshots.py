"""Draws docs/screenshots/*.svg: the application over a demo case, without the address of any font server in it.

    python docs/make_screenshots.py muniment-demo/case

The case is copied first, so that what is recorded for the pictures (claims, links) is not in the demo.
"""

import asyncio
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from evidence_store.case import Case
from evidence_store.claims import Relation
from evidence_store.records import ItemId
from muniment.config.load import LoadedSettings, load_settings
from muniment.config.settings import Settings
from muniment.flows import claims
from muniment.flows.conclusions import tag_item
from muniment.flows.environment import Environment
from muniment.flows.keys import KeyAccess
from muniment.flows.session import Signing, open_session
from tui.app import MunimentApp
from tui.desk import Desk

TARGET = Path(__file__).with_name("screenshots")
SIZE = (120, 36)
FONTS = re.compile(r"@font-face\s*{[^}]*}", re.DOTALL)
SHOTS = (
    ("article", "dark", ("1", "j", "j", "j")),
    ("items", "dark", ("2", "g", "j", "space", "j", "space")),
    ("item", "dark", ("2", "g", "j", "j", "enter", "b", "v")),
    ("compare", "light", ("2", "escape", "g", "j", "j", "space", "G", "k", "space", "d", "b", "v")),
    ("claims", "light", ("3",)),
    ("ledger", "dark", ("4", "k", "k", "k", "p")),
)


def plain(svg: str) -> str:
    """A picture that asks nobody for a font."""
    return re.sub(r"font-family: *Fira Code", "font-family: monospace", FONTS.sub("", svg))


async def settled(pilot: Pilot[None]) -> None:
    """Everything asked for has been read and drawn."""
    for _ in range(8):
        await pilot.pause(0.1)
        await pilot.app.workers.wait_for_complete()


def with_claims(case: Case, signing: Signing) -> None:
    """Accept some claims and link a picture, as a person would."""
    with open_session(case, signing, Settings(), Environment(), command="screenshots") as session:
        article = ItemId("ITEM-0001")
        found = claims.propose_from_item(case, article)
        wanted = tuple(one.id for one in found)
        claims.decide(session.writer, found, claims.Decisions(accept=wanted))
        school = next(entry.item.id for entry in case.catalogue.items() if "school" in entry.item.url)
        about = next(entry for entry in claims.all_claims(case) if "school" in entry.claim.subject)
        claims.link_claim(session.writer, about.id, school, Relation.SUPPORTS)
        tag_item(session.writer, school, ("warning: destroyed school",))
        session.writer.checkpoint()


async def draw(case: Case, key: Path, folder: Path) -> None:
    """One picture a screen."""
    def load(_: Path | None) -> LoadedSettings:
        return load_settings(flags={"key": str(key)}, environ={})

    for name, theme, keys in SHOTS:
        desk = Desk(case, access=KeyAccess(folder=folder, ask_passphrase=None, ask_new_passphrase=None), load=load)
        app = MunimentApp(desk, memory_path=folder / f"{name}.json", keymap_path=folder / "keys.toml", theme=theme)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            for pressed in keys:
                await pilot.press(pressed)
                await settled(pilot)
            (TARGET / f"{name}.svg").write_text(plain(app.export_screenshot(title="muniment tui")), "utf-8")


def main(demo: Path) -> None:
    """Draw them all."""
    from evidence_store.custody.keys import open_key

    TARGET.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="muniment-screenshots-") as scratch:
        root = Path(scratch) / "case"
        shutil.copytree(demo, root)
        key = demo.with_name("key")
        with Case.open(root) as case:
            with_claims(case, Signing(signer=open_key(key, None), principal=""))
            asyncio.run(draw(case, key, Path(scratch)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
