"""`muniment reuse` and `muniment index`: what is found, what is recorded, what is said when nothing is."""

import io
import json

import case_factory
import drawn_photographs as drawn
import numpy as np
import pytest
from PIL import ImageOps

from evidence_store.records import ItemKind, Verdict


def _jpeg(picture) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _photo(url, picture):
    return case_factory.Answer(url=url, media_type="image/jpeg", kind=ItemKind.PHOTO, content=_jpeg(picture))


@pytest.fixture
def case(new_case, monkeypatch):
    """ITEM-0001 a photograph, ITEM-0002 a post that shows it mirrored and cropped, ITEM-0003 another photograph."""
    hand = new_case("reuse")
    with hand.writer() as writer:
        warc = writer.warc(software=(case_factory.TOOL,))
        again = drawn.post(ImageOps.mirror(drawn.photograph(1)).crop((40, 30, 600, 450)))
        for url, picture in (("https://a.example/school.jpg", drawn.photograph(1)),
                             ("https://b.example/post.jpg", again), ("https://c.example/x.jpg", drawn.photograph(2))):
            case_factory.capture(hand, writer, warc, _photo(url, picture), verdict=Verdict.COMPLETE)
    monkeypatch.setenv("MUNIMENT_CASE", str(hand.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(hand.root.parent / "reuse-key"))
    return hand


def test_an_item_is_found_again_in_the_case_and_the_search_is_recorded(muniment, case):
    ran = muniment("reuse", "ITEM-0001", "--json")
    assert ran.code == 0
    assert ran.document["searched"]["images"] == 3
    (match,) = ran.document["matches"]
    assert (match["query"], match["item"], match["relation"]) == ("ITEM-0001", "ITEM-0002", "mirrored")
    assert match["url"] == "https://b.example/post.jpg"
    assert match["first_seen"].startswith("2026-03-01")
    assert len(match["region_query"]) == len(match["region_target"]) == 4
    (finding,) = [event for event in muniment("log", "--json").document["events"] if event["type"] == "finding"]
    assert (finding["check"], finding["outcome"]) == ("reuse.search", "pass")
    assert finding["details"]["matches"][0]["name"] == "ITEM-0002"


def test_a_search_that_finds_nothing_is_a_finding_that_says_what_was_searched(muniment, case):
    ran = muniment("reuse", "ITEM-0003", "--json")
    assert (ran.code, ran.document["matches"]) == (0, [])
    assert "searched 3 pictures and videos in case: nothing" in ran.err
    finding = [event for event in muniment("log", "--json").document["events"] if event["type"] == "finding"][-1]
    assert finding["details"]["searched"]["images"] == 3


def test_a_recorded_search_repeats_itself(muniment, case):
    muniment("reuse", "ITEM-0001")
    events = muniment("log", "--json").document["events"]
    seq = next(event["seq"] for event in events if event["type"] == "finding")
    ran = muniment("reuse", "--repeat", str(seq), "--json")
    assert (ran.code, ran.document["same"], ran.document["same_tools"]) == (0, True, True)


def test_a_file_is_searched_in_a_folder_without_any_case(muniment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    drawn.post(drawn.photograph(4)).save(tmp_path / "old" / "post.png")
    drawn.post(drawn.photograph(5)).save(tmp_path / "old" / "same-frame.png")
    drawn.photograph(4).save(tmp_path / "query.jpg")
    ran = muniment("reuse", "query.jpg", "--in", "old", "--html", "page.html", "--json")
    assert ran.code == 0
    assert [match["path"] for match in ran.document["matches"]] == ["post.png"]
    text = (tmp_path / "page.html").read_text()
    assert "<polygon" in text
    assert "<script" not in text
    assert "blur" in text


def test_the_same_bytes_are_an_exact_match_even_of_a_drawing(muniment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    drawn.flag((255, 0, 0), (255, 255, 255)).save(tmp_path / "old" / "flag.png")
    (tmp_path / "again.png").write_bytes((tmp_path / "old" / "flag.png").read_bytes())
    (match,) = muniment("reuse", "again.png", "--in", "old", "--json").document["matches"]
    assert (match["method"], match["relation"], match["path"]) == ("exact", "same", "flag.png")


def test_a_query_that_is_no_picture_is_inconclusive_not_a_miss(muniment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    drawn.photograph(1).save(tmp_path / "old" / "a.jpg")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0broken")
    ran = muniment("reuse", "broken.jpg", "--in", "old", "--json")
    assert ran.code == 5
    assert ran.document["queries"][0]["not_comparable"]


def test_a_sub_clip_is_found_in_the_video_with_its_offset(muniment, tmp_path, monkeypatch):
    from muniment.demo.media.encode import FRAMES_PER_SECOND, save_mp4
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    scenes = [np.asarray(drawn.photograph(100 + scene, width=480, height=270)) for scene in range(8)]

    def film(first, last, mirrored):
        for step in range(first * FRAMES_PER_SECOND, last * FRAMES_PER_SECOND):
            frame = np.roll(scenes[step // FRAMES_PER_SECOND], step % FRAMES_PER_SECOND, axis=1)
            yield np.ascontiguousarray(frame[:, ::-1] if mirrored else frame)

    save_mp4(film(0, 8, False), tmp_path / "old" / "whole.mp4")
    save_mp4(film(3, 8, True), tmp_path / "clip.mp4")
    (match,) = muniment("reuse", "clip.mp4", "--in", "old", "--json").document["matches"]
    assert (match["method"], match["mirrored"]) == ("video", True)
    assert match["offset_s"] == pytest.approx(3, abs=1)
    assert match["speed"] == pytest.approx(1, abs=0.1)


def test_index_prepares_a_collection_once(muniment, tmp_path):
    drawn.photograph(1).save(tmp_path / "a.jpg")
    first = muniment("index", tmp_path / "a.jpg", "--json").document["collections"][0]
    again = muniment("index", tmp_path / "a.jpg", "--json").document["collections"][0]
    assert (first["new"], first["pictures"], again["new"]) == (1, 1, 0)
    assert json.dumps(first)


def test_with_nothing_to_search_it_is_wrong_usage(muniment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn.photograph(1).save(tmp_path / "a.jpg")
    assert muniment("reuse", "a.jpg").code == 2
