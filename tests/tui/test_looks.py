"""How the screens look: pictures of them, compared with those that were looked at.

The case is the same in every run (seeded ids, a ticking clock, one key), and so is the picture.
`pytest tests/tui/test_looks.py --snapshot-update` draws them anew, to be looked at before they are kept.
"""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sample_case import SampleCase
from tui_driving import app_of, desk_of, press, settled

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
LOOKS = (
    ("article", "80x24", "dark", ("1", "j")),
    ("article", "120x40", "light", ("1",)),
    ("items", "80x24", "light", ("2", "j", "space")),
    ("ledger", "80x24", "dark", ("4", "g")),
)


@pytest.fixture
def same_case(new_case, monkeypatch):
    """The sample case, made with one and the same key in every run."""
    with monkeypatch.context() as patched:
        patched.setattr(Ed25519PrivateKey, "generate", lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
        made = new_case("sample")
    with made.writer() as writer:
        SampleCase(made, writer).fill()
        writer.checkpoint()
    return made


@pytest.mark.parametrize(("screen", "size", "theme", "keys"), LOOKS, ids=["-".join(look[:3]) for look in LOOKS])
def test_the_screen_looks_as_it_did(snap_compare, same_case, tmp_path, screen, size, theme, keys):
    async def go_there(pilot):
        await settled(pilot)
        await press(pilot, *keys)
        await settled(pilot)

    app = app_of(desk_of(same_case), tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=go_there)
