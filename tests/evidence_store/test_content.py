"""Content by locator: exactly the recorded bytes, or an error."""

import gzip
import hashlib
import io
import shutil
import zlib
from datetime import UTC, datetime

import pytest
from case_factory import GONE, PAGE, PHOTO, POST, VIDEO, capture, exchange

from evidence_store.case import Case
from evidence_store.errors import ContentMismatch, EvidenceError, FormatError, MissingContent
from evidence_store.records import BlobRef, Item, ItemId, ItemKind, Sha256, Verdict, WarcRef
from evidence_store.warc.model import Block


@pytest.mark.parametrize("answer", [PAGE, PHOTO, POST, VIDEO, GONE], ids=lambda answer: answer.url)
def test_a_record_gives_its_block_as_sent_and_its_content_decoded(new_case, answer):
    hand = new_case()
    with hand.writer() as writer:
        made = exchange(hand, writer.warc(), answer)
    with Case.open(hand.root) as case:
        assert case.open_content(made.response).read() == answer.response()
        content = answer.content[:len(answer.content) - answer.cut]
        assert case.open_content(made.response, decoded=True).read() == content
        assert case.open_content(made.request).read().startswith(b"GET /")
        assert case.open_content(made.request, decoded=True).read() == b""
        assert case.open_content(made.other_records[0], decoded=True).read() == b"tls: none\r\n"


def test_every_item_of_a_case_opens_as_the_bytes_it_is_recorded_with(make_case):
    case = make_case().case
    items = [entry.item for entry in case.catalogue.items()]
    assert len(items) == 5
    for item in items:
        with case.open_item(item) as stream:
            content = stream.read()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (item.sha256, item.length)


TIME = datetime(2026, 3, 1, tzinfo=UTC)


def item_of(ref, content, **fields):
    digest = Sha256(hashlib.sha256(content).hexdigest())
    return Item(**{"id": ItemId("ITEM-0009"), "kind": ItemKind.DATA, "sha256": digest, "length": len(content),
                   "media_type": "", "source": ref, "obtained_at": TIME} | fields)


