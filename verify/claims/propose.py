"""From the paragraphs of an article or post to proposals: who says that what happened, where, when, to how many.

1. Pure and transparent: every proposal names its rule and carries its passage and offset; the same text gives the same.
2. The rules read sentences. What a sentence takes from around it (a place from the sentence before, a speaker from the
   line that announces a quotation) is listed in `inferred`.
3. A proposal is what the source says. Whether it is so, is not asked here.
4. Without a speaker the article itself speaks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from evidence_store.claims import Claim, Predicate
from verify.claims import arabic, attribution, english, known_sources, phrases, places, russian
from verify.claims.model import Attribution, DateReader, Event, Paragraph, PlaceMention, Proposal, proposal_id
from verify.claims.sentences import Sentence, language_of, sentences

MAX_PROPOSALS = 2000          # of one document; more is an archive of casualty lists, to be entered as data
ITSELF = "the article"        # the source of what nobody else is said to say
MAX_CAPTION = 300             # characters of a paragraph that can be a picture's caption
FRAME_REACH = 5               # paragraphs that "As Reuters reported:" can reach, where they name Reuters again

_CASUALTIES = frozenset({Predicate.KILLED, Predicate.WOUNDED, Predicate.MISSING, Predicate.DETAINED})
_DENIES = re.compile(r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)|refute[sd]|dismiss(?:es|ed)\s+(?:the\s+|"
                     r"as\s+)?(?:reports?|claims?)|"
                     r"(?:do|does|did)\s+not\s+have\s+any\s+information|(?:has|have|had|"
                     r"there\s+is)\s+no\s+(?:information|evidence|reports?)|"
                     r"no\s+(?:information|evidence)\s+(?:about|of|that))\b", re.IGNORECASE)
_UNCONFIRMED = re.compile(r"\b(?:never|not(?:\s+been)?|could not be)\s+(?:independently\s+)?(?:confirmed|verified)|"
                          r"unconfirmed",
                          re.IGNORECASE)
_ANAPHORA = re.compile(r"\b(?:the|these|those|that|this)\s+(?:air\s?)?(?:strikes?|raids?|attacks?|bombings?|shelling|"
                       r"explosions?|blasts?|"
                       r"incident|area|town|village|city|crash|shooting)\b|\bthere\b", re.IGNORECASE)
_QUOTE = re.compile(r"^\s*[\"“«„]")
_BYLINE = re.compile(r"^\s*[—–]\s*\S")
_DATE_WORDS = re.compile(r"\b(?:yesterday|today|tonight|last\s+(?:night|week|month|year|[A-Z][a-z]+day)|"
                         r"this\s+(?:morning|week|month)|earlier\s+today|"
                         r"on\s+[A-Z][a-z]+day|(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|"
                         r"September|October|November|"
                         r"December)(?:\s+\d{1,2})?(?:,?\s+\d{4})?|вчера|сегодня|أمس|اليوم)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Who speaks in paragraphs that somebody announced."""

    speaker: Attribution
    last: int                 # index of the last paragraph it reaches


@dataclass(slots=True)
class _Reading:
    """What has been read so far: where pronouns and "the strikes" point."""

    speaker: Attribution | None = None
    place: str = ""
    place_at: int = -10       # index of the paragraph that named it
    date: str = ""
    date_at: int = -10


def propose_claims(paragraphs: Sequence[Paragraph], *, when: DateReader, article_date: date | None = None,
                   document: str = "") -> tuple[Proposal, ...]:
    """The claims that a text reports, in the order of the text, at most MAX_PROPOSALS.

    `document`: its URL or file name; it goes into claims and into the ids of proposals. `when`: reads dates.
    """
    found: list[Proposal] = []
    reading = _Reading()
    frame: _Frame | None = None
    for index, paragraph in enumerate(paragraphs):
        if frame is not None and index > frame.last:
            frame = None
        announced = _frame(paragraphs, index)
        for sentence in sentences(paragraph):
            for said in _claims(sentence, reading, index, frame.speaker if frame else _credited(paragraph)):
                dated = _dated(said, sentence, reading, index, when=when, article_date=article_date)
                claim = replace(dated, document=document)
                found.append(Proposal(id=proposal_id(claim), claim=claim))
        frame = announced or frame
    unique = {proposal.id: proposal for proposal in found}
    return tuple(unique.values())[:MAX_PROPOSALS]


def _frame(paragraphs: Sequence[Paragraph], index: int) -> _Frame | None:
    """The speaker that a paragraph announces, and how far what is announced goes on."""
    speaker = attribution.announces(paragraphs[index].text)
    if speaker is None:
        return None
    names = [name for name in (speaker.source, speaker.attributed_to) if name]
    last = index
    for ahead in range(index + 1, min(index + 1 + FRAME_REACH, len(paragraphs))):
        text = paragraphs[ahead].text
        if _BYLINE.match(text) or text.rstrip().endswith(":"):
            break
        if (_QUOTE.match(text) and last == ahead - 1) or any(name in text for name in names):
            last = ahead
    return _Frame(speaker=speaker, last=last) if last > index else None


def _credited(paragraph: Paragraph) -> Attribution | None:
    """The line under a picture speaks for whom it credits: "Photo from LCC."."""
    name = attribution.credit(paragraph.text) if len(paragraph.text) <= MAX_CAPTION else ""
    return Attribution(source=name) if name else None


