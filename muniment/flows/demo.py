"""The demo: serve the sample live blog on loopback, preserve it, verify the bundle three ways.

1. Nothing leaves the machine: the demo's names resolve to its own servers, and no other name resolves at all.
2. It succeeds exactly when every verdict is the expected one and the three verifications pass.
3. Run again, it goes on in the same folder: what is complete is not captured again, the new bundle gets a new name.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from archiver.browser.program import AUTO, NEVER
from archiver.citations import normalise_url
from archiver.recorder import Endpoint, MapResolver
from evidence_store.case import Case, CaseCharter
from evidence_store.catalogue.model import CitationEntry
from evidence_store.custody.keys import FileSigner, TrustedSigner, create_key, format_allowed_signers, open_key
from evidence_store.custody.sshsig import CHECKPOINT, SEAL
from evidence_store.findings import Outcome
from evidence_store.records import Verdict
from muniment.config.settings import Settings
from muniment.demo.expected import Expectation
from muniment.demo.web import DemoWeb, start_demo_web
from muniment.flows.circumstances import software
from muniment.flows.destination import free_destination
from muniment.flows.environment import Environment
from muniment.flows.exposure import let_all_pass
from muniment.flows.preserve import PreserveRequest, PreserveResult, preserve
from muniment.flows.session import Signing
from verify.bundle import verify_bundle
from verify.scripts import verify_py, verify_sh
from verify.trust import read_trust

PRINCIPAL = "investigator@newsroom.example"
RECIPIENT = "counsel@court.example"
SCRIPT_SECONDS = 120  # the demo's bundle is small; a verifier that takes longer hangs
CHARTER = CaseCharter(
    title="Orda valley, 20 October 2015 (demonstration)",
    purpose="to show the whole flow on made-up material",
    authority="none: a demonstration",
    scope="one live blog and what it cites",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A citation that did not end as expected."""

    expected: Expectation
    found: Verdict | None  # None: the citation itself was not found


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What one verifier said of the bundle."""

    name: str  # "muniment verify", "verify.py", "verify.sh"
    exit_code: int
    answer: str  # its first line

    @property
    def passed(self) -> bool:
        """It vouches for the bundle."""
        return self.exit_code == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demo did."""

    folder: Path
    preserved: PreserveResult
    mismatches: tuple[Mismatch, ...]
    unexpected: tuple[CitationEntry, ...]  # citations that the live blog does not make
    verifications: tuple[Verification, ...]

    @property
    def succeeded(self) -> bool:
        """Every verdict as expected, every verification passed."""
        return (
            not self.mismatches
            and not self.unexpected
            and bool(self.verifications)
            and all(verification.passed for verification in self.verifications)
        )


def run_demo(folder: Path, settings: Settings, environment: Environment) -> DemoResult:
    """Run the demo into `folder`: case, bundle, key, allowed_signers."""
    folder.mkdir(parents=True, exist_ok=True)
    signer = _signer(folder)
    signing = Signing(signer=signer, principal=PRINCIPAL)
    with (
        TemporaryDirectory(prefix="muniment-demo-") as scratch,
        start_demo_web(Path(scratch), clock=environment.clock) as web,
    ):
        case = _case(folder / "case", signing, environment)
        with case:
            preserved = preserve(
                case,
                signing,
                demo_settings(settings, web),
                PreserveRequest(
                    article=web.article_url, bundle=free_destination(folder / "bundle"), recipient=RECIPIENT
                ),
                replace(environment, resolver=demo_resolver(web), judge=let_all_pass),
            )
    verifications = (
        verify_three_ways(preserved.bundle.path, folder / "allowed_signers", environment) if preserved.bundle else ()
    )
    return DemoResult(
        folder=folder,
        preserved=preserved,
        mismatches=_mismatches(web.expected, preserved.citations),
        unexpected=_unexpected(web.expected, preserved.citations),
        verifications=verifications,
    )


def _case(root: Path, signing: Signing, environment: Environment) -> Case:
    if (root / "muniment.toml").exists():
        return Case.open(root)
    return Case.create(
        root,
        CHARTER,
        signer=signing.signer,
        principal=PRINCIPAL,
        clock=environment.clock,
        random=environment.random,
        software=software(),
    )


