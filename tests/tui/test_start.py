"""What the application needs to begin, and what it leaves for later."""

import subprocess
import sys

HEAVY = ("archiver.recorder", "archiver.citations", "sqlalchemy",
         "lxml", "numpy", "PIL", "cv2", "yt_dlp", "trafilatura", "imagehash")


def test_the_first_screen_waits_for_no_library_that_it_does_not_show_anything_with():
    program = ("import sys, muniment.cli.verbs.tui, tui.app, tui.screens.items, tui.screens.ledger;"
               f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
