"""Fixtures every test may use.

With MUNIMENT_CI=1 a skipped test fails: where everything can be installed, nothing is left untested for want of it.
Only the real files by others, which cannot be installed, may be absent, a kernel's permission to make namespaces, and
npm packages and pywb where there is no registry.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import case_factory
import demo_folder
import local_tsa
import pytest
from case_factory import CaseInHand
from demo_run import DemoRun, run_demo_verb
from hypothesis import HealthCheck, settings
from sample_case import SampleCase

ROOT = Path(__file__).resolve().parent.parent
NO_SHARED_FILES = "no ../shared folder with real files by others beside this checkout"
NO_NAMESPACE = "this machine allows no network namespaces"
NO_PACKAGE = "not fetched from npm (make npm-packages)"
NO_PYWB = "pywb is not installed (make pywb, or MUNIMENT_PYWB with the path of its program wayback)"
_EXCUSES = (NO_SHARED_FILES, NO_NAMESPACE, NO_PACKAGE, NO_PYWB)
MEMORY = Path("/dev/shm")
ROOM = 4 << 30          # a whole run leaves less than half of it behind

# How fast examples are made and run depends on what else the machine does: no property may fail for that. Which
# examples are made depends on the test alone, so that what passes here passes elsewhere; `make soak` tries others.
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("muniment", derandomize=True, database=None, **QUIET)
settings.register_profile("soak", **QUIET)
settings.load_profile("muniment")


def _in_memory(folder: Path) -> bool:
    """Whether files of tests can stand there: room for them all, and programs among them may be run."""
    try:
        about = os.statvfs(folder)
    except (OSError, AttributeError):       # not on this system
        return False
    return (os.access(folder, os.W_OK) and not about.f_flag & os.ST_NOEXEC
            and about.f_bavail * about.f_frsize > ROOM)


# What is made durable waits for the disk many thousand times: of files in memory every test asks the same.
if _in_memory(MEMORY):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def _unexcused(excinfo: pytest.ExceptionInfo[BaseException] | None) -> bool:
    return (os.environ.get("MUNIMENT_CI") == "1" and excinfo is not None
            and excinfo.errisinstance(pytest.skip.Exception)
            and not any(excuse in str(excinfo.value) for excuse in _EXCUSES))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by its argument: compressed bytes carry the time, and parallel workers must agree on ids."""
    return argname if isinstance(val, bytes | bytearray) else None


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
    if (report.skipped and os.environ.get("MUNIMENT_CI") == "1"
            and not any(excuse in str(report.longrepr) for excuse in _EXCUSES)):
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


@pytest.fixture(scope="session")
def npm_package() -> Callable[[str], bytes]:
    """The tarball of a package that `make npm-packages` fetched, such as "axe-core-4.14.1"; else the test skips."""
    def package(name: str) -> bytes:
        places = (root / ".npm-packages" / f"{name}.tgz" for root in (ROOT, _main_checkout()))
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            pytest.skip(f"{name} was {NO_PACKAGE}")
        return path.read_bytes()

    return package


@pytest.fixture(scope="session")
def pywb() -> Path:
    """The program `wayback` of pywb (GPL, no dependency): of `make pywb`, of MUNIMENT_PYWB, or on the PATH."""
    places = [os.environ.get("MUNIMENT_PYWB"), *(str(root / ".pywb/bin/wayback") for root in (ROOT, _main_checkout())),
              shutil.which("wayback")]
    found = next((Path(place) for place in places if place and Path(place).is_file()), None)
    if found is None:
        pytest.skip(NO_PYWB)
    return found


@pytest.fixture(scope="session")
def demo_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The media of the demo's web; see tests/support/demo_folder.py."""
    own = tmp_path_factory.getbasetemp()
    return demo_folder.demo_media(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def new_case(tmp_path: Path) -> Iterator[Callable[..., CaseInHand]]:
    """Makes empty cases: `new_case()`, `new_case("name", seed=2)`; see tests/support/case_factory.py."""
    yield from _made(tmp_path, case_factory.new_case)


@pytest.fixture
def make_case(tmp_path: Path, rich_case: CaseInHand) -> Iterator[Callable[..., CaseInHand]]:
    """Makes copies of a small case with something of everything: `make_case()`; see tests/support/case_factory.py."""
    yield from _made(tmp_path, lambda folder, name="case": rich_case.copy(folder / name))


@pytest.fixture(scope="session")
def rich_case(tmp_path_factory: pytest.TempPathFactory) -> CaseInHand:
    """The case that `make_case` gives copies of. Do not write it."""
    return case_factory.rich_case(tmp_path_factory.mktemp("rich-case"))


def _made(folder: Path, make: Callable[..., CaseInHand]) -> Iterator[Callable[..., CaseInHand]]:
    opened: list[CaseInHand] = []

    def made(*arguments: str, **options: int) -> CaseInHand:
        opened.append(make(folder, *arguments, **options))
        return opened[-1]

    yield made
    for hand in opened:
        hand.case.close()


@pytest.fixture(scope="session")
def made_sample(tmp_path_factory: pytest.TempPathFactory) -> CaseInHand:
    """The case that `sample_case` gives copies of. Do not write it."""
    made = case_factory.new_case(tmp_path_factory.mktemp("sample-case"), "sample")
    with made.writer() as writer:
        SampleCase(made, writer).fill()
        writer.checkpoint()
    made.case.close()
    return made


@pytest.fixture
def sample_case(made_sample: CaseInHand, tmp_path: Path) -> Iterator[CaseInHand]:
    """A case as a small run leaves it: 3 items; 4 citations (complete, partial, gone, a mention); findings, a note."""
    copy = made_sample.copy_with_key(tmp_path)
    yield copy
    copy.case.close()


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """One run of `muniment demo`; tests that use it are marked `xdist_group(demo_run.GROUP)`. Do not write it."""
    return run_demo_verb(tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="session")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> local_tsa.Tsa:
    """A timestamp authority; see tests/support/local_tsa.py."""
    return local_tsa.Tsa.make(tmp_path_factory.mktemp("tsa") / "honest")


@pytest.fixture(scope="session")
def rogue_tsa(tmp_path_factory: pytest.TempPathFactory) -> local_tsa.Tsa:
    """Another, which nobody trusts."""
    return local_tsa.Tsa.make(tmp_path_factory.mktemp("tsa") / "rogue")


@pytest.fixture
def served_tsa(tsa: local_tsa.Tsa, rogue_tsa: local_tsa.Tsa) -> Iterator[local_tsa.Served]:
    """Both on loopback, well and badly behaved."""
    with local_tsa.serve(tsa, rogue_tsa) as served:
        yield served
