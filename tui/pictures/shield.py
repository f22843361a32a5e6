"""How much of a picture is shown: blurred and grey at first, and a step of its own to lift each.

People who look at violence all day are harmed by it; blur and grey are what they ask for. Nothing here changes
evidence: it is about what is drawn.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from PIL.Image import Image

    from verify.preview import Preview

WARNING = "warning:"          # how a tag begins that is a warning label
COARSE = 14                   # pixels of the longer side that a blurred picture is made of
Shielding = NewType("Shielding", str)      # as the setting `pictures` says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Shield:
    """What is held back."""

    blur: bool = True
    grey: bool = True

    @property
    def setting(self) -> Shielding:
        """`shielded`, `blurred`, `grey` or `clear`."""
        return Shielding({(True, True): "shielded", (True, False): "blurred", (False, True): "grey",
                          (False, False): "clear"}[self.blur, self.grey])

    @classmethod
    def of(cls, setting: str) -> "Shield":
        """What a setting means; anything unknown holds everything back."""
        return cls(blur=setting not in {"grey", "clear"}, grey=setting not in {"blurred", "clear"})

    def words(self) -> str:
        """What is seen, and how to see more."""
        blur = "blurred (b: sharp)" if self.blur else "sharp (b: blur)"
        grey = "grey (v: colour)" if self.grey else "in colour (v: grey)"
        return f"{blur}, {grey}"


def warnings_of(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The warning labels among the tags of an item."""
    return tuple(tag.removeprefix(WARNING).strip() for tag in tags if tag.casefold().startswith(WARNING))


def image_of(preview: "Preview") -> "Image":
    """The pixels as a picture."""
    from PIL import Image

    return Image.frombytes("RGB", (preview.width, preview.height), preview.pixels)


def shielded(image: "Image", shield: Shield, *, across: int = 1) -> "Image":
    """The picture with what is held back taken away for good: what is drawn does not hold it any more.

    `across`: frames side by side on a contact sheet, each of which is blurred like a picture.
    """
    from PIL import Image, ImageFilter

    shown = image.convert("L").convert("RGB") if shield.grey else image
    if shield.blur:
        zoom = COARSE * across / max(shown.size)
        coarse = shown.resize((max(1, round(shown.width * zoom)), max(1, round(shown.height * zoom))),
                              Image.Resampling.BOX)
        shown = coarse.resize(shown.size, Image.Resampling.BICUBIC).filter(
            ImageFilter.GaussianBlur(max(shown.size) / (48 * across)))
    return shown
