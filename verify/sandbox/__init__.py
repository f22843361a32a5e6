"""Readers of hostile files, each answer got from a process of their own with limits on time and memory.

1. A file that makes a reader crash, hang, eat memory or raise costs its own answer and nothing else.
2. What comes back is data of known types and bounded size: nothing is unpickled, evaluated or trusted to be short.
3. Readers open the file they are given and nothing else of the case; they can write no file.
"""

from verify.sandbox.answers import Field, FormatSeen, ImageHashes, NamedHash, Reading, Tag
from verify.sandbox.exiftool import ExifTool, find_exiftool
from verify.sandbox.process import ReaderFailed, ReaderFailure, Sandbox, SandboxLimits

__all__ = ["ExifTool", "Field", "FormatSeen", "ImageHashes", "NamedHash", "ReaderFailed", "ReaderFailure", "Reading",
           "Sandbox", "SandboxLimits", "Tag", "find_exiftool"]
