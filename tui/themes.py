"""How the application looks: dark, light, high contrast, and the terminal's own colours.

State is never told by colour alone (`muniment.flows.wording` gives each a sign and a word), so every theme, and
NO_COLOR, shows the same.
"""

from textual.theme import Theme

DARK = Theme(name="muniment-dark", primary="#7aa2c9", secondary="#a3b8cc", accent="#d7ba7d", foreground="#dde3ea",
             background="#14181d", surface="#1a1f26", panel="#252c35", success="#8fc98f", warning="#e3c07b",
             error="#f08c82", dark=True)
LIGHT = Theme(name="muniment-light", primary="#1f5a94", secondary="#44607a", accent="#8a5a00", foreground="#1b2128",
              background="#f7f6f2", surface="#fffdf8", panel="#e4e2da", success="#1d6b2f", warning="#7a5200",
              error="#a3231a", dark=False)
CONTRAST = Theme(name="muniment-contrast", primary="#ffff00", secondary="#00ffff", accent="#ffff00",
                 foreground="#ffffff", background="#000000", surface="#000000", panel="#000000", success="#00ff00",
                 warning="#ffff00", error="#ff6666", dark=True, text_alpha=1.0)
ANSI = "ansi-dark"            # Textual's: nothing but the sixteen colours of the terminal

OWN = (DARK, LIGHT, CONTRAST)
NAMES = {"dark": DARK.name, "light": LIGHT.name, "contrast": CONTRAST.name, "ansi": ANSI}


def following(theme: str) -> str:
    """The theme after this one."""
    names = list(NAMES.values())
    return names[(names.index(theme) + 1) % len(names)] if theme in names else names[0]


def words(theme: str) -> str:
    """What a person calls it."""
    return next((word for word, name in NAMES.items() if name == theme), theme)
