"""What this machine has."""

from muniment.flows.doctor import PROGRAMS, examine


def test_a_missing_program_is_named_with_what_its_absence_costs():
    components = examine(locate=lambda command: None)
    assert [component.program.name for component in components] == [program.name for program in PROGRAMS]
    assert not any(component.is_present for component in components)
    assert all(component.program.without_it and component.program.package for component in components)


def test_a_program_says_its_own_version(tmp_path):
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho 'starting'\necho 'Tool 3.14 (test)'\n")
    tool.chmod(0o755)
    assert {component.version for component in examine(locate=lambda command: str(tool))} == {"Tool 3.14 (test)"}


def test_a_program_that_does_not_start_is_said_not_to(tmp_path):
    tool = tmp_path / "tool"
    tool.write_bytes(b"\x00not a program")
    tool.chmod(0o755)
    assert {component.version for component in examine(locate=lambda command: str(tool))} == {"does not start"}
