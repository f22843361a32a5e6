"""The shape of the project: sizes, imports, the wheel. What the standards promise is checked here."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest

import muniment

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("archiver", "evidence_store", "muniment", "tui", "verify")
STANDALONE = ROOT / "verify" / "standalone.py"       # one file that outsiders read whole; it alone may be longer
MAX_FILE_LINES, MAX_STANDALONE_LINES, MAX_FUNCTION_LINES = 500, 900, 60

HEAVY = ("yt_dlp", "textual", "numpy", "cv2", "sqlalchemy", "lxml", "requests", "rich", "trafilatura", "PIL",
         "exifread", "av", "imagehash")


@cache
def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(source(path))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources(), ids=relative)
def test_files_and_functions_stay_short(path):
    text = source(path)
    assert text.count("\n") <= (MAX_STANDALONE_LINES if path == STANDALONE else MAX_FILE_LINES)
    long = [f"{node.name} has {node.end_lineno - node.lineno + 1} lines" for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES]
    assert not long


def test_every_package_and_module_says_what_it_is():
    silent = [relative(path) for path in sources()
              if not ast.get_docstring(tree(path))]
    assert not silent


def catches_everything(handler: ast.ExceptHandler) -> bool:
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"})
               for name in names)


def passes_it_on(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


def test_only_a_boundary_swallows_every_error():
    swallowed = []
    for path in sources():
        text = source(path)
        lines = text.splitlines()
        for node in ast.walk(tree(path)):
            if (isinstance(node, ast.ExceptHandler) and catches_everything(node) and not passes_it_on(node)
                    and "boundary" not in lines[node.lineno - 1].partition("#")[2]):
                swallowed.append(f"{relative(path)}:{node.lineno}")
    assert not swallowed, "a worker's loop or the command line may, and says on that line that it is a boundary"


def test_product_code_decides_nothing_by_assert():
    found = [f"{relative(path)}:{node.lineno}" for path in sources()
             for node in ast.walk(tree(path)) if isinstance(node, ast.Assert)]
    assert not found


def test_only_the_command_line_writes_to_the_standard_streams():
    writes = re.compile(r"(?<!\.)\bprint\(|\bsys\.std(out|err)\b|click\.echo")
    allowed = {"muniment/cli/output.py", "muniment/cli/main.py", "verify/standalone.py",
               "verify/scripts/verify_proof.py"}
    assert {relative(path) for path in sources() if writes.search(source(path))} <= allowed


def test_no_file_names_the_host_of_a_package_registry():
    hosts = re.compile("|".join(re.escape(name + ending) for name, ending in (
        ("pypi", ".org"), ("files.python", "hosted.org"), ("test.pypi", ".org"), ("registry.npm", "js.org"))))
    named = [relative(path) for path in tracked() if hosts.search(path.read_bytes().decode("utf-8", "replace"))]
    assert not named


def imported_by(statement: str) -> set[str]:
    """The modules a fresh interpreter has loaded after `statement`, whatever its exit code."""
    report = "atexit.register(lambda: sys.stderr.write('\\nLOADED ' + ' '.join(sys.modules)))"
    script = f"import sys, atexit\n{report}\n{statement}\n"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    return {name.partition(".")[0] for name in done.stderr.rpartition("LOADED ")[2].split()}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["verify", "--help"], ["verify", "no-such-bundle"],
                                       ["config", "--json"]], ids=" ".join)
def test_the_command_line_loads_nothing_heavy_before_it_is_needed(arguments):
    loaded = imported_by(f"from muniment.cli.main import main\nsys.exit(main({arguments!r}))")
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def test_the_probe_of_loaded_modules_sees_a_heavy_one():
    assert "rich" in imported_by("import rich")


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == muniment.__version__


def test_the_wheel_holds_the_named_packages_and_nothing_else(tmp_path):
    built = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT,
                           capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert {name.partition("/")[0] for name in names} == {*PACKAGES, f"muniment-{muniment.__version__}.dist-info"}
    assert "verify/standalone.py" in names
    assert not [name for name in names if "__pycache__" in name]


def pins(name: str) -> set[str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {line.partition(" ")[0] for line in lines if line[:1].isalnum()}


def test_development_and_building_use_the_versions_the_product_runs_with():
    assert pins("base.txt") <= pins("dev.txt")
    assert pins("build.txt") <= pins("dev.txt")


@pytest.mark.parametrize("name", ["base.txt", "dev.txt", "build.txt"])
def test_every_locked_requirement_has_its_hashes_and_names_no_host(name):
    text = (ROOT / "requirements" / name).read_text()
    assert len(re.findall(r"^[\w.-]+==\S+ .*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pins(name))
    assert "--index" not in text
    assert "://" not in text
