"""What the application works with: the case, who signs, settings, and the one right to write.

1. The case is open for reading all the time; the right to write is taken for one piece of work and given back, so that
   the command line can write in between.
2. Work that overlaps shares one writer: there is never a second one in this process.
3. A read-only desk never takes it, and never asks for a passphrase.
4. The key is opened when something is first recorded, and kept in memory until the application ends.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_store.case import Case
from evidence_store.custody.checkpoint import stored_checkpoints
from evidence_store.custody.folder import CustodyFolder
from evidence_store.errors import EvidenceError
from evidence_store.lock import LockHolder, lock_holder
from muniment.config.load import LoadedSettings, load_settings, user_settings_file
from muniment.config.settings import SETTINGS_FILE_NAME, Settings
from muniment.flows.environment import Environment
from muniment.flows.keys import KeyAccess, obtain_signer

if TYPE_CHECKING:
    from evidence_store.custody.keys import Signer
    from muniment.flows.session import Session, Signing

Loader = Callable[[Path | None], LoadedSettings]


class NoCaseOpen(EvidenceError):
    """The action needs a case, and none is open."""

    def __init__(self) -> None:
        super().__init__("no case is open", hint="open one on the Cases screen (0)")


class ReadOnly(EvidenceError):
    """The application was told not to write."""

    def __init__(self) -> None:
        super().__init__("this window only reads", hint="start `muniment tui` without --read-only to record something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the case stands, as the bar at the top says it."""

    size: int                 # events
    answered: int             # events that the catalogue answers for: it follows the ledger
    signed: int               # events covered by the latest checkpoint
    holder: LockHolder | None # another process that writes now


def stored_settings(case_file: Path | None) -> LoadedSettings:
    """The settings in force without any option of the command line."""
    return load_settings(flags={}, environ=os.environ, user_file=user_settings_file(), case_file=case_file)


class Desk:
    """A case in hand, or none yet. Any thread may ask for a session."""

    def __init__(self, case: Case | None, *, access: KeyAccess, read_only: bool = False,
                 environment: Environment | None = None, load: Loader = stored_settings) -> None:
        self._case = case
        self.access = access
        self.read_only = read_only
        self.environment = environment or Environment()
        self._load = load
        self._signer: Signer | None = None
        self._session: Session | None = None
        self._holding = ExitStack()
        self._users = 0
        self._mutex = threading.Lock()

    @property
    def has_case(self) -> bool:
        """A case is open."""
        return self._case is not None

    @property
    def case(self) -> Case:
        """The case; NoCaseOpen where there is none."""
        if self._case is None:
            raise NoCaseOpen
        return self._case

    def take_up(self, case: Case) -> None:
        """Go over to another case."""
        if self._users:
            raise EvidenceError("work on this case goes on", hint="wait for it, or cancel it with ctrl+x")
        if self._case is not None:
            self._case.close()
        self._case = case

    def ask_through(self, ask: Callable[[str], bytes], ask_new: Callable[[str], bytes]) -> None:
        """Whom to ask for passphrases."""
        self.access = replace(self.access, ask_passphrase=ask, ask_new_passphrase=ask_new)

    def loaded(self) -> LoadedSettings:
        """The settings in force, with their origins."""
        return self._load(self._case.layout.root / SETTINGS_FILE_NAME if self._case else None)

    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded().settings

    def signing(self) -> "Signing":
        """Who signs; opens the key, and asks for its passphrase where it has one."""
        from muniment.flows.session import Signing  # capturing, and all it needs, takes half a second to import

        settings = self.settings()
        if self._signer is None:
            self._signer = obtain_signer(settings.key, self.access).signer
        return Signing(signer=self._signer, principal=settings.principal)

    @contextmanager
    def session(self, command: str, environment: Environment) -> "Iterator[Session]":
        """The right to write while it lasts; StoreLocked where another process has it, ReadOnly where it is not given.

        `command`: what others are told holds the case. `environment`: who watches and may end this piece of work.
        """
        if self.read_only:
            raise ReadOnly
        from muniment.flows.session import open_session  # see `signing`

        with self._mutex:
            if self._session is None:
                self._session = self._holding.enter_context(open_session(
                    self.case, self.signing(), self.settings(), environment, command=f"tui ({command})"))
            self._users += 1
            session = replace(self._session, environment=environment, settings=self.settings())
        try:
            yield session
        finally:
            with self._mutex:
                self._users -= 1
                if not self._users:
                    self._session = None
                    self._holding.close()

    def standing(self) -> Standing:
        """Read how the case stands; for a worker thread."""
        case = self.case
        size = case.log.size
        signed = max((one.size for one in stored_checkpoints(CustodyFolder(case.layout.custody)) if one.size <= size),
                     default=0)
        return Standing(size=size, answered=case.catalogue.head.size, signed=signed, holder=other_writer(case))

    def catch_up(self) -> None:
        """Have the catalogue answer for the whole ledger again, where a writer was killed or the copy is our own."""
        case = self.case
        if case.catalogue.head.size < case.log.size and other_writer(case) is None and not self._users:
            case.refresh()

    def close(self) -> None:
        """Let go of the case."""
        if self._case is not None:
            self._case.close()


def other_writer(case: Case) -> LockHolder | None:
    """The other process that writes the case, as far as its lock file and the system say."""
    holder = lock_holder(case.layout.lock)
    if holder is None or holder.pid == os.getpid():
        return None
    try:
        os.kill(holder.pid, 0)      # signal 0 asks whether the process is there
    except ProcessLookupError:
        return None
    except PermissionError:
        pass                        # it is there, and another user's
    return holder
