"""A bundle of 10,000 items: writing and sealing it, and verifying it, beside `sha256sum` of the same bytes.

usage: bench_bundle.py [KILOBYTES]      (default 100: the mean size of an item, as of photographs from messengers)

CPU seconds (user + system), warm caches, each step in a process of its own and without its start. Sealing is what
writes the bag: items, records, ledger, manifests, signature; documents for people are not made. Beside each stand the
CPU seconds that `sha256sum` takes over the files of the finished bundle.
"""

import importlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

ITEMS, BATCH = 10_000, 50
LOADED = ("evidence_store.bundle.seal", "evidence_store.writer", "evidence_store.custody.keys", "verify.bundle",
          "verify.standalone")
TARGET = 2.0                # times sha256sum's CPU time, at most
NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def build(root: Path, kilobytes: int) -> None:
    """A case of imported files, half to three halves of the mean size."""
    from evidence_store.case import Case, CaseCharter
    from evidence_store.custody.keys import create_key
    from evidence_store.events import Imported
    from evidence_store.records import Circumstances, Item, ItemKind

    dice = random.Random(1)
    signer = create_key(root / "key", comment="", passphrase=None)
    around = Circumstances(collector="x", machine="x", clock="x", egress="direct", identity="none", tools=())
    noise = dice.randbytes(kilobytes * 1500 + ITEMS)
    with Case.create(root / "case", CaseCharter(title="many"), signer=signer, principal="x", clock=clock,
                     random=dice.randbytes) as case, case.writer(signer, command="bench", clock=clock,
                                                                 random=dice.randbytes) as writer:
        for first in range(0, ITEMS, BATCH):
            items = []
            for number in range(first, first + BATCH):
                length = dice.randrange(kilobytes * 500, kilobytes * 1500)
                blob = writer.add_blob(BytesIO(noise[number:number + length]))
                items.append(Item(id=writer.new_item_id(), kind=ItemKind.PHOTO, sha256=blob.sha256, length=blob.length,
                                  media_type="image/jpeg", source=blob, name=f"{number}.jpg", obtained_at=NOW))
            writer.append(Imported(items=tuple(items), received_from="x", how="x", circumstances=around))
        writer.checkpoint()


def seal(root: Path) -> None:
    from evidence_store.bundle.model import BundleDocuments, BundleOptions
    from evidence_store.bundle.seal import seal_bundle
    from evidence_store.case import Case
    from evidence_store.custody.keys import open_key
    from evidence_store.records import Tool

    documents = BundleDocuments(start_here=b"", report=b"", verify_txt=b"", verify_sh=b"", verify_py=b"")
    options = BundleOptions(bundle_id="0" * 32, recipient="x", software=Tool(name="muniment", version="x"))
    dice, signer = random.Random(2), open_key(root / "key")
    with Case.open(root / "case") as case, case.writer(signer, command="bench", clock=clock,
                                                       random=dice.randbytes) as writer:
        seal_bundle(writer, options, created_at=NOW, documents=lambda _: documents, destination=root / "bundle")


def verify(root: Path) -> None:
    from evidence_store.findings import Outcome
    from verify.bundle import verify_bundle

    assert verify_bundle(root / "bundle").outcome is Outcome.INCONCLUSIVE, "nobody is trusted here"


def standalone(root: Path) -> None:
    from verify import standalone as program

    given = program.argparse.Namespace(trust=None, receipt=[], tsa_ca=None, require_time=False)
    assert program.verify(str(root / "bundle"), given)[1] is program.INCONCLUSIVE


def sha256sum(root: Path) -> None:
    names = subprocess.run(["find", root / "bundle", "-type", "f", "-print0"], check=True, capture_output=True).stdout
    subprocess.run(["xargs", "-0", "sha256sum"], input=names, check=True, stdout=subprocess.DEVNULL)


STEPS = {step.__name__: step for step in (seal, verify, standalone, sha256sum)}


def cpu_seconds() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def measured(name: str, root: Path) -> tuple[float, float]:
    """CPU and wall seconds of a step in a process of its own."""
    path = os.pathsep.join(filter(None, (str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH"))))
    run = subprocess.run([sys.executable, __file__, name, root], check=True, capture_output=True, text=True,
                         env={**os.environ, "PYTHONPATH": path})
    cpu, wall = map(float, run.stdout.split())
    return cpu, wall


def main() -> None:
    kilobytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        build(root, kilobytes)
        took = {name: measured(name, root) for name in ("seal", "sha256sum", "verify", "standalone")}
        took["sha256sum"] = measured("sha256sum", root)          # warm
    base = took["sha256sum"][0]
    print(f"a bundle of {ITEMS} items of {kilobytes} kB")
    for name, (cpu, wall) in took.items():
        print(f"  {name:<12}{cpu:>8.2f} s CPU{cpu / base:>8.2f} x sha256sum{wall:>9.1f} s wall")
    met = max(took["seal"][0], took["verify"][0]) <= TARGET * base
    print(f"target <= {TARGET} x sha256sum for sealing and for verifying: {'met' if met else 'missed'}")


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] in STEPS:
        for module in LOADED:
            importlib.import_module(module)
        before, start = cpu_seconds(), time.perf_counter()
        STEPS[sys.argv[1]](Path(sys.argv[2]))
        print(cpu_seconds() - before, time.perf_counter() - start)
    else:
        main()
