"""What an opposing expert would ask of an item, answered from the ledger or not at all. Pure.

1. An answer is what events say, with their numbers; nothing is concluded beyond them.
2. Where the ledger has nothing, the answer is that no answer is recorded. That is a gap to close before somebody else
   finds it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from evidence_store.claims import Relation
from evidence_store.clock import format_time
from evidence_store.disclosing import ConditionMet
from evidence_store.disclosure.account import items_of
from evidence_store.disclosure.reading import as_disclosed
from evidence_store.events import (
    Assessed,
    Captured,
    CheckpointStamped,
    Disclose,
    Event,
    FindingEvent,
    Imported,
    KeyEnrol,
    Linked,
    Reviewed,
    Transformed,
)
from evidence_store.findings import Outcome
from evidence_store.handling import Accessed, Corrected, Disposed, Redacted, TransferOffer, TransferReceipt, WorkingCopy
from evidence_store.records import Circumstances, Exchange, Item, ItemId, TlsOutcome, WarcRef

NO_ANSWER = "no answer recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the ledger says to one question."""

    question: str
    says: tuple[str, ...]             # (): nothing
    events: tuple[int, ...] = ()      # that say it

    @property
    def is_recorded(self) -> bool:
        """The ledger has something to say."""
        return bool(self.says)

    @property
    def words(self) -> str:
        """The answer, for people."""
        return "; ".join(self.says) if self.says else NO_ANSWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """An item and the answers it has."""

    item: Item
    answers: tuple[Answer, ...]

    @property
    def unanswered(self) -> tuple[Answer, ...]:
        """Questions to which nothing is recorded."""
        return tuple(answer for answer in self.answers if not answer.is_recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """An item, the event that brought it, and the whole ledger to ask."""

    item: Item
    origin: Event
    events: Sequence[Event]
    principals: dict[str, str]
    on: date | None

    @property
    def around(self) -> Circumstances | None:
        body = self.origin.body
        return body.circumstances if isinstance(body, Captured | Imported) else None

    @property
    def exchange(self) -> Exchange | None:
        body, source = self.origin.body, self.item.source
        if not isinstance(body, Captured) or not isinstance(source, WarcRef):
            return None
        return next((one for one in body.capture.exchanges if source in (one.response, one.body_record)), None)

    def who(self, key: str) -> str:
        return self.principals.get(key) or key

    def answer(self, question: str, said: Iterable[tuple[int, str]]) -> Answer:
        found = [(seq, text) for seq, text in said if text]
        return Answer(question=question, says=tuple(text for _, text in found),
                      events=tuple(dict.fromkeys(seq for seq, _ in found)))

    def of_origin(self, question: str, *said: str) -> Answer:
        return self.answer(question, ((self.origin.seq, text) for text in said))


def challenge(events: Sequence[Event], items: frozenset[ItemId] | None = None, *, on: date | None = None
              ) -> tuple[Challenged, ...]:
    """Each item and the answers to every question; `items`: only these. `on`: who had it on that day."""
    principals = {event.body.fingerprint: event.body.principal for event in events if isinstance(event.body, KeyEnrol)}
    found = []
    for event in events:
        match event.body:
            case Captured(capture=capture):
                brought: tuple[Item, ...] = capture.items
            case Imported(items=brought):
                pass
            case _:
                continue
        for item in brought:
            if items is None or item.id in items:
                matter = _Matter(item=item, origin=event, events=events, principals=principals, on=on)
                found.append(Challenged(item=item, answers=tuple(ask(matter) for ask in QUESTIONS)))
    return tuple(found)


def _where_from(matter: _Matter) -> Answer:
    question, body = "Where does it come from?", matter.origin.body
    if isinstance(body, Imported):
        return matter.of_origin(question, f"received from {body.received_from}" if body.received_from else "",
                                f"how: {body.how}" if body.how else "", f"as {matter.item.name}")
    exchange = matter.exchange
    return matter.of_origin(question, f"{exchange.method} {exchange.url}" if exchange else matter.item.url,
                            f"answered by {exchange.peer.host} at {exchange.peer.address}" if exchange else "")


def _who(matter: _Matter) -> Answer:
    body, around = matter.origin.body, matter.around
    received = f"taken by {body.received_by}" if isinstance(body, Imported) and body.received_by else ""
    when = f"on {body.received_at}" if isinstance(body, Imported) and body.received_at else ""
    return matter.of_origin("Who obtained it, and who says so?", f"collector {around.collector}" if around else "",
                            received, when, f"recorded by {matter.who(matter.origin.key)}")


def _clock(matter: _Matter) -> Answer:
    around = matter.around
    return matter.of_origin("Was the clock right?", f"obtained {format_time(matter.item.obtained_at)}, clock: "
                            f"{around.clock}" if around and around.clock else "")


def _outside_time(matter: _Matter) -> Answer:
    return matter.answer("Who outside confirms that it existed, and by when?", (
        (event.seq, f"{event.body.authority}: by {format_time(event.body.token_time)}") for event in matter.events
        if isinstance(event.body, CheckpointStamped) and event.body.size > matter.origin.seq))


def _account(matter: _Matter) -> Answer:
    around = matter.around
    if isinstance(matter.origin.body, Imported):
        return matter.of_origin("Whose account was used?")
    said = {"": "", "none": "none: nobody was signed in"}.get(around.identity, around.identity) if around else ""
    return matter.of_origin("Whose account was used?", said)


def _network(matter: _Matter) -> Answer:
    around = matter.around
    return matter.of_origin("From which network, with which machine and tools?",
                            f"connection: {around.egress}" if around else "", around.machine if around else "",
                            ", ".join(f"{tool.name} {tool.version}" for tool in around.tools) if around else "")


def _clicked(matter: _Matter) -> Answer:
    question, body = "What was clicked, scrolled or run on the page?", matter.origin.body
    if not isinstance(body, Captured):
        return matter.of_origin(question)
    nothing = "" if body.capture.views else f"nothing: no browser was used ({body.capture.client})"
    return matter.of_origin(question, *(body.capture.interactions or (nothing,)))


def _server(matter: _Matter) -> Answer:
    question, exchange = "Was it really that server?", matter.exchange
    if exchange is None:
        return matter.of_origin(question)
    peer = exchange.peer
    words = {TlsOutcome.VERIFIED: f"its certificate was verified ({peer.tls_version})",
             TlsOutcome.UNVERIFIED: f"its certificate was not verified: {peer.tls_cause}",
             TlsOutcome.NOT_USED: "not shown: plain HTTP, without a certificate"}[peer.tls]
    return matter.of_origin(question, words)


def _whole(matter: _Matter) -> Answer:
    item, body = matter.item, matter.origin.body
    cut = f"it ends early: {item.truncated.value}" if item.truncated else "it came to its end"
    if isinstance(body, Captured):
        reasons = "; ".join(body.capture.reasons)
        return matter.of_origin("Is it whole?", cut, f"the capture is {body.capture.verdict.value}, judged against "
                                f"{body.capture.against}" + (f" ({reasons})" if reasons else ""))
    return matter.of_origin("Is it whole?", "" if item.truncated is None else cut, "taken in byte for byte, "
                            f"{item.length} bytes")


def _changed(matter: _Matter) -> Answer:
    kept = "kept as sent, in a WARC" if isinstance(matter.item.source, WarcRef) else "kept as received"
    said = [(matter.origin.seq, f"{kept}; SHA-256 {matter.item.sha256}")]
    for event in matter.events:
        match event.body:
            case Transformed(derivative=made) if made.item == matter.item.id:
                tool = made.recipe.tool
                kind = made.kind.value.replace("_", " ")
                said.append((event.seq, f"{kind} made with {tool.name} {tool.version}; the original stays"))
            case Redacted(item=item, what=what) if item == matter.item.id:
                said.append((event.seq, f"a redacted version: {what}"))
            case _:
                pass
    return matter.answer("What was done to it since?", said)


def _custody(matter: _Matter) -> Answer:
    """Who had it, or a copy, with the day asked about marked."""
    number = matter.item.id
    said = [(matter.origin.seq, matter.origin, f"{matter.who(matter.origin.key)} has it")]
    for event in matter.events[matter.origin.seq + 1:]:
        words = ""
        match event.body:
            case WorkingCopy(item=item, holder=holder) if item == number:
                words = f"{holder} has a working copy"
            case Accessed(items=items, by=by) if number in items or not items:
                words = f"{by} has a copy" + (f": {event.body.how}" if event.body.how else "")
            case Disclose(recipient=recipient, not_selected=left, withheld_seqs=withheld) if (
                    number not in left and number in items_of(as_disclosed(matter.events[:event.seq], withheld))):
                words = f"{recipient} is given it in the bundle {event.body.bundle[:8]}"
            case TransferOffer(recipient=recipient):
                words = f"the ledger is offered to {recipient}"
            case TransferReceipt(recipient=recipient):
                words = f"{recipient} vouches for the ledger as it stood"
            case Disposed(items=items, method=method) if number in items:
                words = f"custody ends: {method}"
            case _:
                continue
        if words:
            said.append((event.seq, event, words))
    if matter.on is not None:
        said = [one for one in said if one[1].time.date() <= matter.on]
    day = f" on {matter.on:%d %B %Y}" if matter.on else ", and when"
    return matter.answer(f"Who had it{day}?", ((seq, f"since {event.time:%Y-%m-%d %H:%M} UTC {words}")
                                                for seq, event, words in said))


def _checked(matter: _Matter) -> Answer:
    latest = {(event.body.check, str(event.body.details.get("reader", ""))): event for event in matter.events
              if isinstance(event.body, FindingEvent) and event.body.item == matter.item.id}
    against = {Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE}
    bodies = [(event.seq, event.body) for event in latest.values() if isinstance(event.body, FindingEvent)]
    passed = [seq for seq, body in bodies if body.outcome is Outcome.PASS]
    return matter.answer("What was checked, and what speaks against it?", [
        *((seq, f"{body.check}: {body.outcome.value}: {body.summary}") for seq, body in bodies
          if body.outcome in against),
        *([(passed[-1], f"{len(passed)} checks passed")] if passed else [])])


def _concluded(matter: _Matter) -> Answer:
    mine = {event.seq: event for event in matter.events
            if isinstance(event.body, Assessed) and event.body.item == matter.item.id}
    said = [(seq, (f"{matter.who(event.key)} on {event.body.question.value}: {event.body.answer} "
                   f"(confidence {event.body.confidence.value})")) for seq, event in mine.items()
            if isinstance(event.body, Assessed)]
    said += [(event.seq, f"{matter.who(event.key)} {event.body.judgement.value}: {event.body.text}")
             for event in matter.events if isinstance(event.body, Reviewed) and event.body.assessment in mine]
    said += [(event.seq, f"corrected: {event.body.text}") for event in matter.events
             if isinstance(event.body, Corrected) and event.body.item == matter.item.id]
    return matter.answer("Who concludes what about place, time and people, and does anybody disagree?", said)


def _contradicted(matter: _Matter) -> Answer:
    latest = {event.body.claim: event for event in matter.events
              if isinstance(event.body, Linked) and event.body.item == matter.item.id}
    return matter.answer("Which claims does it support, and which does it contradict?", (
        (event.seq, f"{event.body.relation.value} {claim}" + (f": {event.body.reason}" if event.body.reason else ""))
        for claim, event in latest.items() if isinstance(event.body, Linked)
        and event.body.relation is not Relation.MENTIONS))


def _conditions(matter: _Matter) -> Answer:
    body = matter.origin.body
    said = [(matter.origin.seq, f"the source asked: {body.conditions}")] if (
        isinstance(body, Imported) and body.conditions) else []
    said += [(event.seq, f"kept to in bundle {event.body.bundle[:8]}: {event.body.because}") for event in matter.events
             if isinstance(event.body, ConditionMet) and matter.item.id in event.body.items]
    return matter.answer("What did the source ask for, and was it kept to?", said)


def _insider(matter: _Matter) -> Answer:
    return matter.answer("Could the holder of the key have rewritten the record?", (
        (event.seq, (f"{event.body.recipient} holds a receipt for its first {event.body.size} events"
                     f" ({event.body.form.value})")) for event in matter.events
        if isinstance(event.body, TransferReceipt) and event.body.size > matter.origin.seq))


def _elsewhere(matter: _Matter) -> Answer:
    twin = f"the same bytes as {matter.item.same_bytes_as}" if matter.item.same_bytes_as else ""
    said = [(matter.origin.seq, twin)]
    said += [(event.seq, event.body.summary) for event in matter.events if isinstance(event.body, FindingEvent)
             and event.body.item == matter.item.id and event.body.check.startswith("reuse")]
    return matter.answer("Did it appear elsewhere, or earlier?", said)


QUESTIONS: tuple[Callable[[_Matter], Answer], ...] = (
    _where_from, _who, _clock, _outside_time, _account, _network, _clicked, _server, _whole, _changed, _custody,
    _checked, _elsewhere, _concluded, _contradicted, _conditions, _insider)
