"""Pages by others that report casualties: what is proposed from them was read and judged right by hand, claim by claim.

Of the sixty articles beside the checkout five give proposals. The rules were adjusted on these pages too: the figures
say that nothing got worse, not how well unseen pages are read.
"""

from collections import Counter

import pytest

from archiver.citations.load import load_article
from muniment.flows.claims import propose_from

K, W, D, S = "killed", "wounded", "displaced", "struck"
JUDGED = {
    "adbar+htmldate/tests/test_set/1536545428.html": [
        (D, 1_000_000, ""), (K, 1, "Idlib"), (K, 34, "Idlib"), (K, 33, ""), (K, 4000, "Aegean Sea"), (K, 1, "Lesbos"),
        (K, 1, "")],
    "adbar+trafilatura/tests/eval/corkbeo.ie.level.html": [(K, 1, "")] * 4 + [(K, 34, "")],
    "codelucas+newspaper/tests/data/html/yahoo_main_site.html": [(K, 3, "")],
    "flairNLP+fundus/tests/resources/parser/test_data/uk/TheMirror_2024_08_05.html.gz": [
        (W, 3, ""), (W, 3, ""), *[(W, None, "")] * 4, (W, None, "Plymouth"), *[(K, 3, "Southport")] * 3,
        ("detained", None, "")],
    "postlight+parser/fixtures/www.theatlantic.com.html": [
        (S, None, "New York"), (S, None, "New Jersey"), (K, 5, "Dallas")],
}


@pytest.mark.parametrize("name", JUDGED)
def test_proposals_of_a_page_are_those_that_were_judged_right(shared_data, name):
    found = propose_from(load_article(shared_data / "7_html_article" / name), document=name)
    said = [(one.claim.predicate.value, one.claim.number, one.claim.place) for one in found]
    assert Counter(said) == Counter(JUDGED[name])
