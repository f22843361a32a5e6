"""Verify: this case, a bundle, or any file; checks as they run, findings grouped, what could not be checked said."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from evidence_store.findings import Finding, Outcome
from evidence_store.visible import visible
from muniment.flows.wording import outcome_words
from tui.actions import bindings
from tui.screens.base import CaseScreen, Styles
from tui.screens.dialogs import Field
from tui.widgets.lines import Facts
from tui.widgets.paging import ListRows
from tui.widgets.virtual_table import Column, VirtualTable

if TYPE_CHECKING:
    from tui.desk import Desk
    from tui.jobs import Job
    from verify.report import VerifyReport

COLUMNS = (Column("outcome", 16), Column("check", 24, from_width=96), Column("", 5), Column("what", 0))
ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE, Outcome.PASS)
EMPTY = ("c    verify this case\n/    verify a bundle, or any file that you were handed\n"
         "t    name those whose signatures you trust; without it, no signer is confirmed")
WATCH_S = 0.3
FEW = 3               # findings of one kind that are listed one by one though there are more


class Group:
    """Findings of one check that ended alike."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)

    @property
    def first(self) -> Finding:
        """What stands for all."""
        return self.findings[0]


class VerifyScreen(CaseScreen):
    """The answer, and every finding, what is wrong first."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "claims.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("verify")]
    WHERE = MODE = "verify"
    FIRST = "#findings"

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._trust: Path | None = None
        self._target: Path | None = None
        self._report: VerifyReport | None = None
        self._job: Job | None = None
        self._only_open = False

    def content(self) -> Iterator[Widget]:
        """Answer, findings, the one under the cursor."""
        yield Static("Nothing was verified yet.", id="answer", markup=False)
        yield VirtualTable[Group](COLUMNS, cells, id="findings", empty=EMPTY)
        yield Facts(id="detail")

    def on_mount(self) -> None:
        """Nothing was verified yet."""
        self.query_one("#findings", VirtualTable).show(ListRows(tuple))
        self.set_interval(WATCH_S, self._watch)

    def action_case(self) -> None:
        """Verify the case."""
        self.verify(self.case.layout.root)

    def action_file(self) -> None:
        """Verify a bundle, a case or a file."""
        def then(answers: Mapping[str, str]) -> None:
            self.verify(Path(answers["path"].strip()).expanduser())

        self.ask("Verify", (Field(name="path", label="A bundle, a case, a WARC ...", required=True,
                                  value=str(self._target or "")),), then, consequence="", yes="Verify")

    def action_trust(self) -> None:
        """Say whom one trusts."""
        def then(answers: Mapping[str, str]) -> None:
            text = answers["path"].strip()
            self._trust = Path(text).expanduser() if text else None
            if self._target is not None:
                self.verify(self._target)

        self.ask("Whom do you trust?", (
            Field(name="path", label="An allowed_signers file of your own, never one from the bundle",
                  value=str(self._trust or "")),), then, consequence="", yes="Take")

    def verify(self, target: Path) -> None:
        """Verify in a worker."""
        if not target.exists():
            self.muniment.tell(f"there is no {target}", severity="error")
            return
        self._target, self._report = target, None
        trust = self._trust

        def work(job: "Job") -> "VerifyReport":
            from muniment.flows.verify import Measure, verify_target  # every verifier there is

            return verify_target(target, Measure(trust=trust), job)

        self._job = self.muniment.start("Verify", work, self._done)
        self.query_one("#findings", VirtualTable).show(ListRows(tuple))

    def _watch(self) -> None:
        job = self._job
        if job is not None and job.ended is None:
            counts = job.report().counts
            lines = [f"{name}: {count.done}{f' of {count.total}' if count.total is not None else ''} {count.unit}"
                     for name, count in counts.items()]
            self.query_one("#answer", Static).update(visible(f"verifying {self._target} \u2026\n{'   '.join(lines)}",
                                                             lines=True))
        elif job is not None and self._report is None:
            self.query_one("#answer", Static).update("verification did not run: see the message (M)")

    def _done(self, report: "VerifyReport") -> None:
        self._report = report
        counts = {outcome: sum(one.outcome is outcome for one in report.findings) for outcome in ORDER}
        figures = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counts.items() if count)
        trust = f"trusting {self._trust}" if self._trust else "trusting nobody in particular (t)"
        self.query_one("#answer", Static).update(visible(
            f"{outcome_words(report.outcome).upper()}  {report.target}\n{report.answer}\n{figures}; {trust}",
            lines=True))
        self._show()

    def _show(self) -> None:
        if self._report is not None:
            groups = tuple(grouped(self._report.findings, only_open=self._only_open))
            self.query_one("#findings", VirtualTable).show(ListRows(lambda: groups))

    def action_group(self) -> None:
        """Every finding, or what failed or is open."""
        self._only_open = not self._only_open
        self._show()

    def action_open(self) -> None:
        """What the check says in full."""
        row = self.query_one("#findings", VirtualTable).cursor_row
        if isinstance(row, Group):
            self._detail(row)

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        """What the check says in full."""
        if isinstance(message.row, Group):
            self._detail(message.row)

    def _detail(self, group: Group) -> None:
        lines = [f"{one.subject}: {one.summary}" if one.subject else one.summary for one in group.findings[:6]]
        more = [f"\u2026 {len(group.findings) - 6} more"] if len(group.findings) > 6 else []
        self.query_one("#detail", Facts).tell(map(visible, (*lines, *more)))


def grouped(findings: Sequence[Finding], *, only_open: bool) -> Iterator[Group]:
    """What is wrong first; many findings of one check that ended alike are one line."""
    by: dict[tuple[Outcome, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: ORDER.index(one.outcome)):
        if not only_open or finding.outcome in {Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE}:
            by.setdefault((finding.outcome, finding.check), []).append(finding)
    for found in by.values():
        if len(found) > FEW:
            yield Group(found)
        else:
            yield from (Group((one,)) for one in found)


def cells(group: Group) -> Sequence[str]:
    """What a row says."""
    first, many = group.first, len(group.findings)
    said = f"{first.subject}: {first.summary}" if first.subject else first.summary
    return outcome_words(first.outcome), first.check, f"\u00d7{many}" if many > 1 else "", said