def _claims(sentence: Sentence, reading: _Reading, index: int, frame: Attribution | None) -> Iterator[Claim]:
    text = sentence.text
    language = language_of(text)
    happened, speakers, named, denied = _read(text, language)
    for event in happened:
        speaker = _speaker(event, speakers)
        source, attributed, inferred = _who(speaker, frame, reading)
        place, inherited = _where(event, named, text, reading, index)
        if not place or inherited:
            struck = next((other.place for other in happened if other.place), "")    # "shelling of Kherson killed"
            place, inherited = (_with_region(struck, named), False) if struck else (place, inherited)
        quantity = " ".join(filter(None, (event.amount.quantity, "unconfirmed" if _UNCONFIRMED.search(text) else "")))
        yield Claim(
            source=source, attributed_to=attributed, predicate=event.predicate, subject=event.subject,
            number=event.amount.number, number_to=event.amount.number_to, quantity=quantity, place=place,
            actor=event.actor, weapon=event.weapon, passage=text, offset=sentence.offset, language=language,
            denies=event.denies or denied or (speaker is not None and speaker.denies), rule=event.rule,
            inferred=(*inferred, *(("place",) if inherited else ())))
        if place and not inherited and event.predicate in _CASUALTIES | {Predicate.STRUCK}:
            if reading.place_at != index or event.predicate in _CASUALTIES:
                reading.place = place
            reading.place_at = index
    spoken = [one for one in speakers if not one.pronoun]
    if spoken:
        reading.speaker = spoken[0]


_Read: TypeAlias = tuple[tuple[Event, ...], tuple[Attribution, ...], tuple[PlaceMention, ...], bool]


def _read(text: str, language: str) -> _Read:
    if language == "ru":
        return russian.events(text), russian.attributions(text), russian.place_mentions(text), russian.denies(text)
    if language == "ar":
        return arabic.events(text), arabic.attributions(text), arabic.place_mentions(text), arabic.denies(text)
    if language in ("fr", "es", "tr"):
        return (phrases.events(text, language), phrases.attributions(text, language),
                phrases.place_mentions(text, language), phrases.denies(text, language))
    return english.events(text), attribution.attributions(text), places.place_mentions(text), bool(_DENIES.search(text))


def _speaker(event: Event, speakers: tuple[Attribution, ...]) -> Attribution | None:
    """The nearest speaker whose statement the event stands in: the one that begins last before it."""
    covering = [one for one in speakers if one.start <= event.start + 2 and event.start <= one.end]
    return max(covering, key=lambda one: (one.start, bool(one.attributed_to), one.denies), default=None)


def _who(speaker: Attribution | None, frame: Attribution | None, reading: _Reading) -> tuple[str, str, tuple[str, ...]]:
    """Source, whom it relies on, and which of the two were inferred."""
    name = known_sources.display_name
    if speaker is not None and speaker.pronoun:
        before = reading.speaker or frame
        who = (before.attributed_to or before.source) if before else ""
        outlet = speaker.source or (frame.source if frame else "")
        if outlet and who and outlet != who:
            return name(outlet), name(who), ("attributed_to",)
        return name(outlet or who) or ITSELF, "", ("source",)
    if speaker is None:
        if frame is None:
            return ITSELF, "", ()
        inferred = ("source", "attributed_to") if frame.attributed_to else ("source",)
        return name(frame.source), name(frame.attributed_to), inferred
    if frame is not None and not speaker.attributed_to and frame.source != speaker.source:
        return name(frame.source), name(speaker.source), ("source",)
    return name(speaker.source), name(speaker.attributed_to), ()


def _where(event: Event, named: tuple[PlaceMention, ...], text: str, reading: _Reading,
           index: int) -> tuple[str, bool]:
    """The place of an event, and whether it was taken from an earlier sentence."""
    if event.place:
        return _with_region(event.place, named), False
    before = [one for one in named if one.end <= event.start]
    after = [one for one in named if one.start >= event.start]
    relative = re.search(r",?\s+(?:where|in which)\b", text[:event.start])
    if relative:
        led = [one for one in before if one.end <= relative.start() + 1]
        if led:
            return _innermost(led, text).name, False
    if after:
        return after[0].name, False
    if before:
        return before[-1].name, False
    if reading.place and index - reading.place_at <= 2 and _ANAPHORA.search(text):
        return reading.place, True
    return "", False


def _innermost(led: list[PlaceMention], text: str) -> PlaceMention:
    """"including Sarmin, in the Idlib province, where": the place within, not the province around it."""
    last = led[-1]
    previous = led[-2] if len(led) > 1 else None
    if previous is not None and re.fullmatch(r",\s+in\s+(?:the\s+)?", text[previous.end:last.start]):
        return replace(previous, name=f"{previous.name}, {last.name}")
    return last


def _with_region(place: str, named: tuple[PlaceMention, ...]) -> str:
    return next((one.name for one in named if one.name.startswith(f"{place}, ")), place)


def _dated(claim: Claim, sentence: Sentence, reading: _Reading, index: int, *, when: DateReader,
           article_date: date | None) -> Claim:
    stated = when(sentence.text, article_date)
    words = _DATE_WORDS.search(sentence.text)
    if stated or words:
        reading.date, reading.date_at = stated, index
        return replace(claim, date=stated, date_words=words.group() if words else "")
    if reading.date and index - reading.date_at <= 1 and "place" in claim.inferred:
        return replace(claim, date=reading.date, inferred=(*claim.inferred, "date"))
    return claim
