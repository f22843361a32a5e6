"""Draws the pictures of docs/report.md: the report of the demonstration in Chromium.

python docs/make_report_pictures.py muniment-demo/bundle
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from archiver.browser.program import find_browser

TARGET = Path(__file__).with_name("images")
PHOTOGRAPH = "ITEM-0003"      # the picture of the demonstration that has coordinates
WIDTH = 760                   # pixels, of what was 1280 on the screen


def keep(name: str, png: bytes, width: int) -> None:
    """Write one picture, `width` pixels wide."""
    with Image.open(BytesIO(png)) as shot:
        scaled = shot.convert("RGB").resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS)
    scaled.quantize(256, dither=Image.Dither.NONE).save(TARGET / name, optimize=True)


def draw(page: Page, bundle: Path) -> None:
    """One picture after the other."""
    for name, place, height in (("report-index.png", "report.html", 1500),
                                ("report-exhibit.png", f"report/{PHOTOGRAPH}.html", 1300)):
        page.set_viewport_size({"width": 1280, "height": height})
        page.goto((bundle / place).as_uri(), wait_until="load")
        page.wait_for_function("[...document.images].every((one) => one.complete)")
        keep(name, page.screenshot(), WIDTH)
    page.goto((bundle / "report.html").as_uri())
    keep("report-map.png", page.locator("section[aria-labelledby=map]").screenshot(), 640)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((bundle / "report.html").as_uri())
    keep("report-telephone.png", page.screenshot(), 390)


if __name__ == "__main__":
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser("auto"), args=[
            "--host-resolver-rules=MAP * ~NOTFOUND", *(["--no-sandbox"] if os.geteuid() == 0 else [])])
        draw(browser.new_page(), Path(sys.argv[1]).resolve())
        browser.close()
