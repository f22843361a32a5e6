"""Reading in workers: the screen never waits for the disk, and what goes wrong is a message."""

from collections.abc import Callable

from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, WorkerState


class ReadFailed(Message):
    """Something could not be read; the application shows it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class Reads(Widget):
    """A widget that reads in worker threads. Name it last among the bases: Textual takes styles from the first."""

    _latest: dict[str, int] | None = None     # by group: how often was asked

    def read(self, question: Callable[[], Message], *, group: str, only_latest: bool = False) -> None:
        """Ask in a worker thread; the message that it answers with is posted here, or a `ReadFailed`.

        `only_latest`: an answer that comes after the next question of the group was asked is dropped, so that what is
        shown is never older than what was shown before.
        """
        if self._latest is None:
            self._latest = {}
        latest = self._latest
        number = latest[group] = latest.get(group, 0) + 1

        def ask() -> None:
            answer = question()
            if not only_latest or latest[group] == number:
                self.post_message(answer)

        self.run_worker(ask, thread=True, exit_on_error=False, group=group)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Pass on why a question has no answer."""
        event.stop()
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.post_message(ReadFailed(event.worker.error))
