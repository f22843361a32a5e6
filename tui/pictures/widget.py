"""The widget that shows a picture: its warning labels, what is held back, and the picture itself."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from evidence_store.visible import visible
from tui.pictures.drawing import with_region
from tui.pictures.shield import Shield, shielded
from tui.reading import Reads

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual_image.widget import HalfcellImage, SixelImage, TGPImage

    from verify.reuse.model import Region

    ImageWidget = HalfcellImage | SixelImage | TGPImage


class Picture(Vertical, Reads):
    """A picture, shielded."""

    DEFAULT_CSS: ClassVar[str] = """
    Picture { height: 1fr; width: 1fr; }
    Picture > .labels { text-style: bold reverse; height: auto; display: none; }
    Picture > .labels.some { display: block; }
    Picture > .held { color: $text-muted; height: auto; }
    """

    class Drawn(Message):
        """A worker has drawn the picture anew."""

        def __init__(self, image: "Image", shield: Shield) -> None:
            super().__init__()
            self.image = image
            self.shield = shield

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name all widgets use
        super().__init__(id=id)
        self._image: Image | None = None
        self._shown: Image | None = None
        self.shield = Shield()
        self._is_film = False
        self._outline: Region | None = None
        self._drawing: ImageWidget | None = None      # there once a picture is

    def compose(self) -> ComposeResult:
        """Labels above, then what is held back, then the picture."""
        yield Static("", classes="labels", markup=False)
        yield Static("\u2026", classes="held", markup=False)

    def label(self, warnings: tuple[str, ...]) -> None:
        """Show warning labels above the picture for as long as it is seen."""
        labels = self.query_one(".labels", Static)
        labels.update(visible("⚠ WARNING: " + ", ".join(warnings)))
        labels.set_class(bool(warnings), "some")

    def show(self, image: "Image", shield: Shield, *, is_film: bool = False, outline: "Region | None" = None) -> None:
        """Show a picture as far as the shield lets it, and the outline of a region over it."""
        self._image, self._is_film, self._outline = image, is_film, outline
        self.lift(shield)

    def say(self, words: str) -> None:
        """Say why there is no picture."""
        self._image = None
        self.query_one(".held", Static).update(visible(words))
        if self._drawing is not None:
            self._drawing.image = None

    def lift(self, shield: Shield) -> None:
        """Show more or less of it."""
        self.shield = shield
        image, outline, is_film = self._image, self._outline, self._is_film

        def draw(image: "Image") -> Message:
            from tui.pictures.terminal import image_widget
            from verify.preview.reading import COLUMNS

            image_widget()                # NumPy and Pillow are imported here, while keys are taken
            shown = shielded(image, shield, across=COLUMNS if is_film else 1)
            return self.Drawn(shown if outline is None else with_region(shown, outline), shield)

        if image is not None:
            self.read(partial(draw, image), group="picture")

    async def on_picture_drawn(self, message: "Picture.Drawn") -> None:
        """Show what was drawn, unless more was asked since."""
        message.stop()
        if message.shield != self.shield:
            return
        what = "frames of the film, silent; " if self._is_film else ""
        self.query_one(".held", Static).update(f"{what}{self.shield.words()}")
        self._shown = message.image
        if self._drawing is None:
            from tui.pictures.terminal import image_widget

            self._drawing = image_widget()()
            await self.mount(self._drawing)
        self._fit()

    def on_resize(self) -> None:
        """The picture fills what there is."""
        self._fit()

    def _fit(self) -> None:
        from textual_image._terminal import get_cell_size

        image, widget = self._shown, self._drawing
        if image is None or self._image is None or widget is None:
            return
        room = self.size.height - sum(line.size.height for line in self.query(Static))
        cell = get_cell_size()
        width = max(1, self.size.width)
        height = max(1, round(width * cell.width * image.height / image.width / cell.height))
        if height > max(1, room):
            height = max(1, room)
            width = max(1, min(width, round(height * cell.height * image.width / image.height / cell.width)))
        widget.styles.width, widget.styles.height = width, height
        widget.image = image
