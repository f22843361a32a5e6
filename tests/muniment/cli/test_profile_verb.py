"""`muniment profile`, and captures that are signed in: recorded as whom, with the secret in no file."""

import gzip
import itertools
import json
import stat
import zipfile
from contextlib import ExitStack

import pytest
from members_web import ROTATED, SECRET, members_site
from origin import Origin, reply

from archiver.browser.program import find_browser
from archiver.browser.window import SignInWindow
from evidence_store.clock import system_clock
from muniment.flows.profiles import load_profile, new_profile, profiles_folder

LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
COOKIES = f"# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t{SECRET}\n"


@pytest.fixture
def site():
    with ExitStack() as stack:
        origin = stack.enter_context(Origin(members_site("")))
        yield f"http://127.0.0.1:{origin.port}"


@pytest.fixture
def case(muniment, tmp_path, monkeypatch):
    muniment("init", tmp_path / "case", "--no-passphrase")
    monkeypatch.setenv("MUNIMENT_CASE", str(tmp_path / "case"))
    monkeypatch.setenv("MUNIMENT_PER_HOST_DELAY", "0")
    monkeypatch.setenv("MUNIMENT_ROBOTS", "off")
    monkeypatch.setenv("MUNIMENT_ALLOW_PRIVATE", "1")
    return tmp_path / "case"


@pytest.fixture
def desk(muniment, tmp_path):
    export = tmp_path / "cookies.txt"
    export.write_text(COOKIES)
    ran = muniment("profile", "import", "desk", export, "--json")
    export.unlink()
    assert ran.code == 0, ran.err
    return ran


def everything(folder):
    """Every file of a folder, as it is and unpacked."""
    raw = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in folder.rglob("*.wacz"):
        with zipfile.ZipFile(path) as packed:
            raw += [packed.read(name) for name in packed.namelist()]
    return b"\n".join([*raw, *(gzip.decompress(one) for one in raw if one.startswith(b"\x1f\x8b"))])


def test_a_profile_is_private_and_shown_without_its_secrets(muniment, desk):
    path = profiles_folder() / "desk" / "profile.json"
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path.parent.parent, path.parent, path)]
    assert modes == [0o700, 0o700, 0o600]
    assert desk.document["domains"] == ["127.0.0.1"]
    shown = [muniment("profile", "list"), muniment("profile", "list", "--json"), muniment("profile", "show", "desk"),
             muniment("profile", "show", "desk", "--json"), desk]
    assert [one.code for one in shown] == [0] * 5
    assert SECRET not in "".join(one.out + one.err for one in shown)
    assert muniment("profile", "remove", "desk").code == 0
    assert not path.parent.exists()
    assert muniment("profile", "list", "--json").document["profiles"] == []


@pytest.mark.parametrize(("arguments", "says"), [
    (("show", "nobody"), "there are: desk"),
    (("remove", "nobody"), "there is no profile nobody"),
    (("show", "../desk"), "is no name for a profile"),
    (("import", "desk", "FILE"), "there is a profile desk already"),
    (("import", "other", "FILE"), "has 1 columns"),
])
def test_what_cannot_be_done_is_said(muniment, desk, tmp_path, arguments, says):
    (tmp_path / "FILE").write_text(SECRET)
    ran = muniment("profile", *(tmp_path / one if one == "FILE" else one for one in arguments))
    assert ran.code == 2
    assert says in ran.err
    assert SECRET not in ran.out + ran.err


def test_a_profile_that_others_may_read_is_not_used(muniment, desk, case, site):
    (profiles_folder() / "desk" / "profile.json").chmod(0o640)
    ran = muniment("capture", f"{site}/post", "--as", "desk")
    assert ran.code == 2
    assert "can be read by others" in ran.err


def test_the_plan_says_as_whom_before_the_first_request(muniment, desk, case, site):
    plan = muniment("capture", f"{site}/post", "--as", "desk", "--dry-run")
    assert "identity: profile desk, shown to 127.0.0.1 and nobody else" in plan.out
    assert "KEPT" in muniment("capture", f"{site}/post", "--as", "desk", "--keep-credentials", "--dry-run").out
    assert "identity: none" in muniment("capture", f"{site}/post", "--dry-run").out


