"""OpenTimestamps with a calendar on loopback: promised, waited for, whole, and confirmed by the header of a block."""

import io
from dataclasses import replace

import fake_calendar
import pytest
from case_factory import CaseInHand

from evidence_store import anchors, stamps
from evidence_store.clock import system_clock
from evidence_store.custody.ots import Notary, parse_ots
from evidence_store.errors import FormatError
from evidence_store.events import Note
from evidence_store.findings import Outcome
from muniment.config.settings import Settings
from muniment.flows.anchor import anchor
from muniment.flows.bundle import bundle_case
from muniment.flows.environment import Environment
from muniment.flows.stamp import stamp_case, way_out
from verify.bitcoin import read_headers
from verify.bundle import verify_bundle, verify_case
from verify.errors import UnusableInput


@pytest.fixture
def calendar():
    with fake_calendar.serving() as served:
        yield served


@pytest.fixture
def hand(new_case) -> CaseInHand:
    return replace(new_case(), clock=system_clock)


def stamp(hand: CaseInHand, calendar):
    with hand.writer() as writer:
        return stamp_case(writer, Settings(ots=(calendar.url,)), world(hand)).anchoring


def world(hand: CaseInHand) -> Environment:
    return Environment(clock=hand.clock, random=hand.random)


def proofs(hand: CaseInHand) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(hand.case.layout.checkpoints.glob("*.ots"))}


def said(report, check="time.ots"):
    return [(one.outcome, one.summary) for one in report.findings if one.check == check]


def test_a_promise_is_kept_and_called_no_proof(hand, calendar):
    done = stamp(hand, calendar)
    (name,) = proofs(hand)
    assert name.startswith("0000000002.127-0-0-1-")
    assert (len(done.anchored), done.anchored[0].blocks, done.promised) == (1, (), 1)
    ((outcome, words),) = said(verify_case(hand.root))
    assert outcome is Outcome.NOT_APPLICABLE
    assert "no proof yet" in words


def test_the_calendar_learns_nothing_of_the_checkpoint(hand, calendar):
    stamp(hand, calendar)
    (message,) = calendar.taken
    for stored in (hand.case.layout.checkpoints / "0000000002",):
        assert fake_calendar.hashlib.sha256(stored.read_bytes()).digest() != message
    (data,) = proofs(hand).values()
    assert message not in data


def test_asking_again_before_the_block_changes_nothing_and_after_it_gives_the_whole_proof(hand, calendar, tmp_path):
    stamp(hand, calendar)
    before = proofs(hand)
    size = hand.case.log.size
    assert stamp(hand, calendar).anchored == ()
    assert (proofs(hand), hand.case.log.size) == (before, size)
    calendar.height = 987_654
    (event,) = stamp(hand, calendar).anchored
    assert event.blocks == (987_654,)
    after = proofs(hand)
    assert before.items() <= after.items()
    assert len(after) == 2
    assert stamp(hand, calendar).promised == 0
    unchecked = said(verify_case(hand.root))
    assert any("987654" in words and "--bitcoin-headers" in words for _, words in unchecked)
    (tmp_path / "headers").write_text(calendar.headers())
    report = verify_case(hand.root, headers=read_headers(tmp_path / "headers"))
    assert Outcome.PASS in dict(said(report))
    assert not report.failures


def test_a_bundle_holds_the_proofs_and_a_block_of_another_root_or_before_its_events_fails(hand, calendar, tmp_path):
    with hand.writer() as writer:
        blob = writer.add_blob(io.BytesIO(b"x"))
        assert blob.length == 1
        settings = Settings(ots=(calendar.url,))
        bundle = bundle_case(writer, destination=tmp_path / "bundle", recipient="counsel", environment=world(hand),
                             settings=settings)
        calendar.height = 700_000
        stamp_case(writer, settings, world(hand))
    assert len(list((bundle.path / "custody" / "checkpoints").glob("*.ots"))) == 1
    assert not verify_bundle(bundle.path).failures
    commitment = next(iter(calendar.taken.values()))
    good = fake_calendar.hashlib.sha256(fake_calendar.hashlib.sha256(b"tx:" + commitment).digest()).digest()
    for root, moment, check in ((bytes(32), fake_calendar.MOMENT, "time.ots"), (good, 1_000_000_000, "time.bounds")):
        (tmp_path / "headers").write_text(f"700000 {fake_calendar.mined(root, moment).hex()}\n")
        report = verify_case(hand.root, headers=read_headers(tmp_path / "headers"))
        assert check in {one.check for one in report.failures}


