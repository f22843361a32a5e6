"""Which screen each place is."""

from collections.abc import Mapping

from tui.screens.article import ArticleScreen
from tui.screens.base import CaseScreen
from tui.screens.bundle import BundleScreen
from tui.screens.capture import CaptureScreen
from tui.screens.cases import CasesScreen
from tui.screens.claims import ClaimsScreen
from tui.screens.doctor import DoctorScreen
from tui.screens.items import ItemsScreen
from tui.screens.ledger import LedgerScreen
from tui.screens.reuse import ReuseScreen
from tui.screens.settings import SettingsScreen
from tui.screens.verify import VerifyScreen

SCREENS: Mapping[str, type[CaseScreen]] = {screen.MODE: screen for screen in (
    CasesScreen, ArticleScreen, ItemsScreen, ClaimsScreen, LedgerScreen, CaptureScreen, ReuseScreen, VerifyScreen,
    BundleScreen, DoctorScreen, SettingsScreen)}
WITHOUT_CASE = frozenset({"cases", "doctor", "settings", "verify"})     # places that need no case
