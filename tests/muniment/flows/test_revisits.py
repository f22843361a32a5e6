"""A payload that its URL gave before is written once; all that reads content follows, nothing gives more away."""

import base64
import gzip
import json
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from origin import Origin, reply
from warcio.checker import Checker

from evidence_store.case import Case
from evidence_store.events import Captured
from evidence_store.records import Capture, Sha256
from evidence_store.warc.reader import Record, read_records
from muniment.cli.main import main
from muniment.flows.repeats import EarlierPayloads
from muniment.flows.replay import open_library

WORDS = b"".join(b"<p>The bridge at the mill was whole on day %d, and people crossed it with carts.</p>" % day
                 for day in range(60))
PAGE = b"<html><title>The bridge</title><h1>The bridge</h1>" + WORDS + b'<img src="/bridge.png"></html>'
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 16
STYLE = b"".join(b".day-%d { color: black }\n" % day for day in range(120))
HTML = b"Content-Type: text/html\r\n"
QUIET = {"MUNIMENT_BROWSER": "never", "MUNIMENT_ROBOTS": "off", "MUNIMENT_ARCHIVES": "none",
         "MUNIMENT_PER_HOST_DELAY": "0", "MUNIMENT_ALLOW_PRIVATE": "true", "MUNIMENT_NO_PASSPHRASE": "1",
         "MUNIMENT_YES": "1"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
        ) -> Callable[..., tuple[int, str]]:
    for name, value in {**QUIET, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"),
                        "XDG_CONFIG_HOME": str(tmp_path / "config")}.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str) -> tuple[int, str]:
        code = main(["--case", str(tmp_path / "case"), *arguments])
        return int(code), capsys.readouterr().out

    main(["init", str(tmp_path / "case"), "--title", "c", "--principal", "t@example.org"])
    return command


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin({"/page": reply(PAGE, fields=HTML), "/other": reply(PAGE, fields=HTML),
                 "/styled": reply(b'<link rel="stylesheet" href="/style.css">' + PAGE, fields=HTML),
                 "/style.css": reply(STYLE, fields=b"Content-Type: text/css\r\n"),
                 "/bridge.png": reply(PICTURE, fields=b"Content-Type: image/png\r\n")}) as one:
        yield one


def types(case: Path) -> Counter[str]:
    return Counter(one.fields.type.value for path in sorted((case / "warcs").glob("*.warc.gz"))
                   for one in read_records(path) if isinstance(one, Record))


def captured(case: Case) -> list[Capture]:
    return [event.body.capture for event in case.events() if isinstance(event.body, Captured)]


def page_of(origin: Origin, name: str = "page") -> str:
    return f"http://127.0.0.1:{origin.port}/{name}"


def test_what_a_url_gave_before_is_referred_to_and_read_from_there(run, origin: Origin, tmp_path: Path) -> None:
    run("capture", page_of(origin))
    code, out = run("--json", "capture", "--again", page_of(origin))
    assert code == 0
    assert json.loads(out)["captures"][0]["exchanges"] == {"sent": 2, "recorded": 2}
    assert types(tmp_path / "case") == {"warcinfo": 2, "response": 2, "revisit": 2, "request": 4}
    with Case.open(tmp_path / "case") as case:
        first, second = captured(case)
        for earlier, later in zip(first.exchanges, second.exchanges, strict=True):
            assert later.body_record == earlier.response != later.response
            assert later.response is not None
            with case.open_content(later.response, decoded=True) as stream:
                assert sha256(stream.read()).hexdigest() == earlier.content_sha256 == later.content_sha256
    for path in (tmp_path / "case" / "warcs").glob("*.cdxj"):
        listed = path.read_text()
        assert listed.count('"warc/revisit"') == (2 if "text/html" not in listed else 0)


def test_a_thing_first_captured_for_itself_by_a_revisit_is_an_item_of_the_record_that_has_its_bytes(
        run, origin: Origin, tmp_path: Path) -> None:
    run("capture", page_of(origin, "styled"))
    run("capture", page_of(origin, "style.css"))
    with Case.open(tmp_path / "case") as case:
        first, second = captured(case)
        item = second.items[0]
        assert item.source == next(one.response for one in first.exchanges if one.url.endswith("style.css"))
        with case.open_item(item) as stream:
            assert stream.read() == STYLE


