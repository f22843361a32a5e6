"""Two pictures side by side: what is the same on both, drawn; one flickering over the other; mirrored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from evidence_store.catalogue.model import ItemEntry
from evidence_store.errors import EvidenceError
from evidence_store.records import ItemId
from evidence_store.visible import shortened, visible
from muniment.flows.lookup import require_item
from muniment.flows.preview import preview_item
from muniment.flows.wording import GOOD, NONE, OPEN
from tui.actions import bindings
from tui.pictures.drawing import laid_onto, mirrored, mirrored_region
from tui.pictures.shield import Shield, image_of, warnings_of
from tui.pictures.widget import Picture
from tui.screens.base import CaseScreen, Styles
from tui.screens.linking import link_to_claim

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray
    from PIL.Image import Image
    from textual.timer import Timer

    from tui.desk import Desk
    from verify.reuse.model import Likeness, Region

FLICKER_S = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two pictures: an item, or what a search compared of something outside the case."""

    name: str
    item: ItemId | None = None
    plane: "NDArray[uint8] | None" = None     # small and grey
    url: str = ""
    seen: str = ""                            # when it was first seen, as far as known


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is compared, and what is known of it already."""

    first: Side
    second: Side
    likeness: "Likeness | None" = None


class CompareScreen(CaseScreen):
    """Side by side."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "compare.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("compare")]
    WHERE, MODE = "compare", "reuse"

    class Loaded(Message):
        """A worker has the pictures and what they have in common."""

        def __init__(self, images: "Sequence[Image | None]", likeness: "Likeness | None", words: str,
                     facts: tuple[str, str], warnings: tuple[tuple[str, ...], ...]) -> None:
            super().__init__()
            self.images = images
            self.likeness = likeness
            self.words = words
            self.facts = facts
            self.warnings = warnings

    def __init__(self, desk: "Desk", first: ItemId, second: ItemId, *, pairs: Sequence[Pair] = (), at: int = 0) -> None:
        super().__init__(desk)
        self._pairs = tuple(pairs) or (Pair(first=Side(name=first, item=first), second=Side(name=second, item=second)),)
        self._at = at
        self._images: Sequence[Image | None] = (None, None)
        self._likeness: Likeness | None = None
        self._regions, self._mirror, self._align = True, False, False
        self._flicker: Timer | None = None
        self._second_on_top = False
        self._common = ""
        self._shield = Shield()

    @property
    def pair(self) -> Pair:
        """What is compared now."""
        return self._pairs[self._at]

    def content(self) -> Iterator[Widget]:
        """What they have in common, and both."""
        yield Static("\u2026", id="common", markup=False)
        with Horizontal(id="sides"):
            yield Picture(id="first")
            yield Picture(id="second")

    def on_mount(self) -> None:
        """Read in a worker."""
        self._load()

    def _load(self) -> None:
        pair = self.pair
        self._shield = self.muniment.shield(pair.first.item or "")
        self.query_one("#common", Static).update(visible(f"{pair.first.name} and {pair.second.name}: comparing \u2026"))
        self.read(lambda: self._loaded(pair), group="compare")

    def _loaded(self, pair: Pair) -> Message:
        images, facts, warnings = [], [], []
        for side in (pair.first, pair.second):
            image, words = self._image(side)
            images.append(image)
            facts.append(words)
            warnings.append(warnings_of(self.case.catalogue.tags(side.item).get(side.item, ())) if side.item else ())
        likeness, words = self._compare(pair)
        return self.Loaded(images, likeness, words, (facts[0], facts[1]), tuple(warnings))

    def _image(self, side: Side) -> "tuple[Image | None, str]":
        if side.item is None:
            from PIL import Image

            return (Image.fromarray(side.plane).convert("RGB") if side.plane is not None else None,
                    f"{side.name}  {side.seen}  {side.url}")
        entry = require_item(self.case, side.item)
        try:
            return image_of(preview_item(self.case, entry.item)), _facts(entry)
        except EvidenceError as error:
            return None, f"{side.name}: {error}"

    def _compare(self, pair: Pair) -> "tuple[Likeness | None, str]":
        from muniment.flows.comparing import compare_items, likeness_words  # OpenCV takes its time to load

        if pair.likeness is not None:
            return pair.likeness, f"{GOOD} {likeness_words(pair.likeness)}"
        if pair.first.item is None or pair.second.item is None:
            return None, f"{NONE} not compared"
        found = compare_items(self.case, pair.first.item, pair.second.item)
        if found.not_comparable:
            return None, f"{OPEN} cannot be compared: {found.not_comparable}"
        if found.likeness is None:
            return None, f"{NONE} nothing shows that they are the same photograph"
        return found.likeness, f"{GOOD} {likeness_words(found.likeness)}"

    def on_compare_screen_loaded(self, message: "CompareScreen.Loaded") -> None:
        """Show both."""
        self._images, self._likeness = message.images, message.likeness
        if message.likeness is not None:
            self._mirror = message.likeness.mirrored
        count = f"   match {self._at + 1} of {len(self._pairs)} (n)" if len(self._pairs) > 1 else ""
        width = max(self.size.width - 2, 20)
        self._common = "\n".join((visible(message.words) + count, shortened(message.facts[0], width),
                                  shortened(message.facts[1], width)))
        for picture, warnings in zip(self.query(Picture), message.warnings, strict=True):
            picture.label(warnings)
        self._draw()

    def _draw(self) -> None:
        first, second = self._images
        shown = [self._drawn(first, is_second=False), self._drawn(second, is_second=True)]
        outlines = [self._outline(is_second=False), self._outline(is_second=True)]
        if self._flicker is not None and self._second_on_top:
            shown[0], outlines[0] = shown[1], outlines[1]
        self.query_one("#second").display = self._flicker is None
        for picture, image, outline in zip(self.query(Picture), shown, outlines, strict=True):
            if image is None:
                picture.say("no picture")
            else:
                picture.show(image, self._shield, outline=outline)
        state = [word for word, on in (("mirrored", self._mirror), ("laid onto the first", self._align),
                                       ("regions drawn", self._regions and self._likeness is not None),
                                       (f"flicker: now the {'second' if self._second_on_top else 'first'}",
                                        self._flicker is not None)) if on]
        self.query_one("#common", Static).update(f"{self._common}\n{'   '.join(state) or '-'}")

    def _drawn(self, image: "Image | None", *, is_second: bool) -> "Image | None":
        if image is None:
            return None
        likeness, first = self._likeness, self._images[0]
        if is_second and self._is_laid_on and likeness is not None and first is not None:
            return laid_onto(image, first, likeness.homography)
        return mirrored(image) if is_second and self._mirror else image

    @property
    def _is_laid_on(self) -> bool:
        """The second is drawn as it lies on the first."""
        return self._likeness is not None and (self._align or self._flicker is not None)

    def _outline(self, *, is_second: bool) -> "Region | None":
        likeness = self._likeness
        if likeness is None or not self._regions:
            return None
        if not is_second or self._is_laid_on:
            return likeness.region_query
        return mirrored_region(likeness.region_target) if self._mirror else likeness.region_target

    # -- actions

    def action_back(self) -> None:
        """Where one came from."""
        self.app.pop_screen()

    def action_flicker(self) -> None:
        """One over the other, in turn."""
        if self._flicker is not None:
            self._flicker.stop()
            self._flicker, self._second_on_top = None, False
        else:
            self._flicker = self.set_interval(FLICKER_S, self._turn)
        self._draw()

    def _turn(self) -> None:
        self._second_on_top = not self._second_on_top
        self._draw()

    def action_mirror(self) -> None:
        """The second one mirrored."""
        self._mirror = not self._mirror
        self._draw()

    def action_regions(self) -> None:
        """Regions drawn or not."""
        self._regions = not self._regions
        self._draw()

    def action_align(self) -> None:
        """The second one laid onto the first."""
        if self._likeness is None:
            self.muniment.tell("they have nothing in common to lay one onto the other by", severity="warning")
            return
        self._align = not self._align
        self._draw()

    def action_next(self) -> None:
        """The next match."""
        if len(self._pairs) > 1:
            self._at = (self._at + 1) % len(self._pairs)
            self._load()

    def action_blur(self) -> None:
        """Lift the blur of both, or put it back."""
        self._shield = replace(self._shield, blur=not self._shield.blur)
        self._draw()

    def action_grey(self) -> None:
        """Lift the grey of both, or put it back."""
        self._shield = replace(self._shield, grey=not self._shield.grey)
        self._draw()

    def action_link(self) -> None:
        """Say what the first item is to a claim."""
        item = self.pair.first.item or self.pair.second.item
        if item is not None:
            link_to_claim(self, item)


def _facts(entry: ItemEntry) -> str:
    item = entry.item
    return f"{item.id}  obtained {item.obtained_at:%Y-%m-%d %H:%M}  {item.url or item.name}"
