"""The report shows a post as its platform tells it: who, when, what, and what was not found."""

from dataclasses import replace

from evidence_store.events import FindingEvent, to_fields
from evidence_store.findings import Outcome
from evidence_store.posts import (
    FieldSource,
    MediaKind,
    Post,
    PostField,
    PostMedia,
    PostState,
    RelatedPost,
    Relation,
)
from evidence_store.records import ItemId, RecordId

SHOWN = [PostField.AUTHOR, PostField.HANDLE, PostField.ID, PostField.TEXT, PostField.STATE]
POST = Post(platform="x", id="656781234567890123", author="Orda <b>Watch</b>", handle="orda_watch",
            text="The bakery is on fire <script>alert(1)</script>", state=PostState.EDITED, state_words="2 versions",
            media=(PostMedia(kind=MediaKind.VIDEO, withheld=True),),
            related=(RelatedPost(relation=Relation.QUOTED, id="1", author="Village council",
                                 text="The road is closed"),),
            sources=tuple(FieldSource(field=field, record=RecordId("urn:uuid:1"), where="legacy") for field in SHOWN))


def test_a_post_stands_under_its_item_with_what_was_not_found_and_nothing_of_it_acts(events, again) -> None:
    told = FindingEvent(item=ItemId("ITEM-0003"), check="post", outcome=Outcome.PASS, summary="a post", tools=(),
                        details={"posts": [to_fields(POST), "no post"]})
    place = len(events) - 1
    others = (*events[:place], replace(events[place - 1], seq=place, body=told), replace(events[place], seq=place + 1))
    pages = [content.decode() for path, content in again(others).files().items() if path.endswith(".html")]
    page = next(content for content in pages if "@orda_watch" in content)
    for words in ("@orda_watch", "The bakery is on fire", "withheld by the platform", "2 versions", "Village council",
                  "The road is closed", "Field not found: time"):
        assert words in page
    assert "<script>" not in page
    assert "<b>Watch" not in page
