"""The last line: the keys that work now, as many as there is room for; help, commands and quit are always seen."""

from collections.abc import Iterator

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static

from tui.actions import key_name

LASTING = ("app.palette", "app.help", "app.quit")


class KeyLine(Static):
    """Keys and what they do; a click does it."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._line = Content("")
        self.auto_links = False           # keys look like keys

    def on_mount(self) -> None:
        """Follow what has the keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)
        self.spell()

    def on_resize(self) -> None:
        """As many keys as there is room for."""
        self.spell()

    def _changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.spell()

    def spell(self) -> None:
        """Write the line."""
        width = self.size.width
        if not width:
            return
        shown = list(self._offered())
        lasting = [one for one in shown if one.id in LASTING]
        right = sum(_width(one) for one in lasting)
        parts, used = [], 0
        for one in shown:
            if one.id not in LASTING and used + _width(one) <= width - right:
                parts.append(_key(one))
                used += _width(one)
        gap = Content(" " * max(width - right - used, 0))
        line = Content.assemble(*parts, gap, *map(_key, lasting))
        if not line.is_same(self._line):
            self._line = line
            self.update(line, layout=False)       # one line, as wide as the screen

    def _offered(self) -> Iterator[Binding]:
        """One a thing that can be done now."""
        seen = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in seen:
                seen.add(binding.action)
                yield binding


def _key(binding: Binding) -> Content:
    click = Style.from_meta({"@click": f"app.simulate_key({binding.key!r})"})
    return Content.assemble(Content.styled(f" {key_name(binding.key)} ", "bold $footer-key-foreground"),
                            f"{binding.description} ").stylize(click)


def _width(binding: Binding) -> int:
    return cell_len(f" {key_name(binding.key)} {binding.description} ")
