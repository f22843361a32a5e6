"""What people say and conclude about items: tags, assessments, reviews, translations. Each is a signed event.

1. An assessment by a key replaces that key's own standing one on the same item and question, unless it is to stand
   beside it; nobody's is ever edited, and others' stay.
2. A review is by another key than the assessment's.
3. Coordinates are checked before they are recorded; they travel as the decimals that were typed.
"""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from evidence_store.case import Case
from evidence_store.catalogue.model import AssessmentEntry
from evidence_store.claims import Geolocation, Judgement
from evidence_store.errors import EvidenceError, MissingContent
from evidence_store.events import Assessed, Event, Reviewed, Tagged, Translated
from evidence_store.records import ItemId
from evidence_store.writer import CaseWriter
from muniment.flows.lookup import require_item

MAX_TAG = 80                  # characters: a tag is a word, not a note
MAX_TRANSLATION = 200_000     # characters of one translation: it stands in the ledger; a book is a file to import


class ConclusionRefused(EvidenceError):
    """What somebody wants to record cannot be recorded like this."""


def tag_item(writer: CaseWriter, item: ItemId, tags: tuple[str, ...], *, remove: bool = False) -> tuple[str, ...]:
    """Put tags on an item, or take them off; returns the tags it has then."""
    require_item(writer.case, item)
    clean = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags))
    if any(not tag or len(tag) > MAX_TAG for tag in clean):
        raise ConclusionRefused(f"a tag has 1 to {MAX_TAG} characters", hint="put longer words into a note")
    writer.append(Tagged(item=item, tags=clean, removed=remove))
    return writer.case.catalogue.tags(item).get(item, ())


def assess(writer: CaseWriter, assessment: Assessed, *, beside: bool = False) -> AssessmentEntry:
    """Record a conclusion; see rule 1 for what it replaces."""
    case = writer.case
    for item in (assessment.item, *assessment.because):
        require_item(case, item)
    if assessment.place is not None:
        check_place(case, assessment.place)
    if assessment.supersedes is not None:
        require_assessment(case, assessment.supersedes)
    elif not beside:
        assessment = replace(assessment, supersedes=_own_standing(case, assessment, writer.signer.public.fingerprint))
    (event,) = writer.append(assessment)
    return require_assessment(case, event.seq)


def review(writer: CaseWriter, seq: int, judgement: Judgement, text: str = "") -> AssessmentEntry:
    """Record what another person says of an assessment."""
    entry = require_assessment(writer.case, seq)
    if entry.key == writer.signer.public.fingerprint:
        raise ConclusionRefused(f"line {seq} was assessed with this very key",
                                hint="a review is another person's: sign it with their key")
    writer.append(Reviewed(assessment=seq, judgement=judgement, text=text))
    return require_assessment(writer.case, seq)


def translate(writer: CaseWriter, translation: Translated) -> Event:
    """Keep a translation beside its original."""
    require_item(writer.case, translation.item)
    if not translation.text.strip():
        raise ConclusionRefused("the translation is empty")
    if len(translation.text) > MAX_TRANSLATION:
        raise ConclusionRefused(f"the translation has more than {MAX_TRANSLATION:,} characters",
                                hint="import it as a file and link it")
    (event,) = writer.append(translation)
    return event


def check_place(case: Case, place: Geolocation) -> None:
    """ConclusionRefused where coordinates are none, or name an item that is not there."""
    for name, text, limit in (("latitude", place.latitude, 90), ("longitude", place.longitude, 180)):
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise ConclusionRefused(f"{text!r} is no {name} in decimal degrees") from None
        if not value.is_finite() or abs(value) > limit:
            raise ConclusionRefused(f"the {name} {text} is beyond +-{limit} degrees")
    if place.precision_m < 0:
        raise ConclusionRefused("a precision is a radius in metres, not less than nothing")
    if place.reference is not None:
        require_item(case, place.reference)


def require_assessment(case: Case, seq: int) -> AssessmentEntry:
    """The assessment that line `seq` of the ledger records."""
    entry = case.catalogue.assessment(seq)
    if entry is None:
        raise MissingContent(f"line {seq} of the ledger is no assessment",
                             hint="`muniment log --type assessment` lists them")
    return entry


def _own_standing(case: Case, assessment: Assessed, key: str) -> int | None:
    own = [entry.seq for entry in case.catalogue.assessments(assessment.item) if entry.key == key
           and entry.superseded_by is None and entry.assessment.question is assessment.question]
    return own[-1] if own else None
