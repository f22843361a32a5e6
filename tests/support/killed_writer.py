"""A writer that is killed (SIGKILL) at the n-th time it touches the disk, for each of many n.

Run as a program with a folder that holds a case `case` and its key `case-key`: for each n it works on a copy
`killed-<n>`, and what the writer was told is durable goes to `told-<n>` as it is told. Writes are torn in the middle
before the kill: half of the bytes reach the file.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from case_factory import CIRCUMSTANCES, PAGE, PHOTO, VIDEO, CaseInHand, TickingClock, capture

from evidence_store.case import Case
from evidence_store.custody.keys import open_key
from evidence_store.events import Imported, Note
from evidence_store.records import Item, ItemKind, Verdict

_write, _writev, _fsync, _link = os.write, os.writev, os.fsync, os.link


class Killer:
    """Counts calls that touch the disk and kills at the n-th."""

    def __init__(self, at: int) -> None:
        self.left = at

    def due(self) -> bool:
        self.left -= 1
        return self.left == 0

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def write(self, handle: int, data: bytes) -> int:
        if self.due():
            _write(handle, bytes(data)[:len(data) // 2])
            self.die()
        return _write(handle, data)

    def writev(self, handle: int, pieces: list[bytes]) -> int:
        if self.due():
            joined = b"".join(pieces)
            _write(handle, joined[:len(joined) // 2])
            self.die()
        return _writev(handle, pieces)

    def before(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object, **options: object) -> object:
            if self.due():
                self.die()
            return call(*arguments, **options)
        return counted

    def arm(self) -> None:
        os.write, os.writev = self.write, self.writev
        os.fsync, os.link = self.before(_fsync), self.before(_link)


def work(folder: Path, number: int) -> None:
    """Capture, import, note and sign, telling each event as soon as it is acknowledged."""
    case = Case.open(folder / f"killed-{number}")
    signer = open_key(folder / "case-key")
    told = os.open(folder / f"told-{number}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    clock, random = TickingClock(), Random(number).randbytes

    hand = CaseInHand(case=case, signer=signer, clock=clock, random=random)

    def tell(*seqs: int) -> None:
        _write(told, b"".join(b"%d\n" % seq for seq in seqs))

    Killer(number).arm()
    with hand.writer() as writer:
        warc = writer.warc(max_size=8000)
        for answer in (PAGE, PHOTO, VIDEO):
            capture(hand, writer, warc, answer, verdict=Verdict.COMPLETE)
            tell(case.log.size - 1)
            with (folder / "case-key.pub").open("rb") as stream:
                blob = writer.add_blob(stream)
            imported = Imported(items=tuple(
                Item(id=writer.new_item_id(), kind=ItemKind.DATA, sha256=blob.sha256, length=blob.length,
                     media_type="text/plain", source=blob, obtained_at=clock()) for _ in range(2)),
                received_from="", how="", circumstances=CIRCUMSTANCES)
            tell(*(event.seq for event in writer.append(imported, Note(item=None, text="x" * 300))))
            writer.checkpoint()


def main() -> None:
    folder, numbers = Path(sys.argv[1]), json.loads(sys.argv[2])
    for number in numbers:
        shutil.copytree(folder / "case", folder / f"killed-{number}")
        child = os.fork()
        if child == 0:
            work(folder, number)
            os._exit(0)
        sys.stdout.write(f"{number} {os.waitpid(child, 0)[1]}\n")


if __name__ == "__main__":
    main()
