"""Targets of others' making, and what is found on them in this process."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evidence_store.errors import EvidenceError
from evidence_store.findings import Finding, combine
from verify.bundle.collector import Collector
from verify.foreign.brought import Brought
from verify.foreign.recognise import kind_of_file, kind_of_folder
from verify.foreign.worker import CHECKERS


class Seen:
    """The findings on one target."""

    def __init__(self, path: Path, brought: Brought) -> None:
        found = Collector()
        self.kind = kind_of_folder(path) if path.is_dir() else kind_of_file(path)
        try:
            CHECKERS[self.kind](path, brought, found)
        except EvidenceError as error:
            found.fail("target.form", path.name, str(error))
        self.findings: tuple[Finding, ...] = found.findings

    @property
    def outcome(self) -> str:
        return combine(self.findings).value

    @property
    def outcomes(self) -> Mapping[str, set[str]]:
        """Outcomes by check."""
        found: dict[str, set[str]] = {}
        for finding in self.findings:
            found.setdefault(finding.check, set()).add(finding.outcome.value)
        return found

    def of(self, outcome: str) -> set[str]:
        """The checks with that outcome."""
        return {finding.check for finding in self.findings if finding.outcome.value == outcome}


@pytest.fixture
def look() -> Callable[..., Seen]:
    """What is found on a path."""
    return lambda path, **brought: Seen(Path(path), Brought(**brought))
