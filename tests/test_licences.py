"""No locked base package may be GPL or AGPL only; what needs a word stands in docs/licences.md."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "licences.md").read_text("utf-8")
LOCK = (ROOT / "requirements" / "base.txt").read_text("utf-8")
LOCKED = sorted({found[1] for found in re.finditer(r"^([A-Za-z0-9_.-]+)==", LOCK, re.MULTILINE)})
STRONG = re.compile(r"(?<!L)(?<!Lesser )(?:A?GPL|General Public License)", re.IGNORECASE)
NAMED = re.compile(r"GPL|General Public|ODbL|MPL|Mozilla", re.IGNORECASE)


def licence_of(name: str) -> str:
    metadata = distribution(name).metadata
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License")]
    short = (metadata.get("License") or "").strip().partition("\n")[0]
    return metadata.get("License-Expression") or "; ".join([*classifiers, short]).strip("; ")


def can_be_had_otherwise(licence: str) -> bool:
    return any(not STRONG.search(choice) for choice in re.split(r"\bOR\b", licence))


@pytest.mark.parametrize("name", LOCKED)
def test_a_base_package_is_not_bound_to_the_gpl(name: str) -> None:
    try:
        licence = licence_of(name)
    except PackageNotFoundError:
        return  # locked for another system or version of Python
    assert can_be_had_otherwise(licence), f"{name} is {licence}"
    if not licence or NAMED.search(licence):
        assert f"| {name} |" in PAGE, f"{name} ({licence or 'says nothing'}) needs a line in docs/licences.md"


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("LGPL-2.1", True),
        ("MIT", True),
        ("GPL-2.0-only OR AGPL-3.0", False),
    ],
)
def test_the_rule_tells_licences_apart(licence: str, free: bool) -> None:
    assert can_be_had_otherwise(licence) is free


def test_wheels_that_carry_gpl_codecs_are_named() -> None:
    for name in ("av", "imageio-ffmpeg"):
        assert f"| {name} |" in PAGE
