"""What is said of the machine's clock."""


import pytest

from muniment.flows.circumstances import circumstances
from muniment.flows.clock_state import NOT_SYNCHRONISED, NOT_TOLD, KernelClock, clock_words, kernel_clock


@pytest.mark.parametrize(("returned", "status", "offset", "max_error", "words"), [
    (0, 0x2001, 120_000, 8_400, "synchronised by the operating system (NTP), offset 0.1 ms, error at most 8 ms"),
    (0, 0x0001, -2_500, 16_000, "synchronised by the operating system (NTP), offset -2.5 ms, error at most 16 ms"),
    (5, 0x0040, 0, 16_000_000, NOT_SYNCHRONISED),
    (5, 0x0000, 0, 16_000_000, NOT_SYNCHRONISED),
    (0, 0x0041, 0, 1_000, NOT_SYNCHRONISED),
])
def test_only_what_the_kernel_calls_synchronised_is_called_so(returned, status, offset, max_error, words):
    found = KernelClock(returned=returned, status=status, offset=offset, max_error=max_error)
    assert found.words() == words


def test_where_the_kernel_cannot_be_asked_that_is_said(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    assert clock_words() == NOT_TOLD


def test_what_we_read_of_the_kernel_is_what_it_keeps():
    found = kernel_clock()
    if found is None:
        pytest.skip("this kernel cannot be asked for the state of its clock")
    assert 0 <= found.returned <= 5
    assert found.max_error >= 0
    assert "synchronised" in circumstances("x").clock
