"""Writing a case: content first, then the event; ids once; only enrolled keys."""

import io
import shutil
import subprocess
import threading
from dataclasses import replace

import pytest
from case_factory import CIRCUMSTANCES, PAGE, PHOTO, TOOL, capture, exchange

from evidence_store.case import Case
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.keys import create_key
from evidence_store.errors import (
    AppendFailed,
    CatalogueUnusable,
    FormatError,
    MissingContent,
    SigningKeyError,
    StoreLocked,
)
from evidence_store.events import (
    Captured,
    Cite,
    CiteAction,
    FindingEvent,
    Imported,
    Incident,
    KeyEnrol,
    KeyRevoke,
    Note,
    NumberedCitation,
    Transformed,
)
from evidence_store.findings import Outcome
from evidence_store.records import (
    BlobRef,
    Citation,
    CitationId,
    CitationKind,
    Derivative,
    DerivativeKind,
    Item,
    ItemId,
    ItemKind,
    Recipe,
    Sha256,
    Verdict,
)


def note(text="seen"):
    return Note(item=None, text=text)


def imported(item_id, blob, clock):
    item = Item(id=item_id, kind=ItemKind.PHOTO, sha256=blob.sha256, length=blob.length, media_type="image/jpeg",
                source=blob, obtained_at=clock())
    return Imported(items=(item,), received_from="", how="", circumstances=CIRCUMSTANCES)


