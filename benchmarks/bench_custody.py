"""Custody: fixity of 10,000 small and 4 large files, and rates of the ledger.

usage: bench_custody.py [LARGE_MEGABYTES]      (default 32: each of the 4 large files)

Fixity is CPU seconds (user + system) over one BagIt bag, the median of three runs with warm caches, each in a process
of its own and without its start: our check of a bag, `verify.py`'s, bagit.py's `validate()` in one
process, and `sha256sum -c` of the same manifest. The ledger: 100,000 events appended in durable batches of 50 (wall
time), beside bare writes and fdatasyncs of the same number, then read and verified (CPU).
"""

import hashlib
import importlib
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SMALL_FILES, LARGE_FILES, RUNS = 10_000, 4, 3
EVENTS, BATCH = 100_000, 50
TARGET_BAGIT = 1.9          # times bagit.py's CPU speed
TARGET_SHA256SUM = 2.0      # times sha256sum's CPU time, at most
TARGET_VERIFY_S = 3.0       # CPU seconds for 100,000 events
TARGET_APPEND = 5_000       # durable events a second
TARGET_BESIDE_RAW = 1.5     # times the wall time of bare syncs, at most: a slow disk is not the log's fault
LOADED = ("bagit", "verify.bundle.bag", "verify.bundle.listing", "verify.standalone",
          "evidence_store.custody.checkpoint")
CASE = "0123456789abcdef0123456789abcdef"


def make_bag(root: Path, megabytes: int) -> None:
    """A whole bag, every file of it listed."""
    dice, files = random.Random(1), {}
    for number in range(SMALL_FILES):
        files[f"data/small/{number // 1000:02}/{number:05}.bin"] = dice.randbytes(dice.randrange(1_000, 30_000))
    manifest = [write(root, path, data) for path, data in sorted(files.items())]
    manifest += [write(root, f"data/large-{number}.bin", dice.randbytes(1 << 20) * megabytes)
                 for number in range(LARGE_FILES)]
    listed = sorted(manifest, key=lambda line: line[66:])
    total = sum(path.stat().st_size for path in (root / "data").rglob("*") if path.is_file())
    tags = {"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": f"Payload-Oxum: {total}.{len(listed)}\n".encode(),
            "manifest-sha256.txt": "".join(listed).encode()}
    lines = [write(root, path, data) for path, data in sorted(tags.items())]
    (root / "tagmanifest-sha256.txt").write_bytes("".join(lines).encode())
    assert hashlib.sha256(tags["manifest-sha256.txt"]).hexdigest() in "".join(lines)


def write(root: Path, path: str, data: bytes) -> str:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return f"{hashlib.sha256(data).hexdigest()}  {path}\n"


def fixity_muniment(root: str) -> None:
    from evidence_store.findings import Outcome
    from evidence_store.progress import NoProgress
    from verify.bundle.bag import check_bag
    from verify.bundle.collector import Collector
    from verify.bundle.listing import list_folder

    found = Collector()
    check_bag(list_folder(Path(root), found), found, NoProgress())
    assert not [one for one in found.findings if one.outcome is Outcome.FAIL]


def fixity_verify_py(root: str) -> None:
    from verify import standalone

    report = standalone.Report()
    standalone.Bag.scan(root, report).check(report)
    assert not [one for one in report.findings if one.outcome is standalone.FAIL]


def fixity_bagit(root: str) -> None:
    import bagit

    bagit.Bag(root).validate(processes=1)


def fixity_sha256sum(root: str) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"], cwd=root,
                   check=True)


def bodies(count: int) -> list[bytes]:
    from evidence_store.canonical import encode

    return [encode({"type": "note", "item": None, "text": f"note {number} about something that was seen",
                    "salt": f"{number:064x}", "time": "2026-02-03T04:05:06.000000Z", "key": "SHA256:" + "A" * 43})
            for number in range(count)]


def ledger_append(root: str) -> None:
    """Append in batches; prints wall seconds, since a sync is waiting and not work."""
    from evidence_store.custody.log import CustodyLog

    events = bodies(EVENTS)
    with CustodyLog.create(Path(root) / "custody") as log:
        start = time.perf_counter()
        for at in range(0, EVENTS, BATCH):
            log.append(events[at:at + BATCH])
        print(time.perf_counter() - start)


