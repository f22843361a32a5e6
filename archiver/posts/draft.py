"""A post being read: each value is put down together with the place it stands in."""

from dataclasses import dataclass, field, replace

from archiver.posts.document import Document
from evidence_store.posts import FieldSource, Post, PostField, PostMedia, PostState, RelatedPost

ELLIPSES = ("\u2026", "...")
MAX_MEDIA = 100               # of one post
MAX_RELATED = 20


@dataclass(slots=True)
class PostDraft:
    """Collects the fields of one post from one document."""

    platform: str
    document: Document
    within: str = ""              # path of the object that the fields stand in
    rank: int = 0                 # of the kind of source: lower is fuller, and wins where two have a field
    _values: dict[PostField, str] = field(default_factory=dict)
    _places: dict[PostField, str] = field(default_factory=dict)
    _media: list[PostMedia] = field(default_factory=list)
    _related: list[RelatedPost] = field(default_factory=list)
    _state: PostState = PostState.NOT_SAID
    _state_words: str = ""
    _edited_at: str = ""
    _earlier: tuple[str, ...] = ()
    album: tuple[str, ...] = ()
    is_cut: bool = False

    def put(self, name: PostField, value: str, where: str) -> None:
        """Put a value down, unless it is empty or the field has one already."""
        if value and name not in self._values:
            self._values[name] = value
            self._at(name, where)

    def name_id(self, number: str) -> None:
        """The id by which the platform numbers it, where the source gives an address instead."""
        self._values[PostField.ID] = number
        self._at(PostField.ID, "address")

    def get(self, name: PostField) -> str:
        """What stands there so far."""
        return self._values.get(name, "")

    def found_empty(self, name: PostField, where: str) -> None:
        """The place of a field is there, and nothing stands in it: a picture without words."""
        if name not in self._values:
            self._values[name] = ""
            self._at(name, where)

    def put_text(self, value: str, where: str) -> None:
        """Put the post's words down."""
        if value and PostField.TEXT not in self._values:
            self.is_cut = value.endswith(ELLIPSES)
            self.put(PostField.TEXT, value, where)

    def add_media(self, medium: PostMedia, where: str) -> None:
        """One more picture or recording, unless it is there already."""
        known = {one.url for one in self._media if one.url}
        if (medium.url or medium.withheld) and medium.url not in known and len(self._media) < MAX_MEDIA:
            self._media.append(medium)
            self._at(PostField.MEDIA, where)

    def relate(self, other: RelatedPost, where: str) -> None:
        """A post that this one quotes, answers or forwards."""
        told = other.id or other.url or other.text or other.author or other.unavailable
        if told and len(self._related) < MAX_RELATED and other not in self._related:
            self._related.append(other)
            self._at(PostField.RELATED, where)

    def say_state(self, state: PostState, words: str, where: str, *, edited_at: str = "",
                  earlier: tuple[str, ...] = ()) -> None:
        """What the platform says of edits or deletion."""
        if self._state is PostState.NOT_SAID:
            self._state, self._state_words, self._edited_at, self._earlier = state, words[:500], edited_at, earlier
            self._at(PostField.STATE, where)

    def finished(self) -> Post:
        """The post."""
        record = self.document.record
        values = {name.value: value for name, value in self._values.items()}
        return Post(platform=self.platform, **values, text_is_cut=self.is_cut,
                    media=tuple(self._media), related=tuple(self._related), state=self._state,
                    state_words=self._state_words, edited_at=self._edited_at, earlier_ids=self._earlier,
                    album_ids=self.album,
                    sources=tuple(FieldSource(field=name, record=record, where=place)
                                  for name, place in self._places.items()))

    def _at(self, name: PostField, where: str) -> None:
        self._places.setdefault(name, f"{self.within}.{where}" if self.within else where)


def merged(first: Post, second: Post) -> Post:
    """One post out of two readings of it: what the first has stands, what it lacks comes from the second."""
    had = {source.field for source in first.sources}
    added = [source for source in second.sources if source.field not in had]
    names = {source.field.value: getattr(second, source.field.value) for source in added}
    if PostField.STATE.value in names:
        names |= {"state_words": second.state_words, "edited_at": second.edited_at, "earlier_ids": second.earlier_ids}
    if PostField.TEXT.value in names:
        names["text_is_cut"] = second.text_is_cut
    elif first.text_is_cut and not second.text_is_cut and len(second.text) > len(first.text):
        longer = [source for source in second.sources if source.field is PostField.TEXT]
        kept = [source for source in first.sources if source.field is not PostField.TEXT]
        return replace(first, **names, text=second.text, text_is_cut=False, sources=(*kept, *longer, *added))
    return replace(first, **names, album_ids=tuple(dict.fromkeys(first.album_ids + second.album_ids)),
                   sources=(*first.sources, *added))
