"""`muniment demo`."""

from pathlib import Path

import click

from evidence_store.canonical import JsonValue
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment
from muniment.cli.tables import table
from muniment.cli.verbs.preserve import preserve_document, preserve_lines, say_what_lacks
from muniment.flows.demo import DemoResult, run_demo

DEFAULT_FOLDER = Path("muniment-demo")


@verb("demo")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
def command(run: Invocation, folder: Path) -> ExitCode:
    """Serve a sample live blog on loopback and run the whole flow on it. DIR: ./muniment-demo.

    Needs no internet. Exit code 0 when every verdict is the expected one and three verifiers vouch for the bundle.
    """
    result = run_demo(folder, run.settings().settings, environment(run))
    run.out.result(
        demo_document(result), text=[*preserve_lines(result.preserved), "", *_verified(result), "", *_next(result)]
    )
    say_what_lacks(run, result.preserved)
    for wrong in result.mismatches:
        cited = wrong.expected.url or wrong.expected.kind
        run.out.warn(f"{cited}: {wrong.expected.verdict} was expected, found {wrong.found or 'no such citation'}")
    for entry in result.unexpected:
        run.out.warn(f"cited unexpectedly: {entry.citation.url or entry.citation.context}")
    return ExitCode.OK if result.succeeded else ExitCode.FAILED


def _verified(result: DemoResult) -> list[str]:
    rows = [(v.name, str(v.exit_code), v.answer) for v in result.verifications]
    return [*table(("verifier", "exit code", "answer"), rows)]


def _next(result: DemoResult) -> list[str]:
    folder, bundle = result.folder, result.preserved.bundle
    lines = ["look at it:", f"  muniment --case {folder}/case tui", f"  muniment --case {folder}/case list"]
    if bundle is not None:
        lines += [
            f"  open {bundle.path}/START-HERE.html in a browser",
            f"  muniment verify {bundle.path} --trust {folder}/allowed_signers",
        ]
    shown = any(capture.views for capture in result.preserved.captures)
    scripts = "" if shown else "what scripts would draw (no browser was used), "
    lines += ["", f"not captured: {scripts}replies, pages behind further links"]
    return lines


def demo_document(result: DemoResult) -> dict[str, JsonValue]:
    """What `demo` prints with --json."""
    return {
        **preserve_document(result.preserved, []),
        "as_expected": not result.mismatches and not result.unexpected,
        "verifications": [
            {"verifier": v.name, "exit_code": v.exit_code, "answer": v.answer} for v in result.verifications
        ],
    }
