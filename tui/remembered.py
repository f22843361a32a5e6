"""What the application remembers between two runs: where one left, recent cases, how pictures are shown.

1. It is the user's, kept in their state folder, and no part of a case: losing it loses nothing.
2. What cannot be read is forgotten, never an error.
"""

import json
import os
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import platformdirs

from tui.actions import BY_ID

MAX_BYTES = 1024 * 1024       # of a file of ours
MAX_RECENT = 30               # cases
FILE_NAME = "tui.json"
KEYMAP_NAME = "keys.toml"


@dataclass(slots=True, kw_only=True)
class CaseMemory:
    """Where one left a case, and how its pictures are shown."""

    mode: str = ""
    cursors: dict[str, int] = field(default_factory=dict)     # row by screen
    item: str = ""                                            # that was looked at
    item_filter: str = ""
    pictures: str = ""                                        # "": the setting in force
    items: dict[str, str] = field(default_factory=dict)       # how the pictures of single items are shown


@dataclass(slots=True, kw_only=True)
class Memory:
    """Everything remembered."""

    theme: str = ""
    recent: list[str] = field(default_factory=list)           # folders, the latest first
    cases: dict[str, CaseMemory] = field(default_factory=dict)

    def of(self, case_id: str) -> CaseMemory:
        """What is remembered of a case."""
        return self.cases.setdefault(case_id, CaseMemory())

    def opened(self, folder: Path) -> None:
        """A case was opened."""
        name = str(folder.absolute())
        self.recent = [name, *(one for one in self.recent if one != name)][:MAX_RECENT]


def memory_file() -> Path:
    """Where it stands."""
    return platformdirs.user_state_path("muniment") / FILE_NAME


def keymap_file() -> Path:
    """The user's own keys."""
    return platformdirs.user_config_path("muniment") / KEYMAP_NAME


def recall(path: Path) -> Memory:
    """What the file says, as far as it can be read."""
    try:
        with path.open("rb") as file:
            fields = json.loads(file.read(MAX_BYTES))
        cases = {str(name): CaseMemory(mode=str(one.get("mode", "")), item=str(one.get("item", "")),
                                       item_filter=str(one.get("item_filter", "")),
                                       cursors={str(key): int(row) for key, row in one.get("cursors", {}).items()},
                                       pictures=str(one.get("pictures", "")),
                                       items={str(key): str(how) for key, how in one.get("items", {}).items()})
                 for name, one in fields.get("cases", {}).items()}
        return Memory(theme=str(fields.get("theme", "")), cases=cases,
                      recent=[str(folder) for folder in fields.get("recent", [])][:MAX_RECENT])
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return Memory()


def remember(memory: Memory, path: Path) -> None:
    """Write it; a folder that cannot be written to costs the memory and nothing else."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}.new")
        new.write_text(json.dumps(asdict(memory), ensure_ascii=False, indent=1), "utf-8")
        new.replace(path)


def read_keymap(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The user's keys by action, and what in the file is odd. The file: a table [keys], "items.filter" = "f"."""
    try:
        with path.open("rb") as file:
            keys = tomllib.loads(file.read(MAX_BYTES).decode()).get("keys", {})
    except FileNotFoundError:
        return {}, ()
    except (OSError, ValueError, RecursionError) as error:
        return {}, (f"{path} cannot be read: {error}",)
    if not isinstance(keys, dict):
        return {}, (f"{path}: keys is not a table",)
    odd = [f"{path}: {name} is no action; see docs/tui.md" for name in keys if name not in BY_ID]
    odd += [f"{path}: the key of {name} is not text" for name, key in keys.items() if not isinstance(key, str)]
    odd += [f"{path}: {name}: ctrl+c is left to the terminal" for name, key in keys.items() if "ctrl+c" in str(key)]
    good = {name: key for name, key in keys.items()
            if name in BY_ID and isinstance(key, str) and key and "ctrl+c" not in key}
    return good, tuple(odd)
