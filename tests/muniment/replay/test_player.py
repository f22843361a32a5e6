"""The player: only the pinned release is taken, and only the files that are needed."""

import io
import tarfile

import pytest

from muniment.replay import player
from muniment.replay.errors import NoPlayer, WrongPlayer


def tarball(**files: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


RELEASE = {"ui.js": b"ui", "sw.js": b"sw", "LICENSE": b"AGPL", "package.json": b"{}", "../../escaped": b"x"}


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> bytes:
    content = tarball(**RELEASE)
    monkeypatch.setattr(player, "INTEGRITY", player.integrity(content))
    return content


def test_the_pinned_release_is_installed_with_its_licence_and_nothing_else(pinned, tmp_path):
    found = player.install(pinned, tmp_path / "data")
    assert sorted(path.name for path in found.folder.iterdir()) == ["LICENSE", "sw.js", "ui.js"]
    assert found.read("sw.js") == b"sw"
    assert not list(tmp_path.rglob("escaped"))


def test_installing_again_changes_nothing(pinned, tmp_path):
    assert player.install(pinned, tmp_path) == player.install(pinned, tmp_path) == player.installed(tmp_path)


@pytest.mark.parametrize("changed", [lambda content: content + b"\0", lambda content: b"no tarball"],
                         ids=["a byte more", "something else"])
def test_any_other_tarball_is_refused_by_its_hash(pinned, tmp_path, changed):
    with pytest.raises(WrongPlayer, match="pinned"):
        player.install(changed(pinned), tmp_path)
    with pytest.raises(NoPlayer):
        player.installed(tmp_path)


def test_a_release_without_the_files_is_refused(monkeypatch, tmp_path):
    content = tarball(**{"ui.js": b"ui", "LICENSE": b"AGPL"})
    monkeypatch.setattr(player, "INTEGRITY", player.integrity(content))
    with pytest.raises(WrongPlayer, match=r"lacks sw\.js"):
        player.install(content, tmp_path)


def test_the_pinned_hash_is_that_of_the_release_npm_gives(npm_package):
    assert player.integrity(npm_package(f"{player.PACKAGE}-{player.VERSION}")) == player.INTEGRITY
