"""A file that breaks a reader costs its own answer and nothing else."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from verify.sandbox import Field, ReaderFailed, ReaderFailure, Sandbox, SandboxLimits, answers, normal
from verify.sandbox.answers import AnswerMalformed, decode_hashes, decode_reading

WORKERS = {
    "hangs": "import time\ntime.sleep(600)",
    "dies": "import os, signal\ninput()\nos.kill(os.getpid(), signal.SIGSEGV)",
    "exits": "raise SystemExit(3)",
    "floods": "import sys\nwhile True: sys.stdout.write('x' * 65536)",
    "lies": "input()\nprint('+{\"tool\": 7}', flush=True)\ninput()",
    "babbles": "input()\nprint('hello', flush=True)\ninput()",
    "invents_a_failure": "input()\nprint('-[\"victory\", \"\"]', flush=True)\ninput()",
}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (64, 48), (10, 120, 200)).save(path)
    return path


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as opened:
        yield opened


@pytest.mark.parametrize(("behaviour", "failure"), [
    ("hangs", ReaderFailure.TIMEOUT), ("dies", ReaderFailure.CRASH), ("exits", ReaderFailure.CRASH),
    ("floods", ReaderFailure.ANSWER), ("lies", ReaderFailure.ANSWER), ("babbles", ReaderFailure.ANSWER),
    ("invents_a_failure", ReaderFailure.ANSWER)])
def test_a_worker_that_misbehaves_is_ended_and_named(tmp_path, monkeypatch, picture, behaviour, failure):
    (tmp_path / "bad_worker.py").write_text(WORKERS[behaviour])
    monkeypatch.syspath_prepend(str(tmp_path))
    limits = SandboxLimits(seconds=0.5 if behaviour == "hangs" else 30)
    with Sandbox(limits, module="bad_worker") as sandbox:
        for _ in range(2):       # the next question meets a new worker
            with pytest.raises(ReaderFailed) as raised:
                sandbox.exifread(picture)
            assert raised.value.failure is failure


def test_a_reader_that_wants_more_memory_than_the_limit_fails_on_that_file_only(tmp_path, picture):
    large = tmp_path / "large.png"
    Image.new("L", (15000, 15000)).save(large, compress_level=1)
    with Sandbox(SandboxLimits(memory=640 << 20)) as sandbox:
        with pytest.raises(ReaderFailed) as raised:
            sandbox.image_hashes(large)
        assert raised.value.failure is ReaderFailure.MEMORY
        assert sandbox.pillow(picture).seen.width == 64


def test_a_decompression_bomb_is_not_decoded(tmp_path, sandbox):
    bomb = tmp_path / "bomb.png"
    Image.new("1", (20000, 20000)).save(bomb)
    assert bomb.stat().st_size < 100_000
    with pytest.raises(ReaderFailed) as raised:
        sandbox.image_hashes(bomb)
    assert raised.value.failure is ReaderFailure.TOO_LARGE
    assert "20000 x 20000" in raised.value.detail


def test_an_exception_of_a_reader_is_told_and_the_worker_goes_on(tmp_path, sandbox, picture):
    (tmp_path / "text.jpg").write_bytes(b"no picture at all")
    with pytest.raises(ReaderFailed) as raised:
        sandbox.pillow(tmp_path / "text.jpg")
    assert raised.value.failure is ReaderFailure.EXCEPTION
    assert "UnidentifiedImageError" in raised.value.detail
    assert len(sandbox.image_hashes(picture).hashes) == 4


def test_a_format_whose_decoder_starts_another_program_is_not_opened(tmp_path, sandbox):
    path = tmp_path / "drawing.eps"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")
    with pytest.raises(ReaderFailed) as raised:
        sandbox.image_hashes(path)
    assert "cannot identify image file" in raised.value.detail


def test_the_worker_can_write_no_file(tmp_path):
    script = ("import sys, resource\nfrom verify.sandbox import worker\n"
              "worker.READERS = {'write': lambda path: path.write_bytes(b'x') and b'done'}\nworker.main(3 << 30)\n")
    target = tmp_path / "written"
    done = subprocess.run([sys.executable, "-c", script], input=f'["write", "{target}"]\n'.encode(),
                          capture_output=True,
                          cwd=Path(__file__).parents[3], check=False)
    assert b"File too large" in done.stdout or done.returncode < 0    # EFBIG, or SIGXFSZ
    assert not target.exists() or target.stat().st_size == 0


def test_an_oriented_photograph_hashes_like_the_upright_one(tmp_path, sandbox):
    upright = Image.effect_noise((96, 64), 60).resize((384, 256), Image.Resampling.BICUBIC)
    upright.save(tmp_path / "upright.png")
    expected = sandbox.image_hashes(tmp_path / "upright.png")
    turned = upright.transpose(Image.Transpose.ROTATE_90)     # shown correctly when turned clockwise: orientation 6
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.png", exif=exif)
    hashes = sandbox.image_hashes(tmp_path / "turned.png")
    assert hashes.hashes == expected.hashes
    assert hashes.orientation == 6
    assert hashes.as_stored != hashes.hashes
    assert expected.as_stored == ()


@pytest.mark.parametrize("shape", ["Landscape", pytest.param("Portrait", marks=pytest.mark.soak)])
def test_the_eight_orientations_of_real_photographs_give_one_phash(shared_data, sandbox, shape):
    folder = shared_data / "2_photo_meta" / "recurser+exif-orientation-examples"
    found = {sandbox.image_hashes(path).hashes[2].hash for path in sorted(folder.glob(f"{shape}_*.jpg"))}
    assert len(found) == 1


def test_no_malformed_file_of_other_projects_ends_the_run(shared_data, sandbox, picture):
    folder = shared_data / "8_malformed"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".zip"]
    assert len(files) > 50
    failures = set()
    for path in files:
        for read in (sandbox.exifread, sandbox.pillow, sandbox.image_hashes):
            try:
                read(path)
            except ReaderFailed as failed:
                failures.add(failed.failure)
    assert failures <= {ReaderFailure.EXCEPTION, ReaderFailure.TOO_LARGE, ReaderFailure.MEMORY, ReaderFailure.TIMEOUT}
    assert sandbox.pillow(picture).seen.format == "PNG"


def test_random_damage_to_a_photograph_gives_an_answer_or_a_failure(tmp_path, sandbox):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Halde", 3
    exif.get_ifd(0x8769)[0x9003] = "2015:10:20 12:41:07"
    exif.get_ifd(0x8825)[2] = (33, 30, 12.4)
    Image.effect_noise((64, 64), 50).convert("RGB").save(tmp_path / "whole.jpg", exif=exif)
    whole, chance = (tmp_path / "whole.jpg").read_bytes(), random.Random(7)
    path = tmp_path / "damaged.jpg"
    failures = set()
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(min(len(damaged), 400))] = chance.randrange(256)
        path.write_bytes(bytes(damaged))
        for read in (sandbox.exifread, sandbox.pillow, sandbox.image_hashes):
            try:
                read(path)
            except ReaderFailed as failed:
                failures.add(failed.failure)
    assert ReaderFailure.ANSWER not in failures


def test_hostile_text_in_a_tag_comes_back_visible_and_short():
    reading = answers.Reading(tool=answers.Tool(name="x", version="1"), normalised=((Field.MAKE, "\x1b[2Jmake"),),
                              tags=(answers.Tag(name="Image Make", value="a\u202eb" + "c" * 5000),))
    read = decode_reading(answers.encode_reading(reading))
    assert read.tags[0].value.startswith("a<U+202E>b")
    assert len(read.tags[0].value) <= answers.MAX_VALUE
    assert "\x1b" not in read.normalised[0][1]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20),
                    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(
                        st.sampled_from(["tool", "tags", "normalised", "omitted", "seen", "hashes", "tools"]), inner)))
def test_what_is_no_answer_is_refused_and_never_believed(value):
    import json
    line = json.dumps(value).encode()
    for decode in (decode_reading, decode_hashes):
        with pytest.raises(AnswerMalformed):
            decode(line)


@pytest.mark.parametrize(("parts", "reference", "expected"), [
    ((33, 30, 12.4), "N", "33.503444"), ((33, 30, 12.4), "S", "-33.503444"), ((0,), "N", "0.000000"),
    ((91, 0, 0), "N", ""), ((33, 30, float("nan")), "N", ""), ((33, 30, 12), "", ""), ((33, -1, 0), "N", ""), ((), "N",
                                                                                                               "")])
def test_a_latitude_is_decimal_degrees_or_nothing(parts, reference, expected):
    assert normal.latitude(parts, reference) == expected


@pytest.mark.parametrize(("stated", "offset", "expected"), [
    ("2015:10:20 12:41:07", "+03:00", "2015-10-20T12:41:07+03:00"), ("2015:10:20 12:41:07", "", "2015-10-20T12:41:07"),
    ("0000:00:00 00:00:00", "", ""), ("    :  :     :  :  ", "", ""), ("20 Oct 2015", "+03:00", ""),
    ("2015:10:20 12:41:07", "Damascus", "2015-10-20T12:41:07")])
def test_a_camera_time_is_iso_8601_or_nothing(stated, offset, expected):
    assert normal.time_of(stated, offset) == expected
