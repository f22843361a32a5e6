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

    def read(self, question: Callable[[], Message], *, group: str) -> None:
        """Ask in a worker thread; the message that it answers with is posted here, or a `ReadFailed`."""
        self.run_worker(lambda: self.post_message(question()), thread=True, exit_on_error=False, group=group)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Pass on why a question has no answer."""
        event.stop()
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.post_message(ReadFailed(event.worker.error))
