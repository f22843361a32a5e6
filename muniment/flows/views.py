"""Make views of a picture and keep them beside it as derivatives, with the recipe that made them."""

import io
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import muniment
from evidence_store.errors import EvidenceError
from evidence_store.events import Transformed
from evidence_store.records import Derivative, DerivativeKind, ItemId, Recipe, Tool
from evidence_store.writer import CaseWriter
from muniment.flows.lookup import require_item
from verify.checks.workbench import MAX_PICTURE
from verify.origin.views import WORDS, View, make_view
from verify.sandbox import ReaderFailed


class NoView(EvidenceError):
    """The item has no such view."""


def keep_views(writer: CaseWriter, item: ItemId, views: Iterable[View]) -> tuple[Derivative, ...]:
    """Draw and record views of an item. Raises NoView where it is no picture that can be decoded."""
    record = require_item(writer.case, item).item
    if not record.media_type.startswith("image/") or record.length > MAX_PICTURE:
        raise NoView(f"{item} is no picture that views can be made of", hint="views are made of pictures only")
    with TemporaryDirectory(prefix="muniment-views-") as folder:
        path = Path(folder) / "original"
        with writer.case.open_item(record) as stream, path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        made = []
        for view in views:
            try:
                content = make_view(path, view)
            except ReaderFailed as failed:
                raise NoView(f"no view of {item} could be made: {failed}") from failed
            recipe = Recipe(tool=Tool(name="muniment", version=muniment.__version__),
                            arguments=("view", view.value, *WORDS[view].parameters.split()), inputs=(record.source,))
            made.append(Derivative(item=item, kind=DerivativeKind.VIEW, content=writer.add_blob(io.BytesIO(content)),
                                   media_type="image/png", recipe=recipe))
    writer.append(*(Transformed(derivative=one) for one in made))
    return tuple(made)
