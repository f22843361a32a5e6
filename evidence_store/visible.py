"""Captured text made safe to show: what a page says must not be able to act on the screen that shows it.

1. No control character reaches a terminal: escape sequences, C0 and C1 appear as visible signs.
2. No invisible character reorders or hides text: bidirectional controls, tags and other format characters appear as
   `<U+202E>`. ZERO WIDTH JOINER and NON-JOINER stay: Persian, Arabic and emoji are misspelt without them.
3. Text without such characters is returned unchanged.
"""

_PICTURES = 0x2400        # U+2400 + n is the sign for the C0 control n (Unicode, "Control Pictures")
_DELETE_PICTURE = "\u2421"
_KEPT = frozenset("\u200c\u200d")
_NEWLINES_KEPT = frozenset("\n\t")


def visible(text: str, *, lines: bool = False) -> str:
    """`text` with everything that could act on a terminal replaced by a sign; `lines` keeps line feeds and tabs."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _KEPT or (lines and char in _NEWLINES_KEPT) else _sign(char)
                   for char in text)


def shortened(text: str, width: int) -> str:
    """`visible(text)` cut to at most `width` characters, the cut marked with an ellipsis."""
    shown = visible(text)
    return shown if len(shown) <= width else shown[:max(width - 1, 0)] + "\u2026"


def _sign(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == 0x7F:
        return _DELETE_PICTURE
    if char.isspace() and code not in (0x85, 0x2028, 0x2029):
        return " "        # no-break and typographic spaces: harmless, but of uncertain width
    return f"<U+{code:04X}>"
