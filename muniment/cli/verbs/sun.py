"""`muniment sun`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click

from evidence_store.canonical import JsonValue
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from verify.place.sun import (
    FittingSpan,
    MeasuredShadow,
    SunPosition,
    day_bounds,
    sun_position,
    times_of_shadow,
)
from verify.place.zones import LocalTime, local_time


@verb("sun")
@click.option("--lat", type=float, required=True, help="Decimal degrees, north positive.")
@click.option("--lon", type=float, required=True, help="Decimal degrees, east positive.")
@click.option("--time", "moment", required=True, metavar="ISO", help="2015-10-20T13:00Z, 2015-10-20T16:00+03:00.")
@click.option("--zone", default="", metavar="NAME", help="Time zone of the place; default: by the map.")
@click.option("--shadow-ratio", type=float, help="A measured shadow: its length over the height of what casts it.")
@click.option("--shadow-azimuth", type=float, help="Where a measured shadow points, degrees from true north.")
@click.option("--ratio-tolerance", type=float, default=0.1, show_default=True, help="Share of the ratio.")
@click.option("--azimuth-tolerance", type=float, default=5.0, show_default=True, help="Degrees.")
def command(run: Invocation, lat: float, lon: float, moment: str, zone: str, shadow_ratio: float | None,
            shadow_azimuth: float | None, ratio_tolerance: float, azimuth_tolerance: float) -> ExitCode:
    """Where the sun stood, how long shadows were, and when of that day a measured shadow fits.

    A time without zone is taken as local time of the place.
    """
    given = _moment(moment)
    naive = given.tzinfo is None
    local = local_time(given.replace(tzinfo=UTC) if naive else given, lat, lon, zone=zone)
    if naive:
        if local is None:
            raise click.UsageError("no time zone is known there: write the time with its offset, as 2015-10-20T13:00Z")
        given = given.replace(tzinfo=local.local.tzinfo)
        local = local_time(given, lat, lon, zone=zone)
    sun = sun_position(lat, lon, given)
    spans: tuple[FittingSpan, ...] | None = None
    if shadow_ratio is not None or shadow_azimuth is not None:
        offset = local.local.utcoffset() if local else None
        day = (local.local if local else given.astimezone(UTC)).date()
        shadow = MeasuredShadow(ratio=shadow_ratio, azimuth=shadow_azimuth, ratio_tolerance=ratio_tolerance,
                                azimuth_tolerance=azimuth_tolerance)
        spans = times_of_shadow(lat, lon, *day_bounds(day, offset or timedelta()), shadow)
    run.out.result(_document(given, sun, local, spans), text=_lines(given, sun, local, spans))
    return ExitCode.OK


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time like 2015-10-20T13:00Z", param_hint="--time") from None


def _document(moment: datetime, sun: SunPosition, local: LocalTime | None,
              spans: tuple[FittingSpan, ...] | None) -> dict[str, JsonValue]:
    return {
        # numbers for people and scripts on stdout, not for the ledger: they may have decimals
        "elevation": _number(sun.elevation), "azimuth": _number(sun.azimuth),
        "shadow_ratio": None if sun.shadow_ratio is None else _number(sun.shadow_ratio),
        "geometric_elevation": _number(sun.geometric_elevation), "shadow_azimuth": _number(sun.shadow_azimuth),
        "time": moment.astimezone(UTC).isoformat(), "local_time": local.local.isoformat() if local else None,
        "zone": local.zone if local else None, "zone_source": local.source if local else None,
        "fits": None if spans is None else [
            {"from": span.start.isoformat(), "to": span.end.isoformat(), "best": span.best.isoformat()}
            for span in spans]}


def _number(value: float) -> JsonValue:
    return round(value, 4)  # type: ignore[return-value]  # see `_document`


def _lines(moment: datetime, sun: SunPosition, local: LocalTime | None,
           spans: tuple[FittingSpan, ...] | None) -> Iterator[str]:
    yield f"time       {moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" + (
        f" = {local.local:%Y-%m-%d %H:%M:%S %z} in {local.zone} ({local.source})" if local else "; zone not known")
    yield f"elevation  {sun.elevation:.2f} degrees as seen ({sun.geometric_elevation:.2f} without refraction)"
    yield f"azimuth    {sun.azimuth:.2f} degrees from true north; shadows point to {sun.shadow_azimuth:.1f}"
    yield (f"shadow     {sun.shadow_ratio:.2f} times the height, on level ground" if sun.shadow_ratio is not None
           else "shadow     none: the sun is below the horizon")
    if spans is None:
        return
    for span in spans:
        def shown(when: datetime) -> str:
            return f"{when:%H:%M} UTC" + (f" ({when.astimezone(local.local.tzinfo):%H:%M} local)" if local else "")
        yield f"fits       {shown(span.start)} to {shown(span.end)}, best at {shown(span.best)}"
    if not spans:
        yield "fits       no time of that day"
