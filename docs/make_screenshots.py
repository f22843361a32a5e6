"""Draws docs/images/*.svg: the TUI over a demo case, without any address of a font server in it."""

import asyncio
import re
import sys
from pathlib import Path

from evidence_store.case import Case
from tui.app import MunimentApp

TARGET = Path(__file__).with_name("images")
SIZE = (118, 30)
SCREENS = (
    ("citations", ("down",) * 8),
    ("items", ("2", "down", "down")),
    ("item", ("enter",)),
    ("ledger", ("escape", "3")),
)
_FONTS = re.compile(r"@font-face\s*{[^}]*}", re.DOTALL)


async def draw(case: Path) -> None:
    """One picture a screen."""
    app = MunimentApp(Case.open(case))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for name, keys in SCREENS:
            await pilot.press(*keys)
            await pilot.pause()
            picture = _FONTS.sub("", app.export_screenshot(title="muniment tui"))
            (TARGET / f"tui-{name}.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    asyncio.run(draw(Path(sys.argv[1])))
