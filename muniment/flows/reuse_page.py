"""A page of matches side by side, their regions drawn; pictures are blurred until somebody asks for one.

1. No script, nothing from elsewhere: a policy in the page forbids both; captured text is escaped.
2. Shown are the small grey planes that were compared, not the originals: what is drawn is what was judged.
"""

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evidence_store.atomic import write_once
from evidence_store.visible import visible
from muniment.flows.reuse import Answer, Match
from muniment.flows.reuse_record import place, summary
from verify.reuse.model import Region

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1d2228 }
section { border-top: 1px solid #ccc; padding: 1rem 0 } .pair { display: flex; gap: 1rem; flex-wrap: wrap }
figure { margin: 0; flex: 1 1 20rem } .shown { position: relative; display: block; overflow: hidden; cursor: pointer }
.shown img { width: 100%; display: block } .shown svg { position: absolute; inset: 0; width: 100%; height: 100% }
input { position: absolute; opacity: 0 } input:not(:checked) + .shown img { filter: blur(22px) }
input:focus-visible + .shown { outline: 3px solid #06c }
polygon { fill: none; stroke: #e5007a; stroke-width: 2; vector-effect: non-scaling-stroke } dt { color: #555 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0 }
"""


def write_page(path: Path, answers: Sequence[Answer]) -> None:
    """Write the page; FileExistsError where the name is taken."""
    write_once(path, page(answers).encode("utf-8"))


def page(answers: Sequence[Answer]) -> str:
    """The page."""
    body = "".join(_answer(number, answer) for number, answer in enumerate(answers))
    return ('<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Where else it appears</title>'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
            "style-src 'unsafe-inline'\">"
            f"<style>{STYLE}</style><h1>Where else it appears</h1>"
            "<p>Select a picture to see it clearly. The outline is the region that is the same. That two pictures "
            "show the same photograph says nothing about when or where it was taken.</p>"
            f"{body}</html>\n")


def _answer(number: int, answer: Answer) -> str:
    pairs = "".join(_match(f"{number}-{index}", answer, match) for index, match in enumerate(answer.matches))
    return f"<h2>{_text(answer.query.name)}</h2><p>{_text(summary(answer))}</p>{pairs}"


def _match(number: str, answer: Answer, match: Match) -> str:
    likeness, source = match.likeness, match.source
    facts = [("where", place(match)), ("address", source.url), ("relation", likeness.relation.value),
             ("agreement", f"{likeness.agreement:.0%} of {likeness.cells} textured cells"),
             ("keypoints", str(likeness.inliers)),
             ("turned", f"{round(likeness.rotation)} degrees" + (", mirrored" if likeness.mirrored else "")),
             ("cropped", f"{likeness.crop_percent:.0f} % of it is not in the query"),
             ("SHA-256", source.sha256)]
    if match.offset_s is not None:
        speed = f", speed {match.speed:.2f}" if match.speed is not None else ""
        facts.append(("at", f"second {match.offset_s:.1f}{speed}"))
    told = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in facts if value)
    asked = _figure(f"q{number}", answer.query.name, match.query_plane, likeness.region_query)
    found = _figure(f"t{number}", source.name, match.plane, likeness.region_target)
    return f'<section><div class="pair">{asked}{found}</div><dl>{told}</dl></section>'


def _figure(name: str, caption: str, plane: NDArray[np.uint8] | None, region: Region) -> str:
    if plane is None:
        return f"<figure><p>The same bytes.</p><figcaption>{_text(caption)}</figcaption></figure>"
    points = " ".join(f"{100 * x:.2f},{100 * y:.2f}" for x, y in region.corners)
    return (f'<figure><input type="checkbox" id="{name}"><label class="shown" for="{name}">'
            f'<img alt="{_text(caption)}" src="data:image/png;base64,{_png(plane)}">'
            f'<svg viewBox="0 0 100 100" preserveAspectRatio="none"><polygon points="{points}"/></svg></label>'
            f"<figcaption>{_text(caption)}</figcaption></figure>")


def _png(plane: NDArray[np.uint8]) -> str:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(plane).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode("ascii")


def _text(value: str) -> str:
    return escape(visible(value), quote=True)
