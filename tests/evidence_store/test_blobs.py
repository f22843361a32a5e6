"""The contract of every blob store, and what is particular to the one in a folder."""

import hashlib
import io
import shutil
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_store.blobs import FolderBlobStore
from evidence_store.errors import ContentMismatch, MissingContent
from evidence_store.records import BlobRef, Sha256

LARGE = b"0123456789abcdef" * 200_000


@pytest.fixture(params=["folder"])
def store(request, tmp_path):
    """Each implementation, empty."""
    return {"folder": lambda: FolderBlobStore(tmp_path / "blobs")}[request.param]()


class Broken(io.RawIOBase):
    """A source that fails half-way."""

    def __init__(self):
        super().__init__()
        self.left = 3

    def read(self, size=-1):
        self.left -= 1
        if not self.left:
            raise OSError("the stick was pulled out")
        return b"x" * size


def absent(content=b"never stored"):
    return BlobRef(sha256=Sha256(hashlib.sha256(content).hexdigest()), length=len(content))


class TestContract:
    @pytest.mark.parametrize("content", [b"", b"a", LARGE], ids=["empty", "one byte", "several buffers"])
    def test_what_is_put_is_named_by_its_hash_and_read_back(self, store, content):
        ref = store.put(io.BytesIO(content))
        assert ref == absent(content)
        with store.open(ref) as stream:
            assert stream.read() == content
        assert store.has(ref)

    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(content=st.binary(max_size=300))
    def test_any_bytes_come_back(self, store, content):
        with store.open(store.put(io.BytesIO(content))) as stream:
            assert stream.read() == content

    def test_the_same_bytes_are_one_blob(self, store):
        first, second = (store.put(io.BytesIO(b"twice")) for _ in range(2))
        assert first == second
        assert list(store.iterate()) == [first]

    def test_iterate_gives_every_blob_once_by_hash(self, store):
        put = {store.put(io.BytesIO(bytes([number]))) for number in range(50)}
        assert list(store.iterate()) == sorted(put, key=lambda ref: ref.sha256)

    def test_an_absent_blob_is_missing(self, store):
        assert not store.has(absent())
        with pytest.raises(MissingContent, match=absent().sha256):
            store.open(absent())

    @pytest.mark.parametrize("name", ["../../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
    def test_what_is_no_hash_is_missing_and_no_path(self, store, name):
        with pytest.raises(MissingContent):
            store.open(BlobRef(sha256=Sha256(name), length=1))
        with pytest.raises(MissingContent):
            store.has(BlobRef(sha256=Sha256(name), length=1))

    def test_a_source_that_fails_leaves_nothing(self, store):
        with pytest.raises(OSError, match="pulled out"):
            store.put(Broken())
        assert list(store.iterate()) == []

    def test_another_length_than_recorded_is_noticed(self, store):
        ref = store.put(io.BytesIO(b"four"))
        for length in (3, 5):
            with store.open(BlobRef(sha256=ref.sha256, length=length)) as stream, pytest.raises(ContentMismatch):
                stream.read()


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path):
        return tmp_path / "blobs"

    def file_of(self, folder, ref):
        return folder / "sha256" / ref.sha256[:2] / ref.sha256

    @pytest.mark.parametrize("change", [
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    ], ids=["cut", "longer", "first bit", "last bit"])
    @pytest.mark.parametrize("read_at_once", [-1, 1000])
    def test_changed_bytes_are_never_read_to_their_end(self, folder, change, read_at_once):
        store = FolderBlobStore(folder)
        ref = store.put(io.BytesIO(LARGE))
        path = self.file_of(folder, ref)
        path.chmod(0o644)
        path.write_bytes(change(LARGE))
        got = io.BytesIO()
        with store.open(ref) as stream, pytest.raises(ContentMismatch, match=ref.sha256):
            shutil.copyfileobj(stream, got, read_at_once)
        assert len(got.getvalue()) < ref.length

    def test_whole_bytes_put_again_heal_a_damaged_blob(self, folder):
        store = FolderBlobStore(folder)
        ref = store.put(io.BytesIO(b"the school"))
        path = self.file_of(folder, ref)
        path.chmod(0o644)
        path.write_bytes(b"the schoOl")
        store.put(io.BytesIO(b"the school"))
        with store.open(ref) as stream:
            assert stream.read() == b"the school"

    def test_blobs_are_read_only_files_and_no_temporary_is_left(self, folder):
        ref = FolderBlobStore(folder).put(io.BytesIO(b"kept"))
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files == [self.file_of(folder, ref)]
        assert stat.S_IMODE(files[0].stat().st_mode) == 0o444
