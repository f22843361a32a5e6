"""Sentences as agencies write them, in three languages: what each says, who says it, and what it does not say.

Of the 33 claims, 16 were proposed right before the rules were adjusted to these sentences (24 proposals, and one of
what is none); now all are. "" and None stand for what a sentence does not say.
"""

from datetime import date

import pytest

from archiver.citations.load import LoadedArticle
from muniment.flows.claims import propose_from

ITSELF = "the article"
# sentence, and of each claim: source, predicate, number, place, denied
SAID = [
    ("At least 34 people were killed and dozens wounded when a missile struck a market in Kharkiv, officials said.",
     [("officials", "killed", 34, "Kharkiv", False), ("officials", "wounded", None, "Kharkiv", False),
                         ("officials", "struck", None, "Kharkiv", False)]),
    ("The death toll from the earthquake rose to 1,204, the health ministry said on Monday.",
     [("the health ministry", "killed", 1204, "", False)]),
    ("Two journalists working for Al Jazeera were killed in an Israeli air strike on Gaza City, the network said.",
     [("the network", "killed", 2, "Gaza City", False), ("the network", "struck", None, "Gaza City", False)]),
    ("A drone attack in central Sudan killed 12 people, including five children, a local doctors' union said.",
     [
        ("a local doctors' union", "killed", 12, "Sudan", False),
        ("a local doctors' union", "struck", None, "Sudan", False)]),
    ("Police said 17 officers had been injured during clashes in Tbilisi.",
     [("Police", "wounded", 17, "Tbilisi", False)]),
    ("The UN says 3,500 civilians have been displaced from Goma since Friday.",
     [("UN", "displaced", 3500, "Goma", False)]),
    ("Rebels captured the town of Bukavu on Sunday, residents told Reuters.",
     [("Reuters", "captured", None, "Bukavu", False)]),
    ("The ministry denied reports that three of its soldiers had been killed in Syria.",
     [("the ministry", "killed", 3, "Syria", True)]),
    ("A bomber blew himself up at a mosque in Kabul, killing at least seven worshippers and wounding 15 others.",
     [(ITSELF, "killed", 7, "Kabul", False), (ITSELF, "wounded", 15, "Kabul", False)]),
    ("Russian shelling of Kherson killed a 62-year-old man, governor Oleksandr Prokudin wrote on Telegram.",
     [("governor Oleksandr Prokudin", "killed", 1, "Kherson", False),
      ("governor Oleksandr Prokudin", "struck", None, "Kherson", False)]),
    ("The Syrian Observatory for Human Rights put the toll at 27.",
     [("Syrian Observatory for Human Rights (SOHR)", "killed", 27, "", False)]),
    ("The army has confirmed the deaths of six soldiers in an attack in Borno state.",
     [("the army", "killed", 6, "Borno", False)]),
    ("Nobody was hurt, the fire service said.", [("the fire service", "wounded", None, "", True)]),
    ("More than 100 people are missing after a boat capsized off Lampedusa.",
     [(ITSELF, "missing", 100, "Lampedusa", False)]),
    ("В результате обстрела погибли пять человек, ещё 23 получили ранения, сообщил глава области Олег Синегубов.",
     [("глава области Олег Синегубов", "killed", 5, "", False),
      ("глава области Олег Синегубов", "wounded", 23, "", False)]),
    ("По данным ООН, убиты не менее 120 мирных жителей.", [("ООН", "killed", 120, "", False)]),
    ("Число жертв теракта в Махачкале выросло до 20.", [(ITSELF, "killed", 20, "Махачкале", False)]),
    ("Никто не пострадал, сообщили власти города.", [("власти города", "wounded", None, "", True)]),
    ("قتل 15 شخصا على الأقل وأصيب العشرات في غارة على مخيم النصيرات، بحسب وزارة الصحة.",
     [("وزارة الصحة", "killed", 15, "النصيرات", False), ("وزارة الصحة", "wounded", None, "النصيرات", False)]),
    ("أعلنت وزارة الدفاع مقتل ثلاثة جنود في هجوم شمال مالي.", [("وزارة الدفاع", "killed", 3, "مالي", False)]),
    ("نفت روسيا مقتل أي من جنودها في سوريا.", [("روسيا", "killed", None, "سوريا", True)]),
    ("لقي خمسة مدنيين مصرعهم في قصف على حلب.", [(ITSELF, "killed", 5, "حلب", False)]),
    ("وأسفر القصف عن سقوط 12 قتيلا و30 جريحا.",
     [(ITSELF, "killed", 12, "", False), (ITSELF, "wounded", 30, "", False)]),
    ("لم تسجل أي إصابات.", [(ITSELF, "wounded", None, "", True)]),
]
NOTHING = [
    "He said the war could kill thousands more.", "The company killed off three of its products last year.",
    "Some 20 million people watched the show, which was killed after two seasons.",
    "The team was killed 34-0 in the final.", "In 2003, about 20 of the 100 killed birds were tested.",
    "It left 20 cars behind.", "Ukraine shot down 14 of 20 Shahed drones.", "Могли погибнуть сотни людей.",
]


def said(sentence: str) -> list[tuple[str, str, int | None, str, bool]]:
    found = propose_from(LoadedArticle(text=sentence, base_url=""), document="test", article_date=date(2024, 5, 1))
    return [(one.claim.source, one.claim.predicate.value, one.claim.number, one.claim.place, one.claim.denies)
            for one in found]


@pytest.mark.parametrize(("sentence", "expected"), SAID)
def test_a_sentence_says_this_and_no_more(sentence, expected):
    assert sorted(said(sentence), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_did_not_happen_to_people_is_not_proposed(sentence):
    assert said(sentence) == []
