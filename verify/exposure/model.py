"""The nouns of the search for what gives people away."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO


class ExposureKind(StrEnum):
    """What something would give away."""

    EGRESS = "egress address"            # from which the investigator went out, as a server wrote it down
    COOKIE = "cookie"                    # a value that a client sent, and by which the server knows it
    CREDENTIAL = "credential"            # Authorization and the like
    ACCOUNT = "account"                  # a signed-in identity
    USER = "user name"                   # on this machine
    HOST = "host name"
    PATH = "path"                        # of a folder on somebody's machine
    OWN = "own list"                     # what the user listed
    WITHHELD = "withheld item"           # its address, name, hash or bytes in what is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Something that must not be found."""

    kind: ExposureKind
    value: str                           # for people
    needles: tuple[bytes, ...] = ()      # the bytes to look for; (): spellings of `value`
    bounded: bool = True                 # found only between characters that are no part of a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Something that would be handed over."""

    name: str                            # "ITEM-0003", "event 12", "response of https://..."
    open: Callable[[], BinaryIO]
    received: bool = False               # by servers: what paths on a page say is not about anybody's machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One thing that was found, and where."""

    kind: ExposureKind
    value: str
    places: tuple[str, ...]              # names, each once, at most as many as are listed
    count: int                           # places in all

    @property
    def id(self) -> str:
        """What it is called when it is let pass: the same in every run."""
        return hashlib.sha256(f"{self.kind}\0{self.value}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
