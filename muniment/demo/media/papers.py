"""A paper of the demo: a list of casualties as a one-page PDF with selectable text (ISO 32000-1, 7.5)."""

from collections.abc import Sequence

MARGIN = 56
LEADING = 17


def page_of_text(title: str, lines: Sequence[str]) -> bytes:
    """A PDF of one A4 page; the text is ASCII. No date and no id is written, so the bytes depend on the words only."""
    content = [f"BT /F2 16 Tf {MARGIN} 780 Td ({_escaped(title)}) Tj ET", f"{MARGIN} 768 m 539 768 l S"]
    content += [f"BT /F1 10.5 Tf {MARGIN} {744 - LEADING * row} Td ({_escaped(line)}) Tj ET" for row,
                line in enumerate(lines)]
    stream = "\n".join(content).encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
         b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>"),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    )
    return _file(objects)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[bytes]) -> bytes:
    written = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)   # 7.5.4: entries of exactly 20 bytes
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(written)
