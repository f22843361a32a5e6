"""The search for who is visible: what it finds, in which spellings, and what it leaves alone."""

import base64
import io
import json
import zipfile
from urllib.parse import quote

import pytest

from evidence_store.errors import MissingContent
from verify.exposure.model import ExposureKind, Place, Secret
from verify.exposure.search import search

EGRESS = "203.0.113.77"


def place(data: bytes, name: str = "ITEM-0001", *, received: bool = True) -> Place:
    return Place(name=name, open=lambda: io.BytesIO(data), received=received)


def found(data: bytes, *secrets: Secret, received: bool = True) -> dict[str, str]:
    return {one.value: one.kind.value for one in search([place(data, received=received)], secrets).exposures}


@pytest.mark.parametrize("data", [
    b"https://r4.googlevideo.com/videoplayback?expire=1&ip=203.0.113.77&id=o-x",
    b"https://r4.googlevideo.com/videoplayback/expire/1/ip/203.0.113.77/id/x",
    b"redirect=https%3A%2F%2Fx%2F%3Fa%3D1%26ip%3D203.0.113.77%26b",
    rb'{"url":"https:\/\/x\/?a=1\u0026ip=203.0.113.77\u0026b=2"}',
    b'{"clientIp": "203.0.113.77"}',
    b'{"remote_addr":"203.0.113.77"}',
    b"HTTP/1.1 200 OK\r\nX-Client-IP: 203.0.113.77\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nCF-Connecting-IP: 203.0.113.77\r\n\r\n",
], ids=range(8))
def test_the_address_that_a_server_saw_is_found_where_servers_write_it(data):
    assert found(data) == {EGRESS: "egress address"}


def test_an_address_of_version_6_is_found_percent_encoded():
    assert found(b"videoplayback?ip=2001%3Adb8%3A%3A7&x") == {"2001:db8::7": "egress address"}


def test_what_one_place_gives_away_is_looked_for_in_every_other():
    places = [place(b"?ip=203.0.113.77&", "a link"), place(b"<p>You are 203.0.113.77</p>", "a page")]
    assert search(places, ()).exposures[0].places == ("a link", "a page")


@pytest.mark.parametrize("data", [b"?ip=127.0.0.1&", b"?zip=203.0.113.77&", b"version 1.2.3.4", b"?ip=300.1.1.1&",
                                  b"cookie: lang=en; seen=1", b"Cookie: session=xxxxxxxxxxxx\r\n"], ids=range(6))
def test_what_tells_of_nobody_is_left_alone(data):
    assert found(data) == {}


def test_a_cookie_that_was_sent_is_found_in_the_answer_that_set_it():
    sent = place(b"GET / HTTP/1.1\r\nCookie: lang=en; session=Zk3fG8a1\r\n\r\n", "the request")
    answer = place(b"HTTP/1.1 200 OK\r\nSet-Cookie: session=Zk3fG8a1; Path=/\r\n\r\n", "the answer")
    (one,) = search([sent, answer], ()).exposures
    assert (one.kind, one.value, one.places) == (ExposureKind.COOKIE, "Zk3fG8a1", ("the request", "the answer"))


def test_a_folder_on_the_senders_computer_is_found_in_what_was_imported_and_not_on_pages():
    data = rb"C:\Users\Layla H\Desktop\photo.docx and /home/layla/x"
    assert set(found(data, received=False)) == {r"C:\Users\Layla H", "/home/layla"}
    assert found(b"https://site.example/home/news/ /home/layla") == {}


NAME = "Umm Khalid / دير"


@pytest.mark.parametrize("spelling", [
    NAME.encode(), quote(NAME, safe="").encode(), json.dumps(NAME)[1:-1].encode(),
    json.dumps(NAME)[1:-1].replace("/", r"\/").encode(), NAME.encode("utf-16-le"), NAME.upper().encode(),
    *(base64.b64encode(b"." * before + NAME.encode() + b"...") for before in range(3)),
], ids=range(9))
def test_a_name_of_the_own_list_is_found_in_every_spelling(spelling):
    secret = Secret(kind=ExposureKind.OWN, value=NAME, bounded=False)
    assert found(b"\0\1 before " + spelling + b" after", secret) == {NAME: "own list"}


def test_a_user_name_is_found_as_a_word_and_not_within_others():
    secret = Secret(kind=ExposureKind.USER, value="anna")
    assert found(b"Hosanna", secret) == {}
    assert found(b"by Anna, 2015", secret) == {"anna": "user name"}


def test_members_of_office_files_are_searched_and_what_cannot_be_read_is_said():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", "<dc:creator>Layla Haddad</dc:creator>" * 50)
    secret = Secret(kind=ExposureKind.OWN, value="Layla Haddad")
    assert found(packed.getvalue(), secret) == {"Layla Haddad": "own list"}
    broken = search([place(packed.getvalue()[:-30])], [secret])
    assert [name for name, _ in broken.unread] == ["ITEM-0001"]


def test_a_place_that_cannot_be_opened_is_not_taken_for_clean():
    def gone():
        raise MissingContent("it is not there")

    result = search([Place(name="ITEM-0002", open=gone)], [Secret(kind=ExposureKind.OWN, value="Layla")])
    assert result.unread == (("ITEM-0002", "it is not there"),)


def test_a_secret_across_two_pieces_is_found(monkeypatch):
    monkeypatch.setattr("verify.exposure.search.PIECE", 1000)
    data = b"." * 995 + b"Layla Haddad" + b"." * 3000
    assert found(data, Secret(kind=ExposureKind.OWN, value="Layla Haddad")) == {"Layla Haddad": "own list"}


def test_the_same_exposure_has_the_same_id_in_every_run():
    first, second = (search([place(b"?ip=203.0.113.77&")], ()).exposures[0].id for _ in range(2))
    assert first == second
