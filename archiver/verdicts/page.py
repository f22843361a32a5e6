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
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "title", "iframe"})
# Controls, links and what surrounds content: walls and error pages have them in plenty, and running text hardly.
_CHROME = frozenset({"a", "button", "nav", "footer", "form", "label", "select", "option", "textarea", "menu", "dialog"})
_CHROME_ROLES = frozenset({"navigation", "contentinfo", "menu", "menubar", "button", "dialog", "alertdialog", "search"})
_MEDIA = ("img", "video", "audio", "iframe", "picture", "embed", "object")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # scripts without spaces
_NOT_FREE = re.compile(r'"isaccessibleforfree"\s*:\s*(?:"?(?:https?://schema\.org/)?false)')  # schema.org, folded


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
    prose: str = ""  # of `text`, what stands outside links, controls, forms, navigation and footers

    @property
    def words(self) -> int:
        """How many words are visible."""
        return len(_WORD.findall(self.text))

    @property
    def prose_words(self) -> int:
        """How many words of running text there are; two characters count as one where no spaces are written."""
        unspaced = len(_UNSPACED.findall(self.prose))
        spaced = sum(len(word) > 1 for word in _WORD.findall(_UNSPACED.sub(" ", self.prose)))
        return spaced + unspaced // 2

    @property
    def is_not_free(self) -> bool:
        """Whether the document's own data say that it is not free to read (schema.org isAccessibleForFree)."""
        return _NOT_FREE.search(self.markup) is not None


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
            prose=fold(markup),
        )
    texts = tuple(_visible(root))
    return PageView(
        title=fold(root.findtext(".//title") or ""),
        headings=tuple(fold(" ".join(map(str, node.itertext()))) for node in root.iter("h1", "h2")),
        text=fold(" ".join(text for text, _ in texts)),
        markup=markup.lower(),
        has_password_field=any((node.get("type") or "").lower() == "password" for node in root.iter("input")),
        scripts=sum(1 for _ in root.iter("script")),
        media=sum(1 for _ in root.iter(*_MEDIA)),
        prose=fold(" ".join(text for text, is_prose in texts if is_prose)),
    )


def _visible(root: "_Element") -> Iterator[tuple[str, bool]]:
    """The texts of a tree in document order, those of hidden elements left out; whether each is running text."""
    from lxml.etree import iterwalk

    hidden = chrome = 0
    for event, node in iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            hidden += tag in _HIDDEN
            chrome += _is_chrome(node, tag)
            text = node.text
        else:
            hidden -= event == "end" and tag in _HIDDEN
            chrome -= event == "end" and _is_chrome(node, tag)
            text = node.tail
        if text and not hidden:
            yield text, not chrome


def _is_chrome(node: "_Element", tag: str) -> bool:
    return tag in _CHROME or (bool(tag) and (node.get("role") or "").lower() in _CHROME_ROLES)


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
