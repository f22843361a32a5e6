"""What a search for reuse says: as a finding for the ledger, as a document, and compared with an earlier one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from evidence_store.canonical import JsonValue
from evidence_store.clock import format_time
from evidence_store.events import FindingEvent
from evidence_store.findings import Bearing, Outcome
from muniment.flows.circumstances import tool
from muniment.flows.reuse import Answer, Match, Query
from muniment.flows.reuse_case import CASE
from muniment.flows.reuse_event import before_words
from verify.reuse.evidence import DEFAULT
from verify.reuse.model import Region, Tier
from verify.reuse.reading import tools

CHECK = "reuse.search"
MAX_RECORDED = 200           # matches in one finding; the count is always exact
MAX_WORDS = 3                # matches named in the sentence


def finding(answer: Answer) -> FindingEvent:
    """The search as it is recorded, whether anything was found or not."""
    outcome = Outcome.PASS if answer.query.moments and answer.searched.images else Outcome.INCONCLUSIVE
    return FindingEvent(
        item=answer.query.item, check=CHECK, outcome=outcome, summary=summary(answer),
        tools=(tool("muniment"), *tools()),
        details={"query": {"name": answer.query.name, "sha256": answer.query.sha256},
                 "searched": {"images": answer.searched.images, "collections": list(answer.searched.collections),
                              "not_comparable": answer.searched.not_comparable},
                 "thresholds": {name: f"{value:g}" for name, value in asdict(DEFAULT).items()},
                 "matches": [recorded(match) for match in answer.matches[:MAX_RECORDED]],
                 "count": len(answer.matches), "others": answer.others, "runner_up": f"{answer.runner_up:.4f}",
                 "event": _event(answer)},
        bearing=_bearing(answer))


def _bearing(answer: Answer) -> Bearing | None:
    """A picture that was archived before the event it is said to show does not show it."""
    if answer.query.claimed is None:
        return None
    return Bearing.CONTRADICTS if _lead(answer) else Bearing.SILENT


def _lead(answer: Answer) -> int:
    claimed = answer.query.claimed
    return max((claimed.lead(match.source.first_seen) for match in answer.matches), default=0) if claimed else 0


def _event(answer: Answer) -> JsonValue:
    claimed = answer.query.claimed
    return None if claimed is None else {"day": claimed.day.isoformat(), "according_to": claimed.according_to,
                                         "days_before": _lead(answer)}


def summary(answer: Answer) -> str:
    """One sentence."""
    searched = answer.searched
    where = f"{searched.images:,} pictures and videos in {', '.join(searched.collections)}"
    if searched.not_comparable:
        where += f" ({searched.not_comparable:,} could not be compared)"
    if not answer.query.moments:
        return f"not comparable: {answer.query.not_comparable}"
    if not answer.matches:
        return f"searched {where}: nothing shows the same photograph"
    calibrated = f"; {calibration(answer)}" if answer.others else ""
    named = ", ".join(place(match) for match in answer.matches[:MAX_WORDS])
    more = f" and {len(answer.matches) - MAX_WORDS} more" if len(answer.matches) > MAX_WORDS else ""
    lead, claimed = _lead(answer), answer.query.claimed
    before = f"; {before_words(lead, claimed)}" if lead and claimed else ""
    return f"searched {where}: found in {named}{more}{before}{calibrated}"


def calibration(answer: Answer) -> str:
    """How the matches stand out from everything else that was searched."""
    high = max((match.as_high for match in answer.matches), default=0)
    return (f"{high:,} of {answer.others:,} other pictures and videos score this high"
            f" (the nearest {answer.runner_up:.2f})")


def place(match: Match) -> str:
    """Where a match stands, for people."""
    source = match.source
    name = source.name if source.collection == CASE else f"{source.collection}/{source.name}"
    return f"{name} ({format_time(source.first_seen)[:10]})" if source.first_seen else name


def recorded(match: Match) -> dict[str, JsonValue]:
    """A match for the ledger: decimals are text, rounded to what they are worth."""
    likeness, source = match.likeness, match.source
    fields: dict[str, JsonValue] = {
        "collection": source.collection, "name": source.name, "sha256": source.sha256, "url": source.url,
        "first_seen": format_time(source.first_seen) if source.first_seen else None,
        "method": likeness.method.value, "relation": likeness.relation.value, "score": f"{likeness.score:.4f}",
        "agreement": f"{likeness.agreement:.4f}", "cells": likeness.cells, "inliers": likeness.inliers,
        "mirrored": likeness.mirrored, "rotation": f"{likeness.rotation:.1f}", "scale": f"{likeness.scale:.3f}",
        "crop_percent": f"{likeness.crop_percent:.1f}", "region_query": _texts(likeness.region_query),
        "region_target": _texts(likeness.region_target),
        "homography": [f"{value:.6g}" for value in likeness.homography], "pdq_distance": likeness.pdq_distance,
        "as_high": match.as_high}
    if match.tier is not Tier.ROOTSIFT:          # said only where it is another, so that earlier findings compare
        fields["features"] = match.tier.value
    if match.offset_s is not None:
        fields["offset_s"] = f"{match.offset_s:.2f}"
    if match.speed is not None:
        fields |= {"speed": f"{match.speed:.3f}", "frames": match.frames}
    return fields


def document(query: Query, match: Match) -> dict[str, object]:
    """A match as `reuse --json` gives it: decimals are numbers there."""
    likeness, source = match.likeness, match.source
    fields: dict[str, object] = {
        "query": query.name, "target": source.name, "collection": source.collection,
        "item" if source.collection == CASE else "path": source.name, "url": source.url or None,
        "sha256": source.sha256, "method": likeness.method.value, "relation": likeness.relation.value,
        "score": round(likeness.score, 4), "inliers": likeness.inliers, "agreement": round(likeness.agreement, 4),
        "cells": likeness.cells, "mirrored": likeness.mirrored, "rotation": round(likeness.rotation, 1),
        "scale": round(likeness.scale, 3), "crop_percent": round(likeness.crop_percent, 1),
        "region_query": [list(corner) for corner in likeness.region_query.corners],
        "region_target": [list(corner) for corner in likeness.region_target.corners],
        "homography": list(likeness.homography), "pdq_distance": likeness.pdq_distance, "as_high": match.as_high,
        "features": match.tier.value,
        "first_seen": format_time(source.first_seen) if source.first_seen else None}
    if query.claimed is not None:
        fields["days_before_event"] = query.claimed.lead(source.first_seen)
    if match.offset_s is not None:
        fields["offset_s"] = round(match.offset_s, 2)
    if match.speed is not None:
        fields |= {"speed": round(match.speed, 3), "frames": match.frames}
    return fields


def differences(earlier: Mapping[str, JsonValue], again: FindingEvent) -> tuple[str, ...]:
    """What a repeated search gave otherwise than the recorded one; nothing where it gave the same."""
    old, new = _by_place(earlier.get("matches")), _by_place(again.details.get("matches"))
    found = [f"{name} was found then and not now" for name in old if name not in new]
    found += [f"{name} is found now and was not then" for name in new if name not in old]
    for name in old.keys() & new.keys():
        changed = sorted(key for key in old[name].keys() | new[name].keys() if old[name].get(key) != new[name].get(key))
        if changed:
            found.append(f"{name}: {', '.join(changed)} differ")
    return tuple(sorted(found))


def _by_place(matches: JsonValue) -> dict[str, Mapping[str, JsonValue]]:
    rows: Sequence[JsonValue] = matches if isinstance(matches, Sequence) and not isinstance(matches, str) else ()
    return {f"{row.get('collection')}/{row.get('name')}": row for row in rows if isinstance(row, Mapping)}


def _texts(region: Region) -> JsonValue:
    return [[f"{x:.4f}", f"{y:.4f}"] for x, y in region.corners]
