"""What is done to a case as a whole: note, checkpoint, stamps, checks."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from evidence_store.events import Note
from evidence_store.findings import Finding, Outcome, combine
from muniment.flows.wording import outcome_words
from tui.screens.dialogs import NOT_RECORDED, AskScreen, ConfirmScreen, Field

if TYPE_CHECKING:
    from muniment.flows.session import Session
    from tui.app import MunimentApp
    from tui.jobs import Job


def note(app: "MunimentApp") -> None:
    """A note on the case."""
    if not app.may_record():
        return

    def answered(answers: Mapping[str, str] | None) -> None:
        if answers is not None:
            text = answers["text"].strip()
            _write(app, "Note", "note", lambda session: session.writer.append(Note(item=None, text=text))[0].seq,
                   "noted as line {} of the ledger")

    app.put(AskScreen("Note on the case", (Field(name="text", label="What you say", lines=True, required=True),)),
            answered)


def checkpoint(app: "MunimentApp") -> None:
    """Sign the ledger as it stands."""
    if not app.may_record():
        return

    def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual passes the result so
        if yes:
            _write(app, "Checkpoint", "checkpoint", lambda session: session.writer.checkpoint().checkpoint.size,
                   "✓ signed: {} events. Ask for outside proof of time: Stamp (ctrl+p)")

    size = app.desk.case.log.size
    app.put(ConfirmScreen(f"Sign the ledger as it stands: {size:,} events?", yes="Sign",
                          consequence="Your key vouches for every event up to here. The checkpoint stays in the case."),
            answered)


def stamp(app: "MunimentApp") -> None:
    """Ask the timestamp authorities."""
    if not app.may_record():
        return

    def work(session: "Session") -> str:
        from muniment.flows.stamp import stamp_case

        done = stamp_case(session.writer, session.settings, session.environment)
        failed = "".join(f"\n{one.authority}: {one.reason}" for one in done.failures)
        return f"{len(done.stamped)} stamped, {done.waiting} waiting{failed}"

    def answered(yes: bool | None) -> None:  # noqa: FBT001
        if yes:
            _write(app, "Stamps", "stamp", work, "{}")

    hosts = ", ".join(app.desk.settings().tsa) or "none is configured"
    app.put(ConfirmScreen(f"Ask the timestamp authorities?\n{hosts}", yes="Ask",
                          consequence="They see your address and a hash, nothing of the case. The ledger records their "
                                      "tokens."), answered)


def check_all(app: "MunimentApp") -> None:
    """Run the checks over all items."""
    if not app.may_record():
        return

    def work(session: "Session") -> str:
        from muniment.flows.check import check_items, check_warc_files, chosen_items

        found = check_items(session.writer, chosen_items(session.case, ()), session.environment.progress)
        found += check_warc_files(session.writer, session.environment.progress)
        return check_words([Finding(check=one.check, outcome=one.outcome, subject="", summary="") for one in found])

    def answered(yes: bool | None) -> None:  # noqa: FBT001
        if yes:
            _write(app, "Checks", "check", work, "{}")

    app.put(ConfirmScreen("Run every check over every item?", yes="Check",
                          consequence="Each finding becomes an event of the ledger."), answered)


def check_words(findings: list[Finding]) -> str:
    """`✗ fail: 34 findings, 1 fail, 2 inconclusive`."""
    counts = {outcome: sum(one.outcome is outcome for one in findings) for outcome in Outcome}
    named = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counts.items() if count)
    return f"{outcome_words(combine(findings))}: {len(findings)} findings: {named}"


def read_anew(app: "MunimentApp") -> None:
    """Open the catalogue again and read everything that is shown."""
    def work(_: "Job") -> None:
        app.desk.case.refresh()
        app.desk.case.catalogue.counts()

    def done(_: None) -> None:
        from tui.screens.base import CaseScreen

        if isinstance(app.screen, CaseScreen):
            app.screen.case_changed()
        app.tell(f"read anew. {NOT_RECORDED}")

    app.start("Reading the case anew", work, done)


def _write(app: "MunimentApp", title: str, command: str, work: "Callable[[Session], object]", words: str) -> None:
    def run(job: "Job") -> object:
        environment = job.environment(app.desk.environment)
        with app.desk.session(command, environment) as session:
            return work(session)

    app.start(title, run, lambda result: app.tell(words.format(result)))
