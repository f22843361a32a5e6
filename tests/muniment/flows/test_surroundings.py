"""Clock, address and tools as they stand in the record of a capture; nobody is asked whom the settings do not name."""

from datetime import UTC, datetime

import pytest

from archiver.errors import AnswerUnusable, FailureKind, UpstreamFailed
from archiver.sntp import Comparison
from muniment.config.settings import Settings
from muniment.flows.circumstances import circumstances
from muniment.flows.surroundings import asked_words, observed

PAGE = "https://address.example/"


def clock() -> datetime:
    return datetime(2026, 2, 3, tzinfo=UTC)


class Page:
    """Tells an address, or fails."""

    def __init__(self, said: bytes | Exception = b"192.0.2.7\n") -> None:
        self.said, self.asked = said, []

    def fetch(self, url: str, limit: int) -> bytes:
        self.asked.append(url)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def compared(server: str, _: object) -> Comparison:
    return Comparison(server=server, offset=0.0123, uncertainty=0.004)


def silent(server: str, _: object) -> Comparison:
    raise UpstreamFailed(FailureKind.CONNECT, f"the time server {server} did not answer")


def seen(settings: Settings, page: Page | None = None, compare=compared):
    return observed(circumstances("x", "socks5h://proxy" if settings.proxy else ""), settings, page or Page(), clock,
                    compare=compare)


def test_without_settings_nobody_is_asked():
    page = Page()
    found = seen(Settings(), page, compare=pytest.fail)
    assert found.egress == "direct"
    assert "synchronised" in found.clock
    assert page.asked == []
    assert asked_words(Settings()) == ""


def test_an_address_that_is_stated_or_told_stands_in_the_record():
    assert seen(Settings(egress="192.0.2.9")).egress == "direct, from 192.0.2.9 (as stated)"
    assert seen(Settings(egress=PAGE)).egress == "direct, from 192.0.2.7 (says address.example)"
    assert "address.example" in asked_words(Settings(egress=PAGE))


@pytest.mark.parametrize("said", [b"<html>hello</html>", b"", b"\xff" * 20, AnswerUnusable("no"), b"192.0.2.7 x"])
def test_a_page_that_tells_no_address_is_said_to(said):
    words = seen(Settings(egress=PAGE), Page(said)).egress
    assert words.startswith("direct (address.example ")
    assert "from" not in words


def test_a_clock_that_was_compared_says_by_how_much_it_is_off():
    found = seen(Settings(ntp="time.example"))
    assert found.clock.startswith("compared with time.example by NTP: offset +12 ms, known to 4 ms; ")


def test_a_time_server_that_does_not_answer_is_said_and_costs_nothing():
    plain = circumstances("x").clock.split(",")[0]
    words = seen(Settings(ntp="time.example"), compare=silent).clock
    assert words.startswith(plain)
    assert words.endswith("the time server time.example did not answer")


def test_with_a_proxy_no_time_server_is_asked():
    found = seen(Settings(ntp="time.example", proxy="socks5h://proxy"), compare=pytest.fail)
    assert "around the proxy" in found.clock
    assert found.egress == "via proxy socks5h://proxy"
    assert asked_words(Settings(ntp="time.example", proxy="socks5h://proxy")) == ""


def test_every_tool_that_is_installed_has_a_hash_and_the_same_each_time():
    tools = seen(Settings()).tools
    assert tools == seen(Settings()).tools
    hashed = {one.name for one in tools if len(one.sha256) == 64}
    assert {"CPython", "muniment", "requests", "yt-dlp"} <= hashed
