"""One run of `muniment demo`, as a user starts it, which tests of several folders look at. It takes half a minute."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GROUP = "demo"                # of pytest-xdist: tests that use the run share a worker, so that there is one run


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRun:
    """What it left behind. Only to be read."""

    folder: Path
    code: int
    document: Any             # what it printed with --json
    err: str

    @property
    def case(self) -> Path:
        """The case."""
        return self.folder / "case"

    @property
    def bundle(self) -> Path:
        """The bundle."""
        return self.folder / "bundle"


def run_demo_verb(parent: Path) -> DemoRun:
    """Run the demo without a browser, as a user with no settings, keys or agent."""
    home = parent / "home"
    home.mkdir()
    own = {name: value for name, value in os.environ.items()
           if not name.startswith(("MUNIMENT_", "XDG_")) and name not in {"SSH_AUTH_SOCK", "NO_COLOR"}}
    done = subprocess.run(
        [sys.executable, "-m", "muniment", "demo", str(parent / "demo"), "--json", "--yes"], capture_output=True,
        text=True, check=False, cwd=parent, env={
            **own, "HOME": str(home), "PYTHONPATH": str(ROOT), "MUNIMENT_BROWSER": "never",
            "MUNIMENT_ARCHIVES": "none", "MUNIMENT_OCR": "none"})
    return DemoRun(folder=parent / "demo", code=done.returncode, err=done.stderr,
                   document=json.loads(done.stdout) if done.stdout.strip() else None)
