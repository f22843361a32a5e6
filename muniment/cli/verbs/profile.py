"""`muniment profile`."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click

from archiver.browser.program import find_browser, why_none
from archiver.browser.window import SignInWindow, why_no_window
from archiver.errors import InvalidSetting
from archiver.identity.exports import MAX_EXPORT_BYTES
from evidence_store.canonical import JsonValue
from evidence_store.clock import format_time, system_clock
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.tables import table
from muniment.flows import profiles

ELSEWHERE = ("sign in on a machine with a screen, export the cookies there (cookies.txt, or JSON of an extension), and "
             "say `muniment profile import NAME FILE`")


@click.group("profile")
def command() -> None:
    """Signed-in identities that captures may use: made once, kept in your data directory, never in a case."""


@verb("new", group=command)
@click.argument("name")
@click.argument("url", required=False, default="")
@click.option("--replace", "replaced", is_flag=True, help="Make a profile that is there anew.")
@click.option("--proxy", metavar="URL", help="Upstream proxy: http:// or socks5h:// (Tor). The window uses it, too.")
def new(run: Invocation, name: str, url: str, replaced: bool, proxy: str | None) -> ExitCode:
    """Open a browser's window to sign in by hand; what it holds when you are done becomes profile NAME.

    URL is the page to begin with. Nothing of the signing in is recorded. NAME stands in the ledger of every case that
    uses it: take a word that names nobody.
    """
    settings = run.settings(proxy=proxy).settings
    if url and not url.startswith(("http://", "https://")):
        raise click.UsageError(f"{url} is not an http or https URL")
    program = find_browser(settings.browser) or find_browser("auto")
    if not program:
        raise InvalidSetting(f"no window can be opened: {why_none('auto')}", hint=ELSEWHERE)
    if problem := why_no_window(run.environ, sys.platform):
        raise InvalidSetting(problem, hint=ELSEWHERE)
    run.out.say("sign in in the window; then "
                + ("press Enter here, or close the window" if run.interactive else "close it"))
    made = profiles.new_profile(
        profiles.profiles_folder(), name, url, SignInWindow(program=program, proxy=settings.proxy),
        _entered() if run.interactive else lambda: False, clock=system_clock, replaced=replaced)
    return _told(run, made)


@verb("import", group=command)
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", "replaced", is_flag=True, help="Make a profile that is there anew.")
def import_(run: Invocation, name: str, file: Path, replaced: bool) -> ExitCode:
    """Make profile NAME of FILE: cookies.txt (Netscape form), JSON of a browser's extension, a state of Playwright."""
    with file.open("rb") as stream:
        raw = stream.read(MAX_EXPORT_BYTES + 1)
    made = profiles.import_profile(profiles.profiles_folder(), name, raw, system_clock(), replaced=replaced)
    run.out.warn(f"{file} still holds what proves you to these sites: remove it when you need it no longer")
    return _told(run, made)


@verb("list", group=command)
def list_(run: Invocation) -> ExitCode:
    """The profiles there are: names, domains, age."""
    found = profiles.list_profiles(profiles.profiles_folder())
    rows = [(one.label, f"{one.made_at:%Y-%m-%d}", profiles.domains_words(one.identity.domains)) for one in found]
    run.out.result({"profiles": [_document(one) for one in found]}, text=table(("profile", "made", "for"), rows))
    if not found:
        run.out.say("no profile yet: `muniment profile new NAME` or `muniment profile import NAME FILE` makes one")
    return ExitCode.OK


@verb("show", group=command)
@click.argument("name")
def show(run: Invocation, name: str) -> ExitCode:
    """What profile NAME is good for; values of cookies are never shown."""
    one = profiles.load_profile(profiles.profiles_folder(), name)
    now = system_clock()
    run.out.result(_document(one), text=[
        f"profile  {one.label}, {one.how}, {one.made_at:%Y-%m-%d %H:%M} UTC",
        f"cookies  {len(one.identity.cookies)}, of which {one.expired(now)} are over",
        *(f"  {domain}" for domain in one.identity.domains)])
    return ExitCode.OK


@verb("remove", group=command)
@click.argument("name")
def remove(run: Invocation, name: str) -> ExitCode:
    """Remove profile NAME from this machine. Sign out at the sites as well: their sessions go on."""
    profiles.remove_profile(profiles.profiles_folder(), name)
    run.out.result({"removed": name}, text=f"profile {name} is removed")
    return ExitCode.OK


def _entered() -> Callable[[], bool]:
    """Whether somebody pressed Enter since."""
    pressed = threading.Event()

    def wait() -> None:
        sys.stdin.readline()
        pressed.set()

    threading.Thread(target=wait, name="enter", daemon=True).start()
    return pressed.is_set


def _told(run: Invocation, made: profiles.Profile) -> ExitCode:
    run.out.result(_document(made), text=f"profile {made.label}: {len(made.identity.cookies)} cookies for "
                                         f"{profiles.domains_words(made.identity.domains)}")
    run.out.say(f"use it with `muniment capture --as {made.label} URL`")
    return ExitCode.OK


def _document(one: profiles.Profile) -> dict[str, JsonValue]:
    return {"profile": one.label, "made_at": format_time(one.made_at), "how": one.how.value,
            "cookies": len(one.identity.cookies), "expired": one.expired(system_clock()),
            "domains": list[JsonValue](one.identity.domains)}
