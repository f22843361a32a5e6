"""Pictures to look at on a screen: small, upright, decoded in the sandbox. A film becomes a contact sheet."""

from verify.preview.reading import Preview, Previewer

__all__ = ["Preview", "Previewer"]
