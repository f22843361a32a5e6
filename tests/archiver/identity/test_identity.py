"""Cookies go where RFC 6265 lets them go, whatever program they were exported from; nothing shows their values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import InvalidSetting
from archiver.identity import Cookie, Identity, read_cookies

SID = Cookie(name="sid", value="secret-value", domain="site.example", host_only=False, secure=True, http_only=True)
OWN = Cookie(name="own", value="1", domain="www.site.example", host_only=True, path="/a")


@pytest.mark.parametrize(("cookie", "url", "due"), [
    (SID, "https://site.example/", True),
    (SID, "https://media.site.example/x", True),
    (SID, "https://SITE.example./x", True),
    (SID, "http://site.example/", False),
    (SID, "wss://site.example/live", True),
    (SID, "https://othersite.example/", False),
    (SID, "https://site.example.evil.example/", False),
    (SID, "https://evil.example/?site.example", False),
    (SID, "https://site.example@evil.example/", False),
    (OWN, "http://www.site.example/a", True),
    (OWN, "http://www.site.example/a/b", True),
    (OWN, "http://www.site.example/ab", False),
    (OWN, "http://deep.www.site.example/a", False),
    (OWN, "http://site.example/a", False),
    (Cookie(name="n", value="v", domain="0.0.1", host_only=False), "http://127.0.0.1/", False),
])
def test_a_cookie_goes_to_its_own_domain_path_and_scheme_only(cookie: Cookie, url: str, *, due: bool) -> None:
    assert cookie.is_due(url) is due


def test_what_the_server_gave_since_is_newer_and_what_strayed_is_taken_out() -> None:
    identity = Identity(label="desk", cookies=(SID, OWN))
    assert identity.field("https://site.example/") == "sid=secret-value"
    assert identity.field("https://site.example/", "sid=newer; theme=dark") == "sid=newer; theme=dark"
    assert identity.field("https://other.example/", "sid=secret-value; theme=dark") == "theme=dark"
    assert identity.field("https://other.example/") == ""


def test_what_is_printed_of_an_identity_shows_no_value() -> None:
    identity = Identity(label="desk", cookies=(SID,), storage='[{"origin": "https://a.example", "x": "secret-value"}]')
    assert "secret-value" not in f"{identity!r} {identity} {SID!r} {identity.words} {identity.domains}"


EXPORTS = {
    "netscape": b"# Netscape HTTP Cookie File\n#HttpOnly_.site.example\tTRUE\t/\tTRUE\t1900000000\tsid\tsecret-value\n"
                b"\nwww.site.example\tFALSE\t/a\tFALSE\t0\town\t1\n",
    "netscape with CRLF and a mark": b"\xef\xbb\xbf# cookies\r\n"
                                     b"#HttpOnly_.site.example\tTRUE\t/\tTRUE\t0\tsid\tsecret-value\r\n"
                                     b"www.site.example\tFALSE\t/a\tFALSE\t0\town\t1\r\n",
    "json of an extension": json.dumps([
        {"domain": ".site.example", "expirationDate": 1900000000.5, "hostOnly": False, "httpOnly": True, "name": "sid",
         "path": "/", "sameSite": "no_restriction", "secure": True, "session": False, "value": "secret-value"},
        {"domain": "www.site.example", "hostOnly": True, "httpOnly": False, "name": "own", "path": "/a",
         "sameSite": "unspecified", "secure": False, "session": True, "value": "1"}]).encode(),
    "state of playwright": json.dumps({"cookies": [
        {"name": "sid", "value": "secret-value", "domain": ".site.example", "path": "/", "expires": -1,
         "httpOnly": True, "secure": True, "sameSite": "None"},
        {"name": "own", "value": "1", "domain": "www.site.example", "path": "/a", "expires": -1, "httpOnly": False,
         "secure": False, "sameSite": "Lax"}], "origins": []}).encode(),
    "raw names": json.dumps([
        {"Host raw": "https://.site.example/", "Name raw": "sid", "Path raw": "/", "Content raw": "secret-value",
         "Expires raw": "1900000000", "Send for raw": "true", "HTTP only raw": "true"},
        {"Host raw": "http://www.site.example/", "Name raw": "own", "Path raw": "/a", "Content raw": "1",
         "Expires raw": "0", "Send for raw": "false", "HTTP only raw": "false"}]).encode(),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_the_same_cookies_come_out_of_every_export(export: str) -> None:
    cookies, storage = read_cookies(EXPORTS[export])
    told = [(c.name, c.value, c.domain, c.host_only, c.path, c.secure, c.http_only) for c in cookies]
    assert told == [("sid", "secret-value", "site.example", False, "/", True, True),
                    ("own", "1", "www.site.example", True, "/a", False, False)]
    assert storage == "[]"


@pytest.mark.parametrize("bad", [
    b"", b"# nothing\n", b"<html>log in</html>", b"{}", b"[1, 2]", b"[", b'{"cookies": [{"name": "a"}]}',
    b".site.example TRUE / TRUE 0 sid secret-value\n", b".com\tTRUE\t/\tTRUE\t0\tsid\tsecret-value\n",
    b'[{"name": "a", "value": "secret-value\\r\\nX: y", "domain": "site.example"}]',
    b'[{"name": "a", "value": "secret-value; b=c", "domain": "site.example"}]', b"[" * 100_000,
])
def test_what_is_no_export_is_refused_whole_without_showing_a_value(bad: bytes) -> None:
    with pytest.raises(InvalidSetting) as refused:
        read_cookies(bad)
    assert "secret-value" not in f"{refused.value} {refused.value.hint}"


@given(st.binary(max_size=300))
def test_any_bytes_are_cookies_or_refused(raw: bytes) -> None:
    try:
        cookies, _ = read_cookies(raw)
    except InvalidSetting:
        return
    assert cookies


_NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@given(st.lists(st.builds(Cookie, name=_NAMES, value=_NAMES, domain=st.sampled_from(["a.example", "b.a.example"]),
                          host_only=st.booleans(), path=st.sampled_from(["/", "/x"]), secure=st.booleans(),
                          http_only=st.booleans(), same_site=st.sampled_from(["", "Lax", "Strict"])),
                min_size=1, max_size=5, unique_by=lambda one: (one.name, one.domain, one.path, one.host_only)))
def test_a_state_read_back_is_the_same_identity(cookies: list[Cookie]) -> None:
    identity = Identity(label="x", cookies=tuple(cookies))
    assert read_cookies(json.dumps(identity.state()).encode())[0] == identity.cookies
