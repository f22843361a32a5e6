"""Posts out of captured bytes: one file a platform, all of them pure.

1. A parser gets documents (bytes and the record they came from) and gives posts; it asks nobody anything.
2. It reads named places and no others. Where a platform moved a field, the field is not found.
3. Hostile input is normal: a document of any shape gives some posts or none, never an exception.
"""

from archiver.posts.document import Document
from archiver.posts.read import read_posts

__all__ = ["Document", "read_posts"]
