"""Items worked on side by side: each worker thread has a workbench with readers' processes of its own.

1. Results come in the order of the items, and at most AHEAD items for each worker are worked on before they are taken.
2. An item that costs its readers their lives costs nothing else: the others' processes are not its own.
3. Whoever stops taking results ends the readers, and nothing stays behind.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TypeVar

from evidence_store.progress import NoProgress, Progress
from evidence_store.records import Item
from verify.checks.workbench import Originals, Workbench
from verify.sandbox import Sandbox, SandboxLimits

MAX_WORKERS = 4              # each may take the memory of its limits, and decoding needs memory bandwidth
ITEMS_A_WORKER = 6           # starting readers costs about a second; fewer items are read faster by one
AHEAD = 2
Result = TypeVar("Result")


def workers_for(count: int, processors: int | None = None) -> int:
    """How many workbenches serve this many items."""
    return max(1, min(processors or _processors(), MAX_WORKERS, count // ITEMS_A_WORKER))


def _processors() -> int:
    usable = getattr(os, "sched_getaffinity", None)      # Linux: those this process may use
    return len(usable(0)) if usable is not None else os.cpu_count() or 1


def in_parallel(case: Originals, items: Sequence[Item], work: Callable[[Workbench, Item], Result], *, task: str,
                progress: Progress | None = None, limits: SandboxLimits | None = None,
                workers: int | None = None) -> Iterator[Result]:
    """What `work` makes of each item, in their order. What it raises ends the run."""
    watch = progress or NoProgress()
    watch.start(task, len(items), "items")
    number = workers or workers_for(len(items))
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="muniment-checks-")))
            benches: SimpleQueue[Workbench] = SimpleQueue()
            made = [stack.enter_context(_bench(case, folder, index, limits)) for index in range(number)]
            for bench in made:
                benches.put(bench)
            yield from _taken(items, work, made, benches, lambda item: watch.advance(task, note=item.id))
    finally:
        watch.finish(task)


def _bench(case: Originals, folder: Path, index: int, limits: SandboxLimits | None) -> Workbench:
    own = folder / str(index)
    own.mkdir()
    return Workbench(case, Sandbox(limits), own, limits)


def _taken(items: Sequence[Item], work: Callable[[Workbench, Item], Result], made: Sequence[Workbench],
           benches: SimpleQueue[Workbench], advance: Callable[[Item], None]) -> Iterator[Result]:
    if len(made) == 1:                       # without threads: a traceback and an interrupt are where they happen
        for item in items:
            yield work(made[0], item)
            advance(item)
        return

    def one(item: Item) -> Result:
        bench = benches.get()
        try:
            return work(bench, item)
        finally:
            benches.put(bench)

    waiting: deque[tuple[Item, Future[Result]]] = deque()
    with ThreadPoolExecutor(len(made), thread_name_prefix="muniment-check") as executor:
        try:
            for item in items:
                waiting.append((item, executor.submit(one, item)))
                if len(waiting) >= len(made) * AHEAD:
                    yield _next(waiting, advance)
            while waiting:
                yield _next(waiting, advance)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            if waiting:                      # somebody stopped taking: what still reads is ended, and its thread ends
                for bench in made:
                    bench.stop()


def _next(waiting: deque[tuple[Item, "Future[Result]"]], advance: Callable[[Item], None]) -> Result:
    item, future = waiting[0]
    result = future.result()
    waiting.popleft()
    advance(item)
    return result
