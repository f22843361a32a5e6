"""pywb, a program by others, plays a bundle: as `muniment replay --pywb` starts it, asked as a browser would ask."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse

import case_factory
import pytest
from replayed_web import POST, SITE, ReplayedWeb, film, picture

from muniment.flows.bundle import bundle_case
from muniment.flows.environment import Environment
from muniment.flows.replay import open_library
from muniment.flows.replay_pywb import PywbServer, serving_with_pywb
from muniment.replay.library import Library, Visit, stamp

pytestmark = pytest.mark.xdist_group("pywb")


@pytest.fixture(scope="module")
def played(pywb, tmp_path_factory) -> Iterator[tuple[PywbServer, Library]]:
    """A bundle of two visits; the second has its second picture as a revisit of what the first recorded."""
    made = case_factory.new_case(tmp_path_factory.mktemp("pywb"))
    with made.writer() as writer:
        web = ReplayedWeb(made=made, writer=writer)
        web.visit(words="first")
        web.visit(words="second", pictures=(2,), after=timedelta(days=1), revisits=True)
        bundle = bundle_case(writer, destination=made.root.parent / "bundle", recipient="the court",
                             environment=Environment(clock=made.clock, random=made.random)).path
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(pywb.parent), prepend=":")
        with open_library(bundle) as library, serving_with_pywb(library) as server:
            yield server, library


def asked(server: PywbServer, visit: Visit, url: str, *, form: str = "id_", method: str = "GET",
          body: bytes | None = None, **fields: str) -> tuple[HTTPResponse, bytes]:
    """What pywb answers; `form`: `id_` as recorded, `mp_` as shown."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, f"/{visit.key}/{stamp(visit.main.at)}{form}/{url}", body, fields)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_the_page_is_shown_as_each_visit_recorded_it(played):
    server, library = played
    for visit, words in zip(library.visits, (b"a school, first", b"a school, second"), strict=True):
        answer, content = asked(server, visit, POST, form="mp_")
        assert answer.status == 200
        assert words in content
    assert server.link(library.visits[0], library.visits[0].main).startswith(f"http://127.0.0.1:{server.port}/")


def test_pictures_styles_and_films_are_the_recorded_bytes(played):
    server, library = played
    for url, expected in ((f"{SITE}/img/1.png", picture(101)), (f"{SITE}/film.mp4", film("mp4")),
                          (f"{SITE}/hls/one.ts", film("mpegts"))):
        assert asked(server, library.visits[0], url)[1] == expected


def test_a_film_can_be_sought_in(played):
    server, library = played
    answer, content = asked(server, library.visits[0], f"{SITE}/film.mp4", form="mp_", Range="bytes=100-199")
    assert (answer.status, content) == (206, film("mp4")[100:200])


def test_a_redirect_leads_where_it_led(played):
    server, library = played
    answer, _ = asked(server, library.visits[0], f"{SITE}/moved", form="mp_")
    assert answer.status == 302
    assert answer.getheader("Location", "").endswith(f"{SITE}/arrived")
    assert asked(server, library.visits[0], f"{SITE}/arrived")[1] == b"behind a redirect"


def test_what_was_posted_is_answered_as_it_was(played):
    server, library = played
    sent = json.dumps({"post": 1}, separators=(",", ":")).encode()
    answer, content = asked(server, library.visits[0], f"{SITE}/api/replies", form="mp_", method="POST", body=sent,
                            **{"Content-Type": "application/json"})
    assert (answer.status, content) == (200, b"three replies")


def test_a_revisit_is_played_from_what_it_refers_to(played):
    server, library = played
    answer, content = asked(server, library.visits[1], f"{SITE}/img/2.png")
    assert (answer.status, content) == (200, picture(102))


def test_what_another_visit_recorded_is_not_mixed_in(played):
    server, library = played
    assert asked(server, library.visits[1], f"{SITE}/img/1.png")[0].status == 404


def test_the_screenshot_is_there(played):
    server, library = played
    answer, content = asked(server, library.visits[0], f"urn:view:{POST}")
    assert answer.status == 200
    assert content.startswith(b"\x89PNG")
