"""Capture a list of URLs into a case, several at a time; one writer appends what comes back.

1. Content first, then the event: when a `capture` event stands in the ledger, its bytes are in the WARC and synced.
2. A finished capture is in the ledger before the next is awaited; an interruption loses only what was in flight.
3. The same normalised URL with the same content as an earlier item makes no new item; the same bytes at another URL
   make a new item that names the first.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime

from archiver.capture.engine import Capturer
from archiver.capture.task import CaptureResult, CaptureTask, DerivativeDraft, ItemDraft
from evidence_store.case import Case
from evidence_store.catalogue.model import CaptureEntry
from evidence_store.events import Captured, KnownBody, Transformed
from evidence_store.progress import Progress
from evidence_store.records import Capture, Circumstances, Derivative, Item, ItemId, Recipe, Verdict
from evidence_store.writer import CaseWriter
from muniment.flows.environment import CaptureWatch, NobodyWatches, never
from muniment.flows.posts import main_draft_item, post_finding
from muniment.flows.queue import HEARTBEAT, RunQueue

CANCEL_S = 0.25  # how long a wish to end early may wait to be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Which of the tasks are still to do."""

    due: tuple[CaptureTask, ...]
    done: tuple[CaptureEntry, ...]  # complete already, and not asked for again


def split_tasks(case: Case, tasks: Iterable[CaptureTask], *, again: bool) -> Split:
    """Tell what is complete already from what is not; one task an identity."""
    due: dict[str, CaptureTask] = {}
    done: dict[str, CaptureEntry] = {}
    for task in tasks:
        latest = case.catalogue.latest_capture(task.identity)
        if latest is not None and latest.verdict is Verdict.COMPLETE and not again:
            done.setdefault(task.identity, latest)
        elif task.identity in due:
            due[task.identity] = _joined(due[task.identity], task)
        else:
            due[task.identity] = task
    return Split(due=tuple(due.values()), done=tuple(done.values()))


def _joined(first: CaptureTask, second: CaptureTask) -> CaptureTask:
    return replace(
        first,
        citations=(*first.citations, *second.citations),
        quote=first.quote or second.quote,
        embedded=first.embedded or second.embedded,
    )


def age_words(entry: CaptureEntry, now: datetime) -> str:
    """`https://... captured 19 h ago, not checked again`."""
    minutes = int((now - entry.ended_at).total_seconds() // 60)
    age = (
        f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
    )
    return f"{entry.url} captured {age} ago, not checked again"


def capture_all(
    writer: CaseWriter,
    capturer: Capturer,
    queue: RunQueue,
    *,
    circumstances: Circumstances,
    concurrency: int,
    progress: Progress,
    watch: CaptureWatch | None = None,
    cancelled: Callable[[], bool] = never,
) -> Iterator[Capture]:
    """Capture each task of a run and append its event; yields captures as they are finished.

    Interrupted (KeyboardInterrupt, or the caller closing the iterator), it lets the captures in flight end early,
    appends what they gave, leaves them queued, and stops. `cancelled` is asked a few times a second: once it says so,
    the same happens without an error.
    """
    stop = threading.Event()
    watcher = watch or NobodyWatches()

    def ends_early() -> bool:
        return stop.is_set() or cancelled()

    def one(task: CaptureTask) -> CaptureResult:
        watcher.began(task.url)
        return capturer.capture(task, cancelled=ends_early)

    progress.start("capture", len(queue), "captures")
    pool = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="capture")
    flying: dict[Future[CaptureResult], CaptureTask] = {}
    try:
        while True:
            while len(flying) < concurrency and not cancelled() and (task := queue.take(flying.values())) is not None:
                flying[pool.submit(one, task)] = task
            if not flying:
                break
            finished = _finished(flying, queue, may_be_cancelled=cancelled is not never)
            for future in finished:
                capture = record_capture(writer, future.result(), circumstances)
                _settle(queue, flying.pop(future), future.result(), ended_early=cancelled())
                progress.advance("capture", 1, f"{capture.verdict.replace('_', ' ')}: {capture.url}")
                watcher.ended_capture(capture)
                yield capture
    except BaseException:
        stop.set()
        for future in flying:
            future.cancel()
        wait(flying)
        for future, task in flying.items():
            if _is_unrecorded(writer, future):
                record_capture(writer, future.result(), circumstances)
            queue.give_back(task)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        progress.finish("capture")


