"""The JSON that verbs print, in one place: fields may be added, never changed (DESIGN section 7)."""

from collections.abc import Mapping

from evidence_store import canonical
from evidence_store.canonical import JsonValue
from evidence_store.catalogue.model import CitationEntry, Coverage, FindingEntry, ItemEntry
from evidence_store.clock import format_time
from evidence_store.events import FindingEvent, to_fields
from evidence_store.records import Capture, Citation, Sha256
from muniment.flows.item_view import ItemView
from verify.meaning import proves
from verify.report import VerifyReport

IMAGE_HASHES = "image.hashes"                # the checks whose details `show` lifts out
METADATA = ("metadata.exif", "metadata.container", "metadata.document")
HASH_NAMES = ("ahash", "dhash", "phash", "whash", "pdq")


def item_document(entry: ItemEntry) -> dict[str, JsonValue]:
    """One of `list`'s `items`."""
    item = entry.item
    return {"item": item.id, "kind": item.kind, "url": item.url, "name": item.name, "sha256": item.sha256,
            "size": item.length, "media_type": item.media_type, "verdict": entry.verdict,
            "captured_at": format_time(item.obtained_at)}


def finding_document(finding: FindingEvent) -> dict[str, JsonValue]:
    """One of `findings`."""
    return {"item": finding.item, "check": finding.check, "outcome": finding.outcome, "bearing": finding.bearing,
            "summary": finding.summary, "details": dict(finding.details)}


def event_document(seq: int, body: bytes) -> dict[str, JsonValue]:
    """One of `events`: the number, and the body as it is stored."""
    return {"seq": seq, **canonical.decode(body)}


def citation_document(entry: CitationEntry) -> dict[str, JsonValue]:
    """One of `cite`'s `citations`, as the case has it."""
    return {**found_document(entry.citation, entry.id), "state": entry.action, "verdict": entry.verdict}


def found_document(citation: Citation, number: str) -> dict[str, JsonValue]:
    """One of `cite`'s `citations`, recorded or not."""
    return {"id": number, "kind": citation.kind, "platform": citation.platform, "url": citation.url,
            "embedded": citation.embedded, "anchor": citation.anchor, "context": citation.context,
            "offset": citation.offset, "credit": citation.credit, "claimed_time": citation.claimed_time,
            "claimed_place": citation.claimed_place, "source": citation.source}


def capture_document(capture: Capture) -> dict[str, JsonValue]:
    """One of `capture`'s `captures`."""
    return {"id": capture.id, "url": capture.url, "final_url": capture.final_url, "verdict": capture.verdict,
            "reasons": list(capture.reasons), "against": capture.against,
            "exchanges": {"sent": capture.sent, "recorded": capture.recorded},
            "items": [*(item.id for item in capture.items), *capture.same_items],
            "client": capture.client, "views": [view.kind.value for view in capture.views],
            "cited_content": capture.cited_content,
            "unrecorded": list(capture.unrecorded), "refused": list(capture.refused),
            "memento": to_fields(capture.memento) if capture.memento else None}


def coverage_document(coverage: Coverage) -> dict[str, JsonValue]:
    """What came of the citations, counted."""
    return {"cited": coverage.cited, "verdicts": {str(verdict): count for verdict, count in coverage.verdicts.items()},
            "not_captured": {str(kind): count for kind, count in coverage.uncaptured.items()},
            "dismissed": coverage.dismissed}


def report_document(report: VerifyReport) -> dict[str, JsonValue]:
    """What `verify` prints of its target."""
    return {"target": str(report.target), "kind": report.kind, "outcome": report.outcome, "answer": report.answer,
            "findings": [{"check": finding.check, "outcome": finding.outcome, "subject": finding.subject,
                          "summary": finding.summary, "proves": proves(finding)} for finding in report.findings]}


def view_document(view: ItemView) -> dict[str, JsonValue]:
    """What `show` prints of an item."""
    from muniment.cli.sayings import sayings_of  # claims read HTML; verifying a bundle must not pay for that

    details = {entry.finding.check: entry.finding.details for entry in view.findings}
    stated: Mapping[str, JsonValue] = next((details[check] for check in METADATA if details.get(check)), {})
    return {
        "item": view.entry.item.id,
        "record": {**to_fields(view.entry.item), "verdict": view.entry.verdict, "event": view.entry.seq,
                   "warc": {"file": view.record.file, "offset": view.record.offset, "length": view.record.length}
                   if view.record else None},
        "hashes": _hashes(view.entry.item.sha256, details.get(IMAGE_HASHES, {})),
        "metadata": {"normalised": stated.get("normalised", {}), "readers": stated.get("readers", {})},
        "derivatives": [to_fields(entry.derivative) for entry in view.derivatives],
        "posts": [{**to_fields(post), "missing": [field.value for field in post.missing]} for post in view.posts],
        "findings": [_dated(entry) for entry in view.findings],
        "events": [{"seq": event.seq, "type": event.kind, "time": format_time(event.time), "key": event.key}
                   for event in view.events],
        "elsewhere": [to_fields(said) for said in view.elsewhere],
        **sayings_of(view),
    }


def _hashes(sha256: Sha256, details: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    found = {name: details.get(name) for name in HASH_NAMES}
    plain = {name: value.get("hash") if isinstance(value, Mapping) and name != "pdq" else value
             for name, value in found.items()}
    return {"sha256": sha256, **plain}


def _dated(entry: FindingEntry) -> dict[str, JsonValue]:
    return {**finding_document(entry.finding), "time": format_time(entry.time), "event": entry.seq}
