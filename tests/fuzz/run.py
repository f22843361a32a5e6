"""Fuzzes one parser with atheris: `run.py TARGET SECONDS`; what is found stops it, and the exit code is not 0."""

import hashlib
import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "tests" / "hostile")]

with atheris.instrument_imports(include=["evidence_store", "verify", "fuzz_targets"]):
    from fuzz_targets import TARGETS, seeds


def main(target: str, seconds: str) -> None:
    corpus = Path(tempfile.mkdtemp(prefix=f"muniment-fuzz-{target}-"))
    for seed in seeds(target):
        (corpus / hashlib.sha256(seed).hexdigest()).write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-max_len=16384", "-timeout=10", "-rss_limit_mb=2048",
               f"-artifact_prefix={corpus}/found-", "-verbosity=0", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