def ledger_raw(root: str) -> None:
    """The same bytes and syncs without any log: what the disk alone allows."""
    events = bodies(EVENTS)
    lines = [b"x" * 170 for _ in events]
    handles = [os.open(Path(root) / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL) for name in ("raw-bodies", "raw-lines")]
    start = time.perf_counter()
    for at in range(0, EVENTS, BATCH):
        for handle, data in zip(handles, (events, lines), strict=True):
            os.write(handle, b"".join(data[at:at + BATCH]))
            os.fdatasync(handle)
    print(time.perf_counter() - start)


def ledger_verify(root: str) -> None:
    """Chain, bodies, Merkle root and prefix hash of every event."""
    from evidence_store.custody.checkpoint import checkpoint_of
    from evidence_store.custody.log import CustodyLog
    from evidence_store.records import CaseId

    log = CustodyLog.open(Path(root) / "custody")
    assert sum(1 for _ in log.bodies()) == EVENTS
    assert checkpoint_of(log, CaseId(CASE)).size == EVENTS


STEPS = {name: step for name, step in globals().items() if name.startswith(("fixity_", "ledger_"))}


def step(name: str, root: str) -> None:
    """Do it, and print its CPU seconds, without those of loading programs."""
    for module in LOADED:
        importlib.import_module(module)
    before = cpu_seconds()
    STEPS[name](root)
    print(cpu_seconds() - before)


def cpu_seconds() -> float:
    """Of this process and those it waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def measured(name: str, root: Path) -> list[float]:
    """What a step prints in a process of its own: its CPU seconds last."""
    path = os.pathsep.join(filter(None, (str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH"))))
    run = subprocess.run([sys.executable, __file__, name, root], check=True, capture_output=True, text=True,
                         env={**os.environ, "PYTHONPATH": path})
    return [float(line) for line in run.stdout.split()]


def fixity(root: Path, megabytes: int) -> bool:
    make_bag(root, megabytes)
    names = ("fixity_sha256sum", "fixity_muniment", "fixity_verify_py", "fixity_bagit")
    for name in names:
        measured(name, root)                # warm caches
    rounds = [{name: measured(name, root)[-1] for name in names} for _ in range(RUNS)]
    cpu = {name: statistics.median(one[name] for one in rounds) for name in names}
    print(f"fixity of {SMALL_FILES} small and {LARGE_FILES} files of {megabytes} MiB, CPU seconds")
    for name in names:
        beside = cpu[name] / cpu["fixity_sha256sum"]
        print(f"  {name.removeprefix('fixity_'):<12}{cpu[name]:>8.2f}{beside:>8.2f} x sha256sum")
    ratio, beside = cpu["fixity_bagit"] / cpu["fixity_muniment"], cpu["fixity_muniment"] / cpu["fixity_sha256sum"]
    print(f"  bagit.py / muniment {ratio:.2f} (target >= {TARGET_BAGIT}); "
          f"muniment / sha256sum {beside:.2f} (target <= {TARGET_SHA256SUM})")
    return ratio >= TARGET_BAGIT and beside <= TARGET_SHA256SUM


def ledger(root: Path) -> bool:
    raw, append = (measured(name, root)[0] for name in ("ledger_raw", "ledger_append"))
    verified = statistics.median(measured("ledger_verify", root)[-1] for _ in range(RUNS))
    print(f"ledger of {EVENTS} events\n  durable append in batches of {BATCH}: {EVENTS / append:.0f}/s, "
          f"{append / raw:.2f} x the time of bare fdatasyncs (target >= {TARGET_APPEND}/s, "
          f"or <= {TARGET_BESIDE_RAW} x)")
    print(f"  verify with all bodies, Merkle root and prefix: {verified:.2f} s CPU (target <= {TARGET_VERIFY_S})")
    quick = EVENTS / append >= TARGET_APPEND or append / raw <= TARGET_BESIDE_RAW
    return quick and verified <= TARGET_VERIFY_S


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bag").mkdir()
        good = [fixity(Path(folder) / "bag", megabytes), ledger(Path(folder))]
    print("targets met" if all(good) else "targets missed")


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] in STEPS:
        step(sys.argv[1], sys.argv[2])
    else:
        main()