class TestItems:
    @pytest.fixture
    def stored(self, new_case):
        """Writes a response block and gives the open case and what names it."""
        hand = new_case()

        def store(block):
            with hand.writer() as writer:
                ref = writer.warc().write_response(uri="https://a.example/", date=hand.clock(),
                                                   block=Block.of_bytes(block)).ref
            return hand.case, ref

        return store

    def test_an_item_whose_coding_cannot_be_undone_is_its_body_as_sent(self, stored):
        body = b"4\r\nbad \r\n4\r\ngzip\r\n0\r\n\r\n"
        case, ref = stored(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        assert case.open_item(item_of(ref, b"bad gzip", encoded=True)).read() == b"bad gzip"
        with pytest.raises(FormatError):
            case.open_item(item_of(ref, b"bad gzip")).read()

    def test_a_chunked_body_that_breaks_off_gives_what_came(self, stored):
        case, ref = stored(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nwhat")
        assert case.open_item(item_of(ref, b"what")).read() == b"what"
        with pytest.raises(FormatError):
            case.open_content(ref, decoded=True).read()

    @pytest.mark.parametrize("wrong", [{"sha256": Sha256("0" * 64)}, {"length": 3}, {"length": 5}])
    def test_an_item_that_its_record_does_not_give_is_a_mismatch(self, stored, wrong):
        case, ref = stored(b"HTTP/1.1 200 OK\r\n\r\nwhat")
        with pytest.raises(ContentMismatch, match="ITEM-0009"):
            case.open_item(item_of(ref, b"what", **wrong)).read()

    @pytest.mark.parametrize(("coding", "body"), [
        ("br, unheard-of", b"x"),
        ("gzip", gzip.compress(b"\0" * (1 << 27))),
        ("deflate", zlib.compress(b"\0" * (1 << 27))),
    ], ids=["unknown", "gzip bomb", "deflate bomb"])
    def test_a_body_that_must_not_be_decoded_is_refused(self, stored, coding, body):
        case, ref = stored(f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body)

        def read():
            with case.open_content(ref, decoded=True) as stream:
                while stream.read(1 << 16):
                    pass

        with pytest.raises(FormatError):
            read()
        assert case.open_content(ref).read().endswith(body)


class TestDamage:
    @pytest.fixture
    def hand(self, new_case):
        hand = new_case()
        with hand.writer() as writer:
            capture(hand, writer, writer.warc(), PHOTO, PAGE, verdict=Verdict.COMPLETE)
        return hand

    def warc(self, hand):
        (path,) = hand.case.layout.warcs.glob("*.warc.gz")
        return path

    def test_a_flipped_bit_anywhere_in_the_members_is_never_read_past(self, hand):
        entries = [hand.case.record(exchange.response.record)
                   for entry in hand.case.catalogue.captures()
                   for exchange in hand.case.catalogue.capture(entry.id).exchanges]
        warc = self.warc(hand)
        whole = warc.read_bytes()
        noticed = 0
        for entry in entries:
            for position in range(entry.offset, entry.offset + entry.length, 97):
                warc.write_bytes(whole[:position] + bytes([whole[position] ^ 0x10]) + whole[position + 1:])
                expected = PHOTO.response() if entry.media_type == "image/jpeg" else PAGE.response()
                try:
                    with hand.case.open_content(entry.ref) as stream:
                        content = stream.read()
                except EvidenceError:
                    noticed += 1
                else:                                # the bit was not in the block: in the record's head, or a trailer
                    assert content == expected
        assert noticed > 20

    def test_a_changed_block_is_a_mismatch_not_a_broken_coding(self, hand):
        item = next(entry.item for entry in hand.case.catalogue.items() if entry.item.kind is ItemKind.PAGE)
        entry = hand.case.record(item.source.record)
        block = hand.case.open_content(item.source).read()
        at = block.index(b"\x1f\x8b")                # the content coding's own header
        forged = block[:at] + b"\0\0" + block[at + 2:]
        warc = self.warc(hand)
        member = gzip.decompress(warc.read_bytes()[entry.offset:entry.offset + entry.length])
        new = gzip.compress(member.replace(block, forged))
        warc.write_bytes(warc.read_bytes()[:entry.offset] + new)
        with pytest.raises(ContentMismatch, match=item.source.record):
            hand.case.open_content(item.source, decoded=True).read()
        with pytest.raises(ContentMismatch):
            hand.case.open_item(item).read()

    def test_a_missing_file_is_missing_content(self, hand):
        item = hand.case.catalogue.items()[0].item
        self.warc(hand).unlink()
        with pytest.raises(MissingContent, match="not there"):
            hand.case.open_item(item)

    def test_records_that_changed_places_are_not_taken_for_each_other(self, hand):
        first, second = (entry.item for entry in hand.case.catalogue.items())
        wrong = WarcRef(record=first.source.record, sha256=second.source.sha256, length=second.source.length)
        with pytest.raises(ContentMismatch):
            hand.case.open_content(wrong)

    def test_an_unknown_record_is_missing_content(self, hand):
        unknown = WarcRef(record="urn:uuid:0", sha256=Sha256("0" * 64), length=0)
        with pytest.raises(MissingContent, match="urn:uuid:0"):
            hand.case.open_content(unknown)


def test_a_blob_is_content_as_it_is(new_case):
    hand = new_case()
    compressed = gzip.compress(b"x")
    with hand.writer() as writer:
        ref = writer.add_blob(io.BytesIO(compressed))
    for decoded in (False, True):
        assert hand.case.open_content(ref, decoded=decoded).read() == compressed
    with pytest.raises(MissingContent):
        hand.case.open_content(BlobRef(sha256=Sha256("0" * 64), length=0))


def test_closing_content_closes_the_files_behind_it(new_case):
    hand = new_case()
    with hand.writer() as writer:
        made = exchange(hand, writer.warc(), PAGE)
    stream = hand.case.open_content(made.response, decoded=True)
    stream.read(10)
    stream.close()
    shutil.rmtree(hand.case.layout.warcs)
    assert stream.closed
