"""The real program, killed in the middle of a capture: what was finished stays, and whoever comes back is told."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from big_file_server import BigFileServer

from evidence_store.case import Case, CaseCharter
from evidence_store.clock import system_clock, system_random
from evidence_store.custody.keys import create_key
from evidence_store.events import Captured
from evidence_store.records import Truncation, Verdict

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = 1 << 20, 4 << 20
TIME_LIMIT = 90


@pytest.fixture
def program(tmp_path):
    """An empty case, and the environment of its user, whose pages lie on loopback."""
    signer = create_key(tmp_path / "key", comment="test", passphrase=None)
    Case.create(tmp_path / "case", CaseCharter(title="cut short"), signer=signer, principal="test@example.org",
                clock=system_clock, random=system_random).close()
    own = {name: str(tmp_path / "user") for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                                     "XDG_CACHE_HOME")}
    return tmp_path, {"PYTHONPATH": str(ROOT), "MUNIMENT_KEY": str(tmp_path / "key"), "MUNIMENT_ALLOW_PRIVATE": "yes",
                      "MUNIMENT_ROBOTS": "off", "MUNIMENT_BROWSER": "never", "LC_ALL": "C.UTF-8", **own}


def start(terminal, folder, environment):
    """Start it; its process id goes into a file."""
    command = shlex.join([sys.executable, "-m", "muniment", "--case", str(folder / "case"), "tui"])
    terminal.run(["sh", "-c", f"echo $$ > {folder}/pid; exec {command}"], environment, 100, 30)
    terminal.wait_for("? Help")


def captures(case):
    with Case.open(case) as opened:
        return [event.body.capture for event in opened.events() if isinstance(event.body, Captured)]


def test_kill_9_during_a_capture_loses_nothing_finished_and_the_next_start_says_what_is_left(new_terminal, program):
    folder, environment = program
    with BigFileServer(SMALL) as done, BigFileServer(LARGE) as slow:
        done.go_on.set()
        first = new_terminal()
        start(first, folder, environment)
        first.press("5")
        first.wait_for("[5 Capture]")
        first.press("a")
        first.wait_for("URLs, just these")
        first.press("i")
        first.wait_for("f1 Help")                                      # the field has the keys
        first.type_in(done.url)
        first.press("Enter")
        first.type_in(slow.url)
        first.wait_for(str(slow.port))
        first.press("C-s")
        first.wait_for("2 URLs")
        first.wait_for("Go (y)")
        first.press("y")
        assert slow.halfway.wait(TIME_LIMIT)
        first.wait_for("1 of 2 captured, 1 on their way")
        for width, height in ((40, 12), (200, 60), (100, 30)):         # a window is moved about meanwhile
            first.tmux("resize-window", "-t", "case", "-x", str(width), "-y", str(height))
        first.wait_for("[5 Capture]")
        os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
        first.wait_for("left with 137")
        kept = captures(folder / "case")
        assert [(one.url, one.verdict) for one in kept] == [(done.url, Verdict.COMPLETE)]
        slow.go_on.set()

        second = new_terminal()
        start(second, folder, environment)
        second.press("5")
        second.wait_for("[5 Capture]")
        second.wait_for("1 in the queue, not done: r plans them")
        second.press("r")
        second.wait_for("– waits")
        second.press("C-s")
        second.wait_for("Go (y)")
        second.press("y")
        second.wait_for("1 of 1 captured")
        second.press("C")
        second.wait_for("Sign (y)")
        second.press("y")
        second.wait_for("✓ all")
        second.press("q")
        second.wait_for("left with 0")
    kept = captures(folder / "case")
    assert {one.url for one in kept if one.verdict is Verdict.COMPLETE} == {done.url, slow.url}
    cut = [one for one in kept if one.verdict is not Verdict.COMPLETE]      # what had arrived is kept
    assert [(one.url, one.verdict, one.exchanges[0].truncated) for one in cut] == [
        (slow.url, Verdict.TRUNCATED, Truncation.UNSPECIFIED)]
    verified = subprocess.run([sys.executable, "-m", "muniment", "verify", str(folder / "case")],
                              env=os.environ | environment, capture_output=True, text=True, timeout=TIME_LIMIT,
                              check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr
