"""`muniment reuse` and `muniment index`: what is found, what is recorded, what is said when nothing is."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import case_factory
import drawn_photographs as drawn
import numpy as np
import pytest
from PIL import Image, ImageOps

from evidence_store.events import Transformed
from evidence_store.records import Derivative, DerivativeKind, ItemId, ItemKind, Recipe, Verdict


def _jpeg(picture) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _photo(url, picture):
    return case_factory.Answer(url=url, media_type="image/jpeg", kind=ItemKind.PHOTO, content=_jpeg(picture))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The case that `case` gives copies of, and a cache that they share: its pictures are fingerprinted once."""
    folder = tmp_path_factory.mktemp("reuse")
    hand = case_factory.new_case(folder, "reuse")
    with hand.writer() as writer:
        warc = writer.warc(software=(case_factory.TOOL,))
        again = drawn.post(ImageOps.mirror(drawn.photograph(1)).crop((40, 30, 600, 450)))
        for url, picture in (("https://a.example/school.jpg", drawn.photograph(1)),
                             ("https://b.example/post.jpg", again), ("https://c.example/x.jpg", drawn.photograph(2))):
            case_factory.capture(hand, writer, warc, _photo(url, picture), verdict=Verdict.COMPLETE)
    yield hand, folder / "cache"
    hand.case.close()


