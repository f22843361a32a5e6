"""Who the server is, and the proxy before it: verified, said, never silently lowered, never gone around."""

import os
import ssl
import stat
import tempfile
from base64 import b64encode
from pathlib import Path

import pytest
from chained_proxies import ChainedProxy, HttpProxy, SocksProxy
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from origin import Origin, TestCa, reply
from recorder_bench import Bench, block_of, client_of

from archiver.errors import FailureKind, InvalidSetting
from archiver.recorder import ProxyScheme, Recorder, RecorderLimits, Resolution, UpstreamProxy, UpstreamTrust
from archiver.recorder.tls import CertificateAuthority
from evidence_store.clock import system_clock, system_random
from evidence_store.records import TlsOutcome

BAD_CERTIFICATES = {
    "expired": ({"expired": True}, "expired"),
    "self_signed": ({"self_signed": True}, "self-signed"),
    "incomplete_chain": ({"incomplete": True}, "unable to get local issuer certificate"),
    "wrong_host": ({}, "Hostname mismatch"),
    "unknown_root": ({}, "self-signed certificate in certificate chain"),
}


def serve_badly(bench: Bench, test_ca: TestCa, fault: str) -> Origin:
    """An origin whose certificate has the fault, under the name `bad.test`."""
    ca = TestCa() if fault == "unknown_root" else test_ca
    served = bench.origin({"/x": reply(b"public")}, "other.test" if fault == "wrong_host" else "bad.test", ca=ca,
                          **BAD_CERTIFICATES[fault][0])
    bench.names["bad.test"] = bench.names["other.test"] if fault == "wrong_host" else bench.names["bad.test"]
    return served


@pytest.mark.parametrize("fault", BAD_CERTIFICATES)
def test_a_certificate_that_does_not_verify_is_recorded_with_its_cause(bench: Bench, test_ca: TestCa,
                                                                       fault: str) -> None:
    serve_badly(bench, test_ca, fault)
    bench.start(ca=test_ca)
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get("https://bad.test/x", timeout=60).text == "public"
    (exchange,) = channel.close().exchanges
    assert exchange.peer.tls is TlsOutcome.UNVERIFIED
    assert BAD_CERTIFICATES[fault][1] in exchange.peer.tls_cause
    said = next(record.json for record in bench.records() if record.json_or_empty.get("schema") == "muniment/tls/1")
    assert (said["outcome"], said["cause"]) == ("unverified", exchange.peer.tls_cause)
    chain = [x509.load_pem_x509_certificate(text.encode()) for text in said["chain"]]
    assert [certificate.fingerprint(SHA256()).hex() for certificate in chain] == list(exchange.peer.chain_sha256)


@pytest.mark.parametrize("fault", BAD_CERTIFICATES)
def test_nothing_of_the_users_identity_goes_over_an_unverified_connection(bench: Bench, test_ca: TestCa,
                                                                          fault: str) -> None:
    served = serve_badly(bench, test_ca, fault)
    bench.start(ca=test_ca)
    channel = bench.channel(redact=True)
    with client_of(channel) as client:
        answer = client.get("https://bad.test/x", timeout=60, headers={"Cookie": "session=secret"})
    recording = channel.close()
    assert answer.status_code == 403
    assert "not verified" in recording.refused[0]
    assert recording.exchanges == ()
    assert served.log == []


def test_a_server_without_tls_behind_https_is_a_tls_failure(bench: Bench, test_ca: TestCa) -> None:
    bench.origin({"/x": reply(b"plain")}, "plain.test")
    bench.start(ca=test_ca, limits=RecorderLimits(connect_seconds=2.0))
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get("https://plain.test/x", timeout=60).status_code == 502
    (failure,) = channel.close().failures
    assert failure.kind is FailureKind.TLS
    assert failure.url == "https://plain.test/x"


