"""What the recorder connects to, and what it refuses: no request leads into the machine or its network by accident."""

import contextlib
import ipaddress
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from origin import reply
from recorder_bench import Bench, client_of, read_until

from archiver.errors import FailureKind, InvalidSetting, RecorderStopped, UpstreamFailed
from archiver.recorder import Allowance, EgressPolicy, Endpoint, Recorder, Resolution
from archiver.recorder.policy import AddressKind, effective_address, kind_of, literal_address
from evidence_store.records import CaptureId


class Canary:
    """Listens on an address and counts who connects: nobody should."""

    def __init__(self, address: str) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family)
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                self.connections += 1
                accepted.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def canary() -> Iterator[Canary]:
    found = Canary("127.0.0.1")
    yield found
    found.close()


KINDS = [
    ("8.8.8.8", AddressKind.PUBLIC), ("1.1.1.1", AddressKind.PUBLIC), ("2606:4700::1111", AddressKind.PUBLIC),
    ("127.0.0.1", AddressKind.LOOPBACK), ("127.255.255.254", AddressKind.LOOPBACK), ("::1", AddressKind.LOOPBACK),
    ("10.0.0.1", AddressKind.PRIVATE), ("172.16.0.1", AddressKind.PRIVATE), ("172.31.255.255", AddressKind.PRIVATE),
    ("172.32.0.1", AddressKind.PUBLIC), ("192.168.1.1", AddressKind.PRIVATE), ("100.64.0.1", AddressKind.PRIVATE),
    ("198.18.0.1", AddressKind.PRIVATE), ("fd00::1", AddressKind.PRIVATE), ("fec0::1", AddressKind.PRIVATE),
    ("169.254.169.254", AddressKind.LINK_LOCAL), ("fe80::1", AddressKind.LINK_LOCAL),
    ("224.0.0.1", AddressKind.MULTICAST), ("ff02::1", AddressKind.MULTICAST),
    ("0.0.0.0", AddressKind.UNSPECIFIED), ("::", AddressKind.UNSPECIFIED),
    ("240.0.0.1", AddressKind.RESERVED), ("255.255.255.255", AddressKind.RESERVED), ("192.0.2.1", AddressKind.RESERVED),
    ("2001:db8::1", AddressKind.RESERVED), ("2001::1", AddressKind.RESERVED), ("4000::1", AddressKind.RESERVED),
    # an address inside another is what it leads to
    ("::ffff:127.0.0.1", AddressKind.LOOPBACK), ("::ffff:10.0.0.1", AddressKind.PRIVATE),
    ("::ffff:169.254.169.254", AddressKind.LINK_LOCAL), ("64:ff9b::7f00:1", AddressKind.LOOPBACK),
    ("2002:7f00:1::", AddressKind.LOOPBACK), ("2002:a00:1::", AddressKind.PRIVATE), ("::7f00:1", AddressKind.LOOPBACK),
    ("::ffff:8.8.8.8", AddressKind.PUBLIC),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_an_address_is_judged_by_what_it_is_meant_for(text: str, kind: AddressKind) -> None:
    address = ipaddress.ip_address(text)
    assert kind_of(effective_address(address)) is kind
    assert (EgressPolicy().refusal(address, 80) is None) is (kind is AddressKind.PUBLIC)


@pytest.mark.parametrize(("host", "address"), [
    ("127.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f000001", "127.0.0.1"),
    ("0x7f.1", "127.0.0.1"), ("0177.0.0.1", "127.0.0.1"), ("017700000001", "127.0.0.1"), ("127.0.0.1.", "127.0.0.1"),
    ("127.0.1", "127.0.0.1"), ("0X7F.0.0.0x1", "127.0.0.1"), ("0", "0.0.0.0"), ("[::1]", "::1"), ("::1", "::1"),
    ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"), ("fe80::1%eth0", "fe80::1"),
    ("example.org", None), ("127.0.0.1.example.org", None), ("1.2.3.4.5", None), ("256.1.1.1", None),
    ("1.2.3.256", None), ("4294967296", None), ("089.1", None), ("", None), ("0x7g", None),
])
def test_numbers_as_hosts_are_read_as_browsers_read_them(host: str, address: str | None) -> None:
    found = literal_address(host)
    assert (None if found is None else str(found)) == (None if address is None else str(ipaddress.ip_address(address)))


@pytest.mark.parametrize(("policy", "address", "port", "allowed"), [
    (EgressPolicy(allow_private=True), "127.0.0.1", 80, True),
    (EgressPolicy(allow_private=True), "192.168.0.1", 80, True),
    (EgressPolicy(allow_private=True), "::ffff:127.0.0.1", 80, True),
    (EgressPolicy(allow_private=True), "169.254.169.254", 80, False),
    (EgressPolicy(allow_private=True), "fe80::1", 80, False),
    (EgressPolicy(allow_private=True), "224.0.0.1", 80, False),
    (EgressPolicy(allow_private=True), "0.0.0.0", 80, False),
    (EgressPolicy(allow=(Allowance.parse("127.0.0.1:8080"),)), "127.0.0.1", 8080, True),
    (EgressPolicy(allow=(Allowance.parse("127.0.0.1:8080"),)), "127.0.0.1", 8081, False),
    (EgressPolicy(allow=(Allowance.parse("127.0.0.1:8080"),)), "127.0.0.2", 8080, False),
    (EgressPolicy(allow=(Allowance.parse("10.0.0.0/8"),)), "10.9.9.9", 1, True),
    (EgressPolicy(allow=(Allowance.parse("[::1]:443"),)), "::1", 443, True),
    (EgressPolicy(allow=(Allowance.parse("169.254.0.0/16"),)), "169.254.169.254", 80, False),
    (EgressPolicy(allow=(Allowance.parse("127.0.0.1"),), own_ports=frozenset({7000})), "127.0.0.1", 7000, False),
    (EgressPolicy(allow_private=True, own_ports=frozenset({7000})), "::ffff:127.0.0.1", 7000, False),
    (EgressPolicy(own_ports=frozenset({443})), "8.8.8.8", 443, True),
])
def test_the_policy_opens_what_the_user_opens_and_no_more(policy: EgressPolicy, address: str, port: int,
                                                          allowed: bool) -> None:
    assert (policy.refusal(ipaddress.ip_address(address), port) is None) is allowed


@pytest.mark.parametrize("text", ["", "host", "127.0.0.1:0", "127.0.0.1:70000", "10.0.0.1/8", "[::1", "1.2.3"])
def test_an_allowance_that_is_none_is_an_error_with_an_example(text: str) -> None:
    with pytest.raises(InvalidSetting) as raised:
        Allowance.parse(text)
    assert "127.0.0.1:8080" in raised.value.hint


@pytest.mark.parametrize("host", [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "0",
    "localhost", "rebound.test", "mixed.test", "169.254.169.254", "[fe80::1]", "10.0.0.1",
])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_request_reaches_a_loopback_listener(bench: Bench, canary: Canary, scheme: str, host: str) -> None:
    for name in ("localhost", "rebound.test"):
        bench.names[name] = Endpoint(address="127.0.0.1", port=canary.port)
    bench.names["mixed.test"] = Endpoint(address="::ffff:127.0.0.1", port=canary.port)
    bench.start(policy=EgressPolicy())
    channel = bench.channel()
    url = f"{scheme}://{host}:{canary.port}/x"
    with client_of(channel) as client:
        answer = client.get(url, timeout=60)
    recording = channel.close()
    assert (answer.status_code, answer.headers["Muniment-Recorder"]) == (403, "refused")
    assert "address" in answer.text
    assert len(recording.refused) == 1
    assert recording.refused[0].startswith(url)
    assert recording.exchanges == ()
    assert canary.connections == 0
    assert {record.type for record in bench.records()} <= {"warcinfo"}


class Rebinding:
    """Answers with a public address first and with loopback ever after."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked = 0

    def resolve(self, host: str, port: int) -> Resolution:
        self.asked += 1
        address = "192.0.2.1" if self.asked == 1 else "127.0.0.1"
        return Resolution(host=host, endpoints=(Endpoint(address=address, port=self.port),), source="test")


def test_the_address_that_was_judged_is_the_one_connected_to(bench: Bench, canary: Canary) -> None:
    resolver = Rebinding(canary.port)
    bench.start(policy=EgressPolicy(allow=(Allowance.parse("192.0.2.1:1"),)), resolver=resolver)
    channel = bench.channel()
    with client_of(channel) as client:
        answers = [client.get("http://rebinding.test/", timeout=60).status_code for _ in range(3)]
    recording = channel.close()
    assert resolver.asked == 3              # once a request, never again between judging and connecting
    assert answers == [403] * 3
    assert len(recording.refused) == 3
    assert canary.connections == 0


def test_the_recorder_never_connects_to_itself(bench: Bench) -> None:
    recorder = bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        answer = client.get(f"http://127.0.0.1:{recorder.port}/", timeout=60)
    assert answer.status_code == 403
    assert "own" in channel.close().refused[0]


class NoAddress:
    """Knows no name."""

    def resolve(self, host: str, port: int) -> Resolution:
        raise UpstreamFailed(FailureKind.DNS, f"{host} has no address")


def test_a_name_without_address_is_a_failure_with_its_kind(bench: Bench) -> None:
    bench.start(resolver=NoAddress())
    channel = bench.channel()
    with client_of(channel) as client:
        answer = client.get("http://gone.test/a", timeout=60)
    recording = channel.close()
    assert (answer.status_code, answer.headers["Muniment-Recorder"]) == (502, "dns")
    (failure,) = recording.failures
    assert (failure.kind, failure.method, failure.url) == (FailureKind.DNS, "GET", "http://gone.test/a")
    said = next(record.json for record in bench.records() if record.type == "metadata")
    assert (said["kind"], said["url"]) == ("dns", "http://gone.test/a")


def test_a_closed_port_is_a_failure_with_its_kind(bench: Bench) -> None:
    closed = bench.stack.enter_context(socket.socket())
    closed.bind(("127.0.0.1", 0))           # taken, so that nobody else listens there, and never listening
    bench.names["closed.test"] = Endpoint(address="127.0.0.1", port=closed.getsockname()[1])
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        assert client.get("http://closed.test/a", timeout=60).status_code == 502
    (failure,) = channel.close().failures
    assert failure.kind is FailureKind.CONNECT


# --- who may record ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("credentials", [None, "wrong:token", "{id}:", "{id}:{token}x", ":{token}", "{other}:{token}"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_is_not_the_capture_gets_407_and_leaves_no_trace(bench: Bench, scheme: str,
                                                              credentials: str | None) -> None:
    served = bench.origin({"/x": reply(b"ok")}, "plain.test")
    recorder = bench.start()
    channel, other = bench.channel(), bench.channel()
    proxy = urlsplit(channel.proxy_url)
    wanted = credentials and credentials.format(id=proxy.username, token=proxy.password,
                                                other=urlsplit(other.proxy_url).username)
    url = f"http://{wanted + '@' if wanted else ''}127.0.0.1:{recorder.port}"
    with requests.Session() as client:
        client.trust_env = False
        client.proxies = {"http": url, "https": url}
        if scheme == "http":
            assert client.get("http://plain.test/x", timeout=60).status_code == 407
        else:
            with pytest.raises(requests.exceptions.ProxyError, match="407"):
                client.get("https://plain.test/x", timeout=60)
    recording = channel.close()
    assert recording.exchanges == ()
    assert recording.unauthenticated == 1
    assert served.connections == 0
    assert {record.type for record in bench.records()} <= {"warcinfo"}


def test_exchanges_are_attributed_to_the_capture_that_made_them(bench: Bench) -> None:
    bench.origin(lambda path, _: reply(path.encode()), "plain.test")
    bench.start()
    channels = [bench.channel() for _ in range(4)]
    for number in range(5):
        for channel in channels:
            with client_of(channel) as client:
                client.get(f"http://plain.test/{channel.capture}/{number}", timeout=60)
    for channel in channels:
        recording = channel.close()
        assert len(recording.exchanges) == 5
        assert all(exchange.url.startswith(f"http://plain.test/{channel.capture}/")
                   for exchange in recording.exchanges)


def test_a_closed_channel_opens_no_door(bench: Bench) -> None:
    served = bench.origin({"/x": reply(b"ok")}, "plain.test")
    bench.start()
    channel = bench.channel()
    with client_of(channel) as client:
        client.get("http://plain.test/x", timeout=60)
        channel.close()
        assert client.get("http://plain.test/x", timeout=60).status_code == 407
    assert len(served.log) == 1


def test_a_stopped_recorder_says_so(bench: Bench, tmp_path: Path) -> None:
    recorder = bench.start()
    channel = bench.channel()
    ca_file = recorder.ca_file
    assert ca_file.read_bytes() == recorder.ca_pem
    recorder.__exit__(None, None, None)
    assert not ca_file.exists()
    with pytest.raises(RecorderStopped):
        channel.close()
    with pytest.raises(RecorderStopped):
        recorder.open_capture(CaptureId("0" * 16))
    assert isinstance(recorder, Recorder)


@pytest.mark.parametrize("target", ["ftp://plain.test/", "/only-a-path", "http:///nobody", "http://us er@x/",
                                    "http://user@plain.test/", "http://plain.test:0/", "http://plain.test:99999/"])
def test_a_target_that_is_not_one_server_and_one_path_is_answered_400(bench: Bench, target: str) -> None:
    bench.start()
    channel = bench.channel()
    proxy = urlsplit(channel.proxy_url)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode())
    with socket.create_connection((proxy.hostname, proxy.port), timeout=60) as connection:
        connection.sendall(b"GET " + target.encode() + b" HTTP/1.1\r\nProxy-Authorization: Basic " + secret
                           + b"\r\n\r\n")
        assert read_until(connection, b"\r\n").startswith(b"HTTP/1.1 400 ")
    assert channel.close().exchanges == ()
