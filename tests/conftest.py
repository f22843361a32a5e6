"""Fixtures every test may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _shared_beside(checkout: Path) -> Path | None:
    folder = checkout.parent / "shared"
    return folder if folder.is_dir() else None


def _main_checkout() -> Path:
    """The main checkout of a linked git worktree; the checkout itself otherwise."""
    marker = ROOT / ".git"
    if marker.is_file():
        return Path(marker.read_text().removeprefix("gitdir:").strip()).parents[2]
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real files by others that lie beside the checkout; tests that need them skip where they are absent."""
    folder = _shared_beside(ROOT) or _shared_beside(_main_checkout())
    if folder is None:
        pytest.skip("no ../shared folder with real files by others beside this checkout")
    return folder


@pytest.fixture(scope="session")
def shared_data(shared: Path) -> Path:
    """`shared/data`: WARC, WACZ, photos, articles ... by others."""
    return shared / "data"
