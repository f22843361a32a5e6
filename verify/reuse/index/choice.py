"""Which tier a collection's index is of: chosen when it is first made, kept until another is chosen."""

from pathlib import Path

from evidence_store.atomic import replace_generated
from verify.reuse.model import Tier

FILE = "tier"


def chosen(index: Path) -> Tier:
    """The tier last chosen; RootSIFT where none was, or where the file names none."""
    try:
        return Tier((index / FILE).read_text("ascii").strip())
    except (OSError, ValueError):
        return Tier.ROOTSIFT


def choose(index: Path, tier: Tier) -> Tier:
    """Keep this choice."""
    if chosen(index) is not tier:
        index.mkdir(parents=True, exist_ok=True)
        replace_generated(index / FILE, f"{tier.value}\n".encode("ascii"))
    return tier
