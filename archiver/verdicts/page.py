"""What a page shows, as far as a verdict needs it: title, headings, visible text, forms, media.

Pure; bad HTML is read as far as it goes, never refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_HTML = 20 * 1024 * 1024  # larger documents are judged by their first 20 MiB
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "head", "iframe"})
_MEDIA = ("img", "video", "audio", "iframe", "picture", "embed", "object")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What a reader without JavaScript would see."""

    title: str
    headings: tuple[str, ...]  # h1 and h2
    text: str  # visible text, white space folded
    markup: str  # the whole document, lower case: where challenge markup and data in scripts are looked for
    has_password_field: bool
    scripts: int
    media: int  # images, videos, frames in the document

    @property
    def words(self) -> int:
        """How many words are visible."""
        return len(_WORD.findall(self.text))


def fold(text: str) -> str:
    """Lower case, one space between words, curly quotes straightened: the form in which words are compared."""
    return _SPACE.sub(" ", text.replace("\u2019", "'").replace("\u2018", "'").replace("\u00a0", " ")).strip().lower()


def view_page(html: bytes, encoding: str | None = None) -> PageView:
    """Read a document leniently; `encoding` is what the Content-Type header says."""
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    markup = decode_text(html[:MAX_HTML], encoding)
    try:
        root = lxml_html.document_fromstring(_without_declaration(markup))
    except (ParserError, ValueError):
        return PageView(
            title="",
            headings=(),
            text=fold(markup),
            markup=markup.lower(),
            has_password_field=False,
            scripts=0,
            media=0,
        )
    return PageView(
        title=fold(root.findtext(".//title") or ""),
        headings=tuple(fold(" ".join(map(str, node.itertext()))) for node in root.iter("h1", "h2")),
        text=fold(" ".join(_visible(root))),
        markup=markup.lower(),
        has_password_field=any((node.get("type") or "").lower() == "password" for node in root.iter("input")),
        scripts=sum(1 for _ in root.iter("script")),
        media=sum(1 for _ in root.iter(*_MEDIA)),
    )


def _visible(root: "_Element") -> Iterator[str]:
    """The texts of a tree in document order, those of hidden elements left out."""
    from lxml.etree import iterwalk

    hidden = 0
    for event, node in iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            hidden += tag in _HIDDEN
            text = node.text
        else:
            hidden -= event == "end" and tag in _HIDDEN
            text = node.tail
        if text and not hidden:
            yield text


def decode_text(body: bytes, encoding: str | None) -> str:
    """The text of a document: by the header's charset, the document's own, UTF-8; what fits none is replaced."""
    declared = re.search(rb"""<meta[^>]{0,200}charset=["']?([A-Za-z0-9_-]{2,40})""", body[:4096], re.IGNORECASE)
    for name in (encoding, declared.group(1).decode("ascii") if declared else None, "utf-8"):
        if not name:
            continue
        try:
            return body.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("utf-8", "replace")


def _without_declaration(markup: str) -> str:
    """Remove an XML encoding declaration: lxml refuses it in text that is already decoded."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", markup.replace("\x00", ""), count=1) or "<html></html>"
