"""A bundle as the product writes it passes the same verifiers, and each change of it is noticed."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import case_factory
import pytest
from sealing import Bundle, Key
from verifiers import IN_PROCESS, SHELLS, script_says, shell_says

from evidence_store.bundle.model import BundleDocuments, BundleOptions
from evidence_store.bundle.seal import seal_bundle
from verify.scripts import verify_py, verify_sh

DOCUMENTS = BundleDocuments(start_here=b"<p>start</p>\n", report=b"<p>report</p>\n", verify_txt=b"how\n",
                            verify_sh=verify_sh(), verify_py=verify_py())
SELECTIONS = {"everything": (), "some": ("ITEM-0003", "ITEM-0004")}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    """Bundles of one case, and beside each the list of trusted signers."""
    made = {}
    for name, not_selected in SELECTIONS.items():
        folder = tmp_path_factory.mktemp(name)
        hand = case_factory.rich_case(folder)
        with hand.writer() as writer:
            options = BundleOptions(bundle_id="ab" * 16, recipient="the court", software=case_factory.TOOL,
                                    not_selected=not_selected)
            seal_bundle(writer, options, created_at=datetime(2026, 3, 2, tzinfo=UTC), documents=lambda _: DOCUMENTS,
                        destination=folder / "bundle")
        hand.case.close()
        (folder / "allowed_signers").write_text(f"investigator@example.org {hand.signer.public.line}\n")
        made[name] = folder
    return made


@pytest.mark.parametrize("name", SELECTIONS)
def test_every_verifier_confirms_it(written, tmp_path, name):
    bundle, trust = written[name] / "bundle", written[name] / "allowed_signers"
    for says in IN_PROCESS.values():
        assert (says(bundle, trust).code, says(bundle).code) == (0, 5)
    assert script_says(tmp_path, bundle, "--trust", trust).code == 0
    for shell in SHELLS:
        assert shell_says(shell, tmp_path, bundle, "--trust", trust).code == 0
        assert shell_says(shell, tmp_path, bundle).code == 5


def test_items_not_selected_are_said_to_be_so(written):
    for says in IN_PROCESS.values():
        text = says(written["some"] / "bundle").text
        assert all(f"item.not_selected {item}" in text for item in SELECTIONS["some"])


def test_a_flipped_byte_in_any_file_fails_and_names_the_file(written, tmp_path):
    shutil.copytree(written["some"] / "bundle", tmp_path / "bundle")
    bundle, trust = Bundle(tmp_path / "bundle", Key("nobody")), written["some"] / "allowed_signers"
    for path in bundle.files():
        data = bundle.read(path)
        at = len(data) // 3
        bundle.write(path, data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
        for says in IN_PROCESS.values():
            said = says(bundle.root, trust)
            assert said.code == 4, path
            assert path in said.text
        bundle.write(path, data)
