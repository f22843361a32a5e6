"""VERIFY.txt: how a stranger checks the bundle with what is already on the computer.

The lines to type are the same in every language; a test compares them.
"""

from importlib.resources import files

from evidence_store.bundle.model import BundleOptions
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from muniment.report.messages import DEFAULT


def name_of(language: str) -> str:
    """`VERIFY.txt` is the English one, which every bundle has; `VERIFY.fr.txt` stands beside it."""
    return "VERIFY.txt" if language == DEFAULT else f"VERIFY.{language}.txt"


def verify_txt(checkpoint: Checkpoint, options: BundleOptions, sealer: PublicKey, language: str = DEFAULT) -> bytes:
    """The file for one bundle: its names and numbers stand in the lines, ready to be typed."""
    text = files("muniment.report").joinpath("templates", name_of(language)).read_text("utf-8")
    return text.format(
        bundle=options.bundle_id, case=checkpoint.case, fingerprint=sealer.fingerprint, key16=sealer.key16,
        software=f"{options.software.name} {options.software.version}".strip(), size=checkpoint.size,
        size10=f"{checkpoint.size:010d}").encode("utf-8")
