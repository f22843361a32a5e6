"""Which report is made: of a bundle or of a case, in which language, with what besides the events."""

from dataclasses import dataclass, field

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.records import Item, Tool
from muniment.report.material import Material, NoMaterial
from muniment.report.messages import DEFAULT, Messages, messages

# Raster formats that browsers decode themselves. SVG and HTML can hold scripts and are never shown or linked.
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"})
PLAYED = frozenset({"video/mp4", "video/webm", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is the same on every page of one report."""

    software: Tool
    checkpoint: Checkpoint | None = None     # None: a case without one
    sealer: PublicKey | None = None          # None: nothing is sealed
    bundle: str = ""                         # id of the bundle; "": the report of a case
    language: str = DEFAULT
    material: Material = field(default_factory=NoMaterial)
    printed: bool = False                    # one more page that holds the index and the exhibits, for printing
    largest_picture: int = 0                 # bytes: of a case's report, larger pictures are not copied; 0: no limit

    @property
    def messages(self) -> Messages:
        """Its words."""
        return messages(self.language)

    def is_shown(self, item: Item) -> bool:
        """A browser may show it in the report."""
        return item.media_type in SHOWN and (not self.largest_picture or item.length <= self.largest_picture)

    def is_opened(self, item: Item) -> bool:
        """It may be a link: opening it runs nothing."""
        return self.is_shown(item) or (bool(self.bundle) and item.media_type in PLAYED)
