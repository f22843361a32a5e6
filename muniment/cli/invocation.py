"""What every verb is given: its output, the case it is about, settings, and whom it may ask.

1. Nothing asks when stdin is not a terminal; `--yes` and MUNIMENT_YES answer every question with yes.
2. The case is `--case`, else MUNIMENT_CASE, else the current folder or the nearest folder above it that is a case.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence_store.errors import NotACase
from evidence_store.visible import visible
from muniment.cli.output import Output
from muniment.config.load import LoadedSettings, load_settings, user_settings_file
from muniment.config.settings import SETTINGS_FILE_NAME

if TYPE_CHECKING:
    from evidence_store.case import Case

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})


def is_set(environ: Mapping[str, str], name: str) -> bool:
    """A switch in the environment is on."""
    return environ.get(name, "").strip().lower() in TRUE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One run of one verb."""

    out: Output
    case_option: Path | None
    yes: bool
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def interactive(self) -> bool:
        """Somebody is there to answer."""
        return sys.stdin is not None and sys.stdin.isatty()

    @property
    def no_passphrase(self) -> bool:
        """MUNIMENT_NO_PASSPHRASE allows keys without one."""
        return is_set(self.environ, "MUNIMENT_NO_PASSPHRASE")

    def confirm(self, question: str, *, unattended: bool) -> bool:
        """Ask; `unattended` is the answer where nobody can be asked."""
        if self.yes:
            return True
        if not self.interactive:
            return unattended
        return click.confirm(visible(question), err=True, default=False)

    def ask_passphrase(self, prompt: str) -> bytes:
        """Ask for a passphrase without showing it."""
        entered: str = click.prompt(visible(prompt), hide_input=True, err=True, default="", show_default=False)
        return entered.encode()

    def ask_new_passphrase(self, prompt: str) -> bytes:
        """Ask twice for a passphrase to be."""
        entered: str = click.prompt(visible(prompt), hide_input=True, confirmation_prompt=True, err=True, default="",
                                    show_default=False)
        return entered.encode()

    def find_case_folder(self) -> Path | None:
        """The folder of the case, or None when none is named and none is near."""
        named = self.case_option or (Path(self.environ["MUNIMENT_CASE"]) if self.environ.get("MUNIMENT_CASE") else None)
        if named is not None:
            return named
        here = Path.cwd()
        return next((folder for folder in (here, *here.parents) if is_case_folder(folder)), None)

    def case_folder(self) -> Path:
        """The folder of the case; NotACase where there is none."""
        folder = self.find_case_folder()
        if folder is None:
            raise NotACase("no case in this folder or above it",
                           hint="name one with --case DIR or MUNIMENT_CASE, or make one with `muniment init DIR`")
        return folder

    def open_case(self) -> "Case":
        """The case, opened for reading."""
        from evidence_store.case import Case  # cryptography and more, which `--help` must not pay for

        return Case.open(self.case_folder())

    def settings(self, **flags: object) -> LoadedSettings:
        """The settings in force; `flags` are options as typed, None where not given. Warnings are shown."""
        folder = self.find_case_folder()
        loaded = self.settings_for(folder / SETTINGS_FILE_NAME if folder else None, **flags)
        for warning in loaded.warnings:
            self.out.warn(warning)
        return loaded

    def settings_for(self, case_file: Path | None, **flags: object) -> LoadedSettings:
        """The settings in force for a case, whichever that is; warnings are left to the caller."""
        return load_settings(flags={name: value for name, value in flags.items() if value is not None},
                             environ=self.environ, user_file=user_settings_file(), case_file=case_file)


def is_case_folder(folder: Path) -> bool:
    """The folder looks like a case; opening it says whether it is one."""
    return (folder / SETTINGS_FILE_NAME).is_file()