def test_the_leaf_is_the_hosts_and_the_ca_comes_with_it(bench: Bench, test_ca: TestCa) -> None:
    authority = CertificateAuthority(system_clock(), system_random)
    ca = x509.load_pem_x509_certificate(authority.pem)
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context(cadata=authority.pem.decode())
    if hasattr(ssl, "VERIFY_X509_STRICT"):
        context.verify_flags |= ssl.VERIFY_X509_STRICT      # the default from Python 3.13 on
    client = context.wrap_bio(incoming, outgoing, server_hostname="any.example")
    server = authority.context_for("any.example").wrap_bio(outgoing, incoming, server_side=True)
    done = 0
    while done < 2:
        done = 0
        for side in (client, server):
            try:
                side.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                pass
    certificate = client.getpeercert()
    assert certificate is not None
    assert certificate["subjectAltName"] == (("DNS", "any.example"),)


def test_no_key_of_the_recorder_is_left_on_disk(bench: Bench, test_ca: TestCa, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    load = ssl.SSLContext.load_cert_chain

    def spy(context: ssl.SSLContext, path: str) -> None:
        seen.append((path, stat.S_IMODE(Path(path).stat().st_mode)))
        load(context, path)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", spy)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delattr(os, "memfd_create", raising=False)       # as on macOS
    CertificateAuthority(system_clock(), system_random).context_for("any.example")
    ((path, mode),) = seen
    assert mode == 0o600
    assert not Path(path).exists()


def test_roots_that_cannot_be_read_are_said_before_anything_starts(bench: Bench, tmp_path: Path) -> None:
    bench.start()
    assert bench.warc is not None
    with (pytest.raises(InvalidSetting, match=r"nowhere\.pem"),
          Recorder(warc=bench.warc, spool=tmp_path, trust=UpstreamTrust(ca_files=(tmp_path / "nowhere.pem",)))):
        pass


# --- upstream proxies ----------------------------------------------------------------------------------------------


class NeverAsked:
    """A resolver that must not be asked."""

    def resolve(self, host: str, port: int) -> Resolution:
        pytest.fail(f"{host} was resolved here")


def upstream(proxy: ChainedProxy, user: str = "", password: str = "") -> UpstreamProxy:
    scheme = ProxyScheme.HTTP if isinstance(proxy, HttpProxy) else ProxyScheme.SOCKS5H
    return UpstreamProxy(scheme=scheme, host="127.0.0.1", port=proxy.port, username=user, password=password)


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_through_a_proxy_nothing_is_resolved_here_and_the_bytes_are_the_servers(
        bench: Bench, test_ca: TestCa, kind: type[ChainedProxy], scheme: str) -> None:
    served = bench.origin({"/x": reply(b"far away")}, "far.example", ca=test_ca if scheme == "https" else None)
    proxy = bench.stack.enter_context(kind({"far.example": served.port}))
    bench.start(ca=test_ca, upstream=upstream(proxy), resolver=NeverAsked())
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get(f"{scheme}://far.example/x", timeout=60).text == "far away"
    (exchange,) = channel.close().exchanges
    assert exchange.peer.address == "via proxy"
    assert exchange.peer.host == "far.example"
    records = bench.records()
    assert exchange.response is not None
    assert block_of(records, exchange.response.record) == bytes(served.of("/x").sent)
    assert block_of(records, exchange.request.record) == bytes(served.of("/x").received)
    assert not [record for record in records if record.fields.get("WARC-Target-URI", "").startswith("dns:")]
    assert all("WARC-IP-Address" not in record.fields for record in records)
    assert proxy.log == [f"CONNECT far.example:{443 if scheme == 'https' else 80} HTTP/1.1" if kind is HttpProxy
                         else f"far.example:{443 if scheme == 'https' else 80}"]


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
def test_user_and_password_are_given_to_the_proxy_only(bench: Bench, kind: type[ChainedProxy]) -> None:
    served = bench.origin({"/x": reply(b"far away")}, "far.example")
    secret = b64encode(b"me:pass").decode() if kind is HttpProxy else "me:pass"
    proxy = bench.stack.enter_context(kind({"far.example": served.port}, credentials=secret))
    bench.start(upstream=upstream(proxy, "me", "pass"), resolver=NeverAsked())
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get("http://far.example/x", timeout=60).text == "far away"
    channel.close()
    assert b"authorization" not in bytes(served.of("/x").received).lower()
    assert not any(secret.encode() in record.block or b"me:pass" in record.block for record in bench.records())


def test_a_proxy_that_opens_no_tunnel_to_port_80_passes_the_request_on_and_this_is_said(bench: Bench) -> None:
    served = bench.origin({"/x": reply(b"far away", keep=False)}, "far.example")
    proxy = bench.stack.enter_context(HttpProxy({"far.example": served.port}, closed_ports=frozenset({80})))
    bench.start(upstream=upstream(proxy), resolver=NeverAsked())
    channel = bench.channel()
    with client_of(channel) as client:
        for _ in range(2):
            assert client.get("http://far.example/x", timeout=60).text == "far away"
    recording = channel.close()
    assert len(recording.exchanges) == 2
    assert all("proxy passed" in note.text for note in recording.notes)
    assert proxy.log[0] == "CONNECT far.example:80 HTTP/1.1"
    assert set(proxy.log[1:]) == {"GET http://far.example/x HTTP/1.1"}


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("fault", ["broken", "stopped", "unknown_name", "wrong_password"])
def test_a_proxy_that_fails_ends_the_request_and_nothing_goes_direct(
        bench: Bench, test_ca: TestCa, kind: type[ChainedProxy], scheme: str, fault: str) -> None:
    served = bench.origin({"/x": reply(b"direct!")}, "far.example", ca=test_ca if scheme == "https" else None)
    proxy = bench.stack.enter_context(kind(
        {} if fault == "unknown_name" else {"far.example": served.port}, broken=fault == "broken",
        credentials="c2VjcmV0" if fault == "wrong_password" else ""))
    if fault == "stopped":
        proxy.__exit__()
    bench.start(ca=test_ca, upstream=upstream(proxy))
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get(f"{scheme}://far.example/x", timeout=60).status_code == 502
    (failure,) = channel.close().failures
    assert failure.kind is FailureKind.PROXY
    assert served.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "2130706433", "localhost",
                                  "printer", "nas.local", "x.localhost", "db.internal", "router.home.arpa"])
