"""`muniment place`: import, find, at."""

from pathlib import Path

import click

from evidence_store.canonical import JsonValue
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import count, table
from muniment.flows.places import gazetteers, import_gazetteer
from verify.place.store import Candidate
from verify.place.zones import zone_at


@click.group("place")
def command() -> None:
    """Which places a name can mean, and what lies at a point, by GeoNames and by gazetteers that you bring in."""


@verb("import", group=command)
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--name", default="", help="What to call it; default: the name of the file.")
def import_(run: Invocation, path: Path, name: str) -> ExitCode:
    """Bring in a gazetteer: a GeoNames table (.txt, .tsv), CSV with a heading, GeoJSON, or JSON."""
    made = import_gazetteer(path, name)
    run.out.result({"gazetteer": made.name, "places": made.places},
                   text=f"{made.name}: {count(made.places, 'place')}")
    return ExitCode.OK


@verb("find", group=command)
@click.argument("name")
@click.option("--near", metavar="LAT,LON", help="Nearest first; distances are given.")
def find(run: Invocation, name: str, near: str | None) -> ExitCode:
    """Every place that NAME can mean, in any spelling or script. None is chosen for you."""
    return _show(run, gazetteers().find(name, near=_point(near) if near else None))


@verb("at", group=command)
@click.option("--lat", type=click.FloatRange(-90, 90), required=True)
@click.option("--lon", type=click.FloatRange(-180, 180), required=True)
@click.option("--radius", type=click.FloatRange(0, 500), default=20.0, show_default=True, metavar="KM")
def at(run: Invocation, lat: float, lon: float, radius: float) -> ExitCode:
    """What lies around a point, and which time zone it has."""
    zone = zone_at(lat, lon)
    run.out.say(f"time zone: {zone or 'none known'}")
    return _show(run, gazetteers().around((lat, lon), radius), zone=zone)


def _point(text: str) -> tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"{text!r} is not of the form 35.90,36.73", param_hint="--near") from None
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise click.BadParameter(f"{text!r} is no place on earth", param_hint="--near")
    return latitude, longitude


def _show(run: Invocation, found: tuple[Candidate, ...], zone: str = "") -> ExitCode:
    document: dict[str, JsonValue] = {"candidates": [_document(one) for one in found]}
    if zone:
        document["zone"] = zone
    rows = [(f"{one.place.latitude:.4f}, {one.place.longitude:.4f}", one.match or "",
             "" if one.distance_km is None else f"{one.distance_km:.1f} km", one.place.country, one.gazetteer,
             one.place.name) for one in found]
    run.out.result(document, text=table(("point", "match", "away", "country", "gazetteer", "name"), rows))
    if not found and not gazetteers().files:
        run.out.warn("known are places of 500 inhabitants and more: bring in others with `muniment place import`")
    run.out.say(count(len(found), "candidate"))
    return ExitCode.OK


def _document(one: Candidate) -> dict[str, JsonValue]:
    place = one.place
    return {"name": place.name, "latitude": f"{place.latitude:.5f}", "longitude": f"{place.longitude:.5f}",
            "country": place.country, "kind": place.kind, "population": place.population, "zone": place.zone,
            "gazetteer": one.gazetteer, "id": place.id, "alternates": list(place.alternates), "matched": one.matched,
            "match": one.match, "distance_km": None if one.distance_km is None else f"{one.distance_km:.2f}"}
