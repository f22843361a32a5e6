"""The page for somebody without a key, and its code, read back by a decoder that others made."""

import re
from datetime import UTC, datetime

import pytest

from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.keys import create_key
from evidence_store.records import Sha256
from muniment.report.paper import TransferPage, transfer_html, transfer_text
from muniment.report.qr import qr_lines, qr_svg

CHECKPOINT = Checkpoint(origin="muniment/0123456789abcdef0123456789abcdef", size=1234, root=bytes(range(32)),
                        prefix_sha256=Sha256("39f62abe3a51313c2feefcfdcfb9643f6148d1a5af1bd2f11e88f8ad587820d6"))
PIXELS = 6                    # a module, for the decoder


@pytest.fixture
def page(tmp_path):
    signer = create_key(tmp_path / "key", comment="", passphrase=None).public
    return TransferPage(checkpoint=CHECKPOINT, signer=signer, recipient="Me <Durand>",
                        made_at=datetime(2026, 2, 3, 4, 5, tzinfo=UTC), bundle="ab" * 16)


def decoded(dark: list[list[bool]]) -> str:
    cv2, numpy = pytest.importorskip("cv2"), pytest.importorskip("numpy")

    image = numpy.where(numpy.array(dark), 0, 255).astype(numpy.uint8)
    return cv2.QRCodeDetector().detectAndDecode(numpy.kron(image, numpy.ones((PIXELS, PIXELS), numpy.uint8)))[0]


def of_blocks(lines: list[str]) -> list[list[bool]]:
    shades = {" ": (True, True), "▄": (True, False), "▀": (False, True), "█": (False, False)}
    pairs = [[shades[block] for block in line] for line in lines]
    return [[pair[half] for pair in line] for line in pairs for half in (0, 1)]


def of_svg(svg: str) -> list[list[bool]]:
    """The modules of a path that has only moves and horizontal strokes, as ours are."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    dark = [[False] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([MmhHz])([-\d. ]*)", re.search(r' d="([^"]*)"', svg)[1]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        match command:
            case "M":
                x, y = values
            case "m":
                x, y = x + values[0], y + values[1]
            case "h":
                for column in range(int(x), int(x + values[0])):
                    dark[int(y)][column] = True
                x += values[0]
    return dark


def test_the_code_on_paper_holds_exactly_the_checkpoint():
    assert decoded(of_svg(qr_svg(CHECKPOINT.to_text()))) == CHECKPOINT.to_text().decode()


def test_the_code_in_a_terminal_holds_exactly_the_checkpoint():
    assert decoded(of_blocks(list(qr_lines(CHECKPOINT.to_text())))) == CHECKPOINT.to_text().decode()


@pytest.mark.parametrize("write", [transfer_html, transfer_text])
def test_the_page_can_be_read_out_and_typed_in(page, write):
    text = write(page).decode()
    for part in (*CHECKPOINT.to_text().decode().splitlines(), "39f6 2abe 3a51", "5878 20d6", " ".join(page.words),
                 page.signer.fingerprint, "Signature", "2026"):
        assert part in text, part


def test_a_name_cannot_act_on_the_page(page):
    assert "<Durand>" not in transfer_html(page).decode()
    assert "Me &lt;Durand&gt;" in transfer_html(page).decode()
