"""A replay beside the record: what a reader would miss is found, what a reader would not see is let pass."""

import io

import pytest
from PIL import Image
from replayed_web import ReplayedWeb, picture

from archiver.browser.program import find_browser
from evidence_store.findings import Outcome
from evidence_store.records import DerivativeKind
from muniment.flows.replay_check import NoBrowser, check_replay
from muniment.flows.replay_pages import write_comparisons
from muniment.replay.comparison import Shown, compare, difference, text_share

SEEN = "The remains of a school"


def shown(**fields: object) -> Shown:
    made = {"text": SEEN, "images": 6, "images_loaded": 6, "videos": 1, "videos_played": 1,
            "screen": picture(9, (400, 300))}
    return Shown(**{**made, **fields})


def test_a_replay_that_shows_everything_passes_and_says_so():
    found = compare(shown(), text=SEEN, screen=picture(9, (400, 300)))
    assert found.outcome is Outcome.PASS
    assert found.summary == ("replay shows 100% of the text, 6/6 images, 1/1 videos play; "
                             "the first screen differs by 0%")


@pytest.mark.parametrize(("fields", "words"), [
    ({"images_loaded": 5}, "5/6 images"), ({"text": "The remains"}, "40% of the text"),
    ({"videos_played": 0}, "0/1 videos"), ({"screen": picture(250, (400, 300))}, "differs by"),
])
def test_what_a_reader_would_miss_is_named_and_is_no_pass(fields, words):
    found = compare(shown(**fields), text=SEEN, screen=picture(9, (400, 300)))
    assert found.outcome is Outcome.INCONCLUSIVE or "differs by" in words
    assert words in found.summary


def test_nothing_to_compare_is_never_a_pass():
    assert compare(shown(images=0, images_loaded=0, videos=0, videos_played=0), text="", screen=b"").outcome \
        is Outcome.INCONCLUSIVE


def test_words_are_compared_whatever_their_order_and_line_ends():
    assert text_share("a b\nc c", "C  b a c d") == 1.0
    assert text_share("", "x") is None


@pytest.mark.parametrize("broken", [b"", b"no picture", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_picture_that_cannot_be_read_is_no_difference_of_nothing(broken):
    assert difference(picture(9), broken) is None


def test_without_a_browser_it_says_so(new_case):
    made = new_case("none")
    with made.writer() as writer, pytest.raises(NoBrowser, match="switched off"):
        check_replay(writer, (), browser="never")


def test_what_differs_is_named_by_line_and_by_place():
    found = compare(shown(text="The remains\nan advert", screen=half_dark()), text="The remains\nof a  School",
                    screen=picture(9, (400, 300)))
    assert (found.missing, found.added) == (("of a School",), ("an advert",))
    assert {column for column, _ in found.cells} == {4, 5, 6, 7}
    assert len(found.details["regions"]) == len(found.cells)


def test_a_picture_that_was_not_there_at_the_time_is_counted_apart():
    found = compare(shown(never_there=1), text=SEEN, screen=picture(9, (400, 300)))
    assert found.outcome is Outcome.PASS
    assert "6/6 images (1 more was not there when it was recorded)" in found.summary


def half_dark() -> bytes:
    """The picture of `shown`, its right half white."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture(9, (400, 300)))) as made:
        made.paste((255, 255, 255), (200, 0, 400, 300))
        made.save(out, "PNG")
    return out.getvalue()


@pytest.mark.browser
@pytest.mark.xdist_group("replay-browser")
def test_a_recorded_page_is_played_back_and_compared(new_case, real_player):
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    made = new_case("compared")
    with made.writer() as writer:
        web = ReplayedWeb(made=made, writer=writer)
        web.visit(words="first", text="The remains of a school, first. three replies behind a redirect\n\n"
                                      "words in a frame")
        found = check_replay(writer, (), browser=program, player=real_player)
        index = write_comparisons(made.case, found, made.root.parent / "beside", language="en")
    (finding,) = found
    assert finding.item == "ITEM-0001"
    assert "100% of the text, 3/3 images" in finding.summary      # with what stands in a frame, far below
    assert finding.details["images_loaded"] == 3
    kept, recorded = [event.body for event in made.case.events()][-2:]
    assert recorded == finding
    assert kept.derivative.kind is DerivativeKind.REPLAY
    page = index.read_text("utf-8")
    assert "<script" not in page
    assert page.count('<details class="veil">') == 2
    for name in ("ITEM-0001-recorded.png", "ITEM-0001-replayed.png"):
        assert f'src="{name}"' in page
        assert (index.parent / name).read_bytes().startswith(b"\x89PNG")
