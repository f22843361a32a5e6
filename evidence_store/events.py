"""Events: what the ledger says happened, one typed body each, and their one JSON form.

1. A body's envelope is `salt`, `type`, `time`, `key`; everything else is a field of the class named by `type`.
2. A body of a type this version does not know is kept as `UnknownEvent`: newer cases stay readable.
3. Fields unknown to this version are ignored on reading; what is verified are the stored bytes, never a
   re-serialisation.
4. Fields with their default value are left out; decimals are text, times `YYYY-MM-DDTHH:MM:SS.ffffffZ`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias, TypeVar, cast

import cattrs
from cattrs.strategies import configure_tagged_union

from evidence_store import canonical
from evidence_store.canonical import JsonValue
from evidence_store.claims import (
    ClaimAction,
    ClaimId,
    Confidence,
    Geolocation,
    Judgement,
    NumberedClaim,
    Question,
    Relation,
)
from evidence_store.clock import format_time, parse_time
from evidence_store.disclosing import DISCLOSING, ClaimAccount, DisclosingBody, Extract, Predecessor
from evidence_store.errors import FormatError
from evidence_store.findings import Bearing, Outcome
from evidence_store.handling import HANDLING, HandlingBody
from evidence_store.nesting import Nested
from evidence_store.records import (
    BlobRef,
    Capture,
    CaseId,
    Circumstances,
    Citation,
    CitationId,
    Derivative,
    Item,
    ItemId,
    Locator,
    Sha256,
    Tool,
    WarcRef,
)

SALT_BYTES = 32

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpen:
    """The case begins."""

    TYPE: ClassVar[str] = "case-open"
    case: CaseId
    title: str
    purpose: str
    authority: str
    scope: str
    software: tuple[Tool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEnrol:
    """A key may speak in this case."""

    TYPE: ClassVar[str] = "key-enrol"
    public_key: str           # one line, OpenSSH form, without comment
    fingerprint: str          # SHA256:..., as ssh-keygen -l prints it
    principal: str            # who it stands for
    role: str                 # "investigator"
    protection: str           # "passphrase", "none", "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoke:
    """A key may speak no longer."""

    TYPE: ClassVar[str] = "key-revoke"
    fingerprint: str
    reason: str               # "lost", "stolen", "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedCitation:
    """A citation and its id in the case."""

    id: CitationId
    citation: Citation


class CiteAction(StrEnum):
    """How the list of citations changed."""

    FOUND = "found"           # by `find_citations`
    ADDED = "added"           # by a person
    LINKED = "linked"         # a person gave a mention or a lost embed its URL
    DISMISSED = "dismissed"   # a person says it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """Citations of an article were found, added, linked or dismissed."""

    TYPE: ClassVar[str] = "cite"
    action: CiteAction
    article_url: str          # "" for a saved file
    article_item: ItemId | None
    citations: tuple[NumberedCitation, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A capture ended."""

    TYPE: ClassVar[str] = "capture"
    capture: Capture
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Files came in from outside."""

    TYPE: ClassVar[str] = "import"
    items: tuple[Item, ...]
    received_from: str        # a person's words or a pseudonym; "" when not said
    how: str
    circumstances: Circumstances
    received_by: str = ""
    received_at: str = ""     # as people say it
    conditions: str = ""      # what the source asked for: "do not publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformed:
    """A derivative was made."""

    TYPE: ClassVar[str] = "transform"
    derivative: Derivative


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEvent:
    """A check said something of an item."""

    TYPE: ClassVar[str] = "finding"
    item: ItemId | None       # None: of the case as a whole
    check: str
    outcome: Outcome
    summary: str
    tools: tuple[Tool, ...]
    bearing: Bearing | None = None
    details: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointStamped:
    """A timestamp token over a checkpoint arrived."""

    TYPE: ClassVar[str] = "checkpoint-stamped"
    size: int                 # of the checkpoint
    authority: str            # name from configuration
    token_sha256: Sha256
    token_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclose:
    """A bundle is about to be written; the last such event in a bundle says what it lacks."""

    TYPE: ClassVar[str] = "disclose"
    bundle: str               # bundle id, 32 hex digits
    recipient: str
    withheld_seqs: tuple[int, ...] = ()
    not_selected: tuple[ItemId, ...] = ()
    held: int = 0             # items in the case
    included: int = 0
    withheld: int = 0
    claims: tuple[ClaimAccount, ...] = ()     # each claim that is shown
    predecessor: Predecessor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealToken:
    """A timestamp token over the tagmanifest of a bundle."""

    authority: str            # name from configuration
    token_sha256: Sha256
    token_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A bundle was sealed. Stands in the case only."""

    TYPE: ClassVar[str] = "sealed"
    bundle: str
    tagmanifest_sha256: Sha256
    checkpoint_size: int
    tokens: tuple[SealToken, ...] = ()     # those that were had when it was sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something went wrong and was dealt with: a torn tail cut, an orphan set aside."""

    TYPE: ClassVar[str] = "incident"
    what: str
    affected: tuple[str, ...]     # names within the case, never absolute paths
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person says of an item, or of the case."""

    TYPE: ClassVar[str] = "note"
    item: ItemId | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A person put tags on an item, or took them off."""

    TYPE: ClassVar[str] = "tag"
    item: ItemId
    tags: tuple[str, ...]
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Claims were entered, accepted or rejected from proposals, or withdrawn."""

    TYPE: ClassVar[str] = "claim"
    action: ClaimAction
    claims: tuple[NumberedClaim, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A person says what an item is to a claim; the last word on a pair stands."""

    TYPE: ClassVar[str] = "link"
    item: ItemId
    claim: ClaimId
    relation: Relation
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What a person concludes about an item."""

    TYPE: ClassVar[str] = "assessment"
    item: ItemId
    question: Question
    answer: str
    confidence: Confidence
    because: tuple[ItemId, ...] = ()      # items that the conclusion rests on
    reasoning: str = ""
    place: Geolocation | None = None
    supersedes: int | None = None         # seq of the assessment that this one replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What somebody else says of an assessment."""

    TYPE: ClassVar[str] = "review"
    assessment: int               # its seq
    judgement: Judgement
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A translation of an item's words, kept beside the original."""

    TYPE: ClassVar[str] = "translation"
    item: ItemId
    language: str                 # of the translation, BCP 47: "en"
    text: str
    translator: str               # a person's words or pseudonym, or the name of a tool
    from_language: str = ""
    tool: Tool | None = None      # None: translated by a person
    made: str = ""                # date of the translation, ISO 8601
    reviewer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """A body of a type this version does not know."""

    type: str