def test_names_that_only_the_local_network_means_are_not_asked_of_a_proxy(bench: Bench, host: str) -> None:
    proxy = bench.stack.enter_context(SocksProxy({}))
    bench.start(upstream=upstream(proxy), resolver=NeverAsked())
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get(f"http://{host}/x", timeout=60).status_code == 403
    assert len(channel.close().refused) == 1
    assert proxy.log == []


@pytest.mark.parametrize(("text", "scheme", "host", "port"), [
    ("socks5h://127.0.0.1:9050", ProxyScheme.SOCKS5H, "127.0.0.1", 9050),
    ("http://user:p%40ss@proxy.example:3128", ProxyScheme.HTTP, "proxy.example", 3128),
    ("http://[::1]:8080/", ProxyScheme.HTTP, "::1", 8080),
])
def test_a_proxy_url_is_read(text: str, scheme: ProxyScheme, host: str, port: int) -> None:
    found = UpstreamProxy.parse(text)
    assert (found.scheme, found.host, found.port) == (scheme, host, port)
    assert "p@ss" not in str(found)


@pytest.mark.parametrize("text", ["", "socks5://127.0.0.1:9050", "socks4://x:1", "https://x:1", "http://x", "x:1",
                                  "http://x:99999", "http://:80"])
def test_a_proxy_url_that_would_leak_or_says_too_little_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting) as raised:
        UpstreamProxy.parse(text)
    assert "socks5h" in raised.value.hint
