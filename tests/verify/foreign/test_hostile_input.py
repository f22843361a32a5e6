"""Files that break parsers, and cuts and flips of good ones: verify always answers, import always goes on.

The files of others are told by their own hash, so that the same ones are cut at the same places in every run.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from case_factory import CIRCUMSTANCES

from muniment.flows.environment import Environment
from muniment.flows.importing import Provenance, import_paths
from verify.bundle import verify_case
from verify.foreign.answer import decode_findings
from verify.foreign.brought import Brought
from verify.foreign.recognise import kind_of_file
from verify.report import TargetKind
from verify.sandbox.process import ReaderFailed, ReaderFailure, Sandbox, SandboxLimits

LIMITS = SandboxLimits(seconds=60.0, memory=3 << 30, answer=32 << 20)
FOLDERS = ("1_warc", "5_c2pa", "6_bag", "6_case", "6_timestamp")
LARGEST = 200_000             # bytes of a file that is changed: large ones only take longer
IN_EVERY_RUN = 40             # changed files; `make soak` takes all


def files(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*")) if path.is_file()]


def changed(shared_data: Path, folder: Path, count: int | None) -> Iterator[Path]:
    """Copies of good files with a byte flipped, a stretch zeroed, a stretch taken out, or the end cut off."""
    good = [path for name in FOLDERS for path in files(shared_data / name) if 0 < path.stat().st_size <= LARGEST]
    good.sort(key=lambda path: hashlib.sha256(path.name.encode()).digest())
    for number, path in enumerate(good[:count]):
        data, random = bytearray(path.read_bytes()), Random(hashlib.sha256(path.read_bytes()).digest())
        at, length = random.randrange(len(data)), random.randrange(1, 1 + len(data) // 3 or 2)
        match number % 4:
            case 0:
                data[at] ^= 1 << random.randrange(8)
            case 1:
                data[at:at + length] = bytes(len(data[at:at + length]))
            case 2:
                del data[at:at + length]
            case _:
                del data[at:]
        target = folder / f"{number:04d}-{path.name[-60:]}"
        target.write_bytes(data)
        yield target


def answer_all(paths: list[Path]) -> dict[str, str]:
    """What kept each from being answered; empty where all were."""
    wrong: dict[str, str] = {}
    with Sandbox(LIMITS, module="verify.foreign.worker") as sandbox:
        for path in paths:
            kind = kind_of_file(path)
            if kind is TargetKind.ZIPPED_BAG:
                kind = TargetKind.ZIP
            try:
                findings = sandbox.ask(kind.value, path, decode_findings, Brought().to_text())
            except ReaderFailed as failed:
                if failed.failure is not ReaderFailure.CRASH:      # a crash of a library costs its own answer only
                    wrong[path.name] = str(failed)
            else:
                if not findings:
                    wrong[path.name] = "nothing was found"
    return wrong


def imported(made, *paths: Path):
    with made.writer("import") as writer:
        world = Environment(clock=made.clock, random=made.random)
        done = import_paths(writer, paths, Provenance(), CIRCUMSTANCES, world)
        writer.checkpoint()
    return done


def test_every_malformed_file_is_answered(shared_data):
    paths = files(shared_data / "8_malformed")
    assert len(paths) > 100
    assert answer_all(paths) == {}


def test_cuts_and_flips_of_good_files_are_answered(shared_data, tmp_path):
    paths = list(changed(shared_data, tmp_path, IN_EVERY_RUN))
    assert len(paths) == IN_EVERY_RUN
    assert answer_all(paths) == {}


@pytest.mark.soak
def test_every_cut_and_flip_is_answered(shared_data, tmp_path):
    assert answer_all(list(changed(shared_data, tmp_path, None))) == {}


def test_whatever_is_imported_the_case_still_verifies(shared_data, make_case, tmp_path):
    (tmp_path / "changed").mkdir()
    count = len(list(changed(shared_data, tmp_path / "changed", IN_EVERY_RUN)))
    made = make_case()
    done = imported(made, shared_data / "8_malformed", tmp_path / "changed")
    held = {item.within is None for item in done.items}
    assert True in held
    assert len([item for item in done.items if item.within is None]) + len(done.known) >= count
    assert done.failures == ()
    report = verify_case(made.root)
    assert report.failures == ()
    assert report.outcome.value == "pass"
