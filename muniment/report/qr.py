"""QR codes (ISO/IEC 18004) of short texts: as SVG for paper, as half blocks for a terminal."""

import io
from collections.abc import Iterator

QUIET_ZONE = 4                # modules of white around, as the standard asks
_BLOCKS = {(True, True): " ", (True, False): "\u2584", (False, True): "\u2580", (False, False): "\u2588"}


def qr_svg(text: bytes) -> str:
    """A code of these bytes that grows with its box; error correction M, so that a crease does no harm."""
    import segno  # only for what is printed

    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue().decode("ascii").strip()


def qr_lines(text: bytes) -> Iterator[str]:
    """The same for a terminal, two rows of modules a line; light on dark, as terminals are."""
    import segno

    rows = [[bool(module) for module in row] for row in
            segno.make_qr(text, error="m").matrix_iter(border=QUIET_ZONE)]
    for upper, lower in zip(rows[::2], [*rows[1::2], [False] * len(rows[0])], strict=False):
        yield "".join(_BLOCKS[dark] for dark in zip(upper, lower, strict=True))
