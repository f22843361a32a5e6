"""Posts through the whole capture: asked of their platform, media in best quality, shown where people look."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import post_pages as pages
import pytest
from scripted_web import PIXEL
from warc_web import WarcWeb

from archiver.capture.task import CaptureTask
from archiver.citations import normalise_url
from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import create_key
from evidence_store.findings import Outcome
from evidence_store.posts import PostField, PostState
from evidence_store.records import Capture, CitationKind, ItemKind, Verdict
from evidence_store.search.index import DocumentKind
from muniment.config.settings import Settings
from muniment.flows.environment import Environment
from muniment.flows.item_marks import item_marks
from muniment.flows.item_view import view_item
from muniment.flows.post_view import post_lines, posts_of
from muniment.flows.search import search
from muniment.flows.session import Signing, open_session, run_tasks
from verify.timeline import MarkKind

ALONE = Settings(per_host_delay=0.0, browser="never", archives=(), tsa=())
NUMBER = "656781234567890123"
X_URL = f"https://x.com/orda_watch/status/{NUMBER}"
SHELL = "<html><head><title>X</title></head><body><div id='root'></div><script src='/a.js'></script></body></html>"


def answer(body: bytes | str, media_type: str = "text/html", status: str = "200 OK") -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    return f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw


def as_json(value: object) -> bytes:
    return answer(json.dumps(value), "application/json; charset=utf-8")


def syndication(number: str) -> str:
    from archiver.posts.addresses import companions

    return companions(f"https://x.com/i/status/{number}")[0].removeprefix("https://")


ORIG = "pbs.twimg.com/media/OrdaBridge1?format=jpg&name=orig"
WEB = {
    f"x.com/orda_watch/status/{NUMBER}": answer(SHELL),
    syndication(NUMBER): as_json(pages.x_syndication()),
    ORIG: answer(PIXEL + b"in the size it was uploaded in", "image/png"),
    "video.twimg.com/9/1280.mp4": answer(b"\x00\x00\x00\x18ftypmp42 a film", "video/mp4"),
    "x.com/orda_watch/status/656781234567890999": answer(SHELL),
    syndication("656781234567890999"): as_json(pages.X_TOMBSTONE),
    "x.com/orda_watch/status/656781234567890555": answer(SHELL),
    "t.me/ordavalley/101": answer("<html><title>Telegram: Contact @ordavalley</title><h1>Orda Valley Civil Defence</h1>"
                                  "<p>You can view and join @ordavalley right away.</p></html>"),
    "t.me/ordavalley/101?embed=1&mode=tme": answer(pages.TELEGRAM),
    "cdn4.telesco.pe/file/bridge-one.jpg": answer(PIXEL, "image/jpeg"),
    "cdn4.telesco.pe/file/bridge-two.jpg": answer(PIXEL + b"two", "image/jpeg"),
}


@pytest.fixture(scope="module")
def web() -> Iterator[WarcWeb]:
    with WarcWeb(WEB) as running:
        yield running


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    world = Environment()
    signer = create_key(tmp_path / "key", comment="test", passphrase=None)
    with Case.create(tmp_path / "case", CaseCharter(title="posts"), signer=signer, principal="t@example.org",
                     clock=world.clock, random=world.random) as opened:
        yield opened


def capture(case: Case, web: WarcWeb, tmp_path: Path, url: str, quote: str = "") -> Capture:
    from evidence_store.custody.keys import open_key

    settings = replace(ALONE, proxy=web.url, ca_file=web.ca_file)
    signing = Signing(signer=open_key(tmp_path / "key", None), principal="")
    task = CaptureTask(url=url, identity=normalise_url(url), kind=CitationKind.POST, embedded=bool(quote), quote=quote)
    with open_session(case, signing, settings, Environment(), command="t") as session, session.capturer() as capturer:
        return run_tasks(session, capturer, [task], again=True).captures[0]


def test_a_post_behind_a_page_of_scripts_is_read_with_its_media_in_best_quality(
        case: Case, web: WarcWeb, tmp_path: Path) -> None:
    done = capture(case, web, tmp_path, X_URL)
    assert done.sent == done.recorded
    assert done.verdict is Verdict.PARTIAL      # the page itself shows nothing, and is not called complete
    assert any("read from another answer" in reason for reason in done.reasons)
    fetched = {exchange.url for exchange in done.exchanges if exchange.status == 200}
    assert {"https://" + ORIG, "https://video.twimg.com/9/1280.mp4"} <= fetched
    assert [item.kind for item in done.items] == [ItemKind.POST, ItemKind.PHOTO, ItemKind.VIDEO]

    page, photo = done.items[0], done.items[1]
    post = posts_of(case, page.id)[0]
    assert (post.id, post.handle, post.text) == (NUMBER, "orda_watch", pages.X_WORDS)
    source = next(one for one in post.sources if one.field is PostField.TEXT)
    record = case.catalogue.record(source.record)
    assert record is not None
    assert record.uri.startswith("https://cdn.syndication.twimg.com/tweet-result")

    assert any("the bakery is on fire" in line for line in post_lines(view_item(case, page.id).posts[0]))
    hits = search(case, "bakery fire")
    assert (DocumentKind.POST, f"{page.id} post 1") in {(hit.kind, hit.reference) for hit in hits}
    for item in (page, photo):
        entry = case.catalogue.item(item.id)
        assert entry is not None
        marks = [mark for mark in item_marks(case, entry) if mark.kind is MarkKind.POSTED]
        assert [mark.stated for mark in marks if "gives the post" in mark.source] == ["2015-10-21T06:20:11Z"]


def test_deleted_is_said_when_the_platform_says_so_in_its_words(case: Case, web: WarcWeb, tmp_path: Path) -> None:
    done = capture(case, web, tmp_path, "https://x.com/orda_watch/status/656781234567890999")
    assert done.verdict is Verdict.DELETED
    assert "deleted by the Post author" in done.reasons[0]
    assert posts_of(case, done.items[0].id)[0].state is PostState.DELETED


def test_a_shell_whose_platform_tells_nothing_is_not_called_deleted(case: Case, web: WarcWeb, tmp_path: Path) -> None:
    done = capture(case, web, tmp_path, "https://x.com/orda_watch/status/656781234567890555")
    assert done.verdict is Verdict.BLANK


def test_a_telegram_message_is_read_from_the_embed_of_its_channel(case: Case, web: WarcWeb, tmp_path: Path) -> None:
    done = capture(case, web, tmp_path, "https://t.me/ordavalley/101")
    post = posts_of(case, done.items[0].id)[0]
    assert (post.id, post.album_ids) == ("ordavalley/101", ("102",))
    assert sum(item.kind is ItemKind.PHOTO for item in done.items) == 2


def test_a_finding_says_which_posts_and_which_fields(case: Case, web: WarcWeb, tmp_path: Path) -> None:
    done = capture(case, web, tmp_path, X_URL)
    finding = case.catalogue.findings(done.items[0].id, check="post")[0].finding
    assert finding.outcome is Outcome.PASS
    assert "@orda_watch, 2015-10-21T06:20:11Z" in finding.summary
    assert "1 photo, 1 video" in finding.summary
