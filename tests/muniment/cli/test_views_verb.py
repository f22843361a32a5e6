"""`muniment views`: pictures of a picture, kept beside it."""

from pathlib import Path

from PIL import Image


def test_views_are_kept_as_derivatives_with_what_misleads(muniment, sample_case, monkeypatch, tmp_path):
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    Image.effect_noise((64, 48), 60).save(tmp_path / "noise.png")
    item = muniment("--json", "import", tmp_path / "noise.png").document["items"][0]["item"]
    ran = muniment("--json", "views", item, "--view", "ela", "--view", "noise")
    assert ran.code == 0, ran.err
    assert [view["view"] for view in ran.document["views"]] == ["ela", "noise"]
    assert all(Path(view["path"]).read_bytes().startswith(b"\x89PNG") and view["misleads"]
               for view in ran.document["views"])
    kept = muniment("--json", "show", item).document["derivatives"]
    assert [one["kind"] for one in kept] == ["view", "view"]
    assert kept[0]["recipe"]["arguments"] == ["view", "ela", "quality=90", "gain=15"]


def test_an_item_that_is_no_picture_has_no_views(muniment, sample_case, monkeypatch):
    monkeypatch.setenv("MUNIMENT_CASE", str(sample_case.root))
    monkeypatch.setenv("MUNIMENT_KEY", str(sample_case.root.parent / "sample-key"))
    ran = muniment("views", "ITEM-0001")
    assert ran.code == 1
    assert "no picture" in ran.err
