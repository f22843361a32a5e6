"""The WACZ of one visit, to be opened elsewhere: right hashes, and a signature that others can check."""

import json
import subprocess
import sys
import zipfile

import pytest

from evidence_store.errors import FolderInUse, FormatError
from evidence_store.findings import Outcome
from evidence_store.records import Tool
from evidence_store.warc.wacz_signing import sign_wacz
from muniment.flows.bundle import Wishes, bundle_case
from muniment.flows.environment import Environment
from muniment.flows.replay import open_library, save_archive
from verify.bundle import verify_bundle
from verify.bundle.collector import Collector
from verify.foreign.wacz_auth import check_signed_data
from verify.scripts import verify_py, verify_sh


@pytest.fixture
def signed(library, tmp_path):
    return save_archive(library, library.visits[0], tmp_path / "page.wacz", sign=True)


def signed_data(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("datapackage-digest.json"))["signedData"]


def validated(path) -> bool:
    """Whether `wacz validate`, by others, finds everything right."""
    code = "import sys; from wacz.main import main; sys.exit(main(['validate', '-f', sys.argv[1]]))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=120)
    return done.returncode == 0 and "rror" not in done.stdout + done.stderr


def outcomes(signed: dict[str, str], expected: str) -> dict[str, str]:
    found = Collector()
    check_signed_data("page.wacz", signed, expected, None, found)
    return {one.check: one.outcome.value for one in found.findings}


def test_the_signature_holds_and_shows_nobody(signed):
    data = signed_data(signed.path)
    assert outcomes(data, data["hash"]) == {"wacz.signature": "pass", "wacz.signer": "inconclusive"}
    assert data["publicKey"] == signed.public_key


@pytest.mark.parametrize("part", ["signature", "publicKey", "hash"])
def test_a_changed_part_is_noticed(signed, library, tmp_path, part):
    other = signed_data(save_archive(library, library.visits[1], tmp_path / "other.wacz", sign=True).path)
    data = signed_data(signed.path)
    assert outcomes({**data, part: other[part]}, data["hash"])["wacz.signature"] == "fail"


def test_everything_else_is_as_it_was_and_others_validate_it(signed, library):
    with zipfile.ZipFile(signed.path) as copy, zipfile.ZipFile(library.archive(library.visits[0])) as source:
        assert copy.namelist() == source.namelist()
        assert all(copy.read(name) == source.read(name) for name in source.namelist() if "digest" not in name)
    assert validated(signed.path)


def test_without_a_signature_it_is_the_archive_itself(library, tmp_path):
    saved = save_archive(library, library.visits[0], tmp_path / "plain.wacz", sign=False)
    assert saved.public_key == ""
    assert saved.path.read_bytes() == library.archive(library.visits[0]).read_bytes()
    with open_library(saved.path) as again:
        assert [visit.main.url for visit in again.visits] == [library.visits[0].main.url]


@pytest.fixture
def bundle_signed_twice(recorded, tmp_path):
    """A bundle whose WACZ is signed too."""
    copy = recorded.copy(tmp_path / "case")
    with copy.writer() as writer:
        return bundle_case(writer, destination=tmp_path / "bundle", recipient="the court",
                           environment=Environment(clock=copy.clock, random=copy.random),
                           wishes=Wishes(sign_captures=True)).path


def test_the_archive_of_a_bundle_is_signed_where_that_is_asked_and_all_verifiers_take_it(bundle_signed_twice, tmp_path):
    report = verify_bundle(bundle_signed_twice)
    assert [one.summary for one in report.findings if one.check == "wacz.signature"] == [
        "its own signature holds; who vouches for it is who sealed the bundle"]
    assert Outcome.FAIL not in {one.outcome for one in report.findings}
    for program, script in (((sys.executable, "-I", "-S"), verify_py()), (("sh",), verify_sh())):
        alone = tmp_path / "verifier"
        alone.write_bytes(script)
        done = subprocess.run([*program, alone, bundle_signed_twice], capture_output=True, text=True, check=False)
        assert done.returncode == 5, done.stdout + done.stderr       # nobody said whom to trust
        assert done.stdout.startswith("Nothing in this bundle changed since it was sealed: YES.")
    assert validated(bundle_signed_twice / "data" / "capture.wacz")


def test_a_signature_in_a_bundle_that_does_not_hold_is_a_failure(bundle_signed_twice, signed):
    place = bundle_signed_twice / "data" / "capture.wacz"
    other = signed_data(signed.path)["signature"]
    rest = place.with_suffix(".rest")
    with zipfile.ZipFile(place) as source, zipfile.ZipFile(rest, "w") as copy:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "datapackage-digest.json":
                document = json.loads(content)
                document["signedData"]["signature"] = other
                content = json.dumps(document).encode()
            copy.writestr(info, content)
    rest.replace(place)
    assert "wacz.signature" in {one.check for one in verify_bundle(bundle_signed_twice).failures}


def test_nothing_is_overwritten(library, tmp_path):
    (tmp_path / "there.wacz").write_bytes(b"x")
    with pytest.raises(FolderInUse):
        save_archive(library, library.visits[0], tmp_path / "there.wacz", sign=False)


def test_what_is_no_wacz_is_not_signed(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(FormatError):
        sign_wacz(path, tmp_path / "y.zip", software=Tool(name="m", version="1"))
