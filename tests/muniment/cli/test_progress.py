"""Progress in a log and on a terminal."""

import io

from muniment.cli.progress import QUIET_SECONDS, LiveProgress, PlainProgress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def plain(moments):
    lines = []
    return PlainProgress(lines.append, monotonic=iter(moments).__next__), lines


def test_a_log_gets_the_final_count_once():
    progress, lines = plain([0.0, 0.1, 0.2])
    progress.start("capture", 2, "captures")
    progress.advance("capture", note="https://a.example/")
    progress.advance("capture", note="https://b.example/")
    progress.finish("capture")
    assert lines == ["capture: 2/2 captures"]


def test_a_long_task_says_now_and_then_where_it_is():
    progress, lines = plain([0.0, 1.0, QUIET_SECONDS, QUIET_SECONDS + 1])
    progress.start("hash", None, "files")
    for number in range(3):
        progress.advance("hash", note=f"file {number}")
    assert lines == ["hash: 2 files  file 1"]


def test_a_note_cannot_act_on_the_terminal():
    progress, lines = plain([0.0, QUIET_SECONDS])
    progress.start("capture", None, "captures")
    progress.advance("capture", note="\x1b[2Jgone")
    assert "\x1b" not in lines[0]


def test_calls_for_a_task_that_never_began_or_has_ended_are_ignored():
    for progress in (plain([])[0], LiveProgress(Terminal())):
        progress.advance("nothing")
        progress.finish("nothing")


def test_the_live_display_shows_count_and_note_and_treats_markup_as_text():
    stream = Terminal()
    progress = LiveProgress(stream)
    progress.start("capture", 2, "captures")
    progress.advance("capture", note="[red]https://a.example/[/red]")
    progress.say("a line above the bars")
    progress.close()
    shown = stream.getvalue()
    assert "1/2" in shown
    assert "[red]https://a.example/" in shown
    assert "a line above the bars" in shown
