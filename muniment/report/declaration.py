"""A draft of the collector's statement, from the ledger: to be read, corrected and signed by whom it speaks for. Pure.

What the ledger does not say is left as a gap to fill in. A draft is not a statement until somebody signs it.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from evidence_store.clock import format_time
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.events import (
    Captured,
    CaseOpen,
    CheckpointStamped,
    Event,
    Imported,
    Incident,
    KeyEnrol,
    Transformed,
)
from evidence_store.handling import Corrected, TransferReceipt
from evidence_store.records import Circumstances, Verdict
from evidence_store.visible import visible
from muniment.report.exhibits import Numbered

GAP = "[........................ please fill in or strike out]"
WIDTH = 100


def declaration_txt(events: Sequence[Event], listed: Sequence[Numbered], *, checkpoint: Checkpoint, sealer: PublicKey,
                    bundle: str) -> bytes:
    """The draft, as plain text."""
    parts = [*_opening(events, sealer), *_collection(events, listed), *_custody(events),
             *_closing(listed, checkpoint, sealer, bundle)]
    lines = [line for part in parts for line in (textwrap.wrap(visible(part), WIDTH) or [""])]
    return "\n".join(lines).encode("utf-8") + b"\n"


def _opening(events: Sequence[Event], sealer: PublicKey) -> Iterator[str]:
    opened = next((event for event in events if isinstance(event.body, CaseOpen)), None)
    names = {event.body.fingerprint: event.body.principal for event in events if isinstance(event.body, KeyEnrol)}
    who = names.get(sealer.fingerprint) or GAP
    yield "DRAFT OF A STATEMENT BY WHO COLLECTED THIS EVIDENCE"
    yield "Written by a program from the record of the case. Read every line, correct it, fill the gaps, then sign."
    yield ""
    yield f"1. My name is {GAP}. In the record I am called {who}. My occupation is {GAP}."
    if opened is not None and isinstance(opened.body, CaseOpen):
        body = opened.body
        yield (f"2. I make this statement about the case {body.title or GAP!s}, opened on {format_time(opened.time)}. "
               f"Its purpose: {body.purpose or GAP}. Authority: {body.authority or GAP}. Scope: {body.scope or GAP}.")
    yield (f"3. What I sealed is signed with the key {sealer.fingerprint}. Since {GAP} nobody but me could use it, "
           f"and it was kept {GAP}.")


def _collection(events: Sequence[Event], listed: Sequence[Numbered]) -> Iterator[str]:
    captures = [event.body for event in events if isinstance(event.body, Captured)]
    imports = [event.body for event in events if isinstance(event.body, Imported)]
    yield ""
    yield "HOW IT WAS COLLECTED"
    if captures:
        first = min(one.capture.started_at for one in captures)
        last = max(one.capture.ended_at for one in captures)
        yield (f"4. Between {format_time(first)} and {format_time(last)} (UTC, by the clock of the machine) "
               f"{len(captures)} captures were made from the internet. Every byte was recorded as the servers sent it.")
        around = tuple(dict.fromkeys(one.circumstances for one in captures))
        yield from (f"   {line}" for line in _circumstances(around))
        clicked = sum(len(one.capture.interactions) for one in captures)
        yield (f"   On the pages {clicked} actions (scripts, clicks, scrolling, playing) were carried out; each stands "
               "in the record." if clicked else "   Nothing was clicked or run on the pages by the program.")
        walled = [one.capture for one in captures if one.capture.verdict is not Verdict.COMPLETE]
        yield (f"   {len(walled)} of the captures did not end complete; which, and why, stands in the report.")
    for one in imports:
        names = ", ".join(item.id for item in one.items)
        yield (f"5. {names}: received from {one.received_from or GAP} by {one.received_by or GAP} on "
               f"{one.received_at or GAP}; how: {one.how or GAP}."
               + (f" The source asked: {one.conditions}." if one.conditions else ""))
    yield f"6. {len(listed)} exhibits are in the bundle; the list is in exhibits.csv, with the SHA-256 of each."


def _circumstances(around: Iterable[Circumstances]) -> Iterator[str]:
    for one in around:
        tools = ", ".join(f"{tool.name} {tool.version}" for tool in one.tools[:12])
        yield (f"Collector {one.collector}; machine {one.machine}; clock: {one.clock}; connection: {one.egress}; "
               f"account: {one.identity}; tools: {tools}.")


def _custody(events: Sequence[Event]) -> Iterator[str]:
    yield ""
    yield "WHAT HAPPENED TO IT SINCE"
    made = sum(isinstance(event.body, Transformed) for event in events)
    yield (f"7. {made} derivatives were made (merged videos, thumbnails, views, redacted versions); no original was "
           "changed.")
    for event in events:
        match event.body:
            case CheckpointStamped(size=size, authority=authority, token_time=moment):
                yield (f"8. The authority {authority} confirmed on {format_time(moment)} that the first {size} events "
                       "of the record existed.")
            case TransferReceipt(recipient=recipient, size=size):
                yield f"9. {recipient} holds a receipt for the first {size} events, countersigned or on paper."
            case Incident(what=what, action=action):
                yield f"10. On {format_time(event.time)} something went wrong: {what}. What was done: {action}."
            case Corrected(supersedes=seq, text=text):
                yield f"11. What event {seq} says is corrected: {text}."
            case _:
                pass


def _closing(listed: Sequence[Numbered], checkpoint: Checkpoint, sealer: PublicKey, bundle: str) -> Iterator[str]:
    yield ""
    yield "THE BUNDLE"
    yield (f"12. The bundle {bundle} was sealed by me with the key {sealer.key16.upper()}. Its record has "
           f"{checkpoint.size} events; the SHA-256 of that record is {checkpoint.prefix_sha256}.")
    yield ("13. I know what this does not show: not that a server told the truth, nor who wrote what it sent, nor what "
           "I did not collect.")
    yield ""
    yield f"EXHIBITS ({len(listed)})"
    yield from (f"{one.number}  {one.item.id}  {one.item.kind.value}  SHA-256 {one.item.sha256}" for one in listed)
    yield ""
    yield f"What I have stated is true to the best of my knowledge. Place and date: {GAP}"
    yield f"Signature: {GAP}"