KnownBody: TypeAlias = (
    CaseOpen | KeyEnrol | KeyRevoke | Cite | Captured | Imported | Transformed | FindingEvent | CheckpointStamped
    | Disclose | Sealed | Incident | Note | Tagged | Claimed | Linked | Assessed | Reviewed | Translated
    | HandlingBody | DisclosingBody | Nested
)
Body: TypeAlias = KnownBody | UnknownEvent

KNOWN: Mapping[str, type[KnownBody]] = {
    kind.TYPE: kind
    for kind in (CaseOpen, KeyEnrol, KeyRevoke, Cite, Captured, Imported, Transformed, FindingEvent, CheckpointStamped,
                 Disclose, Sealed, Incident, Note, Tagged, Claimed, Linked, Assessed, Reviewed, Translated, *HANDLING,
                 *DISCLOSING, Nested)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One ledger line together with its body."""

    seq: int
    time: datetime
    key: str                  # fingerprint of the key it is attributed to
    body: Body


def to_fields(record: object) -> dict[str, JsonValue]:
    """A record (Item, Capture, Citation ...) in the form that it has within a body."""
    return cast("dict[str, JsonValue]", _converter.unstructure(record))


def from_fields(kind: type[Record], fields: Mapping[str, JsonValue]) -> Record:
    """The inverse of `to_fields`; FormatError where the fields are not those of a `kind`."""
    try:
        return _converter.structure(fields, kind)
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError) as error:
        raise FormatError(f"not a well-formed {kind.__name__}") from error


def encode_body(body: KnownBody, *, time: datetime, key: str, salt: bytes) -> bytes:
    """The bytes of a body, LF included, ready to be hashed into a ledger line."""
    if len(salt) != SALT_BYTES:
        raise FormatError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    fields = cast("dict[str, JsonValue]", _converter.unstructure(body))
    return canonical.encode({**fields, "salt": salt.hex(), "type": body.TYPE, "time": format_time(time), "key": key})


def decode_body(seq: int, line: bytes) -> Event:
    """The event of stored body bytes; FormatError when they are not a body."""
    fields = canonical.decode(line)
    if not isinstance(fields.pop("salt", None), str):
        raise FormatError(f"body {seq} lacks its salt")
    return _event(seq, fields)


def stated_event(extract: Extract) -> Event:
    """What an extract says of its event, under the number of that event; FormatError where it is none."""
    return _event(extract.of, dict(extract.stated))


def _event(seq: int, fields: dict[str, JsonValue]) -> Event:
    kind, time, key = (fields.pop(name, None) for name in ("type", "time", "key"))
    if not (isinstance(kind, str) and isinstance(time, str) and isinstance(key, str)):
        raise FormatError(f"body {seq} lacks one of type, time, key")
    known = KNOWN.get(kind)
    try:
        moment = parse_time(time)
        body: Body = _converter.structure(fields, known) if known else UnknownEvent(type=kind)
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError) as error:
        raise FormatError(f"body {seq} is not a well-formed {kind!r} event") from error
    return Event(seq=seq, time=moment, key=key, body=body)


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter(omit_if_default=True, unstruct_collection_overrides={tuple: list})
    converter.register_unstructure_hook(datetime, format_time)
    converter.register_structure_hook(datetime, lambda text, _: parse_time(text))
    tags = {WarcRef: "warc", BlobRef: "blob"}
    configure_tagged_union(Locator, converter, tag_generator=tags.__getitem__, tag_name="in")
    converter.register_structure_hook_func(lambda t: t == Mapping[str, JsonValue], lambda value, _: value)
    converter.register_unstructure_hook_func(lambda t: t == Mapping[str, JsonValue], lambda value: value)
    return converter


_converter = _make_converter()
