import pytest

from archiver.citations.images import credit_in, parse_srcset
from evidence_store.records import CitationKind


def test_the_widest_of_a_srcset_is_the_picture_and_the_rest_are_alternatives(cited):
    found = cited("<picture><source media='(min-width: 9px)' srcset='/p-800.jpg 800w, /p-1200.jpg 1200w'><img "
                  "src='/p-480.jpg' srcset='/p-480.jpg 480w' alt='A dome'></picture>")
    assert [citation.kind for citation in found] == [CitationKind.PHOTO]
    assert found[0].url == "https://desk.example/p-1200.jpg"
    assert found[0].alternatives == ("https://desk.example/p-800.jpg", "https://desk.example/p-480.jpg")


@pytest.mark.parametrize("markup", [
    "<img src='data:image/gif;base64,R0' data-src='/big.jpg'>",
    "<img src='/spacer-small.jpg' data-orig-file='/big.jpg'>",
    "<a href='/big.jpg'><img src='/small.jpg'></a>",
    "<img src='/small.jpg' data-srcset='/small.jpg 1x, /big.jpg 2x'>",
    "<noscript><img src='/big.jpg'></noscript>",
    "<img class='lazy' src='data:,' data-src='/big.jpg'><noscript><img src='/big.jpg'></noscript>",
    "<amp-img src='/big.jpg' width='900' height='600'></amp-img>",
    "<p>Text before <img src='/big.jpg'> and after it in one line.</p>",
])
def test_a_lazy_or_linked_picture_is_found_once_at_its_best(cited, markup):
    assert [citation.url for citation in cited(markup)] == ["https://desk.example/big.jpg"]


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='/assets/icon-clock.png'>",
        "<img src='/a.jpg' width='16' height='16'>",
        "<img src='https://pixel.wp.com/g.gif?x=1'>",
        "<img src='/t.gif' width='1' height='1'>",
        "<img class='emoji' src='https://s.w.org/images/core/emoji/13/72x72/1f600.png'>",
        "<img class='avatar' src='/people/ilse.jpg'>",
        "<img src='/logo.svg'>",
        "<img src='data:image/png;base64,AAAA'>",
        "<img>",
        "<div class='author'><a><img src='/people/ilse.jpg'></a></div>",
        "<a href='/a/another-story'><img src='/thumbs/border.jpg'></a>",
    ],
)
def test_icons_counters_avatars_and_teasers_are_no_pictures_of_the_article(cited, markup):
    assert cited(markup) == ()


def test_a_captioned_picture_keeps_caption_credit_place_and_time(cited):
    found = cited("<figure><img src='/school.jpg' alt='A school'><figcaption>Remains of a school in Sarmila today. "
                  "Photo from LCC.</figcaption></figure>")
    assert [citation.kind for citation in found] == [CitationKind.PHOTO]
    assert (found[0].credit, found[0].claimed_place, found[0].claimed_time) == ("LCC", "Sarmila", "2015-10-20")
    assert found[0].context == "Remains of a school in Sarmila today. Photo from LCC."


def test_the_paragraph_with_the_credit_right_below_a_picture_is_its_caption(cited):
    found = cited("<p><img src='/school.jpg'></p><p>Remains of a school in Sarmila today. Photo from LCC.</p>")
    assert [(citation.url, citation.credit) for citation in found] == [("https://desk.example/school.jpg", "LCC")]


@pytest.mark.parametrize(("caption", "credit"), [
    ("Remains of a school in Sarmin today. Photo from LCC.", "LCC"),
    ("Smoke over the town. Photo: Hosam Katan/Reuters", "Hosam Katan/Reuters"),
    ("Smoke over the town. Photograph: A. Name", "A. Name"),
    ("Smoke over the town. Credit: Civil Defence", "Civil Defence"),
    ("Smoke over the town (AP Photo/Jane Doe)", "AP Photo/Jane Doe"),
    ("Smoke over the town. © 2015 Jane Doe", "Jane Doe"),
    ("Дым над городом. Фото: РИА Новости", "РИА Новости"),
    ("Smoke over the town. Source: Tell Maalun Media Office. It fell at noon.", "Tell Maalun Media Office"),
    ("Video courtesy of the Thuwar brigade", "the Thuwar brigade"),
    ("A photo of the president hung in the school.", ""),
    ("Smoke over the town.", ""),
])
def test_a_credit_is_read_from_the_words_that_give_it(caption, credit):
    assert credit_in(caption) == credit


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("a.jpg 1x, b.jpg 2x", ["a.jpg", "b.jpg"]),
        ("a.jpg 480w,b.jpg 800w", ["a.jpg", "b.jpg"]),
        (
            "https://i.example/w_800,h_600/a.jpg 800w, https://i.example/w_400,h_300/a.jpg 400w",
            ["https://i.example/w_800,h_600/a.jpg", "https://i.example/w_400,h_300/a.jpg"],
        ),
        ("a.jpg", ["a.jpg"]),
        ("", []),
        (" , ,", []),
    ],
)
def test_a_srcset_with_commas_in_its_addresses_is_read_as_browsers_do(value, urls):
    assert [url for url, _ in parse_srcset(value)] == urls


def test_one_picture_offered_twice_in_other_sizes_is_cited_once_with_all_of_them(cited):
    found = cited("<figure><img src='/p-400x300.jpg' srcset='/p-800x600.jpg 800w'><noscript><img src='/p-800x600.jpg' "
                  "srcset='/p-400x300.jpg 400w'>"
                  "</noscript><img src='/p-100x75.jpg'></figure>")
    assert [citation.url for citation in found] == ["https://desk.example/p-800x600.jpg"]
    assert found[0].alternatives == ("https://desk.example/p-400x300.jpg", "https://desk.example/p-100x75.jpg")


def test_pictures_that_differ_by_their_number_are_different_pictures(cited):
    found = cited("<figure><img src='/sarmila-1.jpg'><img src='/sarmila-2.jpg'></figure><img "
                  "src='/photo.php?id=7&w=300'><img src='/photo.php?id=8&w=300'>")
    assert len(found) == 4
