"""Fixtures every test may use.

With MUNIMENT_CI=1 a skipped test fails: where everything can be installed, nothing is left untested for want of it.
Only the real files by others, which cannot be installed, may be absent.
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import FileSigner, create_key
from evidence_store.writer import CaseWriter

ROOT = Path(__file__).resolve().parent.parent
NO_SHARED_FILES = "no ../shared folder with real files by others beside this checkout"


def _unexcused(excinfo: pytest.ExceptionInfo[BaseException] | None) -> bool:
    return (os.environ.get("MUNIMENT_CI") == "1" and excinfo is not None
            and excinfo.errisinstance(pytest.skip.Exception)
            and NO_SHARED_FILES not in str(excinfo.value))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test into a failure."""
    report = yield
    if report.skipped and _unexcused(call.excinfo) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {call.excinfo.value if call.excinfo else ''}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into a failure."""
    report = yield
    if report.skipped and os.environ.get("MUNIMENT_CI") == "1" and NO_SHARED_FILES not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


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
        pytest.skip(NO_SHARED_FILES)
    return folder


@pytest.fixture(scope="session")
def shared_data(shared: Path) -> Path:
    """`shared/data`: WARC, WACZ, photos, articles ... by others."""
    return shared / "data"


class TickingClock:
    """UTC, one second later at each call."""

    def __init__(self, start: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """A case, the key enrolled in it, and what a writer of it needs."""

    __test__ = False

    case: Case
    signer: FileSigner
    clock: TickingClock
    random: Callable[[int], bytes]

    @property
    def root(self) -> Path:
        return self.case.layout.root

    def writer(self, command: str = "test") -> AbstractContextManager[CaseWriter]:
        return self.case.writer(self.signer, command=command, clock=self.clock, random=self.random)


@pytest.fixture
def new_case(tmp_path: Path) -> Iterator[Callable[..., TestCase]]:
    """Makes empty cases: `new_case()`, `new_case("name", seed=2)`; the same seed gives the same ids and salts."""
    opened: list[Case] = []

    def make(name: str = "case", *, seed: int = 1) -> TestCase:
        signer = create_key(tmp_path / f"{name}-key", comment="", passphrase=None)
        clock, random = TickingClock(), Random(seed).randbytes
        case = Case.create(tmp_path / name, CaseCharter(title="Sarmin", purpose="to test"), signer=signer,
                           principal="investigator@example.org", clock=clock, random=random)
        opened.append(case)
        return TestCase(case=case, signer=signer, clock=clock, random=random)

    yield make
    for case in opened:
        case.close()
