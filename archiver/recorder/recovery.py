"""Exchanges that a crash interrupted, put into the WARC.

1. Every leftover becomes records: `WARC-Truncated: unspecified` where it had not ended, as it ended where it had.
2. What the WARC already holds (known by record id) is not written twice.
3. Spool files are removed only after the WARC is synced; running again changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from archiver.recorder.limits import MAX_HEAD_BYTES
from archiver.recorder.redact import mask_fields
from archiver.recorder.spool import Ending, Leftover, leftovers
from archiver.recorder.tee import write_exchange
from evidence_store.clock import Clock, system_clock
from evidence_store.records import CaptureId, Exchange, RecordId, Truncation
from evidence_store.warc.http import head_length
from evidence_store.warc.model import Block
from evidence_store.warc.writer import WarcWriter

CA_FILES = "recorder-ca-*.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """An exchange that was interrupted and now stands in the WARC."""

    capture: CaptureId
    exchange: Exchange
    masked: bool = False      # it carried somebody's identity


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolRecovery:
    """What was found in a spool folder."""

    recovered: tuple[Recovered, ...]
    already_recorded: int            # their records were in the WARC
    unreadable: tuple[Path, ...]     # slips that say nothing; left where they are


def recover_spool(spool: Path, warc: WarcWriter, *, is_recorded: Callable[[RecordId], bool] = lambda _: False,
                  clock: Clock = system_clock) -> SpoolRecovery:
    """Write what lies in `spool` into the WARC; `is_recorded` says which records the case already has.

    To be called after the WARC folder itself was mended, and while no recorder uses the folder.
    """
    found, unreadable = leftovers(spool)
    recovered: list[Recovered] = []
    for leftover in found:
        if not is_recorded(leftover.slip.request):
            with warc.exchange():
                exchange = _write(leftover, warc, is_recorded, clock)
            recovered.append(Recovered(capture=leftover.slip.capture, exchange=exchange,
                                       masked=leftover.slip.masking))
    warc.sync()
    for leftover in found:
        leftover.remove()
    for certificate in spool.glob(CA_FILES):      # of a recorder that was killed: public, and of no more use
        certificate.unlink()
    return SpoolRecovery(recovered=tuple(recovered), already_recorded=len(found) - len(recovered),
                         unreadable=tuple(unreadable))


def _write(leftover: Leftover, warc: WarcWriter, is_recorded: Callable[[RecordId], bool], clock: Clock) -> Exchange:
    slip = leftover.slip
    if is_recorded(slip.response):      # the crash came between the two records: ids are never used twice
        slip = replace(slip, response=warc.new_record_id())
    ending = leftover.ending or Ending(ended_at=clock(), truncated=Truncation.UNSPECIFIED, request_whole=False,
                                       redacted=_masked_names(leftover))
    return write_exchange(warc, slip, ending, request=_block(leftover.request), response=_block(leftover.response))


def _masked_names(leftover: Leftover) -> tuple[str, ...]:
    """Fields that were masked in the response before the crash."""
    if not leftover.slip.masking or not leftover.response.exists():
        return ()
    with leftover.response.open("rb") as stream:
        beginning = stream.read(MAX_HEAD_BYTES)
    return mask_fields(beginning[:head_length(beginning) or 0])[1]


def _block(path: Path) -> Block:
    return Block.of_file(path) if path.exists() else Block.of_bytes(b"")
