"""The three verifiers as outsiders run them, each giving an exit code, its answer, and what failed."""

import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from evidence_store.findings import Outcome
from verify import standalone
from verify.bundle import verify_bundle
from verify.scripts import verify_py, verify_sh
from verify.trust import read_receipt, read_trust

SHELLS = {"dash": ["dash"], "busybox": ["busybox", "sh"]}


@dataclass(frozen=True)
class Said:
    """What a verifier said of a bundle."""

    code: int
    answer: str
    failed: frozenset[str]           # check ids
    text: str                        # everything it printed


def standalone_says(root: Path, trust: Path | None = None, *receipts: Path, tsa_ca: Path | None = None,
                    require_time: bool = False) -> Said:
    """verify.py, called in this process: the same code without the start of an interpreter."""
    given = argparse.Namespace(
        trust=standalone.read_signers(str(trust)) if trust else None, require_time=require_time,
        receipt=[standalone.read_receipt(str(path)) for path in receipts], tsa_ca=str(tsa_ca) if tsa_ca else None)
    findings, outcome, answer = standalone.verify(str(root), given)
    failed = frozenset(finding.check for finding in findings if finding.outcome is standalone.FAIL)
    text = "\n".join(f"{one.outcome.name} {one.check} {one.subject}: {one.summary}" for one in findings)
    return Said({standalone.PASS: 0, standalone.FAIL: 4}.get(outcome, 5), answer, failed, text)


def muniment_says(root: Path, trust: Path | None = None, *receipts: Path, tsa_ca: Path | None = None,
                  require_time: bool = False) -> Said:
    """`muniment verify`, without the command line."""
    report = verify_bundle(root, trust=read_trust(trust) if trust else None,
                           receipts=[read_receipt(path) for path in receipts], tsa_roots=tsa_ca,
                           require_time=require_time)
    failed = frozenset(finding.check for finding in report.failures)
    text = "\n".join(f"{one.outcome} {one.check} {one.subject}: {one.summary}" for one in report.findings)
    return Said({Outcome.PASS: 0, Outcome.FAIL: 4}.get(report.outcome, 5), report.answer, failed, text)


def script_says(folder: Path, root: Path, *options: str | Path) -> Said:
    """verify.py, run as it stands in `folder`, outside the bundle."""
    script = folder / "verify.py"
    script.write_bytes(verify_py())
    command = [sys.executable, "-I", "-S", script, "--json", *options, root]
    run = subprocess.run(command, capture_output=True, timeout=120)
    assert not run.stderr, run.stderr.decode()
    document = json.loads(run.stdout)
    failed = frozenset(finding["check"] for finding in document["findings"] if finding["outcome"] == "fail")
    return Said(run.returncode, document["answer"], failed, run.stdout.decode())


def shell_says(shell: str, folder: Path, root: Path, *options: str | Path, path: str = "") -> Said:
    """verify.sh under a shell, run from `folder`, outside the bundle."""
    script = folder / "verify.sh"
    script.write_bytes(verify_sh())
    run = subprocess.run([*SHELLS[shell], script, *options, root], capture_output=True, timeout=120, cwd=folder,
                         env={"PATH": path or "/usr/local/bin:/usr/bin:/bin", "TMPDIR": str(folder)})
    text = run.stdout.decode("ascii")
    failed = frozenset(re.findall(r"^fail +(\S+)", text, re.MULTILINE))
    assert not run.stderr, run.stderr.decode()
    return Said(run.returncode, text.partition("\n")[0], failed, text)


IN_PROCESS = {"verify.py": standalone_says, "muniment": muniment_says}
