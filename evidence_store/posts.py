"""Posts as objects: what a platform says of one post, each field with the WARC record it was read from.

1. A field that was not found is empty and named in `missing`; nothing is guessed, derived or carried over.
2. Every field that is not empty has an entry in `sources`: the record, and the place in it.
3. `deleted` is the platform's word: `state_words` keeps it. Not finding a post says nothing of its state.
"""

from dataclasses import dataclass
from enum import StrEnum

from evidence_store.records import RecordId


class PostField(StrEnum):
    """What can be read of a post."""

    AUTHOR = "author"
    HANDLE = "handle"
    ID = "id"
    URL = "url"
    TITLE = "title"
    TEXT = "text"
    SUMMARY = "summary"
    TIME = "time"
    MEDIA = "media"
    RELATED = "related"
    STATE = "state"


#: What a post of a platform has; where one is not found, the platform changed its pages, or shows less to us.
EXPECTED = (PostField.AUTHOR, PostField.HANDLE, PostField.ID, PostField.TEXT, PostField.TIME, PostField.STATE)


class PostState(StrEnum):
    """Edited, deleted or neither, as the platform says."""

    NOT_SAID = "not_said"
    UNEDITED = "unedited"
    EDITED = "edited"
    DELETED = "deleted"
    UNAVAILABLE = "unavailable"       # the platform shows it to nobody, or not to us, and does not call it deleted


class MediaKind(StrEnum):
    """What a medium of a post is."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


class Relation(StrEnum):
    """How another post stands to this one."""

    QUOTED = "quoted"
    PARENT = "parent"                 # this one answers it
    FORWARDED = "forwarded"           # this one is a copy of it
    PREVIEW = "preview"               # a page that the post links to, as the platform shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSource:
    """Where a field was read."""

    field: PostField
    record: RecordId                  # WARC response record (or `resource`, for a page as a browser showed it)
    where: str                        # "legacy.full_text", ".tgme_widget_message_text", "og:title"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMedia:
    """A picture or recording of a post."""

    kind: MediaKind
    url: str = ""                     # of the best quality that is offered; "" where it is withheld
    alternatives: tuple[str, ...] = ()     # addresses of lesser quality, best first
    description: str = ""             # by its author, for those who do not see it
    withheld: bool = False            # the platform says there is something, and does not show it here


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedPost:
    """A post that this one quotes, answers or forwards, as far as this one shows it."""

    relation: Relation
    id: str = ""
    url: str = ""
    author: str = ""
    handle: str = ""
    text: str = ""
    time: str = ""
    unavailable: str = ""             # the platform's words where it does not show it


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post as its platform tells it."""

    platform: str                     # "x", "telegram", ...; "web" for any page that describes itself
    id: str = ""
    url: str = ""
    author: str = ""
    handle: str = ""                  # without @
    title: str = ""
    text: str = ""
    text_is_cut: bool = False         # the source ends it with an ellipsis
    summary: str = ""                 # what the page says of itself in short; may be cut, is not the text
    time: str = ""                    # ISO 8601 as precise as said, UTC where a zone is said
    media: tuple[PostMedia, ...] = ()
    related: tuple[RelatedPost, ...] = ()
    state: PostState = PostState.NOT_SAID
    state_words: str = ""             # the platform's
    edited_at: str = ""
    earlier_ids: tuple[str, ...] = () # of versions before an edit
    album_ids: tuple[str, ...] = ()   # further ids that this one shows (pictures of an album)
    sources: tuple[FieldSource, ...] = ()

    @property
    def missing(self) -> tuple[PostField, ...]:
        """Fields that a post of a platform has and that were not found; none of a post that is said to be gone."""
        if self.state in {PostState.DELETED, PostState.UNAVAILABLE}:
            return ()
        found = {source.field for source in self.sources}
        return tuple(field for field in EXPECTED if field not in found)

    @property
    def is_shown(self) -> bool:
        """There is something of it to read or see."""
        return bool(self.text or self.title or self.media)
