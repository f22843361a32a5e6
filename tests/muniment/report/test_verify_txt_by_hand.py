"""The lines of VERIFY.txt, typed as they stand in a real bundle, say yes to it and no to a changed one."""

import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence_store.bundle.model import BundleOptions
from evidence_store.bundle.seal import seal_bundle
from evidence_store.case import Case, CaseCharter
from evidence_store.clock import system_random
from evidence_store.custody.keys import create_key
from evidence_store.events import Imported
from evidence_store.records import Circumstances, Item, ItemKind, Tool
from muniment.report import bundle_documents

SOFTWARE = Tool(name="Muniment", version="0.1.0")
START = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
AROUND = Circumstances(collector="inv1", machine="Linux", clock="not synchronised", egress="direct", identity="none",
                       tools=(SOFTWARE,))


@dataclass(frozen=True)
class Received:
    """A bundle as it lies with its recipient, and what they know of the sender."""

    path: Path
    lines: dict[str, list[str]]     # commands of each numbered section

    def type(self, section: str, start: str) -> subprocess.CompletedProcess[str]:
        """Run the command of a section that begins with `start`."""
        command = next(line for line in self.lines[section] if line.startswith(start))
        command = command.replace("/tmp/", f"{self.path.parent}/")
        return subprocess.run(["sh", "-c", command], cwd=self.path, capture_output=True, text=True, check=False)


def commands(text: str) -> dict[str, list[str]]:
    """The typed lines of each section: those that begin with a program's name."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in text.splitlines():
        if match := re.match(r"(\d)\. ", line):
            section = match[1]
        if section and re.match(r"  (sha256sum|find|\(cut|diff|ssh-keygen|cat|wc|head|sed) ", line):
            found.setdefault(section, []).append(line.strip())
    return found


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("by-hand")
    signer = create_key(folder / "key", comment="", passphrase=None)
    ticks = iter(range(10_000))
    clock = lambda: START + timedelta(seconds=next(ticks))      # noqa: E731
    case = Case.create(folder / "case", CaseCharter(title="By hand"), signer=signer, principal="inv1", clock=clock,
                       random=system_random)
    options = BundleOptions(bundle_id="cd" * 16, recipient="the court", software=SOFTWARE)
    with case.writer(signer, command="test", clock=clock, random=system_random) as writer:
        blob = writer.add_blob(io.BytesIO(b"a statement"))
        writer.append(Imported(received_from="a witness", how="by hand", circumstances=AROUND, items=(Item(
            id=writer.new_item_id(), kind=ItemKind.DOCUMENT, sha256=blob.sha256, length=blob.length,
            media_type="text/plain", source=blob, name="statement.txt", obtained_at=START),)))
        seal_bundle(writer, options, created_at=START, destination=folder / "bundle",
                    documents=lambda checkpoint: bundle_documents(
            case.events(0, checkpoint.size), checkpoint=checkpoint.checkpoint, options=options, sealer=signer.public,
            verify_py=b"", verify_sh=b""))
    (folder / "trusted_signers").write_text(
        f'sender namespaces="seal@muniment,checkpoint@muniment" {signer.public.line}\n')
    return folder


@pytest.fixture
def received(sealed: Path, tmp_path: Path) -> Received:
    shutil.copytree(sealed / "bundle", tmp_path / "bundle")
    shutil.copy(sealed / "trusted_signers", tmp_path)
    return Received(path=tmp_path / "bundle", lines=commands((sealed / "bundle" / "VERIFY.txt").read_text()))


def test_every_section_has_lines_to_type(received):
    assert {section: len(lines) for section, lines in received.lines.items()} == {"1": 1, "2": 4, "3": 2, "4": 4,
                                                                                  "5": 2}


def test_an_untouched_bundle_passes_every_step(received):
    done = received.type("1", "sha256sum")
    assert (done.returncode, done.stdout) == (0, "")
    for start in ("find . -type f |", "(cut"):
        assert received.type("2", start).returncode == 0
    for start in ("diff", "find . !"):
        done = received.type("2", start)
        assert (done.returncode, done.stdout) == (0, "")
    assert 'Good "seal@muniment" signature for sender' in received.type("3", "ssh-keygen -Y verify").stdout
    assert 'Good "seal@muniment" signature with ED25519 key' in received.type("3", "ssh-keygen -Y check").stdout
    assert 'Good "checkpoint@muniment" signature for sender' in received.type("4", "ssh-keygen").stdout
    checkpoint = received.type("4", "cat").stdout.splitlines()
    assert received.type("4", "wc").stdout.strip() == checkpoint[1]
    assert received.type("4", "head").stdout.split()[0] == checkpoint[3].removeprefix("sha256-prefix ")
    assert received.type("5", "sha256sum").stdout.split()[0] in received.type("5", "sed").stdout


def test_a_changed_file_is_named_by_step_1(received):
    original = received.path / "data" / "items" / "ITEM-0001" / "original.txt"
    original.write_bytes(b"A statement")
    done = received.type("1", "sha256sum")
    assert done.returncode != 0
    assert "data/items/ITEM-0001/original.txt: FAILED" in done.stdout


def test_an_added_file_is_named_by_step_2(received):
    (received.path / "data" / "extra.txt").write_bytes(b"x")
    for start in ("find . -type f |", "(cut"):
        received.type("2", start)
    assert "data/extra.txt" in received.type("2", "diff").stdout


def test_an_added_link_is_named_by_step_2(received):
    (received.path / "data" / "link").symlink_to("/etc/hostname")
    assert "./data/link" in received.type("2", "find . !").stdout


def test_manifests_made_anew_do_not_pass_step_3(received):
    with (received.path / "tagmanifest-sha256.txt").open("a") as manifest:
        manifest.write(f"{'0' * 64}  other\n")
    assert received.type("3", "ssh-keygen -Y verify").returncode != 0


def test_a_ledger_without_its_last_line_does_not_pass_step_4(received):
    ledger = received.path / "custody" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:-1]))
    checkpoint = received.type("4", "cat").stdout.splitlines()
    assert received.type("4", "wc").stdout.strip() != checkpoint[1]
    assert received.type("4", "head").stdout.split()[0] != checkpoint[3].removeprefix("sha256-prefix ")
