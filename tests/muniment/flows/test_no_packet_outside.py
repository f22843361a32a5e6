"""With an upstream proxy not one packet goes around it: counted by the kernel, in a network namespace of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sealed_run
from demo_folder import demo_folder

from archiver.recorder.own_services import is_own_service

UNSHARE = ("unshare", "--net", "--map-root-user")


def in_namespace(folder: Path, mode: str) -> dict[str, object]:
    if not shutil.which("unshare") or subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no network namespaces")
    ran = subprocess.run([*UNSHARE, sys.executable, sealed_run.__file__, str(folder), mode], capture_output=True,
                         check=False, timeout=400,
                         env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))})
    assert ran.returncode == 0, ran.stderr.decode()
    return json.loads(ran.stdout)


@pytest.mark.browser
def test_pages_videos_archives_and_stamps_all_go_through_the_proxy(tmp_path: Path, demo_media: Path) -> None:
    demo_folder(tmp_path / "web", demo_media)
    found = in_namespace(tmp_path, "through-proxy")
    assert found["sent"] == dict.fromkeys(found["sent"], 0), found
    assert not [name for name in found["asked"] if is_own_service(name.partition(":")[0])]
    assert {"web.archive.org:443", "stamps.example:80", "liveblog.example:443"} <= set(found["asked"])
    clients = " ".join(found["clients"])
    assert "Chromium" in clients or "Chrome" in clients
    assert "yt-dlp" in clients
    assert found["verdicts"].count("complete") >= 2, found["errors"]
    assert "gone" in found["verdicts"], found["errors"]


def test_the_count_would_show_what_goes_around(tmp_path: Path) -> None:
    sent = in_namespace(tmp_path, "around")["sent"]
    assert min(sent["Ip.OutNoRoutes"], sent["Ip6OutRequests"]) > 0, sent
