"""A case with imported evidence, and bundles of it."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence_store.bundle.model import BundleDocuments, BundleOptions, WrittenBundle
from evidence_store.bundle.seal import seal_bundle
from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import FileSigner, create_key
from evidence_store.events import Imported, Note, Transformed
from evidence_store.records import (
    BlobRef,
    Circumstances,
    Derivative,
    DerivativeKind,
    Item,
    ItemKind,
    Recipe,
    Tool,
)
from evidence_store.writer import CaseWriter

SOFTWARE = Tool(name="Muniment", version="0.1.0")
CREATED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
AROUND = Circumstances(collector="inv1", machine="Linux x86_64", clock="not synchronised", egress="direct",
                       identity="none", tools=(SOFTWARE,))
DOCUMENTS = BundleDocuments(start_here=b"<p>start</p>", report=b"<p>report</p>", verify_txt=b"how\n",
                            verify_sh=b"#!/bin/sh\n", verify_py=b"pass\n")
FILES = {"school.jpg": b"\xff\xd8photo", "statement.docx": b"PK words", "unknown.xyz": b"??" * 1000}


def ticking(start: datetime = CREATED) -> Iterator[datetime]:
    while True:
        yield start
        start += timedelta(seconds=1)


class Counted:
    """Bytes that differ each time and are the same in every run."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        return hashlib.shake_256(b"%d" % self.calls).digest(size)


@dataclass
class Investigation:
    case: Case
    signer: FileSigner
    folder: Path
    random: Counted
    times: Iterator[datetime]
    documents: BundleDocuments = DOCUMENTS

    def writer(self, signer: FileSigner | None = None, principal: str = ""):
        return self.case.writer(signer or self.signer, command="test", clock=lambda: next(self.times),
                                random=self.random, principal=principal)

    def options(self, **changes) -> BundleOptions:
        return BundleOptions(**{"bundle_id": "ab" * 16, "recipient": "the court", "software": SOFTWARE, **changes})

    def seal(self, name: str = "bundle", **changes) -> WrittenBundle:
        with self.writer() as writer:
            return seal_bundle(writer, self.options(**changes), created_at=CREATED, documents=lambda _: DOCUMENTS,
                               destination=self.folder / name)


def add_files(writer: CaseWriter) -> tuple[Item, ...]:
    items = []
    for name, content in FILES.items():
        blob = writer.add_blob(io.BytesIO(content))
        items.append(Item(id=writer.new_item_id(), kind=ItemKind.DOCUMENT, sha256=blob.sha256, length=blob.length,
                          media_type="image/jpeg" if name.endswith("jpg") else "", source=blob, name=name,
                          obtained_at=CREATED))
    writer.append(Imported(items=tuple(items), received_from="a witness", how="by hand", circumstances=AROUND))
    return tuple(items)


def add_derivative(writer: CaseWriter, item: Item, content: bytes) -> BlobRef:
    blob = writer.add_blob(io.BytesIO(content))
    writer.append(Transformed(derivative=Derivative(
        item=item.id, kind=DerivativeKind.THUMBNAIL, content=blob, media_type="image/png",
        recipe=Recipe(tool=SOFTWARE, arguments=("-s", "128"), inputs=(item.source,)))))
    return blob


def investigate(folder: Path, signer: FileSigner) -> Investigation:
    random, times = Counted(), ticking()
    case = Case.create(folder / "case", CaseCharter(title="Sarmin", purpose="to test"), signer=signer,
                       principal="inv1", clock=lambda: next(times), random=random)
    made = Investigation(case=case, signer=signer, folder=folder, random=random, times=times)
    with made.writer() as writer:
        first, *_ = add_files(writer)
        add_derivative(writer, first, b"\x89PNG thumbnail")
        writer.append(Note(item=first.id, text="the school of Sarmin"))
    return made


@pytest.fixture
def signer(tmp_path: Path) -> FileSigner:
    return create_key(tmp_path / "key", comment="", passphrase=None)


@pytest.fixture
def investigation(tmp_path: Path, signer: FileSigner) -> Investigation:
    return investigate(tmp_path, signer)
