"""OpenSSL 3 as a second reader of timestamp tokens, run as a process of its own.

1. LibreSSL and OpenSSL before 3 check less and count as absent: `NotAvailable`, never "holds".
2. Nothing but the arguments reaches it: no configuration file, no words in another language.
3. A certificate is judged at the token's own time (`-attime`): one that has run out since still counts, one that was
   not valid yet does not. Without it `openssl ts -verify` judges at the time of the check.
"""

import base64
import re
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_store.errors import EvidenceError, FormatError

PROGRAM = "openssl"
SECONDS = 30.0                      # a token takes milliseconds; a hostile one must not take for ever
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin", "LC_ALL": "C", "OPENSSL_CONF": "/dev/null"}

_FITTING = re.compile(rb"OpenSSL ([3-9]|[1-9]\d)\.")
_FIELD = re.compile(r"^([A-Z][A-Za-z ]+): ?(.*)$", re.MULTILINE)
_DUMP = re.compile(r"^ +[0-9a-f]{4} - ((?:[0-9a-f]{2}[ -])+)", re.MULTILINE)
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\n(.*?)-----END CERTIFICATE-----\n", re.DOTALL)
_ALGORITHMS = ("sha256", "sha384", "sha512")
_TIMES = ("%b %d %H:%M:%S.%f %Y GMT", "%b %d %H:%M:%S %Y GMT")


class NotAvailable(EvidenceError):
    """No OpenSSL 3 on this machine."""

    def __init__(self) -> None:
        super().__init__("this needs OpenSSL 3 or later, which is not on this machine", hint="install openssl")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResponse:
    """What `openssl ts -reply -text` says of a granted response."""

    algorithm: str
    imprint: bytes
    time: datetime
    nonce: int | None
    serial: int
    certificates: tuple[bytes, ...]


def read_response(response: bytes) -> ReadResponse:
    """What a TimeStampResp says; FormatError when OpenSSL reads none, or it was not granted."""
    with TemporaryDirectory(prefix="muniment-") as folder:
        path = Path(folder) / "response.tsr"
        path.write_bytes(response)
        read = _run("ts", "-reply", "-in", str(path), "-text")
        if read.returncode != 0:
            raise FormatError("not a timestamp response")
        token = _run("ts", "-reply", "-in", str(path), "-token_out", "-out", str(path.with_suffix(".p7")))
        shown = _run("pkcs7", "-inform", "DER", "-in", str(path.with_suffix(".p7")), "-print_certs")
    printed = shown.stdout if token.returncode == shown.returncode == 0 else b""
    return _parse(read.stdout.decode("ascii", "replace"), _certificates(printed))


def confirms(response: bytes, imprint: bytes, roots: Path, moment: datetime) -> bool:
    """Whether OpenSSL accepts a response over `imprint` at `moment` with the PEM certificates in `roots`."""
    with TemporaryDirectory(prefix="muniment-") as folder:
        token = Path(folder) / "response.tsr"
        token.write_bytes(response)
        done = _run("ts", "-verify", "-digest", imprint.hex(), "-in", str(token), "-CAfile", str(roots.resolve()),
                    "-attime", str(int(moment.timestamp())))
    return done.returncode == 0


def _run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    if not _is_fitting():
        raise NotAvailable
    try:
        return _started(*arguments)
    except subprocess.TimeoutExpired as error:
        raise FormatError(f"openssl did not finish with the timestamp within {SECONDS:g} s") from error


def _is_fitting() -> bool:
    try:
        return _FITTING.match(_started("version").stdout) is not None
    except (OSError, subprocess.TimeoutExpired):
        return False


def _started(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([PROGRAM, *arguments], capture_output=True, env=_ENVIRONMENT, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, check=False)


def _parse(text: str, certificates: tuple[bytes, ...]) -> ReadResponse:
    fields = dict(_FIELD.findall(text))
    if not fields.get("Status", "").startswith("Granted"):
        raise FormatError(f"the authority refused to stamp: {fields.get('Status', '')} "
                          f"{fields.get('Status description', '')}"[:200].strip())
    try:
        nonce = fields.get("Nonce", "unspecified")
        return ReadResponse(
            algorithm=_ALGORITHMS[_ALGORITHMS.index(fields["Hash Algorithm"])], time=_time(fields["Time stamp"]),
            imprint=bytes.fromhex("".join(_DUMP.findall(text)).replace("-", " ")),
            nonce=None if nonce == "unspecified" else _number(nonce), serial=_number(fields["Serial number"]),
            certificates=certificates)
    except (KeyError, ValueError) as error:
        raise FormatError("OpenSSL says too little of the timestamp response") from error


def _number(text: str) -> int:
    """`0x1F`, and `0x-1F` for what is below zero."""
    return int(text.removeprefix("0x"), 16)


def _time(text: str) -> datetime:
    for form in _TIMES:
        with suppress(ValueError):
            return datetime.strptime(" ".join(text.split()), form).replace(tzinfo=UTC)
    raise ValueError(text)


def _certificates(printed: bytes) -> tuple[bytes, ...]:
    """The DER in each PEM block, which need not be a certificate that anybody can read."""
    return tuple(sorted(base64.b64decode(block) for block in _PEM.findall(printed)))
