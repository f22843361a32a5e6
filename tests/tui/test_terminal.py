"""The real program in a real terminal.

Every key waits for what the one before led to; an Escape goes alone, because a terminal reads Escape and a letter that
come together as Alt and the letter.
"""

import sys
from pathlib import Path

from evidence_store.case import Case
from evidence_store.events import Note

ROOT = Path(__file__).resolve().parents[2]


def test_a_person_finds_their_way_in_a_real_terminal(terminal, sample_case, tmp_path):
    sample_case.case.close()
    own = {name: str(tmp_path) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    environment = {"PYTHONPATH": str(ROOT), "MUNIMENT_KEY": str(tmp_path / "sample-key"), "LC_ALL": "C.UTF-8", **own}
    terminal.run([sys.executable, "-m", "muniment", "--case", str(sample_case.root), "tui"], environment, 100, 30)
    for words in ("[1 Article]", "[1] ✓ complete", "? Help"):          # the screen comes in pieces
        first = terminal.wait_for(words)
    assert "? Help" in first.splitlines()[-1], first
    terminal.press("2")
    terminal.wait_for("ITEM-0003")
    terminal.press("j")
    terminal.wait_for("? inconclusive")                # what is wrong with the item under the cursor
    terminal.press("Enter")
    terminal.wait_for("block SHA-256")
    terminal.press("y")                                # OSC 52: into the clipboard of the terminal
    terminal.wait_for("copied URL")
    terminal.wait_for("http://pictures.example/school.jpg", terminal.buffer)
    terminal.press("Escape")
    terminal.wait_for("3 items   by position")
    terminal.press("4")
    terminal.wait_for("[4 Ledger]")
    terminal.press("p")
    terminal.wait_for("RFC 6962")
    terminal.press("e")
    terminal.wait_for("The ledger records this")
    terminal.type_in("seen in a terminal")
    terminal.wait_for("seen in a terminal")
    terminal.press("C-s")
    terminal.wait_for("case: seen in a terminal")                  # the newest line, under the cursor
    terminal.tmux("resize-window", "-t", "case", "-x", "60", "-y", "20")
    shown = terminal.wait_for("[4 Ledger] 5  6 ")             # there is room for fewer names
    assert len(shown.splitlines()) <= 20
    terminal.press("q")
    terminal.wait_for("left with 0")
    with Case.open(sample_case.root) as case:
        assert case.event(case.log.size - 1).body == Note(item=None, text="seen in a terminal")
