"""Foreign bags: each fault is found by the check that guards it, those that bagit-python lets through as well."""

import hashlib
import shutil

import pytest

LITTER = "warning: an operating system left it here"


@pytest.fixture
def bag(tmp_path):
    """A whole bag of version 1.0, of two files."""
    root = tmp_path / "bag"
    (root / "data" / "a").mkdir(parents=True)
    (root / "data" / "photo.jpg").write_bytes(b"photo")
    (root / "data" / "a" / "notes.txt").write_bytes(b"notes")
    (root / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (root / "bag-info.txt").write_bytes(b"Payload-Oxum: 10.2\nContact-Name: somebody\n who is far away\n")
    listed(root)
    return root


def listed(root, *, algorithms=("sha256",), tags=True):
    """Write the manifests anew."""
    for algorithm in algorithms:
        payload = [path for path in sorted((root / "data").rglob("*")) if path.is_file() and not path.is_symlink()]
        write(root, f"manifest-{algorithm}.txt", payload, algorithm)
    if tags:
        for algorithm in algorithms:
            write(root, f"tagmanifest-{algorithm}.txt", [path for path in sorted(root.glob("*.txt"))
                                                         if not path.name.startswith("tagmanifest")], algorithm)


def write(root, name, paths, algorithm):
    (root / name).write_text("".join(f"{hashlib.new(algorithm, path.read_bytes()).hexdigest()}  "
                                     f"{path.relative_to(root)}\n"
                                     for path in paths))


def swap(root):
    (root / "data" / "photo.jpg").write_bytes(b"other")


def beyond(root):
    """A link into a folder whose name begins with the bag's: bagit-python takes it for one of the bag."""
    other = root.with_name(root.name + "_secret")
    other.mkdir()
    (other / "photo.jpg").write_bytes(b"photo")
    (root / "data" / "photo.jpg").unlink()
    (root / "data" / "photo.jpg").symlink_to(other / "photo.jpg")


def line(text):
    def add(root):
        with (root / "manifest-sha256.txt").open("a") as file:
            file.write(f"{hashlib.sha256(b'photo').hexdigest()}  {text}\n")
        listed_tags(root)
    return add


def listed_tags(root):
    write(root, "tagmanifest-sha256.txt", [path for path in sorted(root.glob("*.txt"))
                                           if not path.name.startswith("tagmanifest")], "sha256")


def second_algorithm_partial(root):
    listed(root, algorithms=("sha256", "sha512"))
    (root / "manifest-sha512.txt").write_text(
        f"{hashlib.sha512(b'photo').hexdigest()}  data/photo.jpg\n")
    listed(root, algorithms=())
    for algorithm in ("sha256", "sha512"):
        write(root, f"tagmanifest-{algorithm}.txt", [path for path in sorted(root.glob("*.txt"))
                                                     if not path.name.startswith("tagmanifest")], algorithm)


def twins(root):
    (root / "data" / "caf\u00e9").write_bytes(b"1")
    (root / "data" / "cafe\u0301").write_bytes(b"2")
    (root / "bag-info.txt").write_bytes(b"Payload-Oxum: 12.4\n")
    listed(root)


def oxum(root):
    (root / "bag-info.txt").write_bytes(b"Payload-Oxum: 11.2\n")
    listed(root)


def tag_added(root):
    (root / "extra.html").write_bytes(b"<p>")


def declaration(text):
    def change(root):
        (root / "bagit.txt").write_bytes(text)
        listed(root)
    return change


FAULTS = {
    "payload swapped, same size": (swap, "fail", "bag.changed"),
    "payload missing": (lambda root: (root / "data/photo.jpg").unlink(), "fail", "bag.missing"),
    "payload added": (lambda root: (root / "data/more.jpg").write_bytes(b""), "fail", "bag.added"),
    "tag file changed": (lambda root: (root / "bag-info.txt").write_bytes(b"A: b\n"), "fail", "bag.changed"),
    "tag file added": (tag_added, "inconclusive", "bag.added"),
    "link into a neighbour of like name": (beyond, "fail", "bag.link"),
    "manifest leads out": (line("../photo.jpg"), "fail", "bag.path"),
    "manifest leads out by way of data": (line("data/../../photo.jpg"), "fail", "bag.path"),
    "manifest is absolute": (line("/etc/passwd"), "fail", "bag.path"),
    "manifest has a backslash": (line("data\\photo.jpg"), "fail", "bag.path"),
    "manifest has a home folder": (line("~/photo.jpg"), "fail", "bag.path"),
    "listed twice": (line("data/photo.jpg"), "fail", "bag.manifest"),
    "second algorithm lists less": (second_algorithm_partial, "fail", "bag.manifest"),
    "names alike but for Unicode form": (twins, "fail", "bag.twins"),
    "oxum wrong, manifests right": (oxum, "fail", "bag.oxum"),
    "declaration missing": (lambda root: (root / "bagit.txt").unlink(), "fail", "bag.declaration"),
    "declaration of no version": (declaration(b"BagIt-Version: 3.0\nTag-File-Character-Encoding: UTF-8\n"), "fail",
                                  "bag.declaration"),
    "declaration with a mark": (declaration(b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
                                "fail", "bag.declaration"),
    "no manifest": (lambda root: (root / "manifest-sha256.txt").unlink(), "fail", "bag.manifest"),
    "unknown encoding": (declaration(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: rot13\n"), "fail",
                         "bag.declaration"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_the_check_that_guards_it(look, bag, fault):
    change, outcome, check = FAULTS[fault]
    change(bag)
    seen = look(bag)
    assert seen.outcome == outcome
    assert check in seen.of(outcome)


def test_a_whole_bag_passes(look, bag):
    assert look(bag).outcome == "pass"


def test_missing_changed_added_and_litter_are_told_apart(look, bag):
    swap(bag)
    (bag / "data/a/notes.txt").unlink()
    (bag / "data/added").write_bytes(b"")
    (bag / "data/.DS_Store").write_bytes(b"")
    told = {(finding.check, finding.subject) for finding in look(bag).findings if finding.outcome.value != "pass"}
    assert told >= {("bag.changed", "data/photo.jpg"), ("bag.missing", "data/a/notes.txt"), ("bag.added", "data/added"),
                    ("bag.litter", "data/.DS_Store")}
    assert ("bag.added", "data/.DS_Store") not in told


def test_nothing_is_fetched_and_what_is_not_here_stays_open(look, bag):
    (bag / "data/photo.jpg").unlink()
    (bag / "fetch.txt").write_bytes(b"file:///etc/passwd 5 data/photo.jpg\n")
    seen = look(bag)
    assert (seen.outcome, seen.outcomes["bag.missing"]) == ("inconclusive", {"inconclusive"})


def test_every_algorithm_is_checked(look, bag):
    listed(bag, algorithms=("md5", "sha1", "sha256", "sha512"))
    assert look(bag).outcome == "pass"
    manifest = bag / "manifest-md5.txt"
    manifest.write_text(manifest.read_text().replace("0", "1"))
    for name in bag.glob("tagmanifest-*"):
        name.unlink()
    assert "bag.changed" in look(bag).of("fail")


def test_a_bag_without_a_tag_manifest_passes_and_says_what_that_costs(look, bag):
    (bag / "tagmanifest-sha256.txt").unlink()
    seen = look(bag)
    assert (seen.outcome, seen.outcomes["bag.tagmanifest"]) == ("pass", {"not_applicable"})


def test_the_conformance_suite_is_judged_as_its_folders_are_named(look, shared_data, tmp_path):
    root = shared_data / "6_bag/LibraryOfCongress+bagit-conformance-suite"
    allowed = {"valid": {"pass"}, "invalid": {"fail"}, "warning": {"pass", "inconclusive"}, "linux-only": {"fail"},
               "windows-only": {"fail"}}
    bags = [path for path in sorted(root.glob("v*/*/*")) if path.is_dir()]
    assert len(bags) > 50
    judged = {path: look(shutil.copytree(path, tmp_path / path.relative_to(root))).outcome for path in bags}
    assert {path: outcome for path, outcome in judged.items() if outcome not in allowed[path.parent.name]} == {}
