"""A file that vanishes while somebody looks is a message, not the end of the application.

Textual ends a widget, and with it the application, when a handler raises. What the disk and the case can raise at any
moment is caught here, at the boundary of screens and application; what is a mistake of ours still ends it.
"""

from typing import TYPE_CHECKING, cast

from textual.message import Message
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from tui.app import MunimentApp


class Guarded(MessagePump):
    """Handlers whose errors about files and cases are told. Name it first among the bases."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # the boundary of a screen: what is a mistake of ours is raised again
            if not (isinstance(error, OSError) or isinstance(getattr(error, "hint", None), str)):
                raise
            cast("MunimentApp", self.app).tell_error(error)
