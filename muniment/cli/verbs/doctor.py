"""`muniment doctor`."""

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count, table
from muniment.flows.clock_state import clock_words
from muniment.flows.doctor import Component, examine, missing_driver
from muniment.flows.place import examine_place
from muniment.flows.wording import BAD, GOOD


@verb("doctor")
def command(run: Invocation) -> ExitCode:
    """What is missing on this machine, and what that costs."""
    components = examine()
    folder = run.find_case_folder()
    place = examine_place(folder) if folder is not None else ()
    clock = clock_words()
    missing = [component.program for component in components if not component.is_present]
    run.out.result(
        {"components": [{"name": component.program.name, "present": component.is_present, "path": component.path,
                         "version": component.version, "package": component.program.package,
                         "without_it": component.program.without_it} for component in components],
         "clock": clock, "case": None if folder is None else {
             "folder": str(folder), "place": [{"problem": one.problem, "detail": one.detail, "means": one.words()}
                                              for one in place]}},
        text=table(("", "program", "version, or what its absence costs"), map(_row, components)))
    if missing:
        run.out.say(f"{count(len(missing), 'program')} missing; nothing is required. To install: apt install "
                    + " ".join(program.package for program in missing))
    run.out.say(f"clock: {clock}")
    for warning in place:
        run.out.warn(f"the case {folder}: {warning.words()}")
    if driver := missing_driver():
        run.out.say(driver)
    return ExitCode.OK


def _row(component: Component) -> tuple[str, str, str]:
    if component.is_present:
        return GOOD, component.program.name, component.version or str(component.path)
    return BAD, component.program.name, f"missing: {component.program.without_it}"
