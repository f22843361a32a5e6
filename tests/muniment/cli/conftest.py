"""How the tests of the command line run it: as a process where imports and streams matter, else in this process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from muniment.cli.main import main

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on stdout, and nothing else there."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user of the test's own: no settings, keys or agent of whoever runs the tests."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("MUNIMENT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MUNIMENT_BROWSER", "never")     # a browser has tests of its own, and takes seconds a page
    monkeypatch.setenv("MUNIMENT_ARCHIVES", "none")
    monkeypatch.setenv("MUNIMENT_OCR", "none")          # as have words in pictures
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / ".cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / ".local" / "share"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return folder


@pytest.fixture
def muniment(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `muniment ARGUMENTS` in this process."""

    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code=code, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def muniment_process() -> Callable[..., Ran]:
    """Run `python -m muniment ARGUMENTS` as a process of its own."""

    def run(*arguments: str | Path, environ: Mapping[str, str] | None = None, cwd: Path | None = None,
            stdin: str = "") -> Ran:
        done = subprocess.run([sys.executable, "-m", "muniment", *map(str, arguments)], input=stdin, text=True,
                              capture_output=True, check=False, cwd=cwd,
                              env={**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})})
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)

    return run