class TestAppend:
    def test_events_come_back_as_they_were_appended(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            events = writer.append(note("one"), note("two"))
        assert [event.seq for event in events] == [2, 3]
        assert {event.key for event in events} == {hand.signer.public.fingerprint}
        assert list(Case.open(hand.root).events(2)) == list(events)

    def test_appending_nothing_records_nothing(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            assert writer.append() == ()
        assert hand.case.log.size == 2

    def test_the_catalogue_knows_an_event_when_append_returns(self, new_case):
        hand = new_case()
        reader = Case.open(hand.root)
        assert reader.catalogue.counts().events == 2
        with hand.writer() as writer:
            writer.append(note())
            assert reader.catalogue.counts().events == 3
            assert hand.case.catalogue.counts().events == 3

    def test_threads_of_one_process_append_without_losing_each_other(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            threads = [threading.Thread(target=lambda name=name: [writer.append(note(f"{name}-{n}")) for n in range(5)])
                       for name in "abcd"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        told = [event.body.text for event in hand.case.events(2)]
        assert sorted(told) == [f"{name}-{n}" for name in "abcd" for n in range(5)]
        assert hand.case.catalogue.head.size == hand.case.log.size

    def test_every_salt_is_another(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            writer.append(note(), note())
        assert len(set(hand.case.log.bodies(2))) == 2

    def test_after_the_catalogue_failed_nothing_more_is_recorded_twice(self, new_case, monkeypatch):
        hand = new_case()
        with hand.writer() as writer:
            def full(*_):
                raise CatalogueUnusable("database or disk is full")
            monkeypatch.setattr(writer._catalogue, "apply", full)
            with pytest.raises(CatalogueUnusable, match="1 events are recorded"):
                writer.append(note("recorded"))
            with pytest.raises(AppendFailed):
                writer.append(note("recorded"))
        with hand.writer() as writer:
            assert writer.append(note("later"))[0].seq == 3
        assert Case.open(hand.root).catalogue.counts().events == 4


class TestContentFirst:
    def test_an_event_that_names_an_absent_blob_is_refused(self, new_case):
        hand = new_case()
        absent = BlobRef(sha256=Sha256("0" * 64), length=3)
        with hand.writer() as writer:
            with pytest.raises(MissingContent, match="0" * 64):
                writer.append(imported(writer.new_item_id(), absent, hand.clock))
            made = Transformed(derivative=Derivative(
                item=ItemId("ITEM-0001"), kind=DerivativeKind.FRAME, content=absent, media_type="image/png",
                recipe=Recipe(tool=TOOL, arguments=(), inputs=())))
            with pytest.raises(MissingContent):
                writer.append(note(), made)
        assert hand.case.log.size == 2

    @pytest.mark.parametrize("change", [
        lambda ref: replace(ref, record="urn:uuid:00000000-0000-4000-8000-000000000000"),
        lambda ref: replace(ref, sha256="0" * 64),
        lambda ref: replace(ref, length=ref.length + 1),
    ], ids=["another record", "another hash", "another length"])
    @pytest.mark.parametrize("part", ["request", "response", "other_records"])
    def test_an_event_that_names_an_absent_record_is_refused(self, new_case, change, part):
        hand = new_case()
        with hand.writer() as writer:
            warc = writer.warc()
            done = capture(hand, writer, warc, PAGE, verdict=Verdict.COMPLETE)
            (whole,) = done.exchanges
            wrong = (change(whole.other_records[0]),) if part == "other_records" else change(getattr(whole, part))
            again = replace(done, id="0" * 16, items=(), exchanges=(replace(whole, **{part: wrong}),))
            with pytest.raises(MissingContent):
                writer.append(Captured(capture=again, circumstances=CIRCUMSTANCES))

    def test_a_record_is_known_to_the_case_as_soon_as_it_is_synced(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            made = exchange(hand, writer.warc(), PAGE)
            writer.sync()
            assert hand.case.record(made.response.record).ref == made.response

    @pytest.mark.parametrize("synced", [True, False])
    def test_a_record_can_be_read_as_soon_as_it_is_written(self, new_case, synced):
        hand = new_case()
        with hand.writer() as writer:
            warc = writer.warc()
            made = exchange(hand, warc, PAGE)
            if synced:
                warc.sync()
            assert hand.case.open_content(made.response, decoded=True).read() == PAGE.content


class TestIds:
    def test_ids_count_on_over_writers(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            blob = writer.add_blob(io.BytesIO(b"x"))
            writer.append(imported(writer.new_item_id(), blob, hand.clock))
        with hand.writer() as writer:
            assert (writer.new_item_id(), writer.new_item_id()) == ("ITEM-0002", "ITEM-0003")
            assert writer.new_citation_id() == "CITE-0001"

    def test_an_id_that_no_event_carries_is_given_again_and_one_that_does_never(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            blob = writer.add_blob(io.BytesIO(b"x"))
            writer.new_item_id()
            writer.append(imported(writer.new_item_id(), blob, hand.clock))
        with hand.writer() as writer:
            assert writer.new_item_id() == "ITEM-0003"

    def test_the_ten_thousandth_id_has_five_digits(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            for _ in range(9999):
                last = writer.new_item_id()
            assert (last, writer.new_item_id()) == ("ITEM-9999", "ITEM-10000")
            blob = writer.add_blob(io.BytesIO(b"x"))
            writer.append(imported(ItemId("ITEM-10000"), blob, hand.clock))
        with hand.writer() as writer:
            assert writer.new_item_id() == "ITEM-10001"

    def test_an_item_id_that_was_not_given_here_is_refused(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            blob = writer.add_blob(io.BytesIO(b"x"))
            given = writer.new_item_id()
            writer.append(imported(given, blob, hand.clock))
            for wrong in (given, ItemId("ITEM-0007"), ItemId("../x")):
                with pytest.raises(FormatError):
                    writer.append(imported(wrong, blob, hand.clock))
            twice = writer.new_item_id()
            with pytest.raises(FormatError):
                writer.append(imported(twice, blob, hand.clock), imported(twice, blob, hand.clock))
        assert hand.case.log.size == 3

    @pytest.mark.parametrize("action", [CiteAction.FOUND, CiteAction.ADDED])
    def test_a_new_citation_needs_a_new_id(self, new_case, action):
        hand = new_case()
        citation = Citation(kind=CitationKind.POST, url="https://x.example/1")

        def cite(number):
            return Cite(action=action, article_url="", article_item=None,
                        citations=(NumberedCitation(id=CitationId(number), citation=citation),))

        with hand.writer() as writer:
            with pytest.raises(FormatError):
                writer.append(cite("CITE-0001"))
            writer.append(cite(writer.new_citation_id()))
            with pytest.raises(FormatError):
                writer.append(cite("CITE-0001"))


class TestKeys:
    def other(self, hand):
        return create_key(hand.root.parent / "other", comment="", passphrase=None)

    def writer_with(self, hand, signer, **options):
        return hand.case.writer(signer, command="test", clock=hand.clock, random=hand.random, **options)

    def test_a_key_that_is_not_enrolled_does_not_write(self, new_case):
        hand = new_case()
        with pytest.raises(SigningKeyError, match="not enrolled"), self.writer_with(hand, self.other(hand)):
            pass
        assert hand.case.log.size == 2

    def test_a_colleagues_key_is_enrolled_and_then_writes(self, new_case):
        hand = new_case()
        other = self.other(hand)
        with hand.writer() as writer:
            writer.append(KeyEnrol(public_key=other.public.line, fingerprint=other.public.fingerprint,
                                   principal="colleague@example.org", role="investigator", protection="none"))
        with self.writer_with(hand, other) as writer:
            (event,) = writer.append(note())
        assert event.key == other.public.fingerprint
        assert hand.case.layout.key_file(other.public.key16).read_text() == f"{other.public.line}\n"
        assert [key.principal for key in hand.case.catalogue.enrolled_keys()] == [
            "investigator@example.org", "colleague@example.org"]

    def test_a_key_enrols_itself_for_a_named_person(self, new_case):
        hand = new_case()
        other = self.other(hand)
        for _ in range(2):
            with self.writer_with(hand, other, principal="colleague@example.org"):
                pass
        assert hand.case.log.size == 3

    def test_a_revoked_key_writes_no_more(self, new_case):
        hand = new_case()
        other = self.other(hand)
        with self.writer_with(hand, other, principal="colleague@example.org") as writer:
            writer.append(KeyRevoke(fingerprint=hand.signer.public.fingerprint, reason="stolen"))
        with pytest.raises(SigningKeyError, match=r"revoked \(stolen\)"), hand.writer():
            pass
        assert hand.case.catalogue.enrolled_keys()[0].revoked_seq == 3

    def test_a_writer_that_could_not_start_leaves_the_case_unlocked(self, new_case):
        hand = new_case()
        with pytest.raises(SigningKeyError), self.writer_with(hand, self.other(hand)):
            pass
        with hand.writer():
            pass


class TestLock:
    def test_there_is_one_writer_and_any_number_of_readers(self, new_case):
        hand = new_case()
        with hand.writer("capture") as writer:
            with pytest.raises(StoreLocked, match="capture"), hand.writer("note"):
                pass
            writer.append(note())
            assert len(list(Case.open(hand.root).events())) == 3

    def test_a_failing_command_gives_the_lock_back(self, new_case):
        hand = new_case()
        with pytest.raises(ZeroDivisionError), hand.writer():
            raise ZeroDivisionError
        with hand.writer():
            pass


class TestCheckpoint:
    def test_a_checkpoint_covers_the_ledger_and_ssh_keygen_accepts_it(self, new_case, tmp_path):
        ssh_keygen = shutil.which("ssh-keygen")
        assert ssh_keygen, "ssh-keygen is not installed: Debian's openssh-client has it"
        hand = new_case()
        with hand.writer() as writer:
            writer.append(note())
            signed = writer.checkpoint()
        text = hand.case.layout.checkpoints / "0000000003"
        signature = text.with_name(f"0000000003.{hand.signer.public.key16}.sig")
        assert Checkpoint.parse(text.read_bytes()) == signed.checkpoint
        assert signed.checkpoint.origin == f"muniment/{hand.case.id}"
        signers = tmp_path / "allowed_signers"
        signers.write_text(f"me {hand.signer.public.line}\n")
        subprocess.run([ssh_keygen, "-Y", "verify", "-f", signers, "-I", "me", "-n", "checkpoint@muniment", "-s",
                        signature], input=text.read_bytes(), check=True, capture_output=True)

    def test_the_same_ledger_gives_the_same_checkpoint(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            assert writer.checkpoint() == writer.checkpoint()


def test_a_finding_of_the_case_as_a_whole_needs_no_item(new_case):
    hand = new_case()
    with hand.writer() as writer:
        writer.append(FindingEvent(item=None, check="x", outcome=Outcome.PASS, summary="", tools=()))
    assert hand.case.catalogue.counts().findings == {Outcome.PASS: 1}


def test_a_warc_of_the_case_is_named_after_it_and_closed_with_the_writer(new_case):
    hand = new_case()
    with hand.writer() as writer:
        capture(hand, writer, writer.warc(max_size=1), PAGE, PHOTO, verdict=Verdict.COMPLETE)
    names = sorted(path.name for path in hand.case.layout.warcs.iterdir())
    assert sorted(name.split(".", 1)[1] for name in names) == ["cdxj", "cdxj", "warc.gz", "warc.gz"]
    assert all(name.startswith(hand.case.id[:8]) for name in names)


class TestIncidents:
    """What a crash left over stands in the ledger, once."""

    def incidents(self, case):
        return [event.body for event in case.events() if isinstance(event.body, Incident)]

    def test_an_append_that_was_cut_short_is_told(self, new_case):
        hand = new_case()
        with (hand.case.layout.custody / "ledger.jsonl").open("ab") as file:
            file.write(b'{"body":"sha256:12')
        with (hand.case.layout.custody / "bodies.jsonl").open("ab") as file:
            file.write(b'{"never":"acknowledged"}\n')
        with hand.writer():
            pass
        told = self.incidents(hand.case)
        assert [incident.affected[0] for incident in told] == ["custody/ledger.jsonl", "custody/bodies.jsonl"]
        for incident in told:
            assert (hand.root / incident.affected[1]).is_file()
        assert "18 bytes" in told[0].what
        with hand.writer():
            pass
        assert self.incidents(hand.case) == told

    def test_a_record_that_was_cut_short_is_told(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            warc = writer.warc()
            exchange(hand, warc, PAGE)
            warc.sync()
            copy = hand.root.with_name("copy")
            shutil.copytree(hand.root, copy)          # as it stands on the disk while the writer is alive
        (file,) = (copy / "warcs").glob("*.warc.gz")
        with file.open("ab") as stream:
            stream.write(b"\x1f\x8b\x08\x00torn")
        case = Case.open(copy)
        with case.writer(hand.signer, command="test", clock=hand.clock, random=hand.random):
            pass
        (incident,) = self.incidents(case)
        assert incident.affected[0] == f"warcs/{file.name}"
        assert (copy / incident.affected[1]).read_bytes() == b"\x1f\x8b\x08\x00torn"
        assert len(case.catalogue.records()) == 4

    def test_what_an_earlier_repair_set_aside_and_did_not_tell_is_told(self, new_case):
        hand = new_case()
        (hand.case.layout.orphans / "bodies-0000000002-0123456789abcdef.part").write_bytes(b"{}\n")
        for _ in range(2):
            with hand.writer():
                pass
            (incident,) = self.incidents(hand.case)
            assert incident.affected == ("custody/orphans/bodies-0000000002-0123456789abcdef.part",)
