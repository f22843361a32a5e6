"""Every check that is run over items has a section in docs/checks.md, and every section says what a reader needs."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "checks.md").read_text("utf-8")
NAMED = re.compile(r'"((?:fixity|warc|metadata|origin|image|place|time|text)\.[a-z0-9_]+)"')
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]


def names() -> set[str]:
    folders = [ROOT / "verify" / name for name in ("checks", "place", "timeline")]
    return {name for folder in folders for path in folder.rglob("*.py")
            for name in NAMED.findall(path.read_text("utf-8"))}


def test_every_check_has_a_section():
    titled = {name.strip() for section in SECTIONS for name in section.partition("\n")[0].split(",")}
    assert len(names()) > 20
    assert names() - titled == set()


def test_every_section_has_question_method_source_pitfalls_and_an_example():
    for section in SECTIONS:
        missing = [part for part in ("**Question.**", "**Method.**", "**Source.**", "misleads", "**Example.**")
                   if part not in section]
        assert not missing or section.startswith("Views"), (section.partition("\n")[0], missing)
