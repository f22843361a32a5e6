"""The two verifiers that travel in a bundle, as bytes: `verify.py` (standalone.py) and `verify.sh`."""

from importlib.resources import files


def verify_py() -> bytes:
    """The bytes of verify.py: the source of `verify.standalone`, which runs under `python3 -I -S`."""
    return files("verify").joinpath("standalone.py").read_bytes()


def verify_sh() -> bytes:
    """The bytes of verify.sh, for any POSIX shell."""
    return files("verify.scripts").joinpath("verify.sh").read_bytes()
