"""The demo with its pages shown by a browser: the same verdicts, and views that three verifiers vouch for."""

from pathlib import Path

import pytest

from archiver.browser.program import find_browser
from evidence_store.records import ViewKind
from muniment.config.settings import Settings
from muniment.flows.demo import run_demo
from muniment.flows.environment import Environment

pytestmark = [pytest.mark.browser, pytest.mark.soak]     # a minute: each of a dozen pages takes some seconds


def test_the_demo_ends_with_the_same_verdicts_and_whole_views(tmp_path: Path) -> None:
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    result = run_demo(tmp_path / "demo", Settings(browser=program), Environment())
    assert result.mismatches == ()
    assert [(one.name, one.exit_code) for one in result.verifications] == [
        ("muniment verify", 0), ("verify.py", 0), ("verify.sh", 0)]
    shown = [capture for capture in result.preserved.captures if capture.views]
    assert len(shown) >= 5
    assert all(capture.unrecorded == () for capture in result.preserved.captures)
    assert all({ViewKind.SCREENSHOT, ViewKind.DOM_BEFORE, ViewKind.PDF} <= {view.kind for view in capture.views}
               for capture in shown if capture.verdict == "complete")
