"""What operating systems leave in folders and archives: named, never held against whoever made them."""

from verify.bundle.listing import LITTER

_FOLDERS = ("__MACOSX/", ".Trashes/", ".Spotlight-V100/", ".fseventsd/", "System Volume Information/")


def is_litter(path: str) -> bool:
    """Whether a file is an operating system's own."""
    name = path.rsplit("/", 1)[-1]
    return name in LITTER or name.startswith("._") or any(f"/{folder}" in f"/{path}" for folder in _FOLDERS)
