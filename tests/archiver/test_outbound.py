"""What goes out besides captures: where to, through what, and how much of an answer is taken."""

import itertools
import ssl

import local_tsa
import pytest

from archiver.errors import AnswerUnusable, ArchiverError, EgressRefused, FailureKind, InvalidSetting, UpstreamFailed
from archiver.outbound import Outbound
from archiver.recorder.proxies import UpstreamProxy
from evidence_store.custody.tokens import make_query, read_token

QUERY = make_query(b"checkpoint", lambda size: b"\7" * size)


def test_an_authority_is_asked_and_its_answer_comes_back_as_it_was(served_tsa):
    reply = Outbound().timestamp(served_tsa.at("good"), QUERY.der)
    assert read_token(reply).nonce == QUERY.nonce
    assert served_tsa.seen == [("/good", QUERY.der)]
    assert served_tsa.headers[0]["Content-Type"] == "application/timestamp-query"
    assert served_tsa.headers[0]["User-Agent"] == "Muniment"


@pytest.mark.parametrize(("path", "words"), [
    ("page", "text/html"), ("broken", "503"), ("moved", "302"), ("endless", "more than"),
])
def test_an_answer_that_is_no_timestamp_reply_is_refused(served_tsa, path, words):
    with pytest.raises(AnswerUnusable, match=words):
        Outbound().timestamp(served_tsa.at(path), QUERY.der)
    assert len(served_tsa.seen) == 1, "a redirect is not followed"


def test_an_answer_that_takes_too_long_is_given_up(served_tsa):
    ticks = itertools.count(step=20)
    with pytest.raises(UpstreamFailed, match="30 s"):
        Outbound(monotonic=lambda: next(ticks) * 2).timestamp(served_tsa.at("good"), QUERY.der)


def test_nothing_listening_is_said(served_tsa):
    with pytest.raises(UpstreamFailed) as failed:
        Outbound().timestamp("http://127.0.0.1:9/", QUERY.der)
    assert failed.value.kind is FailureKind.CONNECT


def test_the_environment_is_not_asked(served_tsa, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert Outbound().timestamp(served_tsa.at("good"), QUERY.der)


def test_with_a_proxy_the_proxy_is_asked_and_resolves_the_name(served_tsa):
    proxy = UpstreamProxy.parse(f"http://user:secret@127.0.0.1:{served_tsa.port}")
    Outbound(proxy=proxy).timestamp("http://tsa.example/good", QUERY.der)
    assert served_tsa.seen[0][0] == "http://tsa.example/good"
    assert served_tsa.headers[0]["Proxy-Authorization"].startswith("Basic ")


@pytest.mark.parametrize("scheme", ["http", "socks5h"])
def test_a_proxy_that_fails_ends_it_and_nothing_goes_direct(served_tsa, scheme):
    proxy = UpstreamProxy.parse(f"{scheme}://user:secret@127.0.0.1:9")
    with pytest.raises(ArchiverError) as failed:
        Outbound(proxy=proxy).timestamp("http://tsa.example/good", QUERY.der)
    assert served_tsa.seen == []
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("url", ["http://localhost/tsa", "http://tsa.local/", "http://tsa/", "http://10.0.0.1/tsa"])
def test_a_proxy_is_not_asked_for_what_is_meant_locally(served_tsa, url):
    proxy = UpstreamProxy.parse(f"http://127.0.0.1:{served_tsa.port}")
    with pytest.raises(EgressRefused):
        Outbound(proxy=proxy).timestamp(url, QUERY.der)
    assert served_tsa.seen == []


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "file:///etc/passwd", "ftp://tsa.example/", "tsa"])
def test_nowhere_that_no_authority_is(url):
    with pytest.raises(EgressRefused):
        Outbound().timestamp(url, QUERY.der)


def test_roots_of_a_file_are_taken_besides_the_usual_ones(served_tsa, tsa, tmp_path):
    assert Outbound(ca_file=tsa.root).timestamp(served_tsa.at("good"), QUERY.der)
    (tmp_path / "roots.pem").write_text("no certificate")
    with pytest.raises(InvalidSetting, match="cannot be used as roots"):
        Outbound(ca_file=tmp_path / "roots.pem").timestamp(served_tsa.at("good"), QUERY.der)


def test_an_authority_over_https_is_believed_with_its_root_only(tsa):
    tsa.certificate("localhost", "server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tsa.path("localhost.pem"), tsa.path("localhost.key"))
    with local_tsa.serve(tsa, tsa, context) as served:
        url = f"https://localhost:{served.port}/good"
        assert Outbound(ca_file=tsa.root).timestamp(url, QUERY.der)
        with pytest.raises(UpstreamFailed) as failed:
            Outbound().timestamp(url, QUERY.der)
        assert failed.value.kind is FailureKind.TLS