def test_the_same_bytes_at_another_url_and_with_the_setting_off_are_written_whole(
        run, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("capture", page_of(origin))
    run("capture", page_of(origin, "other"))
    assert types(tmp_path / "case")["response"] == 3         # both pages, and the picture once
    monkeypatch.setenv("MUNIMENT_REVISITS", "off")
    run("capture", "--again", page_of(origin))
    assert types(tmp_path / "case")["response"] == 5


def test_no_new_capture_rests_on_a_record_that_is_damaged_or_gone(run, origin: Origin, tmp_path: Path) -> None:
    run("capture", page_of(origin))
    (path,) = (tmp_path / "case" / "warcs").glob("*.warc.gz")
    path.write_bytes(path.read_bytes().replace(PICTURE[1000:1100], bytes(100)))
    with Case.open(tmp_path / "case") as case:
        find = EarlierPayloads(case, within_run=False)
        page, picture = captured(case)[0].exchanges
        assert find(page.url, Sha256(page.payload_sha256 or "")) is not None
        assert find(picture.url, Sha256(picture.payload_sha256 or "")) is None
    path.unlink()
    with Case.open(tmp_path / "case") as case:
        assert EarlierPayloads(case, within_run=False)(page.url, Sha256(page.payload_sha256 or "")) is None


def test_a_bundle_of_revisits_is_verified_by_strangers_and_withholds_both_records(
        run, origin: Origin, tmp_path: Path) -> None:
    run("capture", page_of(origin))
    run("capture", "--again", page_of(origin))
    run("capture", page_of(origin, "bridge.png"))
    for name, left_out in (("whole", ()), ("less", ("--withhold", "ITEM-0002"))):
        bundle = tmp_path / name
        code, said = run("bundle", "-o", str(bundle), *left_out)
        assert code == 0, said
        for program in ([sys.executable, "-I", "-S", "verify.py"], ["sh", "verify.sh"]):
            done = subprocess.run([*program, str(bundle)], cwd=bundle, capture_output=True, text=True, check=False)
            assert done.returncode == 5, done.stdout + done.stderr      # nobody is trusted yet, and nothing fails
            assert "fail " not in done.stdout
        assert run("verify", str(bundle))[0] == 5
        with zipfile.ZipFile(bundle / "data" / "capture.wacz") as wacz:
            warcs = b"".join(gzip.decompress(wacz.read(one)) for one in wacz.namelist() if one.endswith(".warc.gz"))
        digest = b"sha256:" + base64.b32encode(sha256(PICTURE).digest())
        assert warcs.count(b"WARC-Type: revisit") == (1 if left_out else 3)
        assert (digest in warcs, PICTURE in warcs) == ((False, False) if left_out else (True, True))
        assert PAGE in warcs


def test_the_catalogue_made_again_finds_the_same_and_others_read_it(run, origin: Origin, tmp_path: Path) -> None:
    run("capture", page_of(origin))
    run("reindex")
    run("capture", "--again", page_of(origin))
    assert types(tmp_path / "case")["revisit"] == 2
    for path in (tmp_path / "case" / "warcs").glob("*.warc.gz"):
        command = type("Command", (), {"inputs": [str(path)], "verbose": False})
        assert Checker(command).process_all() == 0


def test_a_visit_saved_for_replay_has_what_its_revisits_refer_to(run, origin: Origin, tmp_path: Path) -> None:
    run("capture", page_of(origin))
    run("capture", "--again", page_of(origin))
    with open_library(tmp_path / "case") as library:
        later = library.archive(library.visits[-1])
        with zipfile.ZipFile(later) as wacz:
            warcs = b"".join(gzip.decompress(wacz.read(one)) for one in wacz.namelist() if one.endswith(".warc.gz"))
    assert warcs.count(b"WARC-Type: revisit") == 2
    assert PAGE in warcs
    assert PICTURE in warcs


def test_one_run_stands_whole_in_its_own_records_unless_that_is_asked_for(
        run, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("capture", page_of(origin), page_of(origin, "bridge.png"))
    assert types(tmp_path / "case")["response"] == 3
    monkeypatch.setenv("MUNIMENT_REVISITS", "all")
    monkeypatch.setenv("MUNIMENT_CONCURRENCY", "1")
    run("capture", page_of(origin, "styled"), page_of(origin, "style.css"))
    assert types(tmp_path / "case")["revisit"] == 2          # the picture, and the style that the page brought