def _is_unrecorded(writer: CaseWriter, future: Future[CaptureResult]) -> bool:
    if future.cancelled() or future.exception() is not None:
        return False
    return writer.case.catalogue.capture(future.result().id) is None


def _finished(flying: Iterable[Future[CaptureResult]], queue: RunQueue, *,
              may_be_cancelled: bool) -> set[Future[CaptureResult]]:
    """Those that ended, waited for as long as the lease allows; the run is seen to live meanwhile."""
    if not may_be_cancelled:
        finished, _ = wait(flying, timeout=HEARTBEAT, return_when=FIRST_COMPLETED)
        queue.renew()
        return finished
    for _ in range(int(HEARTBEAT / CANCEL_S)):
        finished, _unfinished = wait(flying, timeout=CANCEL_S, return_when=FIRST_COMPLETED)
        if finished:
            return finished
    queue.renew()
    return set()


def _settle(queue: RunQueue, task: CaptureTask, result: CaptureResult, *, ended_early: bool) -> None:
    if ended_early and result.judgement.verdict is not Verdict.COMPLETE:
        queue.give_back(task)
    elif result.ask_again_after is not None:
        queue.put_off(task, result.ask_again_after)
    else:
        queue.done(task)


def record_capture(writer: CaseWriter, result: CaptureResult, circumstances: Circumstances) -> Capture:
    """Give ids to what a capture found and append its events."""
    items, same, ids = _number(writer, result.drafts)
    capture = Capture(
        id=result.id,
        url=result.task.url,
        identity=result.task.identity,
        failures=result.failures,
        final_url=result.final_url,
        started_at=result.started_at,
        ended_at=result.ended_at,
        client=result.client,
        verdict=result.judgement.verdict,
        reasons=result.judgement.reasons,
        against=result.judgement.against,
        sent=result.sent,
        recorded=len(result.exchanges),
        unrecorded=result.unrecorded,
        refused=result.refused,
        citations=result.task.citations,
        exchanges=result.exchanges,
        items=items,
        same_items=same,
        views=result.views,
        interactions=result.interactions,
        cited_content=result.judgement.cited_content,
        memento=result.memento,
    )
    made: list[KnownBody] = [
        Transformed(derivative=_stored(writer, draft, ids[draft.of]))
        for draft in result.derivatives
        if draft.of in ids and ids[draft.of] not in same
    ]
    told = post_finding(result, main_draft_item(result, ids))
    around = replace(circumstances, identity=result.identity)    # of this capture: which servers were told of it
    writer.append(Captured(capture=capture, circumstances=around), *made, *((told,) if told else ()))
    return capture


def _number(
    writer: CaseWriter, drafts: Iterable[ItemDraft]
) -> tuple[tuple[Item, ...], tuple[ItemId, ...], dict[ItemDraft, ItemId]]:
    catalogue = writer.case.catalogue
    items: list[Item] = []
    same: list[ItemId] = []
    ids: dict[ItemDraft, ItemId] = {}
    for draft in drafts:
        earlier = catalogue.find_item(draft.url, draft.sha256)
        if earlier is not None:
            same.append(earlier.item.id)
            ids[draft] = earlier.item.id
            continue
        twin = next((entry.item.id for entry in catalogue.items_with_sha256(draft.sha256)), None) or next(
            (item.id for item in items if item.sha256 == draft.sha256), None
        )
        item = Item(
            id=writer.new_item_id(),
            kind=draft.kind,
            sha256=draft.sha256,
            length=draft.length,
            media_type=draft.media_type,
            source=draft.source,
            url=draft.url,
            name=draft.name,
            obtained_at=draft.obtained_at,
            truncated=draft.truncated,
            encoded=draft.encoded,
            decoded_by=draft.decoded_by,
            same_bytes_as=twin,
        )
        items.append(item)
        ids[draft] = item.id
    return tuple(items), tuple(same), ids


def _stored(writer: CaseWriter, draft: DerivativeDraft, item: ItemId) -> Derivative:
    with draft.file.open("rb") as stream:
        content = writer.add_blob(stream)
    draft.file.unlink()
    recipe = Recipe(tool=draft.tool, arguments=draft.arguments, inputs=draft.inputs)
    return Derivative(item=item, kind=draft.kind, content=content, media_type=draft.media_type, recipe=recipe)
