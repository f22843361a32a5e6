"""The words of the report: none is missing in any language; numbers and times are said as each language does."""

import re
import tomllib
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from evidence_store import posts
from evidence_store.claims import Confidence, Judgement, Predicate, Question, Relation
from evidence_store.events import KNOWN
from evidence_store.findings import Bearing, Outcome
from evidence_store.records import CitationKind, DerivativeKind, ItemKind, Truncation, Verdict
from muniment.config.settings import REPORT_LANGUAGES
from muniment.report.messages import LANGUAGES, messages
from verify.reuse import model as reuse
from verify.sandbox import Field

FORM = re.compile(r"\.(one|other)$")      # of a word, by the number beside it
CODES = (("outcome", Outcome), ("cited", CitationKind), ("item", ItemKind), ("bearing", Bearing),
         ("truncation", Truncation), ("relation", Relation), ("question", Question), ("confidence", Confidence),
         ("predicate", Predicate), ("judgement", Judgement), ("derivative", DerivativeKind),
         ("field", posts.PostField), ("state", posts.PostState), ("related", posts.Relation),
         ("reused", reuse.Relation), ("meta", Field))


def words(language: str) -> dict[str, str]:
    """Every key of a message file with its words, as they stand there."""
    def keys(table: dict[str, object], before: str = "") -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in table.items():
            found |= keys(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": str(value)}
        return found

    return keys(tomllib.loads(files("muniment.report").joinpath("messages", f"{language}.toml").read_text("utf-8")))


@pytest.mark.parametrize(("section", "kinds"), CODES, ids=[section for section, _ in CODES])
def test_every_code_has_words(section, kinds):
    assert [one.value for one in kinds if not messages().of(section, one.value)] == []


def test_every_verdict_and_nearly_every_event_has_words():
    assert [one for one in Verdict if not messages().of("verdict", f"{one.value}.sentence")] == []
    of_events = {key.removeprefix("event.") for key in messages().texts if key.startswith("event.")}
    assert of_events <= {*KNOWN, "other"}
    assert len(of_events) > 0.9 * len(KNOWN)


def test_the_languages_that_can_be_set_are_those_there_are_messages_in():
    assert set(REPORT_LANGUAGES) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_own_words_for_every_key_with_the_same_places_for_values(language):
    own, english = words(language), words("en")
    assert {FORM.sub("", key) for key in own} == {FORM.sub("", key) for key in english}
    assert {key for key in own if FORM.search(key)} <= {key for key in english if FORM.search(key)}
    pairs = {key: (text, english.get(key) or english[f"{key}.other"]) for key, text in own.items()}
    places = re.compile(r"\{\w*\}")
    assert [key for key, pair in pairs.items() if len({tuple(sorted(places.findall(one))) for one in pair}) > 1] == []
    assert [key for key, pair in pairs.items() if len({one.count("|") for one in pair}) > 1] == []
    assert language == "en" or sum(one == other for one, other in pairs.values()) < 0.1 * len(pairs)
    assert len(messages(language).months) == 12


@pytest.mark.parametrize(("language", "number", "said"), [
    ("en", 1, "1 request recorded"), ("en", 0, "0 requests recorded"), ("en", 10_202, "10,202 requests recorded"),
    ("fr", 0, "0 requête enregistrée"), ("fr", 1, "1 requête enregistrée"),
    ("fr", 10_202, "10\u202f202 requêtes enregistrées"), ("ar", 11, "الطلبات المسجَّلة: 11")])
def test_a_number_is_written_as_the_language_does_beside_the_form_it_asks_for(language, number, said):
    assert messages(language)("capture.recorded", number=number) == said


@pytest.mark.parametrize(("octets", "text"),
                         [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"),
                          (999_950, "1.0 MB"), (1_500_000, "1.5 MB"), (7 * 10**15, "7000.0 TB")])
def test_sizes_are_said_in_decimal_units(octets, text):
    assert messages().size(octets) == text


def test_sizes_are_written_as_the_language_does():
    assert (messages("fr").size(242_024), messages("ar").size(999)) == ("242,0 ko", "999 بايت")


@pytest.mark.parametrize(("earliest", "latest", "said"), [
    ("2015-10-19T10:00:00", "2015-10-21T11:59:59", "20 October 2015, time zone not known"),
    ("2015-10-19T10:00:00", "2015-10-22T11:59:59", "20 October 2015 – 21 October 2015, time zone not known"),
    ("2015-10-20T10:00:00.2", "2015-10-20T10:00:00.9", "20 October 2015, 10:00:00 UTC"),
    ("2015-10-20T10:00:00", "2015-10-20T11:59:59", "20 October 2015, 10:00:00–11:59:59 UTC"),
    ("2015-10-20T10:00:00", "2015-10-21T10:00:00", "20 October 2015, 10:00:00 UTC – 21 October 2015, 10:00:00 UTC")])
def test_a_span_of_time_is_said_as_a_reader_would(earliest, latest, said):
    start, stop = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (earliest, latest))
    assert messages().span(start, stop) == said


def typed(text: str) -> list[str]:
    """The lines to type: indented, without a letter that is not ASCII, and not prose."""
    programs = ("sha256sum", "find", "(cut", "diff", "ssh-keygen", "cat", "wc", "head", "sed", "openssl", "T=$(", "sh ",
                "python3", "muniment", "sender namespaces")
    return [line for line in text.splitlines() if line.startswith("  ") and line.strip().startswith(programs)]


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_how_to_check_by_hand_has_the_same_lines_to_type_in_every_language(told_events, documents_of, language):
    documents = documents_of(told_events, language=language).files()
    own, english = (documents[name].decode("utf-8") for name in (f"VERIFY.{language}.txt", "VERIFY.txt"))
    assert len(typed(english)) == 19
    assert typed(own) == typed(english)
    assert [line[:3] for line in own.splitlines() if line[:1].isdigit()] == [f"{one}. " for one in range(1, 8)]
    assert f"VERIFY.{language}.txt" in documents["START-HERE.html"].decode("utf-8")


def test_an_english_bundle_has_one_such_file(told_events, documents_of):
    assert [name for name in documents_of(told_events).files() if name.startswith("VERIFY")] == ["VERIFY.txt"]
