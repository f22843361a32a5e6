"""Whom a verifier trusts: OpenSSH's allowed_signers file (ssh-keygen(1), ALLOWED SIGNERS).

1. A line is `principals [options] keytype base64 [comment]`; empty lines and lines with `#` are passed over.
2. Options known: `namespaces=`, `valid-after=`, `valid-before=`; keywords in any case. Any other option is an error:
   an option that is not understood may be a limit.
3. `cert-authority` is refused: certificates are not used here, and passing it over would trust the wrong thing.
4. Lines with keys of other types than Ed25519 are passed over: they can have made none of our signatures.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import translate

from evidence_store.custody.publickey import ALGORITHM, PublicKey
from evidence_store.errors import FormatError, LimitExceeded

MAX_TRUST_BYTES = 1 << 20          # thousands of lines; nobody reads a longer list before trusting it
OTHER_KEY_TYPES = re.compile(r"(ssh|ecdsa|sk|rsa|webauthn)-[\w@.-]+\Z", re.ASCII)

_OPTION = re.compile(r'([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?(?:,|\Z)')
_TIME = re.compile(r"(\d{8})(\d{4}(?:\d{2})?)?(Z?)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedSigner:
    """One line: this key speaks for these principals, for these purposes, in this time."""

    principal: str                             # pattern list: "inv1@example.org,*@desk.example"
    key: PublicKey
    namespaces: tuple[str, ...] = ()           # patterns; () is any namespace
    valid_after: datetime | None = None        # UTC
    valid_before: datetime | None = None

    def permits(self, namespace: str, at: datetime | None) -> bool:
        """Whether a signature for `namespace` made at `at` is to be believed; `at` None asks nothing of time."""
        if self.namespaces and not _matches(namespace, self.namespaces):
            return False
        if at is None:
            return True
        return not ((self.valid_after and at < self.valid_after) or (self.valid_before and at > self.valid_before))


def parse_allowed_signers(text: str) -> tuple[TrustedSigner, ...]:
    """The Ed25519 signers of the file; FormatError names the first line that cannot be honoured."""
    if len(text) > MAX_TRUST_BYTES:
        raise LimitExceeded(f"a list of signers has at most {MAX_TRUST_BYTES} characters")
    signers = []
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            try:
                signer = _parse_line(stripped)
            except (FormatError, ValueError) as error:
                raise FormatError(f"allowed signers, line {number}: {error}") from error
            if signer is not None:
                signers.append(signer)
    return tuple(signers)


def format_allowed_signers(signers: Iterable[TrustedSigner]) -> str:
    """The file that ssh-keygen reads; `parse_allowed_signers` gives the same signers back."""
    return "".join(_format_line(signer) for signer in signers)


def find_signer(signers: Iterable[TrustedSigner], key: PublicKey, namespace: str,
                at: datetime | None) -> TrustedSigner | None:
    """The first line by which a signature of `key` for `namespace` at `at` is trusted; None when there is none."""
    return next((signer for signer in signers if signer.key == key and signer.permits(namespace, at)), None)


def _parse_line(line: str) -> TrustedSigner | None:
    principal, rest = _take_word(line)
    first, after = _take_word(rest)
    options = ""
    if not _is_key_type(first):
        options, (first, after) = first, _take_word(after)
    if not _is_key_type(first):
        raise FormatError("there is no key type in it")
    if first != ALGORITHM.decode():
        return None
    namespaces: tuple[str, ...] = ()
    valid: dict[str, datetime] = {}
    for name, value in _parse_options(options):
        if name == "namespaces":
            namespaces = tuple(value.split(","))
        else:
            valid[name] = _parse_time(value)
    return TrustedSigner(principal=_unquote(principal), key=PublicKey.parse(f"{first} {after}"), namespaces=namespaces,
                         valid_after=valid.get("valid-after"), valid_before=valid.get("valid-before"))


def _parse_options(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _OPTION.match(text, at)
        if match is None:
            raise FormatError(f"the options {text[:80]!r} cannot be read")
        name, value = match[1].lower(), match[2]
        if name == "cert-authority":
            raise FormatError("cert-authority is not supported; list the key itself")
        if name not in {"namespaces", "valid-after", "valid-before"} or not value:
            raise FormatError(f"the option {name!r} is not known or has no value")
        if name in dict(found):
            raise FormatError(f"the option {name!r} occurs twice")
        found.append((name, value.replace('\\"', '"')))
        at = match.end()
    return found


def _parse_time(text: str) -> datetime:
    match = _TIME.match(text)
    if match is None:
        raise FormatError(f"{text[:40]!r} is not YYYYMMDD[HHMM[SS]][Z]")
    moment = datetime.strptime(match[1] + (match[2] or "0000").ljust(6, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - below
    if match[3]:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)      # ssh-keygen takes a time without Z as local


def _format_line(signer: TrustedSigner) -> str:
    options = []
    if signer.namespaces:
        options.append(f'namespaces="{",".join(signer.namespaces)}"')
    for name, moment in (("valid-after", signer.valid_after), ("valid-before", signer.valid_before)):
        if moment is not None:
            options.append(f'{name}="{moment.astimezone(UTC):%Y%m%d%H%M%S}Z"')
    principal = f'"{signer.principal}"' if " " in signer.principal else signer.principal
    fields = [principal, ",".join(options), signer.key.line]
    return " ".join(field for field in fields if field) + "\n"


def _take_word(text: str) -> tuple[str, str]:
    """The first word and the rest; blanks within double quotes do not end it."""
    quoted = False
    for at, character in enumerate(text):
        if character == '"' and (at == 0 or text[at - 1] != "\\"):
            quoted = not quoted
        elif character in " \t" and not quoted:
            return text[:at], text[at:].lstrip(" \t")
    if quoted:
        raise FormatError("a quotation mark is not closed")
    return text, ""


def _unquote(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word


def _is_key_type(word: str) -> bool:
    return OTHER_KEY_TYPES.match(word) is not None


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    """OpenSSH pattern list: `*` and `?`; a match of a `!pattern` decides against (ssh_config(5), PATTERNS)."""
    found = False
    for pattern in patterns:
        if _glob(pattern.removeprefix("!"), name):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _glob(pattern: str, name: str) -> bool:
    return re.match(translate(pattern.replace("[", "[[]")), name) is not None    # OpenSSH has no [classes]
