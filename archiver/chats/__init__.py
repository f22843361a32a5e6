"""Exported chats: what a messenger's own export says was written, by whom and when.

1. An export is a file that an app wrote on somebody's device: not wire bytes, and whoever has it can edit it.
2. Parsers are pure: bytes in, messages out; what cannot be read is counted, never guessed.
3. Telephone numbers are withheld from what is shown and searched, unless they are asked for.
"""

from archiver.chats.find import chat_of, is_chat
from archiver.chats.model import Chat, ChatForm, Message

__all__ = ["Chat", "ChatForm", "Message", "chat_of", "is_chat"]
