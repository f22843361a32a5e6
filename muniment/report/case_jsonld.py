"""case.jsonld: the ledger's events as investigative actions of CASE 1.5 and UCO, for programs that read these. Pure.

1. Every event is one action that names performer, instrument, start and end, location, inputs and outputs. What the
   ledger does not record is said in words, never made up: the location is the machine, its place is not recorded.
2. Names of nodes are made from the case id alone, so the same events give the same document.
3. The document is made from the events of the bundle; it proves nothing by itself, the ledger does.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from evidence_store.bundle import naming
from evidence_store.clock import format_time
from evidence_store.events import (
    Captured,
    CaseOpen,
    Event,
    FindingEvent,
    Imported,
    KeyEnrol,
    Transformed,
    UnknownEvent,
    to_fields,
)
from evidence_store.handling import Redacted, WorkingCopy
from evidence_store.records import BlobRef, Capture, Circumstances, Item, ItemId, Tool, WarcRef
from muniment.report.exhibits import Numbered

Node: TypeAlias = dict[str, object]

CONTEXT = {
    "kb": "urn:muniment:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
NAMES = uuid.UUID("5f0c7f43-6f3b-5f1e-9c1a-6d756e696d65")      # of our nodes, for version 5 UUIDs
NOT_RECORDED = "The place is not recorded."


def case_jsonld(events: Iterable[Event], exhibits: Iterable[Numbered], *, software: Tool) -> bytes:
    """The document of the events that a bundle shows; `software` stands for what no event names a tool of."""
    writer = _Writer(software=software, exhibits={one.item.id: one for one in exhibits})
    for event in events:
        writer.take(event)
    document = {"@context": CONTEXT, "@graph": list(writer.nodes.values())}
    return json.dumps(document, indent=1, ensure_ascii=True).encode("ascii") + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """What an event says of itself."""

    started_at: datetime
    ended_at: datetime
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    around: Circumstances | None = None
    words: str = ""


@dataclass(slots=True, kw_only=True)
class _Writer:
    software: Tool
    exhibits: Mapping[ItemId, Numbered]
    nodes: dict[str, Node] = field(default_factory=dict)
    case: str = ""
    principals: dict[str, str] = field(default_factory=dict)
    previous: str = ""

    def take(self, event: Event) -> None:
        """One event: its action, and all that the action names."""
        body = event.body
        if isinstance(body, CaseOpen):
            self.case = self._node("case-investigation:Investigation", "investigation", **{
                "uco-core:name": body.title or "(withheld)", "uco-core:description": [
                    text for text in (body.purpose, body.authority, body.scope) if text] or ["not stated"]})
        if isinstance(body, KeyEnrol):
            self.principals[body.fingerprint] = body.principal or body.fingerprint
        self._act(event, self._said(event))

    def _act(self, event: Event, action: _Action) -> None:
        kind = event.body.type if isinstance(event.body, UnknownEvent) else event.body.TYPE
        tools = action.tools or (self.software,)
        record = self._node(
            "case-investigation:ProvenanceRecord", f"record-{event.seq}",
            **{"uco-core:name": f"line {event.seq} of the ledger", "uco-core:description": f"the event {kind!r}",
               "uco-core:object": [{"@id": one} for one in (action.outputs or (self._case(),))]})
        values: dict[str, object] = {
            "uco-core:name": kind,
            "uco-core:description": action.words or f"event {event.seq} of the ledger",
            "uco-action:performer": {"@id": self._performer(event.key)},
            "uco-action:instrument": [{"@id": self._tool(tool)} for tool in tools],
            "uco-action:location": {"@id": self._location(action.around)},
            "uco-action:startTime": _time(action.started_at),
            "uco-action:endTime": _time(action.ended_at),
            "uco-action:object": [{"@id": one} for one in (action.inputs or (self._case(),))],
            "uco-action:result": [{"@id": one} for one in dict.fromkeys((*action.outputs, record))],
        }
        if self.previous:
            values["case-investigation:wasInformedBy"] = {"@id": self.previous}
        self.previous = self._node("case-investigation:InvestigativeAction", f"event-{event.seq}", **values)

    def _said(self, event: Event) -> _Action:
        now = event.time
        match event.body:
            case Captured(capture=capture, circumstances=around):
                outputs = [self._file(item) for item in capture.items]
                return _Action(started_at=capture.started_at, ended_at=capture.ended_at, around=around,
                               tools=around.tools, inputs=(self._url(capture.url),),
                               outputs=(*outputs, *self._records(capture)),
                               words=f"{capture.verdict}: {'; '.join(capture.reasons) or capture.against}")
            case Imported(items=items, circumstances=around) as imported:
                names = [self._file(item) for item in items]
                source = self._node("uco-identity:Identity", f"source-{imported.received_from}",
                                    **{"uco-core:name": imported.received_from or "a source that is not named"})
                return _Action(started_at=now, ended_at=now, around=around, tools=around.tools, inputs=(source,),
                               outputs=tuple(names), words=imported.how)
            case Transformed(derivative=made):
                inputs = tuple(self._content(one) for one in made.recipe.inputs)
                return _Action(started_at=now, ended_at=now, tools=(made.recipe.tool,), inputs=inputs,
                               outputs=(self._content(made.content),), words=f"{made.kind} of {made.item}")
            case _:
                return self._said_of_items(event)

    def _said_of_items(self, event: Event) -> _Action:
        now = event.time
        match event.body:
            case FindingEvent() as finding:
                return _Action(started_at=now, ended_at=now, tools=finding.tools,
                               inputs=self._items([finding.item] if finding.item else []),
                               words=f"{finding.check}: {finding.outcome}: {finding.summary}")
            case Redacted() as made:
                return _Action(started_at=now, ended_at=now, inputs=self._items([made.item]),
                               outputs=(self._content(made.content),), words=made.what)
            case WorkingCopy() as made:
                return _Action(started_at=now, ended_at=now, inputs=self._items([made.item]),
                               outputs=(self._content(made.copy),), words=made.purpose)
            case UnknownEvent():
                return _Action(started_at=now, ended_at=now)
            case other:
                return _Action(started_at=now, ended_at=now, inputs=self._items(_named(to_fields(other))))

    def _items(self, items: Iterable[ItemId]) -> tuple[str, ...]:
        return tuple(self._file(self.exhibits[item].item) for item in items if item in self.exhibits)

    def _file(self, item: Item) -> str:
        node = self._node("uco-observable:File", item.id)
        if "uco-core:hasFacet" not in self.nodes[node]:
            exhibit = self.exhibits.get(item.id)
            self.nodes[node] |= {
                "uco-core:name": item.id,
                "uco-core:description": f"exhibit {exhibit.number}" if exhibit else "an item",
                "uco-core:hasFacet": [
                    {"@id": self._id(f"file-{item.id}"), "@type": "uco-observable:FileFacet",
                     "uco-observable:fileName": naming.original_path(item).rpartition("/")[2],
                     "uco-observable:sizeInBytes": item.length},
                    self._content_facet(f"content-{item.id}", item.sha256, item.length, item.media_type)]}
            if exhibit:
                self._node("case-investigation:ProvenanceRecord", f"exhibit-{item.id}", **{
                    "uco-core:name": f"exhibit {exhibit.number}", "uco-core:description": f"the exhibit of {item.id}",
                    "case-investigation:exhibitNumber": exhibit.number, "uco-core:object": [{"@id": node}]})
        return node

    def _content(self, locator: WarcRef | BlobRef) -> str:
        name = f"content-{locator.record}" if isinstance(locator, WarcRef) else f"content-{locator.sha256}"
        return self._node("uco-observable:ObservableObject", name, **{
            "uco-core:name": locator.record if isinstance(locator, WarcRef) else locator.sha256,
            "uco-core:hasFacet": [self._content_facet(f"{name}-data", locator.sha256, locator.length, "")]})

    def _content_facet(self, name: str, sha256: str, length: int, media_type: str) -> Node:
        return {"@id": self._id(name), "@type": "uco-observable:ContentDataFacet",
                "uco-observable:sizeInBytes": length,
                **({"uco-observable:mimeType": media_type} if media_type else {}),
                "uco-observable:hash": [{
                    "@id": self._id(f"{name}-hash"), "@type": "uco-types:Hash", "uco-types:hashMethod": "SHA256",
                    "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256}}]}

    def _records(self, capture: Capture) -> Iterator[str]:
        for exchange in capture.exchanges:
            yield self._content(exchange.request)
            if exchange.response is not None:
                yield self._content(exchange.response)

    def _url(self, url: str) -> str:
        return self._node("uco-observable:URL", f"url-{url}", **{
            "uco-core:name": url, "uco-core:hasFacet": [{
                "@id": self._id(f"url-facet-{url}"), "@type": "uco-observable:URLFacet",
                "uco-observable:fullValue": url}]})

    def _performer(self, key: str) -> str:
        return self._node("uco-identity:Identity", f"key-{key}", **{
            "uco-core:name": self.principals.get(key, "the holder of the key"),
            "uco-core:description": f"the holder of the key {key}"})

    def _tool(self, tool: Tool) -> str:
        return self._node("uco-tool:Tool", f"tool-{tool.name}-{tool.version}", **{
            "uco-core:name": tool.name, **({"uco-tool:version": tool.version} if tool.version else {})})

    def _location(self, around: Circumstances | None) -> str:
        words = f"Machine: {around.machine}; connection: {around.egress}. {NOT_RECORDED}" if around else NOT_RECORDED
        return self._node("uco-location:Location", f"location-{words}", **{
            "uco-core:name": "where the machine stood", "uco-core:description": words})

    def _case(self) -> str:
        return self.case or self._node("case-investigation:Investigation", "investigation",
                                       **{"uco-core:name": "(withheld)"})

    def _node(self, kind: str, name: str, **values: object) -> str:
        identifier = self._id(name)
        self.nodes.setdefault(identifier, {"@id": identifier, "@type": kind, **values})
        return identifier

    def _id(self, name: str) -> str:
        return f"kb:{uuid.uuid5(NAMES, name)}"


def _named(value: object) -> list[ItemId]:
    """The items that a body speaks of, wherever it does."""
    waiting, found = [value], dict[ItemId, None]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and one.startswith("ITEM-"):
            found[ItemId(one)] = None
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
    return list(found)


def _time(moment: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": format_time(moment)}
