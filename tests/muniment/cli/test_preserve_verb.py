"""`muniment preserve` and `muniment demo` as a user runs them: separate processes, exit codes, files left behind."""

import json
import subprocess

import pytest
from demo_run import GROUP

from muniment.cli.verbs.preserve import slug


@pytest.mark.parametrize(("article", "expected"), [
    ("https://www.news.example/live/2015/oct/20/latakia?x=1", "www-news-example-latakia"),
    ("/tmp/Saved Article.html.gz", "saved-article"),
    ("https://a.example/", "a-example"),
    ("../..", "article"),
])
def test_a_case_is_named_after_its_article(article, expected):
    assert slug(article) == expected


@pytest.mark.xdist_group(GROUP)
def test_the_demo_ends_with_a_bundle_that_three_verifiers_vouch_for(demo_run):
    assert demo_run.code == 0, demo_run.err
    assert demo_run.document["as_expected"]
    assert [(v["verifier"], v["exit_code"]) for v in demo_run.document["verifications"]] == [
        ("muniment verify", 0), ("verify.py", 0), ("verify.sh", 0)]
    assert {path.name for path in demo_run.folder.iterdir()} >= {"case", "bundle", "key", "allowed_signers"}
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "tagmanifest-sha256.txt", "manifest-sha256.txt"],
                          cwd=demo_run.bundle, capture_output=True, check=False)
    assert (sums.returncode, sums.stdout) == (0, b"")


def test_an_article_out_of_reach_ends_with_1_and_no_bundle(muniment_process, tmp_path):
    ran = muniment_process("--case", tmp_path / "none", "preserve", "http://127.0.0.1:9/", "--no-passphrase")
    assert ran.code == 6      # the case that was named does not exist
    muniment_process("init", tmp_path / "case", "--no-passphrase")
    ran = muniment_process("--case", tmp_path / "case", "preserve", "http://127.0.0.1:9/", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["captures"][0]["verdict"] == "refused"
    assert "the article was not captured: ✗ refused (" in ran.err
    assert not list(tmp_path.glob("*bundle*"))
