"""Replay of the case from within the application: a server on loopback, begun when it is first asked for.

It shows what stood in the case when it began; where the case has grown since, it begins anew.
"""

from contextlib import ExitStack
from urllib.parse import urljoin

from evidence_store.case import Case
from evidence_store.records import ItemId


class Replaying:
    """At most one server of one state of a case; `close` ends it."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._of: tuple[str, int] | None = None
        self._url = ""

    def link(self, case: Case, item: ItemId) -> str:
        """Where the page that an item belongs to is played, as it was; NothingToReplay, PlayerMissing."""
        from muniment.flows.replay import find_player, open_library  # with them come WARC and HTTP
        from muniment.replay.answers import link_to
        from muniment.replay.errors import NothingToReplay
        from muniment.replay.server import serving

        state = (str(case.layout.root), case.catalogue.head.size)
        if self._of != state:
            self.close()
            player = find_player()
            self._library = self._open.enter_context(open_library(case.layout.root))
            self._url = self._open.enter_context(serving(self._library, player)).url
            self._of = state
        moment = self._library.moment("item", item)
        if moment is None:
            raise NothingToReplay(f"{item} belongs to no recorded page", hint="see `muniment list`")
        return urljoin(self._url, link_to(moment.visit, moment.page))

    def close(self) -> None:
        """End it."""
        self._of = None
        self._open.close()
