"""Posts that captures show, recorded as a finding of the page they were read from.

1. A finding `post` holds the posts with each field's WARC record; it is made when the capture is recorded.
2. `pass` says that a post was read. Where a capture of a post is complete and no post was found in it, the platform
   changed its answers, or shows nothing to us: `inconclusive`, with the fields that were not found.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archiver.capture.task import CaptureResult, ItemDraft
from archiver.citations import normalise_url
from archiver.posts.addresses import post_key
from archiver.posts.read import is_asked
from evidence_store.events import FindingEvent, to_fields
from evidence_store.findings import Outcome
from evidence_store.post_details import CHECK
from evidence_store.posts import EXPECTED, MediaKind, Post, PostState
from evidence_store.records import ItemId, Verdict
from muniment.flows.circumstances import tool
from muniment.flows.post_view import short

if TYPE_CHECKING:
    from evidence_store.canonical import JsonValue

MAX_RECORDED = 200            # posts of one capture that are recorded with all their fields; more are counted


def post_finding(result: CaptureResult, item: ItemId | None) -> FindingEvent | None:
    """What to record of the posts of a capture; None where there is nothing to say."""
    posts, url = result.posts, result.memento.original if result.memento else result.task.url
    named = post_key(url) is not None
    if not posts:
        if not named or result.judgement.verdict is not Verdict.COMPLETE:
            return None
        return FindingEvent(item=item, check=CHECK, outcome=Outcome.INCONCLUSIVE, tools=(tool("muniment"),),
                            summary="field not found: no post could be read from these answers",
                            details={"url": url, "posts": [], "missing": [field.value for field in EXPECTED]})
    first = posts[0]
    details: dict[str, JsonValue] = {
        "url": url, "asked_found": bool(named and is_asked(first, url)),
        "posts": [to_fields(post) for post in posts[:MAX_RECORDED]],
        "missing": [field.value for field in first.missing] if first.platform != "web" else []}
    if len(posts) > MAX_RECORDED:
        details["not_listed"] = len(posts) - MAX_RECORDED
    return FindingEvent(item=item, check=CHECK, outcome=Outcome.PASS, tools=(tool("muniment"),), details=details,
                        summary=_summary(posts, asked=bool(details["asked_found"])))


def main_draft_item(result: CaptureResult, ids: Mapping[ItemDraft, ItemId]) -> ItemId | None:
    """The item of a capture's main document."""
    main = next((one for one in result.drafts if one.url == normalise_url(result.final_url)), None)
    return ids.get(main) if main is not None else None


def _summary(posts: tuple[Post, ...], *, asked: bool) -> str:
    first = posts[0]
    by = f"@{first.handle}" if first.handle else first.author or "an author not found"
    if first.state in {PostState.DELETED, PostState.UNAVAILABLE} and not first.is_shown:
        told = f'{first.platform} says of post {first.id}: "{first.state_words}"'
    else:
        counted = [(sum(one.kind is kind for one in first.media), kind.value) for kind in MediaKind]
        media = ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in counted if number)
        told = (f"post of {by}, {first.time or 'time not found'}: {short(first.text or first.title or first.summary)}"
                f"{f' ({media})' if media else ''}")
        if first.platform != "web" and first.missing:
            told += f"; field not found: {', '.join(field.value for field in first.missing)}"
    more = len(posts) - 1
    return told if not more else f"{told}; and {more} more" if asked else f"{len(posts)} posts, first: {told}"
