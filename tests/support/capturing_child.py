"""A process that captures one URL into a case, to be killed from outside: `capturing_child.py CASE KEY URL PORT`."""

import signal
import sys
from pathlib import Path

from evidence_store.case import Case
from evidence_store.custody.keys import open_key
from muniment.config.settings import Settings
from muniment.flows.environment import Environment
from muniment.flows.session import Signing, open_session, run_tasks
from muniment.flows.tasks import url_task


def main(case: str, key: str, url: str, port: str) -> None:
    # a shell that starts the tests in the background has its children ignore interrupts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signing = Signing(signer=open_key(Path(key), None), principal="")
    settings = Settings(allow=(f"127.0.0.1:{port}",), per_host_delay=0.0, browser="never", archives=())
    with (
        Case.open(Path(case)) as opened,
        open_session(opened, signing, settings, Environment(), command="capture") as session,
        session.capturer() as capturer,
    ):
        run_tasks(session, capturer, (url_task(url),), again=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