def test_signed_in_the_post_is_captured_and_its_secret_is_in_no_file_of_case_and_bundle(
        muniment, desk, case, site, tmp_path):
    wall = muniment("capture", f"{site}/post", "--json")
    assert [one["verdict"] for one in wall.document["captures"]] == ["login_wall"]
    assert "not signed in" in " ".join(wall.document["captures"][0]["reasons"])
    ran = muniment("capture", f"{site}/post", "--as", "desk", "-v", "--json")
    (capture,) = ran.document["captures"]
    assert capture["items"], capture
    entries = [entry for entry in muniment("log", "--json").document["events"] if entry["type"] == "capture"]
    bodies = [json.loads(line) for line in (case / "custody" / "bodies.jsonl").read_bytes().splitlines()]
    assert len(entries) == 2
    identities = [body["circumstances"]["identity"] for body in bodies if body["type"] == "capture"]
    assert identities == ["none", "profile desk"]
    bundled = muniment("bundle", "-o", tmp_path / "bundle", "--yes")
    assert bundled.code == 0, bundled.err
    for folder in (case, tmp_path / "bundle"):
        held = everything(folder)
        assert SECRET.encode() not in held
        assert ROTATED.encode() not in held or folder != case
        assert b"profile desk" in held
    assert SECRET not in "".join(one.out + one.err for one in (wall, ran, bundled))


def test_a_gone_page_says_that_somebody_was_signed_in(muniment, desk, case, site):
    (capture,) = muniment("capture", f"{site}/nothing", "--as", "desk", "--json").document["captures"]
    assert capture["verdict"] == "gone"
    assert "signed in as profile desk" in " ".join(capture["reasons"])


def test_keeping_credentials_is_an_event_and_a_bundle_with_them_is_not_sealed_unseen(
        muniment, desk, case, site, tmp_path):
    muniment("capture", f"{site}/photo.png", "--as", "desk", "--keep-credentials")
    assert "is not masked in what is recorded" in muniment("log", "--json").out
    assert SECRET.encode() in everything(case)
    ran = muniment("bundle", "-o", tmp_path / "bundle", "--dry-run", "--json")
    assert ran.code == 1
    assert {"cookie sid of profile desk"} & {one["value"] for one in ran.document["exposures"]}


def test_where_there_is_no_screen_no_window_is_opened_and_importing_is_offered(muniment, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    ran = muniment("profile", "new", "desk", "https://site.example/")
    assert ran.code == 2
    assert "no screen" in ran.err or "Chromium is not installed" in ran.err or "extra `browser`" in ran.err
    assert "muniment profile import NAME FILE" in ran.err


class Window:
    """Stands for a person at a window."""

    def __init__(self, state):
        self.state, self.asked = state, []

    def run(self, folder, url, finished):
        (folder / "Cookies").write_bytes(b"what a browser leaves")
        self.asked.append((stat.S_IMODE(folder.stat().st_mode), url, finished()))
        return json.dumps(self.state).encode()


def test_what_a_window_leaves_becomes_the_profile_and_its_folder_goes(tmp_path):
    state = {"cookies": [{"name": "sid", "value": SECRET, "domain": ".site.example", "path": "/", "expires": -1,
                          "httpOnly": True, "secure": True, "sameSite": "Lax"}],
             "origins": [{"origin": "https://app.site.example", "localStorage": [{"name": "t", "value": SECRET}]}]}
    window = Window(state)
    new_profile(tmp_path / "profiles", "desk", "https://site.example/login", window, lambda: True, clock=system_clock)
    assert window.asked == [(0o700, "https://site.example/login", True)]
    assert [one.name for one in (tmp_path / "profiles" / "desk").iterdir()] == ["profile.json"]
    identity = load_profile(tmp_path / "profiles", "desk").identity
    assert identity.domains == ("app.site.example", "site.example")
    assert identity.state() == state


def test_a_window_in_which_nobody_signed_in_makes_no_profile(tmp_path):
    with pytest.raises(Exception, match="nobody signed in"):
        new_profile(tmp_path / "profiles", "desk", "", Window({"cookies": [], "origins": []}), lambda: True,
                    clock=system_clock)
    assert not (tmp_path / "profiles" / "desk").exists()


@pytest.mark.browser
def test_the_window_gives_what_the_site_left_in_the_browser(tmp_path):
    program = find_browser("auto")
    if not program:
        pytest.skip("no Chromium, or the extra `browser` is not installed")
    looks = itertools.count()
    page = b"<!doctype html><title>Welcome</title><script>localStorage.setItem('t', 'stored')</script>"
    with Origin({"/login": reply(page, fields=b"Content-Type: text/html\r\nSet-Cookie: sid=of-the-site; Path=/\r\n")}
                ) as origin:
        url = f"http://127.0.0.1:{origin.port}"
        made = new_profile(
            tmp_path / "profiles", "desk", f"{url}/login",
            SignInWindow(program=program, headless=True, arguments=(LOOPBACK_ONLY,)),
            lambda: next(looks) > 300 or any(entry.path == "/login" and entry.done for entry in origin.log),
            clock=system_clock)
    assert [(one.name, one.value, one.domain) for one in made.identity.cookies] == [("sid", "of-the-site", "127.0.0.1")]
    assert made.identity.state()["origins"][0]["localStorage"] == [{"name": "t", "value": "stored"}]
