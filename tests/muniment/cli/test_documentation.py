"""docs/cli.md says what the command line does."""

import importlib.util
from pathlib import Path

import pytest

from muniment.cli import registry
from muniment.cli.exit_codes import ExitCode

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("make_cli", ROOT / "docs" / "make_cli.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documentation_of_the_command_line_is_what_it_says_itself(generator):
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == generator.render(), "run `make docs`"


def test_every_verb_and_every_exit_code_is_documented():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(f"| [`{entry.name}`](#{entry.name}) |" in text for entry in registry.VERBS)
    assert all(f"| {code.value} |" in text for code in ExitCode)
