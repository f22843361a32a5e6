"""Which screen each place is.

A screen's module is imported when the place is first gone to: what the screens need together takes a second to load.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from tui.screens.base import CaseScreen

_CLASSES = {"cases": "CasesScreen", "article": "ArticleScreen", "items": "ItemsScreen", "claims": "ClaimsScreen",
            "ledger": "LedgerScreen", "capture": "CaptureScreen", "reuse": "ReuseScreen", "verify": "VerifyScreen",
            "bundle": "BundleScreen", "doctor": "DoctorScreen", "settings": "SettingsScreen"}


class _Places(Mapping[str, type[CaseScreen]]):
    """The class of each place, by its mode, which is its module's name, too."""

    def __getitem__(self, mode: str) -> type[CaseScreen]:
        name = _CLASSES[mode]
        found: type[CaseScreen] = getattr(import_module(f"tui.screens.{mode}"), name)
        return found

    def __contains__(self, mode: object) -> bool:
        return mode in _CLASSES

    def __iter__(self) -> Iterator[str]:
        return iter(_CLASSES)

    def __len__(self) -> int:
        return len(_CLASSES)


SCREENS: Mapping[str, type[CaseScreen]] = _Places()
WITHOUT_CASE = frozenset({"cases", "doctor", "settings", "verify"})     # places that need no case
