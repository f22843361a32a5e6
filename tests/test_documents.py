"""The documents name tests as evidence: each of them must exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
                   if NAMED.search(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_a_document_names_exists(document: str) -> None:
    for file, name in set(NAMED.findall((ROOT / document).read_text(encoding="utf-8"))):
        assert (ROOT / file).is_file(), f"{document} names {file}"
        source = (ROOT / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"^ *(async )?def {name}\(", source, re.MULTILINE), f"{document}: {file}::{name}"
