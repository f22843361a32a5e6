"""Makes the tables of docs/verify-anything.md: every file of the shared data, what Muniment and what others say of it.

    python docs/make_verify_table.py ../shared/data >tables.md

The other programs (`wacz validate`, `warcio check`, `bagit.py --validate`) are of the development requirements.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from evidence_store.findings import Finding, Outcome, combine
from verify.foreign.answer import decode_findings
from verify.foreign.brought import Brought
from verify.foreign.recognise import kind_of_file, kind_of_folder
from verify.report import TargetKind
from verify.sandbox.process import Sandbox, SandboxLimits

CODES = {Outcome.PASS: 0, Outcome.FAIL: 4}
SECONDS = 60
WORDS = 110                   # characters of what is said


def main(data: Path) -> None:
    """Print every table."""
    with Sandbox(SandboxLimits(seconds=SECONDS, answer=32 << 20), module="verify.foreign.worker") as sandbox:
        for title, paths in sections(data):
            say(f"\n### {title}\n| target | kind | exit | what decides it | others |\n|---|---|---|---|---|")
            for path in paths:
                say(row(sandbox, data, path))
        say("\n### Many alike\n| targets | exit codes |\n|---|---|")
        for title, paths in alike(data):
            counts = Counter(CODES.get(combine(ask(sandbox, path)), 5) for path in paths)
            say(f"| {title} ({len(paths)}) | {', '.join(f'{code}: {n}' for code, n in sorted(counts.items()))} |")


def say(line: str) -> None:
    """One line, or several."""
    sys.stdout.write(f"{line}\n")


def sections(data: Path) -> Iterator[tuple[str, list[Path]]]:
    """Titles and targets."""
    yield "1_warc", [path for path in sorted((data / "1_warc").rglob("*"))
                     if path.name.endswith((".warc", ".gz", ".arc", ".wacz", ".bad"))]
    yield "6_bag", [path for path in sorted((data / "6_bag").glob("*/v*/*/*")) if path.is_dir()]
    yield "6_timestamp", sorted(path for path in (data / "6_timestamp").rglob("*") if path.suffix in (".tsr", ".ots"))
    yield "5_c2pa", [path for path in sorted((data / "5_c2pa").rglob("*"))
                     if path.suffix in (".jpg", ".dng", ".mp4", ".m4s", ".pdf")]
    yield "8_malformed", sorted(path for path in (data / "8_malformed").rglob("*") if path.is_file())


def alike(data: Path) -> Iterator[tuple[str, list[Path]]]:
    """Groups of which a line says enough."""
    vectors = data / "6_timestamp/transparency-dev+merkle/testdata"
    for wrong in (False, True):
        yield (f"Merkle proofs that are {'wrong' if wrong else 'right'} by their own word",
               [path for path in sorted(vectors.rglob("*.json"))
                if (b'"wantErr": true' in path.read_bytes()) is wrong and "subtreeconsistency" not in str(path)])
    yield "consistency of subtrees: no form known here", sorted((vectors / "subtreeconsistency").rglob("*.json"))
    yield "6_case, JSON-LD", sorted((data / "6_case").rglob("*.json"))
    yield "6_case, everything else", sorted(path for path in (data / "6_case").rglob("*")
                                            if path.is_file() and path.suffix != ".json")


def ask(sandbox: Sandbox, path: Path) -> tuple[Finding, ...]:
    """The findings on a target."""
    kind = kind_of_folder(path) if path.is_dir() else kind_of_file(path)
    return sandbox.ask(kind.value, path, decode_findings, Brought().to_text())


def row(sandbox: Sandbox, data: Path, path: Path) -> str:
    """One line of a table."""
    findings = ask(sandbox, path)
    outcome = combine(findings)
    ranks = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE)
    first = next((found for rank in ranks for found in findings if found.outcome is rank), None)
    said = f"`{first.check}`: {first.summary.replace('|', '/')[:WORDS]}" if first else "all that was checked holds"
    kind = kind_of_folder(path) if path.is_dir() else kind_of_file(path)
    name = "/".join(path.relative_to(data).parts[-3:] if path.is_dir() else path.parts[-1:])
    return f"| {name} | {kind} | {CODES.get(outcome, 5)} | {said} | {others(kind, path)} |"


def others(kind: TargetKind, path: Path) -> str:
    """What the program that people use for such a target says."""
    match kind:
        case TargetKind.WACZ:
            return said(["wacz", "validate", "-f", str(path)], "`wacz validate`")
        case TargetKind.WARC | TargetKind.ARC:
            return said(["warcio", "check", str(path)], "`warcio check`")
        case TargetKind.BAG:
            return said(["bagit.py", "--validate", "--quiet", str(path)], "`bagit.py`")
        case _:
            return ""


def said(command: list[str], name: str) -> str:
    """Whether a program accepts, rejects or breaks."""
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run([sys.executable, program, *command[1:]], capture_output=True, check=False, timeout=SECONDS)
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    if "Traceback" in text:
        return f"{name} breaks"
    refused = done.returncode != 0 or "Validation Failed" in text or "is invalid" in text
    return f"{name} {'rejects' if refused else 'accepts'}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
