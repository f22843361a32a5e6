"""VERIFY.txt: how a stranger checks the bundle with what is already on the computer."""

from importlib.resources import files

from evidence_store.bundle.model import BundleOptions
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey


def verify_txt(checkpoint: Checkpoint, options: BundleOptions, sealer: PublicKey) -> bytes:
    """The file for one bundle: its names and numbers stand in the lines, ready to be typed."""
    text = files("muniment.report").joinpath("templates", "VERIFY.txt").read_text("utf-8")
    return text.format(
        bundle=options.bundle_id, case=checkpoint.case, fingerprint=sealer.fingerprint, key16=sealer.key16,
        software=f"{options.software.name} {options.software.version}".strip(), size=checkpoint.size,
        size10=f"{checkpoint.size:010d}").encode("utf-8")
