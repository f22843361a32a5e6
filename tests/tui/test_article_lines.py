"""Articles laid out in lines."""

from hypothesis import given
from hypothesis import strategies as st

from archiver.citations.outline import Block, BlockKind
from evidence_store.catalogue.model import CitationEntry
from evidence_store.events import CiteAction
from evidence_store.records import Citation, CitationKind
from tui.widgets import article_lines
from tui.widgets.article_lines import lay_out

WORDS = st.lists(st.text("abcdefgh,.é€-", min_size=1, max_size=30), min_size=0, max_size=40).map(" ".join)


def cited(start, length, text):
    """A citation of some characters of the text."""
    start = min(start, max(len(text) - 1, 0))
    return CitationEntry(
        position=1, id="CITE-0001", action=CiteAction.FOUND, reason="", article_url="", article_item=None, first_seq=0,
        last_seq=0, captures=0, latest=None,
        citation=Citation(kind=CitationKind.POST, url="u", identity="u", anchor=text[start:start + length],
                          offset=start))


def shown(blocks, citations, width):
    layout = lay_out(blocks, citations, width, 24)
    return [(line.text.rstrip(), {piece.citation for piece in line.pieces if piece.text.strip()})
            for line in layout.lines], layout.line_of


@given(text=WORDS, kind=st.sampled_from(list(BlockKind)), width=st.integers(12, 60),
       places=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 40)), max_size=3))
def test_plain_text_is_wrapped_as_any_other_only_faster(text, kind, width, places):
    blocks = (Block(kind=kind, text=text, offset=0),)
    citations = [cited(start, length, text) for start, length in places]
    quick = shown(blocks, citations, width)
    measured, article_lines.is_plain = article_lines.is_plain, lambda _: False
    try:
        assert shown(blocks, citations, width) == quick
    finally:
        article_lines.is_plain = measured
