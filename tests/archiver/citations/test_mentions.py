import pytest

from evidence_store.records import CitationKind


def mentioned(citations):
    return [citation.source for citation in citations if citation.kind is CitationKind.MENTION]


@pytest.mark.parametrize(("sentence", "source"), [
    ("Reuters reported today that three soldiers were killed on the ridge.", "Reuters"),
    ("The Observatory for Civil Harm said that 45 people had been killed.", "Observatory for Civil Harm"),
    ("The state agency TASN reported that the ambassador denied all of it.", "TASN"),
    ("Jets hit Sarmila, where the LCC reports eight people were killed.", "LCC"),
    ("According to the Lowland Coordination Council, four raids hit the town.", "Lowland Coordination Council"),
    ("Rami Haddad, head of the observatory, told Reuters that his sources knew of more.", "Rami Haddad (Reuters)"),
    ("The Defence Ministry has denied that any of its soldiers were there.", "Defence Ministry"),
    ("Elliot Higgs tweeted that the crater does not match the photograph.", "Elliot Higgs"),
])
def test_a_named_source_with_a_reported_statement_is_a_mention(cited, sentence, source):
    assert mentioned(cited(f"<p>It was quiet. {sentence} It is quiet now.</p>")) == [source]


@pytest.mark.parametrize("sentence", [
    "Officials said that three soldiers were killed on the ridge.",
    "He told the agency that his sources knew of more names.",
    "Witnesses reported four raids on the town before noon.",
    "The school was hit at noon, and Sarmila has no other.",
    "Defence Minister Karim Haddad said that none of his soldiers were there.",
    "Maria Haddad said she had not slept for three nights.",
    "A report that claims 45 deaths is going round since Monday.",
    "The Northern Army has shelled the ridge since Monday morning.",
    "<a href='https://wire.example/1'>Reuters reported</a> that three soldiers were killed on the ridge.",
    "Reuters reported that <a href='https://wire.example/1'>three soldiers</a> were killed on the ridge.",
    "“Reuters reported that three soldiers were killed,” the ambassador said with a smile.",
])
def test_nameless_sources_own_interviews_links_and_quotations_are_no_mentions(cited, sentence):
    assert mentioned(cited(f"<p>It was quiet. {sentence} It is quiet now.</p>")) == []


def test_an_announcement_kept_by_a_quotation_is_a_mention_with_the_quoted_words(cited):
    found = [citation for citation in cited("<p>TASN reported:</p><blockquote><p>“We know nothing of any "
                                            "dead.”</p></blockquote>") if citation.kind is CitationKind.MENTION]
    assert [(citation.source, citation.context) for citation in found] == [
        ("TASN", "TASN reported: “We know nothing of any dead.”")
    ]


def test_an_announcement_kept_by_an_embed_is_that_embeds_context(cited):
    found = cited("<p>TASN reported:</p><iframe src='https://player.example/embed/1' allowfullscreen></iframe>")
    assert [(citation.kind, citation.context) for citation in found] == [(CitationKind.VIDEO, "TASN reported:")]
