"""`muniment replay`."""

import signal
import threading
import webbrowser
from pathlib import Path
from urllib.parse import urljoin

import click

from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.flows.replay import find_player, install_player, open_library, save_archive
from muniment.flows.replay_pywb import serving_with_pywb
from muniment.replay.answers import link_to, moment
from muniment.replay.errors import NothingToReplay
from muniment.replay.library import Library, Moment
from muniment.replay.server import serving

NPM = "npm"
MAX_SAID = 20                 # visits listed on the terminal; the page lists more


@verb("replay")
@click.argument("target", metavar="[CASE|BUNDLE|WACZ|WARC]", required=False, type=click.Path(path_type=Path))
@click.option("--install", "tarball", metavar="[TARBALL]", is_flag=False, flag_value=NPM, default=None,
              help="Install the player, ReplayWeb.page: from a tarball of its package, or fetched by npm.")
@click.option("--item", metavar="ITEM", help="Begin with the page that ITEM belongs to.")
@click.option("--citation", metavar="CITE", help="Begin with the capture of this citation.")
@click.option("--save", metavar="FILE", type=click.Path(path_type=Path),
              help="Write the WACZ of that visit (or of the first) instead of serving it, to open elsewhere.")
@click.option("--sign", is_flag=True, help="Sign what --save writes with a key made for it (wacz-auth, anonymous).")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@click.option("--pywb", is_flag=True, help="Play back with pywb, where it is installed.")
def command(run: Invocation, target: Path | None, tarball: str | None, item: str | None, citation: str | None,
            save: Path | None, sign: bool, opens: bool, pywb: bool) -> ExitCode:
    """Look at recorded pages as they were, offline, in a browser.

    Serves a case, a bundle, a WACZ or a WARC on loopback until it is interrupted. Each visit is played from its own
    records alone, nothing plays by itself, and no request leaves the computer.
    """
    if tarball is not None:
        player = install_player(None if tarball == NPM else Path(tarball))
        run.out.result({"player": "ReplayWeb.page", "version": player.version, "folder": str(player.folder)},
                       text=f"ReplayWeb.page {player.version} (AGPL-3.0) in {player.folder}")
        return ExitCode.OK
    with open_library(target or run.case_folder()) as library:
        first = _first(library, item, citation)
        if save is not None:
            saved = save_archive(library, first.visit if first else library.visits[0], save, sign=sign)
            run.out.result({"path": str(saved.path), "public_key": saved.public_key},
                           text=[str(saved.path), *([f"signed by {saved.public_key}"] if saved.public_key else [])])
            return ExitCode.OK
        if pywb:
            begun = first or Moment(visit=library.visits[0], page=library.visits[0].main)
            with serving_with_pywb(library) as played:
                _serve(run, library, played.url, played.link(begun.visit, begun.page), opens=opens)
            return ExitCode.OK
        with serving(library, find_player()) as server:
            begin = urljoin(server.url, link_to(first.visit, first.page)) if first else server.url
            _serve(run, library, server.url, begin, opens=opens)
    return ExitCode.OK


def _first(library: Library, item: str | None, citation: str | None) -> Moment | None:
    for kind, name in (("item", item), ("citation", citation)):
        if name is not None:
            found = library.moment(kind, name.upper())
            if found is None:
                raise NothingToReplay(f"{name} belongs to no recorded page", hint="see `muniment list`")
            return found
    return None


def _serve(run: Invocation, library: Library, url: str, begin: str, *, opens: bool) -> None:
    """Say where, then wait for Ctrl-C or SIGTERM."""
    done = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: done.set())
    run.out.result({"url": url, "begin": begin, "visits": [
        {"visit": one.key, "url": one.main.url, "recorded": moment(one.main.at), "verdict": one.label}
        for one in library.visits]}, text=begin)
    for one in library.visits[:MAX_SAID]:
        run.out.say(f"  {moment(one.main.at)}  {one.main.url}")
    run.out.say(f"{len(library.visits)} visits; Ctrl-C ends it")
    if opens:
        webbrowser.open(begin)
    try:
        while not done.wait(0.5):      # a wait without a limit would not be interrupted on every system
            pass
    except KeyboardInterrupt:
        run.out.say("ended")
