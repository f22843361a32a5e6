"""verify.html accepts a bundle that withholds an item, and names the gap as the other verifiers do."""

from datetime import UTC, datetime

import pytest
from case_factory import TOOL
from five_items import WITHHELD, five_items
from test_written_bundle import DOCUMENTS

from evidence_store.bundle.model import BundleOptions
from evidence_store.bundle.seal import seal_bundle

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("verify_html")]


def test_the_page_accepts_the_rest_and_names_the_gap(browser, tmp_path):
    hand = five_items(tmp_path)
    with hand.writer() as writer:
        options = BundleOptions(bundle_id="ab" * 16, recipient="the court", software=TOOL, withheld=(WITHHELD,))
        seal_bundle(writer, options, created_at=datetime(2026, 3, 2, tzinfo=UTC), documents=lambda _: DOCUMENTS,
                    destination=tmp_path / "bundle")
    hand.case.close()
    trust = tmp_path / "allowed_signers"
    trust.write_text(f"investigator@example.org {hand.signer.public.line}\n")
    said = browser.says(tmp_path / "bundle", trust)
    assert (said.code, said.failed) == (0, frozenset())
    assert "held 5, included 4, withheld 1, not selected 0" in said.text
    assert "contradicted by 2 items: 1 included, 1 withheld, 0 not selected" in said.text
