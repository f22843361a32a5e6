"""Lengths of time on the command line: `90s`, `15m`, `2h`, `7d`."""

import re

import click

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_FORM = re.compile(r"([0-9]{1,6})([smhd])")


class Duration(click.ParamType[float]):
    """A length of time, in seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `15m`; a bare number is refused, as nobody agrees on its unit."""
        found = _FORM.fullmatch(str(value).strip())
        if found is None or not int(found[1]):
            self.fail(f"{str(value)[:40]!r} is no length of time such as 90s, 15m, 2h or 7d", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


DURATION = Duration()
