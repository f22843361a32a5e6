"""Claims proposed from texts: on the live blog of the seed, and rule by rule in three languages."""

from datetime import date
from pathlib import Path

import pytest

from archiver.citations.dates import claimed_time
from archiver.citations.plain_text import paragraphs
from evidence_store.claims import Predicate
from verify.claims import Paragraph
from verify.claims.propose import propose_claims

DAY = date(2015, 10, 20)
K, W, S = Predicate.KILLED, Predicate.WOUNDED, Predicate.STRUCK


def claims(*texts: str):
    offset, parts = 0, []
    for text in texts:
        parts.append(Paragraph(text=text, offset=offset))
        offset += len(text) + 1
    return [one.claim for one in propose_claims(parts, when=claimed_time, article_date=DAY)]


@pytest.fixture(scope="session")
def live_blog(shared: Path):
    text = (shared / "seed" / "live-blog.txt").read_text(encoding="utf-8")
    parts = [Paragraph(text=block.text, offset=block.offset) for block in paragraphs(text)]
    return text, [one.claim for one in propose_claims(parts, when=claimed_time, article_date=DAY, document="seed")]



def says(words: str, **wanted: object) -> dict[str, object]:
    """What one claim must be, and the words it is read from."""
    return {"words": words, **wanted}


SEED = {
    "LCC: 57 killed in Latakia": says(origin="LCC", predicate=K, number=57, place="Latakia", date="2015-10-19",
                                      words="57 people were killed yesterday in Latakia"),
    "SOHR, by Reuters: 45": says(origin="SOHR", source="Reuters", predicate=K, number=45, place="Latakia",
                                 words="45 were killed in the strikes"),
    "LCC: strikes on Bisharfah": says(origin="LCC", predicate=S, place="Bisharfah", words="village of Bisharfah"),
    "Reuters: 3 Russian soldiers": says(origin="pro-government source", source="Reuters", predicate=K, number=3,
                                        place="Latakia", subject="Russian soldiers",
                                        words="3 Russian soldiers were killed"),
    "Reuters: several wounded": says(source="Reuters", predicate=W, number=None, words="several more wounded"),
    "the ambassador denies three": says(origin="Russian ambassador", source="TASS", predicate=K, number=3, denies=True,
                                        words="We do not have any information"),
    "Abdulrahman confirms deaths": says(origin="SOHR", source="Reuters", predicate=K, number=None, subject="Russians",
                                        words="confirmed the deaths of Russians"),
    "at least 20 at the post": says(source="Reuters", predicate=Predicate.PRESENT, number=20, place="Nabi Younis",
                                    words="at least 20 Russians were at the post"),
    "ten killed, never confirmed": says(source="the article", predicate=K, number=10, date="2015-09",
                                        words="never confirmed"),
    "Captain Zimo": says(predicate=K, subject="Captain Basil Zimo", words="killed Captain Basil Zimo"),
    "LCC: 8 killed in Sarmin": says(origin="LCC", predicate=K, number=8, place="Sarmin",
                                    words="eight people were killed"),
    "struck: Talbiseh": says(predicate=S, place="Talbiseh", words="striking Talbiseh"),
    "struck: Teir Maaleh": says(predicate=S, place="Teir Maaleh", words="striking Talbiseh"),
    "struck: al-Ghanto": says(predicate=S, place="al-Ghanto", words="striking Talbiseh"),
    "LCC: 4 air strikes on Teir Maaleh": says(origin="LCC", predicate=S, number=4, place="Teir Maaleh",
                                              words="4 air strikes"),
    "a mosque in Teir Maaleh": says(predicate=S, subject="a mosque", place="Teir Maaleh", words="was a mosque"),
    "struck: Sarmin": says(predicate=S, place="Sarmin", words="including Sarmin"),
    "the school in Sarmin, credited to LCC": says(origin="LCC", predicate=Predicate.DESTROYED, subject="a school",
                                                  place="Sarmin", words="Remains of a school"),
    "TOW near Wudehi": says(predicate=Predicate.USED, actor="Kataib Thuwar al-Sham", weapon="TOW", place="Wudehi",
                            words="TOW missiles near Wudehi"),
}


@pytest.mark.parametrize("expected", SEED.values(), ids=SEED)
def test_the_live_blog_gives_the_claims_a_reader_finds_in_it(live_blog, expected):
    wanted = dict(expected)
    words, origin = wanted.pop("words"), wanted.pop("origin", "")
    exact = {name: value for name, value in wanted.items() if not isinstance(value, str) or name == "date"}
    inside = {name: value for name, value in wanted.items() if name not in exact}
    found = [claim for claim in live_blog[1] if words in claim.passage and origin in claim.origin
             and all(getattr(claim, name) == value for name, value in exact.items())
             and all(value in getattr(claim, name) for name, value in inside.items())]
    assert len(found) == 1


def test_every_passage_stands_in_the_text_at_its_offset(live_blog):
    text, found = live_blog
    for claim in found:
        assert text[claim.offset:claim.offset + len(claim.passage)].replace("\n", " ") == claim.passage


def test_nothing_of_the_live_blog_is_proposed_that_it_does_not_say(live_blog):
    assert len(live_blog[1]) <= 26        # each was read and judged by hand; 19 of them are the table above


