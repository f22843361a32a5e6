"""Asking a reader of the sandbox, and the findings for those that gave no answer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from evidence_store.errors import EvidenceError
from evidence_store.findings import Finding, Outcome
from evidence_store.records import Item
from verify.sandbox import ReaderFailed, ReaderFailure

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A reader that gave no answer."""

    reader: str
    failure: ReaderFailed


def asked(reader: str, ask: Callable[[Path], Answer], path: Path) -> Answer | Unread:
    """The reader's answer, or how it failed."""
    try:
        return ask(path)
    except ReaderFailed as failure:
        return Unread(reader=reader, failure=failure)


def failed(check: str, item: Item, unread: Unread) -> Finding:
    """That a reader failed, and how."""
    failure = unread.failure
    if failure.failure is ReaderFailure.TOO_LARGE:
        return Finding(check=check, outcome=Outcome.INCONCLUSIVE, subject=item.id,
                       summary=f"not decoded by {unread.reader}: {failure.detail}",
                       details={"reader": unread.reader, "failure": failure.failure.value})
    return Finding(check=check, outcome=Outcome.ERROR, subject=item.id,
                   summary=f"{unread.reader} could not read this file ({failure})",
                   details={"reader": unread.reader, "failure": failure.failure.value})


def unavailable(check: str, item: Item, error: EvidenceError) -> Finding:
    """That the bytes could not be had."""
    return Finding(check=check, outcome=Outcome.ERROR, subject=item.id, summary=f"the bytes could not be had: {error}")
