import pytest

from archiver.citations import find_citations_in_text
from evidence_store.records import CitationKind

AFTER = "Ambulances could not pass the southern road until the early morning, people who live beside it said."
ANNOUNCED = "A blogger in the capital counted more dead than that:"


def lost(citations):
    return [citation.context for citation in citations if citation.kind is CitationKind.LOST_EMBED]


@pytest.mark.parametrize(
    "follows",
    [
        f"<p>{AFTER}</p>",
        f"<h2>Later</h2><p>{AFTER}</p>",
        "<div class='embed'></div>",
        f"<iframe></iframe><p>{AFTER}</p>",
        "<script src='https://x.example/widgets.js'></script>",
        "<blockquote class='twitter-tweet'></blockquote>",
        ("<h2>Later</h2><blockquote class='twitter-tweet'><a "
        "href='https://x.com/a/status/656411002712345678'>x</a></blockq"
        "uote>"),
    ],
)
def test_an_announcement_that_nothing_keeps_is_a_lost_embed(cited, follows):
    assert lost(cited(f"<p>It is quiet. {ANNOUNCED}</p>{follows}")) == [ANNOUNCED]


@pytest.mark.parametrize(
    "follows",
    [
        "<blockquote class='twitter-tweet'><a href='https://x.com/a/status/656411002712345678'>x</a></blockquote>",
        "<iframe src='https://player.example/embed/1'></iframe>",
        "<blockquote><p>Nine names are on my list.</p></blockquote>",
        "<p>“Nine names are on my list.”</p>",
        '<p>"Nine names."</p>',
        "<figure><img src='/list.jpg'></figure>",
        "<ul><li>Nine names</li></ul>",
        "<ol><li>Nine names</li></ol>",
        "<table><tr><td>Nine names</td></tr></table>",
        "<pre>Nine names</pre>",
        "<video src='/list.mp4'></video>",
        "<p><a href='https://notes.example/list'>Nine names</a></p>",
        "<p>https://notes.example/list</p>",
        "<p>- nine names</p>",
        "<div></div><p></p><p>«Девять имён»</p>",
    ],
)
def test_an_announcement_that_something_keeps_is_not_lost(cited, follows):
    assert lost(cited(f"<p>{ANNOUNCED}</p>{follows}")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Photo:",
        "Update 14:30:",
        "Read more:",
        "Here is what we know so far:",
        "By Ilse Varga:",
        "Key points of the day:",
    ],
)
def test_labels_and_the_authors_own_lists_announce_nothing(cited, text):
    assert lost(cited(f"<p>{text}</p><p>{AFTER}</p>")) == []


@pytest.mark.parametrize(("text", "is_lost"), [
    (f"As Meridian News reported:\n{AFTER}", True),
    (("As Meridian News reported:\nThe head of the council told Meridian News that four raids had hit the town before "
     "noon."), False),
    ("The minister said:\n“We know nothing of it.”", False),
    (f"{ANNOUNCED}\n{AFTER}", True),
    (ANNOUNCED, True),
    (f"{ANNOUNCED}\n\n- nine names", False),
])
def test_in_plain_text_the_next_paragraph_decides(text, is_lost):
    assert bool(lost(find_citations_in_text(text))) is is_lost


def test_a_video_said_to_be_below_and_not_there_is_lost(cited):
    assert lost(cited(f"<p>The second impact can be seen in the video below. It fell at dusk.</p><p>{AFTER}</p>")) == [
        "The second impact can be seen in the video below."
    ]
    assert lost(cited("<p>The second impact can be seen in the video below.</p><video src='/v.mp4'></video>")) == []


def test_a_consent_notice_left_in_place_of_an_embed_is_lost(cited):
    assert len(lost(cited("<div>To view this content you need to accept cookies from the platform.</div>"))) == 1


def test_a_lost_embed_names_who_was_announced(cited):
    found = [citation for citation in cited(f"<p>Michael Horowitz, an analyst, suggests that radio calls gave the "
                                            f"convoy away:</p><p>{AFTER}</p>")
             if citation.kind is CitationKind.LOST_EMBED]
    assert [citation.source for citation in found] == ["Michael Horowitz"]
