"""A good bundle, copies of it to spoil, and lists of trusted signers."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import golden
import pytest
from browsers import Browser
from faults import FAULTS
from sealing import Bundle

from verify.scripts import verify_py, verify_sh

DOCUMENTS = {"START-HERE.html": b"<p>start here</p>\n", "report.html": b"<p>report</p>\n", "VERIFY.txt": b"how\n"}


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle to which nothing was done. Do not change it."""
    scripts = {"verify.py": verify_py(), "verify.sh": verify_sh()}
    return golden.build(tmp_path_factory.mktemp("golden") / "bundle", DOCUMENTS | scripts)


@pytest.fixture
def copy(good: Bundle) -> Iterator[Bundle]:
    """A copy of the good bundle, to change; not under /dev, from where browsers take no folder that is dropped."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(good.root, Path(folder) / "in" / "bundle")
        yield Bundle(Path(folder) / "in" / "bundle", good.key)


@pytest.fixture
def hostile_bundle(copy: Bundle) -> Callable[[str], Bundle]:
    """A copy with the named fault."""
    def spoil(name: str) -> Bundle:
        FAULTS[name].make(copy)
        return copy
    return spoil


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of trusted signers: the investigator alone."""
    path = tmp_path_factory.mktemp("trust") / "allowed_signers"
    line = golden.INVESTIGATOR.trusted('namespaces="seal@muniment,receipt@*"')
    path.write_text(f"# whom the newsroom trusts\n\n{line}")
    return path


@pytest.fixture(scope="session")
def wide_trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list that also has a stranger to the case."""
    path = tmp_path_factory.mktemp("trust") / "allowed_signers"
    path.write_text(golden.INVESTIGATOR.trusted() + golden.STRANGER.trusted())
    return path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, with verify.html on disk."""
    with Browser(tmp_path_factory.mktemp("browser")) as found:
        yield found
