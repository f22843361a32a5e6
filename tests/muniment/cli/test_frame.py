"""The frame of the command line: streams, errors, exit codes, shared options."""

import json
from collections.abc import Iterator

import click
import pytest

from evidence_store.errors import EvidenceError, NotACase, StoreLocked
from muniment import __version__
from muniment.cli import registry
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.config.errors import SettingsError


@pytest.fixture
def verb_that(monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """Give `muniment probe` the behaviour of a function."""

    def install(behaviour):
        @verb("probe")
        def command(run: Invocation) -> ExitCode:
            """Probe."""
            return behaviour(run)

        entry = registry.VerbEntry("probe", "Probe.", "probe_module")
        monkeypatch.setitem(registry.BY_NAME, "probe", entry)
        monkeypatch.setattr("importlib.import_module", lambda name: type("Module", (), {"command": command}))

    return install


def test_help_names_every_verb_with_its_line(muniment):
    ran = muniment("--help")
    assert ran.code == 0
    for entry in registry.VERBS:
        assert f"  {entry.name} " in ran.out
        assert entry.summary in " ".join(ran.out.split())


@pytest.mark.parametrize("entry", registry.VERBS, ids=lambda entry: entry.name)
def test_the_line_of_a_verb_opens_its_own_help(muniment, entry):
    ran = muniment(entry.name, "--help")
    assert ran.code == 0
    assert entry.summary in " ".join(ran.out.split())


def test_the_version_is_the_packages(muniment):
    assert muniment("--version").out == f"muniment {__version__}\n"


def test_an_unknown_verb_is_wrong_usage_and_the_nearest_is_named(muniment):
    ran = muniment("confg")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean config" in ran.err


def test_an_unknown_option_is_wrong_usage(muniment):
    assert muniment("config", "--colour-me").code == 2


def test_no_verb_shows_the_help_and_is_wrong_usage(muniment):
    ran = muniment()
    assert ran.code == 2
    assert "Usage" in ran.err


def raising(error):
    def behave(run):
        raise error
    return behave


@pytest.mark.parametrize(("error", "code"), [
    (NotACase("here is no case"), 6),
    (StoreLocked("locked by somebody"), 7),
    (SettingsError("timeout must be a number"), 2),
    (EvidenceError("damaged"), 1),
    (PermissionError(13, "Permission denied", "/x"), 1),
    (ZeroDivisionError("oops"), 1),
    (KeyboardInterrupt(), 130),
    (click.UsageError("not like this"), 2),
    (click.Abort(), 130),
], ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "")
def test_each_error_has_its_exit_code_and_words_on_stderr_only(muniment, verb_that, error, code):
    verb_that(raising(error))
    ran = muniment("probe")
    assert ran.code == code
    assert ran.out == ""
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_an_error_is_followed_by_its_hint(muniment, verb_that):
    verb_that(raising(EvidenceError("the case is damaged", hint="run reindex")))
    assert muniment("probe").err == "error: the case is damaged\n  run reindex\n"


def test_the_traceback_of_an_unforeseen_error_is_shown_only_with_v(muniment, verb_that):
    verb_that(raising(ZeroDivisionError("oops")))
    assert "Traceback" in muniment("-v", "probe").err
    assert "Traceback" not in muniment("probe").err


def test_a_failed_verb_still_writes_one_json_document(muniment, verb_that):
    verb_that(raising(NotACase("here is no case", hint="make one")))
    assert muniment("--json", "probe").document == {
        "schema": "muniment/probe/1",
        "error": {"message": "here is no case", "hint": "make one", "exit_code": 6}}


@pytest.mark.parametrize("arguments", [("--json", "probe"), ("probe", "--json")], ids=["before", "after"])
def test_shared_options_stand_before_or_after_the_verb(muniment, verb_that, arguments):
    def answer(run):
        run.out.result({"answer": 42}, text="the answer is 42")
        return ExitCode.OK
    verb_that(answer)
    assert muniment(*arguments).document == {"schema": "muniment/probe/1", "answer": 42}
    assert muniment("probe").out == "the answer is 42\n"


def test_data_goes_to_stdout_and_words_to_stderr(muniment, verb_that):
    def answer(run):
        run.out.say("looking")
        run.out.detail("very closely")
        run.out.warn("it is dark")
        run.out.result({}, text=["one", "two"])
        return ExitCode.PARTIAL
    verb_that(answer)
    ran = muniment("probe")
    assert (ran.code, ran.out, ran.err) == (3, "one\ntwo\n", "looking\nwarning: it is dark\n")
    assert muniment("-q", "probe").err == "warning: it is dark\n"
    assert "very closely" in muniment("probe", "-v").err


def test_captured_text_cannot_act_on_the_terminal(muniment, verb_that):
    hostile = "\x1b]0;owned\x07 \x9b31m \u202egnp.exe\r\nerror: forged line"
    def answer(run):
        run.out.say(hostile)
        run.out.warn(hostile)
        run.out.result({"title": hostile}, text=[hostile])
        raise EvidenceError(hostile, hint=hostile)
    verb_that(answer)
    ran = muniment("probe")
    for stream in (ran.out, ran.err):
        assert not set(stream) & set("\x1b\x07\x9b\u202e\r")
    assert "\nerror: forged line" not in ran.out + ran.err
    document = muniment("--json", "probe")
    assert document.out.isascii()
    assert json.loads(document.out)["title"] == hostile


def test_nothing_asks_when_stdin_is_not_a_terminal(muniment_process):
    ran = muniment_process("--help")
    assert ran.code == 0


@pytest.mark.parametrize(("arguments", "environ", "expected"), [
    ((), {}, False),
    (("--yes",), {}, True),
    ((), {"MUNIMENT_YES": "1"}, True),
    ((), {"MUNIMENT_YES": "0"}, False),
])
def test_yes_answers_questions_and_silence_takes_the_unattended_answer(muniment, verb_that, monkeypatch, arguments,
                                                                       environ, expected):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    answers = []
    def ask(run):
        answers.append(run.confirm("sure?", unattended=False))
        return ExitCode.OK
    verb_that(ask)
    assert muniment("probe", *arguments).code == 0
    assert answers == [expected]


def test_a_letter_the_terminal_cannot_show_does_not_stop_the_result(muniment_process):
    ran = muniment_process("config", environ={"PYTHONIOENCODING": "ascii", "MUNIMENT_PRINCIPAL": "Омар"})
    assert ran.code == 0
    assert "\\u041e" in ran.out