@pytest.fixture
def case(prepared, tmp_path, monkeypatch):
    """ITEM-0001 a photograph, ITEM-0002 a post that shows it mirrored and cropped, ITEM-0003 another photograph."""
    made, cache = prepared
    hand = made.copy(tmp_path / "reuse")
    monkeypatch.setenv("MUNIMENT_CASE", str(hand.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(made.root.parent / "reuse-key"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    yield hand
    hand.case.close()


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
    scenes = [np.asarray(drawn.photograph(100 + scene, width=320, height=180)) for scene in range(6)]

    def film(first, last, mirrored):
        for step in range(first * FRAMES_PER_SECOND, last * FRAMES_PER_SECOND):
            frame = np.roll(scenes[step // FRAMES_PER_SECOND], step % FRAMES_PER_SECOND, axis=1)
            yield np.ascontiguousarray(frame[:, ::-1] if mirrored else frame)

    save_mp4(film(0, 6, False), tmp_path / "old" / "whole.mp4")
    save_mp4(film(2, 6, True), tmp_path / "clip.mp4")
    (match,) = muniment("reuse", "clip.mp4", "--in", "old", "--json").document["matches"]
    assert (match["method"], match["mirrored"]) == ("video", True)
    assert match["offset_s"] == pytest.approx(2, abs=1)
    assert match["speed"] == pytest.approx(1, abs=0.1)


def test_index_prepares_a_collection_once(muniment, tmp_path):
    drawn.photograph(1).save(tmp_path / "a.jpg")
    first = muniment("index", tmp_path / "a.jpg", "--json").document["collections"][0]
    again = muniment("index", tmp_path / "a.jpg", "--json").document["collections"][0]
    assert (first["new"], first["pictures"], again["new"]) == (1, 1, 0)
    assert json.dumps(first)


def test_an_index_of_orb_features_is_kept_and_searched_and_the_match_says_so(muniment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    drawn.post(drawn.photograph(4)).save(tmp_path / "old" / "post.png")
    drawn.photograph(4).save(tmp_path / "query.jpg")
    ran = muniment("index", "old", "--features", "orb", "--json")
    assert ran.code == 0, ran.err
    first = ran.document["collections"][0]
    again = muniment("index", "old", "--json").document["collections"][0]
    assert [(one["features"], one["new"]) for one in (first, again)] == [("orb", 1), ("orb", 0)]
    (match,) = muniment("reuse", "query.jpg", "--in", "old", "--json").document["matches"]
    assert (match["path"], match["features"]) == ("post.png", "orb")


def test_with_nothing_to_search_it_is_wrong_usage(muniment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn.photograph(1).save(tmp_path / "a.jpg")
    assert muniment("reuse", "a.jpg").code == 2


class Gallery(BaseHTTPRequestHandler):
    """A picture at an address, one that an archive serves with its date, and another picture."""

    def do_GET(self):
        pictures = {"/a.jpg": drawn.post(drawn.photograph(1)), "/old/a.jpg": drawn.photograph(1),
                    "/other.jpg": drawn.photograph(7)}
        status, body = (200, _jpeg(pictures[self.path])) if self.path in pictures else (404, b"<p>nothing</p>")
        self.send_response(status)
        self.send_header("Content-Type", "image/jpeg" if status == 200 else "text/html")
        if self.path.startswith("/old/"):
            self.send_header("Memento-Datetime", "Wed, 01 May 2013 10:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def gallery(monkeypatch):
    monkeypatch.setenv("MUNIMENT_PER_HOST_DELAY", "0")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gallery)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _findings(muniment, check):
    return [event for event in muniment("log", "--json").document["events"]
            if event["type"] == "finding" and event["check"] == check]


def test_a_candidate_is_captured_and_was_public_by_then(muniment, case, gallery):
    ran = muniment("reuse", "ITEM-0001", "--candidate", f"{gallery}/a.jpg", "--candidate", f"{gallery}/old/a.jpg",
                   "--candidate", f"{gallery}/other.jpg", "--allow-private", "--json")
    assert ran.code == 0, ran.err
    here, archived, other = ran.document["candidates"]
    assert (here["verdict"], len(here["matches"]), here["matches"][0]["relation"]) == ("complete", 1, "crop")
    assert "was public at" in here["summary"]
    assert "does not say when the picture was taken" in here["summary"]
    assert archived["matches"][0]["public_by"].startswith("2013-05-01T10:00:00")
    assert "as the archive that served it says" in archived["summary"]
    assert (other["matches"], len(other["compared"])) == ([], 1)
    assert [event["outcome"] for event in _findings(muniment, "reuse.candidate")] == ["pass"] * 3
    assert "none shows the same photograph" in _findings(muniment, "reuse.candidate")[2]["summary"]


def test_a_candidate_that_is_gone_proves_nothing(muniment, case, gallery):
    ran = muniment("reuse", "ITEM-0001", "--candidate", f"{gallery}/gone.jpg", "--allow-private", "--json")
    assert ran.code == 5
    assert "gave nothing to compare" in ran.document["candidates"][0]["summary"]
    assert [event["outcome"] for event in _findings(muniment, "reuse.candidate")] == ["inconclusive"]


def test_pictures_for_engines_outside_are_prepared_without_metadata_and_nothing_is_opened(muniment, case, tmp_path,
                                                                                         monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = muniment("reuse", "ITEM-0002", "--outside", "--engine", "tineye", "-o", "ask", "--json")
    assert ran.code == 0, ran.err
    assert "receives the picture" in ran.err
    assert ran.document["pictures"][:4] == ["whole.jpg", "whole-mirrored.jpg", "photograph-1.jpg",
                                            "photograph-1-mirrored.jpg"]
    assert ran.document["engines"][0]["by_url"] == "https://tineye.com/search?url=https%3A%2F%2Fb.example%2Fpost.jpg"
    with Image.open(tmp_path / "ask" / "whole.jpg") as whole:
        assert not whole.getexif()
        assert "icc_profile" not in whole.info
    assert "Nothing was opened or sent" in (tmp_path / "ask" / "LINKS.txt").read_text()
    assert "access" in {event["type"] for event in muniment("log", "--json").document["events"]}


@pytest.mark.parametrize(("options", "words"), [(("--result", "three copies of 2013"), "three copies of 2013"),
                                                (("--nothing",), "nothing found")])
def test_what_an_engine_answered_is_recorded_also_nothing(muniment, case, options, words):
    ran = muniment("reuse", "ITEM-0001", "--outside", "--engine", "yandex", "--asked", "whole, mirrored",
                   "--at", "2026-03-02T10:00:00Z", *options)
    assert ran.code == 0, ran.err
    (finding,) = _findings(muniment, "reuse.outside")
    assert finding["summary"] == f"yandex was asked at 2026-03-02T10:00:00Z: {words}"
    assert finding["details"]["query"] == "whole, mirrored"
    assert finding["details"]["nothing"] is (words == "nothing found")


def test_an_item_under_conditions_is_not_prepared_for_anybody_outside(muniment, case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn.photograph(9).save(tmp_path / "secret.jpg")
    muniment("import", "secret.jpg", "--from", "SOURCE-07", "--conditions", "do not publish")
    (tmp_path / "copy.jpg").write_bytes((tmp_path / "secret.jpg").read_bytes())
    muniment("import", "copy.jpg")
    for item in ("ITEM-0004", "ITEM-0005"):          # the second is the same bytes, imported without a word
        ran = muniment("reuse", item, "--outside")
        assert ran.code == 1
        assert "do not publish" in ran.err
        assert not (tmp_path / f"outside-{item}").exists()
    assert len(_findings(muniment, "reuse.outside")) == 2


def test_a_match_says_how_long_before_the_event_it_was_archived(muniment, case):
    ran = muniment("reuse", "ITEM-0001", "--event", "2026-03-11", "--json")
    assert ran.document["matches"][0]["days_before_event"] == 10
    assert "archived 10 days before the event of 2026-03-11" in ran.err
    (finding,) = _findings(muniment, "reuse.search")
    assert finding["bearing"] == "contradicts"
    muniment("reuse", "ITEM-0001", "--event", "2026-02-11")
    assert _findings(muniment, "reuse.search")[1]["bearing"] == "silent"


@pytest.mark.parametrize("arguments", [("ITEM-0001", "--outside", "--nothing"), ("--repeat", "1", "--outside"),
                                       ("ITEM-0001", "ITEM-0002", "--candidate", "http://x.example/"),
                                       ("ITEM-0001", "--candidate", "ftp://x.example/"), ()])
def test_options_that_do_not_fit_together_are_wrong_usage(muniment, case, arguments):
    assert muniment("reuse", *arguments).code == 2


def test_a_stream_is_searched_in_its_merged_form_under_the_name_of_its_item(muniment, case, tmp_path):
    from muniment.demo.media.encode import FRAMES_PER_SECOND, save_mp4
    frames = [np.asarray(drawn.photograph(200 + scene, width=320, height=180)) for scene in range(2)]
    save_mp4((frames[step // FRAMES_PER_SECOND] for step in range(2 * FRAMES_PER_SECOND)), tmp_path / "film.mp4")
    playlist = case_factory.Answer(url="https://v.example/film.m3u8", media_type="application/vnd.apple.mpegurl",
                                   kind=ItemKind.VIDEO, content=b"#EXTM3U\n#EXTINF:2,\n1.ts\n")
    with case.writer() as writer:
        case_factory.capture(case, writer, writer.warc(software=(case_factory.TOOL,)), playlist,
                             verdict=Verdict.COMPLETE)
        with (tmp_path / "film.mp4").open("rb") as stream:
            content = writer.add_blob(stream)
        writer.append(Transformed(derivative=Derivative(
            item=ItemId("ITEM-0004"), kind=DerivativeKind.MERGED_VIDEO, content=content, media_type="video/mp4",
            recipe=Recipe(tool=case_factory.TOOL, arguments=(), inputs=()))))
    drawn.photograph(201, width=320, height=180).save(tmp_path / "still.png")
    (match,) = muniment("reuse", tmp_path / "still.png", "--json").document["matches"]
    assert (match["item"], match["relation"]) == ("ITEM-0004", "frame")
    assert muniment("reuse", "ITEM-0004", "--json").document["matches"] == []


def test_near_duplicates_are_listed_by_hash_alone(muniment, tmp_path):
    drawn.photograph(1).save(tmp_path / "a.jpg")
    drawn.photograph(1).resize((320, 240)).save(tmp_path / "b.jpg")
    drawn.photograph(2).save(tmp_path / "c.jpg")
    ran = muniment("index", "--pairs", tmp_path, "--json")
    assert ran.code == 0
    (pair,) = ran.document["pairs"]
    assert (pair["first"].endswith("a.jpg"), pair["second"].endswith("b.jpg")) == (True, True)
    (tmp_path / "d.jpg").write_bytes(b"\xff\xd8\xff broken")
    assert muniment("index", "--pairs", tmp_path, "--json").code == 5