ENGLISH = [
    ("At least 20 people were killed in Aleppo.", K, 20, "at least", "Aleppo"),
    ("The shelling killed eight civilians and wounded a dozen others in Homs.", K, 8, "", "Homs"),
    ("The shelling killed eight civilians and wounded a dozen others in Homs.", W, 12, "", "Homs"),
    ("The death toll in Beirut rose to 1,204.", K, 1204, "", "Beirut"),
    ("Between five and ten fighters died near Kobani.", K, 5, "", "Kobani"),
    ("A bomb in Kabul left twenty-five dead.", K, 25, "", "Kabul"),
    ("More than two hundred people were wounded in Gaza.", W, 200, "more than", "Gaza"),
    ("A child died when a boat capsized off the Greek island of Lesbos.", K, 1, "", "Lesbos"),
    ("A journalist was killed near Donetsk.", K, 1, "", "Donetsk"),
    ("Three girls were stabbed and killed in Southport.", K, 3, "", "Southport"),
    ("The parents of three children who were killed in Donetsk spoke.", K, 3, "", "Donetsk"),
]


@pytest.mark.parametrize(("text", "predicate", "number", "quantity", "place"), ENGLISH)
def test_english_numbers_of_casualties(text, predicate, number, quantity, place):
    (claim,) = [claim for claim in claims(text) if claim.predicate is predicate]
    assert (claim.number, claim.quantity, claim.place) == (number, quantity, place)


@pytest.mark.parametrize("text", [
    "Up to 20 people could be killed if the dam breaks.",
    "He threatened to kill 20 people.",
    "The company killed two products in 2015.",
    "The film, shot in 2015, killed at the box office.",
    "Shares were killed 20 percent in New York.",
    "Prices fell 45 percent in the strikes of 1984.",
    "Twenty years of dead silence in Vienna ended.",
])
def test_what_only_sounds_like_casualties_is_not_proposed(text):
    assert not [claim for claim in claims(text) if claim.predicate in {K, W}]


SPEAKERS = [
    ("SOHR said that 3 people were killed in Homs.", "SOHR", ""),
    ("3 people were killed in Homs, according to the White Helmets.", "White Helmets", ""),
    ("AFP, citing local officials, said 3 people were killed in Homs.", "AFP", "local officials"),
    ("Three people were killed in Homs, the ministry said.", "ministry", ""),
    ("A child died off Lesbos, Greek officials said, the first since March.", "Greek officials", ""),
    ("Rami Abdulrahman told Reuters that 3 people were killed in Homs.", "Reuters", "SOHR"),
    ("Reuters quoted the Syrian Observatory for Human Rights as saying 3 people were killed.", "Reuters", "SOHR"),
    ("3 people were killed in Homs.", "the article", ""),
]


@pytest.mark.parametrize(("text", "source", "attributed_to"), SPEAKERS)
def test_who_says_it_and_on_whose_word(text, source, attributed_to):
    (claim,) = [claim for claim in claims(text) if claim.predicate is K]
    assert source in claim.source
    assert attributed_to in claim.attributed_to
    assert bool(attributed_to) == bool(claim.attributed_to)


@pytest.mark.parametrize("text", [
    "The ministry denied that three soldiers were killed in Homs.",
    "“We do not have any information about the death of three soldiers,” the ministry said.",
    "The army rejected reports that three soldiers were killed.",
])
def test_a_denial_is_a_claim_that_denies(text):
    (claim,) = [claim for claim in claims(text) if claim.predicate is K]
    assert (claim.denies, claim.number) == (True, 3)


def test_a_repeated_report_in_a_denial_does_not_speak():
    (claim,) = claims("TASS reported that the Russian ambassador said:",
                      "“There is no information about the death of three Russians, which Reuters reported.”")
    assert (claim.source, claim.attributed_to, claim.denies) == ("TASS", "Russian ambassador", True)
    assert set(claim.inferred) >= {"source"}


FOREIGN = [
    ("По данным SOHR, в Латакии погибли 45 человек.", K, 45, "SOHR", "Латакии", False),
    ("Reuters сообщает, что трое военнослужащих убиты в провинции Латакия.", K, 3, "Reuters", "Латакия", False),
    ("Минобороны России опровергло гибель трёх военнослужащих в Сирии.", K, 3, "Минобороны", "Сирии", True),
    ("Не менее двадцати пяти человек ранены в Сармине.", W, 25, "the article", "Сармине", False),
    ("أفاد المرصد السوري لحقوق الإنسان بمقتل 45 شخصا في اللاذقية.", K, 45, "المرصد السوري", "اللاذقية", False),
    ("قتل ثمانية أشخاص في سرمين.", K, 8, "the article", "سرمين", False),
    ("نفى السفير الروسي مقتل ثلاثة جنود في سوريا.", K, 3, "السفير الروسي", "سوريا", True),
    ("إصابة خمسة وعشرين مدنيا في بلدة تيرمعلة.", W, 25, "the article", "تيرمعلة", False),
    ("مقتل ٥٧ شخصا في اللاذقية", K, 57, "the article", "اللاذقية", False),
]


@pytest.mark.parametrize(("text", "predicate", "number", "source", "place", "denies"), FOREIGN)
def test_russian_and_arabic(text, predicate, number, source, place, denies):
    (claim,) = [claim for claim in claims(text) if claim.predicate is predicate]
    assert (claim.number, claim.place, claim.denies) == (number, place, denies)
    assert source in claim.source


def test_the_same_text_gives_the_same_ids_and_another_document_others():
    part = [Paragraph(text="8 people were killed in Homs.", offset=0)]
    first, again, other = (propose_claims(part, when=claimed_time, document=name)[0].id for name in ("a", "a", "b"))
    assert first == again != other


def test_hostile_text_costs_no_more_than_it_is_long():
    for text in ("5 " * 20_000, "A" * 50_000, "the " * 20_000, "killed " * 10_000, "Al-Al-" * 10_000, "“" * 50_000,
                 "said that " * 8000, "one and " * 10_000, ", Abc" * 10_000):
        propose_claims([Paragraph(text=text, offset=0)], when=lambda words, day: "")
