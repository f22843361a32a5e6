"""Keys and logs for the custody tests."""

import shutil
from pathlib import Path

import pytest

from evidence_store.custody.keys import FileSigner, create_key
from evidence_store.custody.log import CustodyLog, LogWriter

CASE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def signer(tmp_path: Path) -> FileSigner:
    return create_key(tmp_path / "signer", comment="the investigator", passphrase=None)


@pytest.fixture
def log(tmp_path: Path):
    writer = CustodyLog.create(tmp_path / "custody")
    yield writer
    writer.close()


def bodies_of(count: int, first: int = 0) -> list[bytes]:
    return [b'{"n":%d}\n' % number for number in range(first, first + count)]


@pytest.fixture
def bodies():
    return bodies_of


@pytest.fixture
def filled(log: LogWriter) -> LogWriter:
    """A log of twelve events: the digits of `seq` change within it."""
    log.append(bodies_of(12))
    return log


@pytest.fixture(scope="session")
def ssh_keygen() -> str:
    found = shutil.which("ssh-keygen")
    if found is None:
        pytest.fail("ssh-keygen is not installed: Debian's openssh-client has it")
    return found
