"""Fixtures of the recorder's tests; the bench itself is tests/support/recorder_bench.py."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from origin import TestCa
from recorder_bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(root=tmp_path, stack=stack)


@pytest.fixture(scope="session")
def test_ca() -> TestCa:
    return TestCa()