def _signer(folder: Path) -> FileSigner:
    """The demo's own key, without passphrase, and the list of signers that names it."""
    path = folder / "key"
    signer = open_key(path, None) if path.exists() else create_key(path, comment=PRINCIPAL, passphrase=None)
    trusted = TrustedSigner(principal=PRINCIPAL, key=signer.public, namespaces=(CHECKPOINT, SEAL))
    (folder / "allowed_signers").write_text(format_allowed_signers((trusted,)), "utf-8")
    return signer


def demo_settings(settings: Settings, web: DemoWeb) -> Settings:
    """The user's settings, turned to the demo's servers alone."""
    ports = sorted({(endpoint.address, endpoint.local_port) for endpoint in web.endpoints})
    return replace(
        settings,
        allow=tuple(f"{address}:{port}" for address, port in ports),
        allow_private=False,
        ca_file=web.ca_file,
        proxy="",
        tsa=(),
        archives=(),
        per_host_delay=0.0,
        browser=NEVER if settings.browser == AUTO else settings.browser,  # the demo is quick; MUNIMENT_BROWSER=PATH
        timeout=20.0,
    )


def demo_resolver(web: DemoWeb) -> MapResolver:
    """The names of the demo, at its servers; no other name resolves."""
    return MapResolver(
        {
            (endpoint.host, endpoint.port): Endpoint(address=endpoint.address, port=endpoint.local_port)
            for endpoint in web.endpoints
        }
    )


def verify_three_ways(bundle: Path, trust: Path, environment: Environment) -> tuple[Verification, ...]:
    """Run `muniment verify`, verify.py and verify.sh, the scripts from copies held outside the bundle."""
    report = verify_bundle(bundle, trust=read_trust(trust), progress=environment.progress)
    code = {Outcome.PASS: 0, Outcome.FAIL: 4}.get(report.outcome, 5)
    found = [Verification(name="muniment verify", exit_code=code, answer=report.answer)]
    with TemporaryDirectory(prefix="muniment-verifiers-") as scratch:
        python, shell = Path(scratch, "verify.py"), Path(scratch, "verify.sh")
        python.write_bytes(verify_py())
        shell.write_bytes(verify_sh())
        found.append(_script("verify.py", [sys.executable, "-I", "-S", str(python)], bundle, trust))
        if shutil.which("sh"):
            found.append(_script("verify.sh", ["sh", str(shell)], bundle, trust))
    return tuple(found)


def _script(name: str, command: list[str], bundle: Path, trust: Path) -> Verification:
    try:
        ended = subprocess.run(
            [*command, str(bundle.resolve()), "--trust", str(trust.resolve())],
            capture_output=True,
            check=False,
            timeout=SCRIPT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Verification(name=name, exit_code=5, answer=f"stopped after {SCRIPT_SECONDS} s")
    lines = (ended.stdout or ended.stderr).decode("utf-8", "replace").strip().splitlines()
    return Verification(name=name, exit_code=ended.returncode, answer=lines[0] if lines else "")


def _mismatches(expected: tuple[Expectation, ...], citations: tuple[CitationEntry, ...]) -> tuple[Mismatch, ...]:
    by_url = {entry.citation.identity: entry for entry in citations if entry.citation.url}
    without = [entry for entry in citations if not entry.citation.url]
    found = []
    for row in expected:
        if row.url:
            entry = by_url.get(normalise_url(row.url))
            verdict = entry.verdict if entry else None
        else:
            entry = next((one for one in without if one.citation.kind is row.kind), None)
            verdict = Verdict.NOT_ATTEMPTED if entry else None
            if entry:
                without.remove(entry)
        if verdict is not row.verdict:
            found.append(Mismatch(expected=row, found=verdict))
    return tuple(found)


def _unexpected(expected: tuple[Expectation, ...], citations: tuple[CitationEntry, ...]) -> tuple[CitationEntry, ...]:
    urls = {normalise_url(row.url) for row in expected if row.url}
    loose = [row.kind for row in expected if not row.url]
    found = []
    for entry in citations:
        if entry.citation.url and entry.citation.identity in urls:
            continue
        if not entry.citation.url and entry.citation.kind in loose:
            loose.remove(entry.citation.kind)
            continue
        found.append(entry)
    return tuple(found)
