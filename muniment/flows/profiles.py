"""Profiles: signed-in identities of this user, kept in their data directory, never in a case.

1. A profile is one file, 0600, in a folder of its own, 0700. One that others may read is not used.
2. What it holds leaves it for servers only: what is shown of a profile is its label, its domains and its age.
3. A label names the profile and nobody: it stands in the ledger of every case it is used in.
"""

import json
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from shutil import rmtree
from typing import Protocol
from urllib.parse import unquote

from archiver.errors import InvalidSetting
from archiver.identity import Identity, read_cookies
from evidence_store.atomic import PRIVATE_MODE, write_once
from evidence_store.clock import format_time, parse_time
from muniment.config.load import user_data_folder
from muniment.config.settings import Settings
from verify.exposure.model import ExposureKind, Secret

FOLDER, FILE, WINDOW = "profiles", "profile.json", "window"
SCHEMA = "muniment/profile/1"
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MAX_PROFILE_BYTES = 64 * 1024 * 1024
MIN_SECRET = 12               # characters: shorter values of cookies ("en", "1") are found everywhere and say nothing


class How(StrEnum):
    """How a profile came to be."""

    WINDOW = "signed in by hand in a window of the browser"
    IMPORT = "imported from another program's export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile."""

    identity: Identity
    made_at: datetime
    how: How

    @property
    def label(self) -> str:
        """What it is called."""
        return self.identity.label

    def expired(self, now: datetime) -> int:
        """How many of its cookies are over."""
        return sum(one.expires is not None and one.expires < now.timestamp() for one in self.identity.cookies)


class SignIn(Protocol):
    """A browser's window in which somebody signs in; nothing of it is recorded."""

    def run(self, folder: Path, url: str, finished: Callable[[], bool]) -> bytes:
        """Open it, wait until the user is done, and give the browser's state as JSON."""


def profiles_folder(given: Path | None = None) -> Path:
    """Where profiles live: in the user's data directory, unless another place is given."""
    return given if given is not None else user_data_folder() / FOLDER


def list_profiles(folder: Path) -> tuple[Profile, ...]:
    """All of them, by label; InvalidSetting for one that cannot be used."""
    found = sorted(path.parent.name for path in folder.glob(f"*/{FILE}"))
    return tuple(load_profile(folder, label) for label in found)


def load_profile(folder: Path, label: str) -> Profile:
    """The profile of that name; InvalidSetting where there is none, or others may read it."""
    path = _place(folder, label) / FILE
    if not path.is_file():
        known = ", ".join(sorted(one.parent.name for one in folder.glob(f"*/{FILE}"))) or "none"
        raise InvalidSetting(f"there is no profile {label}",
                             hint=f"there are: {known}; `muniment profile new {label}` or `profile import` makes it")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InvalidSetting(f"{path} can be read by others, so profile {label} is not used",
                             hint=f"chmod 600 {path}; if somebody may have read it, sign out of its sessions")
    with path.open("rb") as stream:
        raw = stream.read(MAX_PROFILE_BYTES)
    try:
        told = json.loads(raw)
        cookies, storage = read_cookies(json.dumps(told["state"]).encode())
        return Profile(identity=Identity(label=label, cookies=cookies, storage=storage), how=How(told["how"]),
                       made_at=parse_time(told["made_at"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidSetting(f"{path} is no profile of this version ({type(error).__name__})",
                             hint=f"`muniment profile remove {label}`, and make it anew") from None


def import_profile(folder: Path, label: str, raw: bytes, now: datetime, *, replaced: bool = False) -> Profile:
    """A profile of cookies that another program exported."""
    _may_be_made(_place(folder, label), label, replaced=replaced)
    cookies, storage = read_cookies(raw)
    identity = Identity(label=label, cookies=cookies, storage=storage)
    return _keep(folder, Profile(identity=identity, made_at=now, how=How.IMPORT))


def new_profile(folder: Path, label: str, url: str, window: SignIn, finished: Callable[[], bool], *,
                clock: Callable[[], datetime], replaced: bool = False) -> Profile:
    """A profile of what the browser holds after somebody signed in."""
    place = _place(folder, label)
    _may_be_made(place, label, replaced=replaced)
    _make(folder)
    _make(place)
    own = place / WINDOW
    try:
        own.mkdir(mode=0o700)
        state = window.run(own, url, finished)
    finally:
        rmtree(own, ignore_errors=True)
        if not (place / FILE).exists():
            place.rmdir()
    try:
        cookies, storage = read_cookies(state)
    except InvalidSetting:
        raise InvalidSetting("no site left a cookie in the window: nobody signed in",
                             hint="sign in before you close the window, or press Enter here") from None
    identity = Identity(label=label, cookies=cookies, storage=storage)
    return _keep(folder, Profile(identity=identity, made_at=clock(), how=How.WINDOW))


def remove_profile(folder: Path, label: str) -> None:
    """Remove it from this machine; the sites' own sessions go on until somebody signs out there."""
    place = _place(folder, label)
    if not (place / FILE).is_file():
        load_profile(folder, label)       # says which there are
    rmtree(place)


def identity_of(settings: Settings, folder: Path | None) -> Identity | None:
    """Whom a run is signed in as; None where the setting `profile` names nobody."""
    if not settings.profile:
        return None
    identity = load_profile(profiles_folder(folder), settings.profile).identity
    return replace(identity, is_masked=not settings.keep_credentials)


def identity_words(identity: Identity | None) -> str:
    """For the plan: who is shown to whom."""
    if identity is None:
        return "none"
    kept = "; its credentials are KEPT in the record" if not identity.is_masked else ""
    return f"{identity.words}, shown to {', '.join(identity.domains)} and nobody else{kept}"


def profile_secrets(folder: Path) -> Iterator[Secret]:
    """What of all profiles must not be in what is handed over; their values are not shown."""
    for profile in list_profiles(folder):
        for cookie in profile.identity.cookies:
            if len(cookie.value) >= MIN_SECRET:
                spellings = dict.fromkeys((cookie.value.encode(), unquote(cookie.value).encode()))
                yield Secret(kind=ExposureKind.COOKIE, value=f"cookie {cookie.name} of profile {profile.label}",
                             needles=tuple(spellings), bounded=False)


def _keep(folder: Path, profile: Profile) -> Profile:
    place = _place(folder, profile.label)
    _make(folder)
    _make(place)
    path = place / FILE
    path.unlink(missing_ok=True)
    told = {"schema": SCHEMA, "label": profile.label, "made_at": format_time(profile.made_at), "how": profile.how,
            "state": profile.identity.state()}
    write_once(path, json.dumps(told, sort_keys=True).encode() + b"\n", mode=PRIVATE_MODE)
    return profile


def _may_be_made(place: Path, label: str, *, replaced: bool) -> None:
    if (place / FILE).exists() and not replaced:
        raise InvalidSetting(f"there is a profile {label} already", hint="--replace makes it anew")


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)           # whatever the umask, and of a folder that was there


def _place(folder: Path, label: str) -> Path:
    if not LABEL.fullmatch(label):
        raise InvalidSetting(f"{label[:60]!r} is no name for a profile",
                             hint="letters, digits, dot, dash and underscore; a word that names nobody: it stands in "
                                  "the ledger")
    return folder / label


def domains_words(domains: Iterable[str], limit: int = 4) -> str:
    """A few domains, and how many more."""
    named = list(domains)
    more = f" and {len(named) - limit} more" if len(named) > limit else ""
    return ", ".join(named[:limit]) + more
