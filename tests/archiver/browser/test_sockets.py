"""What a browser tells of websockets, WebTransport and WebRTC: kept to the limits, and declared where it is not."""

import base64
import json
from typing import Any

import pytest

from archiver.browser import sockets
from archiver.browser.sockets import SocketLog
from archiver.identity import Cookie, Identity

KEY: tuple[tuple[str, ...], str] = ((), "1")


def opened(url: str = "wss://talk.example/live") -> SocketLog:
    log = SocketLog()
    log.take(KEY, "Network.webSocketCreated", {"requestId": "1", "url": url})
    log.take(KEY, "Network.webSocketWillSendHandshakeRequest", {"timestamp": 5.0, "wallTime": 1_700_000_005.0})
    log.take(KEY, "Network.webSocketHandshakeResponseReceived", {})
    return log


def frame(log: SocketLog, payload: str, *, opcode: int = 1, event: str = "Received", at: float = 6.5) -> None:
    told: dict[str, Any] = {"timestamp": at, "response": {"opcode": opcode, "mask": False, "payloadData": payload}}
    log.take(KEY, f"Network.webSocketFrame{event}", told)


def lines(log: SocketLog, identity: Identity | None = None) -> list[dict[str, Any]]:
    written = log.sockets[KEY].to_lines("Chromium 1", identity.mask if identity else bytes)
    return [json.loads(line) for line in written.splitlines()]


def test_a_message_has_direction_time_opcode_and_payload() -> None:
    log = opened()
    frame(log, "шлях", event="Sent")
    frame(log, base64.b64encode(b"\0\xff").decode(), opcode=2, at=7.0)
    assert lines(log)[1:] == [
        {"at": "2023-11-14T22:13:26.500000Z", "direction": "sent", "opcode": 1,
         "payload": base64.b64encode("шлях".encode()).decode()},
        {"at": "2023-11-14T22:13:27.000000Z", "direction": "received", "opcode": 2, "payload": "AP8="}]
    assert [str(one) for one in log.handshakes] == ["GET https://talk.example/live"]
    assert log.told() == ("websocket wss://talk.example/live: 2 messages, recorded as the browser tells them",)


@pytest.mark.parametrize(("limit", "value", "kept"), [
    ("MAX_MESSAGES", 2, [5, 5]), ("MAX_MESSAGE_BYTES", 3, [3, 3, 3]), ("MAX_SOCKET_BYTES", 7, [5, 2]),
])
def test_what_is_beyond_a_limit_is_declared_missing(
        monkeypatch: pytest.MonkeyPatch, limit: str, value: int, kept: list[int]) -> None:
    monkeypatch.setattr(sockets, limit, value)
    log = opened()
    for _ in range(3):
        frame(log, "12345")
    first, *messages = lines(log)
    assert [len(base64.b64decode(one["payload"])) for one in messages] == kept
    assert first["messages"] == 3
    assert "the others are missing" in log.told()[0]


def test_sockets_beyond_the_limit_and_what_is_never_recorded_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "MAX_SOCKETS", 1)
    log = opened()
    log.take(((), "2"), "Network.webSocketCreated", {"url": "wss://talk.example/second"})
    log.take(((), ""), "Network.webTransportCreated", {"transportId": "9", "url": "https://talk.example/quic"})
    log.peers = 2
    told = "\n".join(log.told())
    assert "1 more websockets were not recorded" in told
    assert "WebTransport https://talk.example/quic: what went over it is not recorded" in told
    assert "WebRTC: the page had 2 connections" in told


def test_the_profile_in_a_message_is_masked() -> None:
    log = opened()
    frame(log, '{"session": "abcdefghijklmnop"}', event="Sent")
    identity = Identity(label="x", cookies=(Cookie(name="s", value="abcdefghijklmnop", domain="talk.example",
                                                   host_only=True),))
    assert base64.b64decode(lines(log, identity)[1]["payload"]) == b'{"session": "xxxxxxxxxxxxxxxx"}'


@pytest.mark.parametrize("told", [{}, {"response": {}}, {"response": {"opcode": 2, "payloadData": "no base64!"}}])
def test_odd_events_of_a_browser_harm_nothing(told: dict[str, Any]) -> None:
    log = opened()
    log.take(KEY, "Network.webSocketFrameReceived", told)
    log.take(((), "unknown"), "Network.webSocketFrameReceived", told)
    assert lines(log)[0]["messages"] == 1
