"""What can go wrong with settings.

SettingsError      a value of the wrong kind, or a settings file that cannot be read
"""


class SettingsError(Exception):
    """A setting cannot be used; the message names the value and where it stands."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
