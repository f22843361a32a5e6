"""Verifiers as bytes: `verify.py` (standalone.py), `verify.sh`, `verify.cmd` travel in a bundle; `verify.html` not."""

from importlib.resources import files


def verify_py() -> bytes:
    """The bytes of verify.py: the source of `verify.standalone`, which runs under `python3 -I -S`."""
    return files("verify").joinpath("standalone.py").read_bytes()


def verify_sh() -> bytes:
    """The bytes of verify.sh, for any POSIX shell."""
    return files("verify.scripts").joinpath("verify.sh").read_bytes()


def verify_cmd() -> bytes:
    """The bytes of verify.cmd, for Windows' own command interpreter, which wants CRLF."""
    text = files("verify.scripts").joinpath("verify.cmd").read_bytes()
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def verify_html() -> bytes:
    """The bytes of verify.html: one page for any current browser, which needs no network."""
    return files("verify.scripts").joinpath("verify.html").read_bytes()