def test_without_a_network_the_message_waits_and_is_sent_the_next_time(hand, calendar):
    calendar.up = False
    done = stamp(hand, calendar)
    assert (len(done.failures), done.waiting, proofs(hand)) == (1, 1, {})
    (waiting,) = anchors.waiting(hand.case)
    calendar.up = True
    assert len(stamp(hand, calendar).anchored) == 1
    assert list(calendar.taken) == [waiting.message]
    assert anchors.waiting(hand.case) == ()


def test_a_proof_whose_event_a_kill_prevented_gets_it_the_next_time(hand, calendar, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with hand.writer() as writer:
        signed = writer.checkpoint()
        monkeypatch.setattr(writer, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            anchor(writer, signed.checkpoint, Settings(ots=(calendar.url,)), world(hand), way=way_out(Settings()))
    assert len(proofs(hand)) == 1
    assert list(anchors.anchored(hand.case)) == []
    assert len(stamp(hand, calendar).anchored) == 1
    assert len(list(anchors.anchored(hand.case))) == 1
    assert len(calendar.taken) == 1


@pytest.mark.parametrize("answer", [b"", b"\x00", b"<html>no</html>", b"\xf0\x00", b"\x08" * 300, b"\xff" * 50])
def test_an_answer_that_completes_no_proof_is_refused_and_the_message_waits(hand, answer):
    with hand.writer() as writer:
        writer.checkpoint()
        waiting = anchors.queue(hand.case, stamps.latest_checkpoint(hand.case), "odd", hand.random)
        with pytest.raises(FormatError):
            anchors.take_promise(writer, waiting, answer)
        assert [one.calendar for one in anchors.waiting(hand.case)] == ["odd"]


def test_a_promise_is_followed_to_no_other_address(hand, calendar):
    """An answer may name any address; only that of the settings, or a public calendar, is asked."""
    asked = []

    class Lying:
        def submit(self, url, message):
            return b"\x00" + fake_calendar.PENDING + fake_calendar.counted(fake_calendar.counted(b"http://10.0.0.1/x"))

        def fetch(self, url):
            asked.append(url)
            return b""

    with hand.writer() as writer:
        signed = writer.checkpoint()
        for _ in range(2):
            anchor(writer, signed.checkpoint, Settings(ots=("https://calendar.example",)), world(hand), way=Lying())
    assert asked == []


def test_the_formats_own_library_reads_what_we_write(hand, calendar):
    from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
    from opentimestamps.core.serialize import StreamDeserializationContext
    from opentimestamps.core.timestamp import DetachedTimestampFile

    stamp(hand, calendar)
    calendar.height = 812_345
    stamp(hand, calendar)
    kinds = set()
    for data in proofs(hand).values():
        ours = parse_ots(data)
        theirs = DetachedTimestampFile.deserialize(StreamDeserializationContext(io.BytesIO(data)))
        assert theirs.file_digest == ours.digest
        ((message, attestation),) = theirs.timestamp.all_attestations()
        (mine,) = ours.attestations
        assert message == mine.message
        if mine.notary is Notary.PENDING:
            assert attestation == PendingAttestation(mine.uri)
        else:
            assert attestation == BitcoinBlockHeaderAttestation(mine.height)
        kinds.add(mine.notary)
    assert kinds == {Notary.PENDING, Notary.BITCOIN}


def test_a_header_whose_work_was_not_done_is_refused(tmp_path):
    header = fake_calendar.mined(bytes(32))
    (tmp_path / "good").write_text(f"\n# chain\n 5: {header.hex()}\n")
    assert read_headers(tmp_path / "good")[5].merkle_root == "00" * 32
    real = header[:72] + bytes.fromhex("ffff001d") + header[76:]        # the work of the first block of Bitcoin
    for line in (f"5 {real.hex()}", "5", "x " + header.hex(), f"5 {header.hex()}00"):
        (tmp_path / "bad").write_text(line + "\n")
        with pytest.raises(UnusableInput, match="line 1"):
            read_headers(tmp_path / "bad")


def test_new_events_get_a_proof_of_their_own(hand, calendar):
    stamp(hand, calendar)
    with hand.writer() as writer:
        writer.append(Note(item=None, text="later"))
    stamp(hand, calendar)
    assert len(proofs(hand)) == 2
