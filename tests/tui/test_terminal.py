"""The real program in a real terminal: tmux types, and reads the screen."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TURNS = 300               # looks at the screen before the test gives up


@pytest.fixture
def terminal(sample_case, tmp_path):
    """A tmux of its own with the application in it; gives a function that types and one that waits for words."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    socket = str(tmp_path / "tmux")

    def tmux(*words: str) -> str:
        return subprocess.run(["tmux", "-S", socket, "-f", "/dev/null", *words], capture_output=True, text=True,
                              check=False).stdout

    environment = {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path),
                   "XDG_DATA_HOME": str(tmp_path), "MUNIMENT_KEY": str(tmp_path / "sample-key"), "LC_ALL": "C.UTF-8"}
    command = ["env", *(f"{name}={value}" for name, value in environment.items()), sys.executable, "-m", "muniment",
               "--case", str(sample_case.root), "tui"]
    sample_case.case.close()
    tmux("new-session", "-d", "-x", "100", "-y", "30", "-s", "case", *command)

    def wait_for(words: str) -> str:
        for _ in range(TURNS):
            shown = tmux("capture-pane", "-p", "-t", "case")
            if words in shown:
                return shown
            time.sleep(0.2)
        raise AssertionError(f"{words!r} never came:\n{shown}")

    yield (lambda *keys: tmux("send-keys", "-t", "case", *keys)), wait_for
    tmux("kill-server")


def test_a_person_finds_their_way_in_a_real_terminal(terminal, sample_case):
    press, wait_for = terminal
    first = wait_for("[1] ✓ complete")
    assert "[1 Article]" in first
    assert "? Help" in first
    press("2")
    wait_for("ITEM-0003")
    press("j", "Enter")
    wait_for("SHA-256")
    press("Escape")                       # alone: with a key after it, a terminal takes it for Alt
    wait_for("items   by position")
    press("4")
    wait_for("case-open")
    press("e")
    wait_for("The ledger records this")
    press("-l", "seen in tmux")
    press("C-s")
    wait_for("noted as line")
    press("q")
    for _ in range(TURNS):
        if sample_case.case.log.size and "seen in tmux" in str(sample_case.case.event(sample_case.case.log.size - 1)):
            break
        time.sleep(0.2)
    assert "seen in tmux" in str(sample_case.case.event(sample_case.case.log.size - 1).body)
