"""Plain tables for people: one line a row, cut to the width of the terminal.

1. A cell holds captured text only after `visible`: a page cannot forge a line of a table.
2. The last column is never padded and nothing is aligned after it, so text written from right to left goes there.
"""

from collections.abc import Iterable, Iterator, Sequence

from evidence_store.visible import shortened

GAP = "  "
WIDEST_CELL = 60       # of all columns but the last: keeps one long value from pushing the others off the screen


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, width: int = 0) -> Iterator[str]:
    """The lines of a table; `width` > 0 cuts each line to that many columns."""
    from rich.cells import cell_len, set_cell_size  # East Asian characters take two columns

    cells = [[shortened(cell, WIDEST_CELL if index + 1 < len(row) else 4096) for index, cell in enumerate(row)]
             for row in rows]
    widths = [max([cell_len(heading), *(cell_len(row[index]) for row in cells)])
              for index, heading in enumerate(headings)]
    for row in [list(headings), *cells]:
        padded = [set_cell_size(cell, columns) for cell, columns in zip(row[:-1], widths[:-1], strict=True)]
        line = GAP.join([*padded, row[-1]]).rstrip()
        yield line if not width or cell_len(line) <= width else set_cell_size(line, width - 1) + "\u2026"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 item`, `2 items`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
