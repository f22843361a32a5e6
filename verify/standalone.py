#!/usr/bin/env python3
"""Checks a sealed Muniment bundle: `python3 -I -S verify.py BUNDLE`. One file, standard library only, Python >= 3.9.

What must hold of a bundle; each rule is numbered again where it is checked:
1.  Names are safe and nothing is a link: what one system shows, every system shows.
2.  Exactly the files of the two manifests are there, each with the SHA-256 it is listed with.
3.  The seal, an SSHSIG Ed25519 signature in canonical armour, is over `tagmanifest-sha256.txt`, by a key you trust.
4.  The ledger is lines of one exact form; each names its number and the SHA-256 of the line before it.
5.  Each line has its body, byte for byte, unless the last `disclose` event says that it is withheld.
6.  Each checkpoint states size, Merkle root and prefix hash of this ledger and is signed; the last covers all of it.
7.  Each event is covered by a checkpoint signed with the key it is attributed to.
8.  Each item that an event names is there with the bytes and the record of that event, and no other item is.
9.  Each WARC record that an event names is in the WACZ with that block, and no other record is.
10. A receipt that somebody else kept is of the beginning of this ledger.
11. A timestamp token is over the bytes it stands beside, and no event contradicts it.

Exit codes: 0 all holds, and you trust the signer; 4 something fails; 5 nothing fails, but something could not be
confirmed; 1 and 2: verification did not run. "Could not check" is never a pass.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import enum
import fnmatch
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from datetime import datetime, timezone
from typing import Any, BinaryIO, Iterator, NamedTuple, Optional

# A hostile bundle must not exhaust memory or time; these limits lie far above what Muniment writes.
MAX_FILES, MAX_DEPTH, MAX_PATH = 1_000_000, 16, 100   # files; folders below one another; characters of a path
MAX_LIST, MAX_SMALL, MAX_RECORD = 256 << 20, 64 << 10, 16 << 20   # bytes of a manifest; a signature; a record or token
MAX_LINES, MAX_BODY, MAX_BODIES = 5_000_000, 64 << 20, 1 << 30    # ledger lines; bytes of one event body; of all
MAX_SIGNATURES, MAX_SHOWN = 5_000, 100      # signatures: some milliseconds each; findings listed for one check
MAX_ZIP_DIRECTORY, SLACK = 8 << 20, 64 << 20    # bytes: directory of the WACZ; WARC beyond what the ledger names
OPENSSL_SECONDS, CLOCK_TOLERANCE = 60, 300  # for one run; what honest clocks may differ, or be set back

SEAL, CHECKPOINT, RECEIPT = "seal@muniment", "checkpoint@muniment", "receipt@muniment"
TAGMANIFEST, MANIFEST, WACZ = "tagmanifest-sha256.txt", "manifest-sha256.txt", "data/capture.wacz"
LEDGER, BODIES, CHECKPOINTS = "custody/ledger.jsonl", "custody/bodies/", "custody/checkpoints/"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LITTER = ("/.DS_Store", "/Thumbs.db", "/desktop.ini")     # what operating systems leave behind
ARMOUR_BEGIN, ARMOUR_END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
SIGNER_OPTION = r'(?:namespaces|valid-after|valid-before)="[^"]*"'
SIGNER_LINE = re.compile(
    rf'("[^"]*"|[^\s"]+)\s+(?i:({SIGNER_OPTION}(?:,{SIGNER_OPTION})*)\s+)?'
    r"((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[A-Za-z0-9@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s.*)?")
HASHES = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
SIGNED_DATA, TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
OTS_SHA256 = b"\0OpenTimestamps\0\0Proof\0\xbf\x89\xe2\xe8\x84\xe8\x92\x94\1\x08"      # the digest follows
P = 2**255 - 19                            # Ed25519 (RFC 8032 5.1), verification only
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]          # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z

LIMITS = ("Proves: these bytes existed when the seal was made, and the holder of its key vouched for them.\n"
          "Does not prove: that a server told the truth, or that the holder of the key did.")
UNCHANGED = "Nothing in this bundle changed since it was sealed: "
YES = UNCHANGED + "YES. Sealed by key {key}: confirmed, your list of trusted signers says {who}."
UNCONFIRMED = UNCHANGED + "YES. Sealed by key {key}: not yet confirmed; ask the sender to read you its words."
REJECTED = "DO NOT RELY ON THIS BUNDLE: it is sealed by key {key}, which your list of trusted signers does not confirm."
NO = UNCHANGED + "NO. Do not rely on it; what is wrong is listed below."
OPEN = UNCHANGED + "COULD NOT BE CHECKED in full; what is open is listed below."

Json = dict[str, Any]
Outcome = enum.Enum("Outcome", "FAIL ERROR INCONCLUSIVE NOT_APPLICABLE PASS")     # the worst first
FAIL, ERROR, INCONCLUSIVE, NOT_APPLICABLE, PASS = Outcome


class Finding(NamedTuple):
    """What one check says of one subject."""

    check: str
    outcome: Outcome
    subject: str
    summary: str


class Damaged(ValueError):
    """Bytes are not of the form they must have; the message says how."""


# What reading bytes of a wrong form raises, here and in the standard library.
MALFORMED = (ValueError, OverflowError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile)

def need(holds: object, otherwise: str) -> None:
    """Raise Damaged unless something holds."""
    if not holds:
        raise Damaged(otherwise)


class Report:
    """Collects every finding, at most MAX_SHOWN for one check and outcome."""

    def __init__(self) -> None:
        self.findings, self.counts = list[Finding](), dict[tuple[str, Outcome], int]()

    def add(self, check: str, outcome: Outcome, subject: str, summary: str) -> None:
        """Add one finding, with its text made safe for a terminal."""
        count = self.counts[check, outcome] = self.counts.get((check, outcome), 0) + 1
        if count <= MAX_SHOWN:
            more = " (and more like this, not listed)" if count == MAX_SHOWN else ""
            self.findings.append(Finding(check, outcome, shown(subject), shown(summary, 400) + more))

    def need(self, holds: object, check: str, subject: str, otherwise: str) -> bool:
        """Whether something holds; if not, `check` fails."""
        if not holds:
            self.add(check, FAIL, subject, otherwise)
        return bool(holds)

    def passed(self, checks: str, subject: str, summary: str) -> None:
        """Each of `checks` held, unless something was said against it."""
        for check in checks.split():
            if not any(self.counts.get((check, bad)) for bad in (FAIL, ERROR, INCONCLUSIVE)):
                self.add(check, PASS, subject, summary)

    @contextlib.contextmanager
    def failing(self, check: str, subject: str) -> Iterator[None]:
        """Malformed bytes within fail `check`."""
        try:
            yield
        except MALFORMED as error:
            self.add(check, FAIL, subject, str(error) or "is not of its form")

    def answer(self, key: bytes, who: str) -> tuple[Outcome, str]:
        """Fail, else inconclusive where anything is open or nothing passed, else pass; and that in plain words."""
        name = hashlib.sha256(key).hexdigest()[:16].upper()
        failed = {finding.check for finding in self.findings if finding.outcome is FAIL}
        opened = {finding.check for finding in self.findings if finding.outcome in (ERROR, INCONCLUSIVE)}
        if failed:
            return FAIL, (REJECTED if failed == {"seal.signer"} else NO).format(key=name)
        if opened - {"seal.signer"} or not key:
            return INCONCLUSIVE, OPEN
        return (INCONCLUSIVE if opened else PASS), (YES if who else UNCONFIRMED).format(key=name, who=who)


def shown(text: str, limit: int = 200) -> str:
    """Text in printable ASCII: no escape sequence, line break or direction mark of a name reaches a terminal."""
    safe = re.sub(r"[^ -~]", lambda found: f"\\u{{{ord(found[0]):x}}}", text[:limit])
    return safe if len(text) <= limit else safe + "..."


def seconds(text: str, form: str, *, local: bool = False) -> float:
    """Seconds since 1970 of a UTC (or local) time; ValueError for any other form."""
    moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
    return (moment if local else moment.replace(tzinfo=timezone.utc)).timestamp()

def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def _multiply(scalar: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while scalar:
        total = _add(total, point) if scalar & 1 else total
        point, scalar = _add(point, point), scalar >> 1
    return total

def _decode(data: bytes) -> Point:
    """RFC 8032 5.1.3, and only the canonical encoding: y < p, no negative zero."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need(y < P and v * x * x % P == u and (x or not sign), "the key is not a point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

def _encode(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    return (point[1] * inverse % P | (point[0] * inverse % P & 1) << 255).to_bytes(32, "little")

BASE = _decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether R = sB - H(R, A, M)A, compared as bytes; s must be below L, and A not of small order."""
    point, s = _decode(key), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L or _encode(_multiply(8, point)) == _encode((0, 1, 1, 0)):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return _encode(_add(_multiply(s, BASE), _multiply(h, (P - point[0], point[1], 1, P - point[3])))) == signature[:32]

def fingerprint(key: bytes) -> str:
    """Of an SSH public key in wire form, as `ssh-keygen -l` prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def ed25519_point(key: bytes) -> bytes:
    """The 32 bytes of an Ed25519 public key in wire form; Damaged for any other."""
    need(key[:-32] == b"\0\0\0\x0bssh-ed25519\0\0\0\x20", "the key is not an Ed25519 key")
    return key[-32:]

def _strings(data: bytes) -> list[bytes]:
    """SSH strings: four bytes of length, then the bytes (RFC 4251 5)."""
    found = []
    while data:
        size = int.from_bytes(data[:4], "big")
        need(len(data) >= 4 + size, "the signature ends early")
        found.append(data[4:4 + size])
        data = data[4 + size:]
    return found


def sshsig_signer(message: bytes, armour: bytes, *namespaces: str, canonical: bool) -> bytes:
    """The key whose signature over `message` this is (OpenSSH PROTOCOL.sshsig); Damaged when it is none."""
    match = re.fullmatch(rb"\s*%b\s([A-Za-z0-9+/=\s]+)%b\s*" % (ARMOUR_BEGIN, ARMOUR_END), armour)
    blob = base64.b64decode(b"".join(match[1].split()) if match else b"", validate=True)
    lines = [ARMOUR_BEGIN, *re.findall(b".{1,70}", base64.b64encode(blob)), ARMOUR_END, b""]
    need(armour == b"\n".join(lines) or not canonical, "the signature is not spelt as ssh-keygen writes it")
    parts = _strings(blob[10:])
    need(blob[:10] == b"SSHSIG\0\0\0\1" and len(parts) == 5, "not an SSH signature")
    key, space, reserved, algorithm, form = *parts[:4], _strings(parts[4])
    need(space.decode("latin-1") in namespaces, f"signed for {space!r}, not for {' or '.join(namespaces)}")
    need(not reserved and algorithm in (b"sha512", b"sha256")[:2 - canonical], "not a signature over SHA-512")
    digest = hashlib.new(algorithm.decode(), message).digest()
    signed = b"SSHSIG" + b"".join(len(p).to_bytes(4, "big") + p for p in (space, reserved, algorithm, digest))
    need(form[:-1] == [b"ssh-ed25519"] and ed25519_verifies(ed25519_point(key), signed, form[-1]),
         "the signature does not belong to these bytes")
    return key


class Signer(NamedTuple):
    """One line of the list of trusted signers."""

    who: str
    key: bytes
    namespaces: str               # patterns, comma separated; "" for any
    after: Optional[float]        # seconds since 1970
    before: Optional[float]

    def may(self, namespace: str, first: float, last: float) -> bool:
        """Whether the line speaks for `namespace` at some time from `first` to `last`."""
        patterns = [pattern.strip() for pattern in self.namespaces.split(",")] if self.namespaces else ["*"]
        said = [not p.startswith("!") for p in patterns if fnmatch.fnmatchcase(namespace, p.lstrip("!"))]
        return (bool(said) and all(said) and (self.after is None or last >= self.after)
                and (self.before is None or first <= self.before))


def read_signers(path: str) -> list[Signer]:
    """The Ed25519 keys of an allowed_signers file; other kinds of key cannot have sealed."""
    found = []
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for number, line in enumerate(map(str.strip, file), 1):
            match = SIGNER_LINE.fullmatch(line)
            need(match or not line or line[0] == "#", f"line {number} of {path} is not one of an allowed_signers file")
            who, text, kind, blob = match.groups() if match else ("", "", "", "")
            options = {name.lower(): value for name, value in re.findall(r'([a-zA-Z-]+)(?:="([^"]*)")?', text or "")}
            if kind == "ssh-ed25519":
                key = base64.b64decode(blob + "==")
                ed25519_point(key)
                window: list[Optional[float]] = [None, None]
                for side, text in enumerate(map(options.get, ("valid-after", "valid-before"))):
                    digits = (text or "").rstrip("Zz")        # without Z it is a local time
                    if text is not None:
                        window[side] = seconds(digits, "%Y%m%d%H%M%S"[:len(digits) - 2], local=digits == text)
                found.append(Signer(who.strip('"'), key, options.get("namespaces", ""), *window))
    return found

def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """The (tag, content) elements of DER."""
    found, at = [], 0
    while at < len(data):
        tag, size, at = data[at], int.from_bytes(data[at + 1:at + 2], "big"), at + 2
        need(tag & 31 != 31 and size != 0x80 and size <= 0x84, "not DER")
        if size & 0x80:
            size, at = int.from_bytes(data[at:at + size - 0x80], "big"), at + size - 0x80
        need(at + size <= len(data), "the token ends early")
        found.append((tag, data[at:at + size]))
        at += size
    return found

def _inside(data: bytes, *steps: tuple[int, int]) -> bytes:
    """The content at the end of (position, tag) steps into nested DER."""
    for position, tag in steps:
        elements = _elements(data)
        need(position < len(elements) and elements[position][0] == tag, "not a timestamp token")
        data = elements[position][1]
    return data

def parse_token(data: bytes) -> tuple[str, bytes, float]:
    """RFC 3161 2.4.2: hash algorithm, imprint and genTime (seconds since 1970) of a granted TimeStampResp."""
    whole = _inside(data, (0, 0x30))
    content = _inside(whole, (1, 0x30))
    granted = len(_elements(data)) == 1 and _inside(whole, (0, 0x30), (0, 0x02)) in (b"\0", b"\1")
    inner = _inside(content, (1, 0xA0), (0, 0x30), (2, 0x30))
    kinds = [_inside(content, (0, 0x06)), _inside(inner, (0, 0x06))]
    need(granted and kinds == [SIGNED_DATA, TST_INFO], "not a granted timestamp")
    info = _inside(inner, (1, 0xA0), (0, 0x04), (0, 0x30))
    algorithm, text = _inside(info, (2, 0x30), (0, 0x30), (0, 0x06)).hex(), _inside(info, (4, 0x18)).decode("latin-1")
    match = re.fullmatch(r"(\d{14})(\.\d{1,9})?Z", text, re.ASCII)
    need(match and algorithm in HASHES, "the token's hash or time is of an unknown kind")
    moment = seconds(text[:14], "%Y%m%d%H%M%S") + float(text[14:-1] or 0)
    return HASHES[algorithm], _inside(info, (2, 0x30), (1, 0x04)), moment


def openssl_confirms(bag: Bag, data: str, token: str, roots: str, moment: float) -> Optional[bool]:
    """Whether `openssl ts` accepts the token at its own time; None when no OpenSSL >= 3 is here."""
    files = [os.path.join(bag.root, *path.split("/")) for path in (data, token)]
    checked = ["ts", "-verify", "-data", files[0], "-in", files[1], "-CAfile", roots, "-attime", str(int(moment))]
    try:
        version, run = (subprocess.run(["openssl", *more], capture_output=True, timeout=OPENSSL_SECONDS, check=False)
                        for more in (["version"], checked))
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.returncode == 0 if re.match(rb"OpenSSL ([3-9]|\d\d)", version.stdout) else None   # others check less


def path_problem(path: str) -> str:
    """Why a path may not stand in a bundle; "" for a good one. Rule 1."""
    if len(path) > MAX_PATH:
        return f"the name is longer than {MAX_PATH} characters"
    safe = all(re.fullmatch(r"[A-Za-z0-9_.][A-Za-z0-9._-]*(?<!\.)", part) for part in path.split("/"))
    return "" if safe else "the name could point elsewhere, or be read differently on another system"

def sha256_of(file: Any) -> str:
    """The SHA-256 of what is left of an open file, in hex."""
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
    return digest.hexdigest()


class Bag(NamedTuple):
    """The regular files of a bundle, by path with `/`; nothing else is ever opened."""

    root: str
    files: dict[str, int]         # size in bytes

    def open(self, path: str) -> BinaryIO:
        """Open one of `files`; Damaged when it is not there."""
        need(path in self.files, f"{path} is not there")
        return open(os.path.join(self.root, *path.split("/")), "rb")

    def read(self, path: str, limit: int) -> bytes:
        """All bytes of one of `files`; Damaged when there are more than `limit`."""
        with self.open(path) as file:
            data = file.read(limit + 1)
        need(len(data) <= limit, f"{path} is larger than {limit} bytes")
        return data

    def sha256(self, path: str) -> str:
        """The SHA-256 of one of `files`, in hex."""
        with self.open(path) as file:
            return sha256_of(file)

    def matching(self, pattern: str) -> list[tuple[str, re.Match[str]]]:
        """The files whose whole path matches, sorted; without litter."""
        found = ((path, re.fullmatch(pattern, path, re.ASCII)) for path in sorted(self.files))
        return [(path, match) for path, match in found if match and not path.endswith(LITTER)]

    @classmethod
    def scan(cls, root: str, report: Report) -> Bag:
        """List the bundle without following anything. Rule 1."""
        files, names, waiting = dict[str, int](), dict[str, str](), [("", 0)]
        while waiting:
            folder, depth = waiting.pop()
            with os.scandir(os.path.join(root, *folder.split("/"))) as listing:
                for entry in listing:
                    path = f"{folder}/{entry.name}".lstrip("/")
                    twin = names.setdefault(path.casefold(), path)
                    problem = path_problem(path) or (f"differs from {twin} only in case" if twin != path else "")
                    if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH:
                        waiting.append((path, depth + 1))
                    elif entry.is_file(follow_symlinks=False):
                        files[path] = entry.stat(follow_symlinks=False).st_size
                    else:
                        problem = problem or "is a link, a device or too deep: a bundle holds plain files only"
                    report.need(not problem, "bag.path", path, problem)
                    need(len(names) <= MAX_FILES, f"the bundle has more than {MAX_FILES} files")
        report.passed("bag.path", "", f"{len(files)} files, all with safe names, no links")
        return cls(root, files)

    def manifest(self, name: str, check: str, report: Report) -> dict[str, str]:
        """Path -> hash of a manifest; only the exact form that Muniment writes is accepted."""
        found, last = dict[str, str](), ""
        with report.failing(check, name), contextlib.closing(self.open(name)) as file:
            for number, raw in enumerate(iter(lambda: file.readline(1024), b""), 1):
                match = re.fullmatch(r"([0-9a-f]{64})  ([^\r\n]+)\n", raw.decode("utf-8", "backslashreplace"))
                need(match and len(found) < MAX_FILES, f"line {number} is not `hash, two spaces, path`")
                digest, path = match.groups() if match else ("", "")
                problem = path_problem(path)
                if report.need(not problem, "bag.path", path, f"{problem} (line {number} of {name})"):
                    report.need(path > last, check, path, f"line {number} of {name} lists it again, or out of order")
                    own = path.startswith("data/") == (name == MANIFEST)
                    report.need(own, check, path, f"line {number} of {name} lists a file of the other manifest")
                    last, found[path] = max(last, path), found.get(path, digest)
        report.passed(check, name, f"{len(found)} files listed, in the one form")
        return found

    def check(self, report: Report) -> None:
        """Rule 2: exactly the listed files are there, each as listed."""
        with report.failing("bag.declaration", "bagit.txt"):
            need(self.read("bagit.txt", MAX_SMALL) == DECLARATION, "is not the declaration of a BagIt 1.0 bag")
        report.need("fetch.txt" not in self.files, "bag.fetch", "fetch.txt", "nothing may be fetched from elsewhere")
        everything = {TAGMANIFEST}
        for name in (TAGMANIFEST, MANIFEST):
            kind = name.split("-", maxsplit=1)[0]
            listed = self.manifest(name, f"{kind}.form", report)
            everything.update(listed)
            for path, digest in listed.items():
                if report.need(path in self.files, "bag.missing", path, f"is missing; {name} lists it"):
                    same = self.sha256(path) == digest
                    report.need(same, f"{kind}.sha256", path, f"changed: it is not the file that {name} lists")
            report.passed(f"{kind}.sha256", name, f"{len(listed)} files are as listed")
        for path in sorted({*self.files, "bagit.txt", "bag-info.txt", MANIFEST} - everything):
            if f"/{path}".endswith(LITTER):
                report.add("bag.litter", NOT_APPLICABLE, path, "warning: left by an operating system")
            elif not re.fullmatch(rf"{re.escape(TAGMANIFEST)}\.([0-9a-f]{{16}}\.sig|[\w-]+\.tsr)", path):
                report.add("bag.unlisted", FAIL, path, "is in no manifest: it was added after sealing")
        sizes = [self.files[path] for path in everything if path.startswith("data/") and path in self.files]
        oxum = f"{sum(sizes)}.{len(sizes)}"
        with report.failing("bag.oxum", "bag-info.txt"):
            need(f"Payload-Oxum: {oxum}\n".encode() in self.read("bag-info.txt", MAX_SMALL), f"is not {oxum}")
        report.passed("bag.declaration bag.missing bag.unlisted bag.oxum", "", "a whole BagIt 1.0 bag, nothing added")


LINE = re.compile(rb'\{"body":"sha256:([0-9a-f]{64})","prev":"sha256:([0-9a-f]{64})","seq":(0|[1-9][0-9]{0,15})\}\n')
def decode_json(data: bytes) -> Json:
    """An object in canonical form: a duplicate key, a float, a large integer or another spelling is Damaged."""
    def unique(pairs: list[tuple[str, Any]]) -> Json:
        need(len(dict(pairs)) == len(pairs), "holds a JSON key twice")
        return dict(pairs)
    small = lambda text: int(text) if abs(int(text)) < 2**53 else text  # noqa: E731 - text does not spell the same again
    value = json.loads(data, object_pairs_hook=unique, parse_int=small, parse_float=str, parse_constant=str)
    again = json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    need(isinstance(value, dict) and again == data, "is not a JSON object in canonical form")
    return dict(value)


def part(value: Any, *names: str, kind: type = str) -> Any:
    """What stands at the end of a path of names; an empty `kind` where it is absent or of another kind."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if type(value) is kind else kind()


def refs(value: Any) -> Iterator[tuple[str, str, int]]:
    """Every WARC record whose block a JSON value names, at any depth; a finding may name a record alone."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        waiting.extend(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
        if part(value, "record") and part(value, "sha256"):
            yield part(value, "record"), part(value, "sha256"), part(value, "length", kind=int)


class Ledger:
    """What ledger and bodies tell, as far as the other rules need it."""

    def __init__(self) -> None:
        self.size, self.case, self.disclosed = 0, "", -1      # lines; case id; seq of the last disclose
        self.peaks: list[tuple[int, bytes]] = []              # Merkle subtrees: leaves below, hash; largest first
        self.at: dict[int, tuple[str, str]] = {}              # ledger size -> Merkle root, prefix hash
        self.keys: dict[int, str] = {}                        # seq -> fingerprint it is attributed to
        self.times, self.absent = dict[int, float](), list[int]()
        self.enrolled, self.withheld, self.not_selected = set[str](), set[int](), set[str]()
        self.revoked: dict[str, int] = {}                     # fingerprint -> seq of its first key-revoke
        self.disclose: Json = {}                              # the last one
        self.items, self.derivatives = dict[str, Json](), dict[str, set[str]]()      # derivatives: hashes by item
        self.refs: dict[str, set[tuple[str, str, int]]] = {}  # by record
        self.exchanges, self.extracts = dict[str, Json](), dict[int, int]()  # by response record; by what they state

    def absorb(self, seq: int, body: Json) -> None:
        """Take in one body; Damaged when it has not the form of its type."""
        kind, key = part(body, "type"), part(body, "key")
        need(re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", key) and re.fullmatch(r"[0-9a-f]{64}", part(body, "salt")),
             "lacks key or salt in their form")
        self.keys[seq], self.times[seq] = key, seconds(part(body, "time"), "%Y-%m-%dT%H:%M:%S.%fZ")
        for ref in refs(body):
            self.refs.setdefault(ref[0], set()).add(ref)
        again = kind == "extract"           # states what may be shown of an earlier event whose body is withheld
        if again:
            of, body = part(body, "of", kind=int), part(body, "stated", kind=dict)
            kind = part(body, "type")
            need(of < seq and kind not in ("key-revoke", "disclose", "extract"), "states what cannot be stated in part")
            self.extracts[of] = seq
        if kind == "case-open":
            self.case = self.case or part(body, "case")
        elif kind == "key-enrol":
            self.enrolled.add(part(body, "fingerprint"))
        elif kind == "key-revoke":
            self.revoked.setdefault(part(body, "fingerprint"), seq)
        elif kind == "disclose":
            self.disclosed, self.disclose = seq, body
            self.withheld = {seq for seq in part(body, "withheld_seqs", kind=list) if type(seq) is int}
            self.not_selected = {name for name in part(body, "not_selected", kind=list) if isinstance(name, str)}
        elif kind == "transform":
            made = part(body, "derivative", "content", "sha256")
            self.derivatives.setdefault(part(body, "derivative", "item"), set()).add(made)
        self.exchanges.update((part(x, "response", "record"), x) for x in part(body, "capture", "exchanges", kind=list))
        for item in part(body, "items", kind=list) if kind == "import" else part(body, "capture", "items", kind=list):
            name = part(item, "id")
            new = name not in self.items or (again and self.items[name] == item)
            need(re.fullmatch(r"ITEM-[0-9]{4,12}", name) and new, f"misnames an item: {name!r}")
            self.items[name] = item

    def grow(self, line: bytes) -> None:
        """One more line: a leaf of the Merkle tree of RFC 6962 2.1, held as its complete subtrees."""
        count, node = 1, hashlib.sha256(b"\0" + line).digest()
        while self.peaks and self.peaks[-1][0] == count:
            count, node = count * 2, hashlib.sha256(b"\1" + self.peaks.pop()[1] + node).digest()
        self.peaks.append((count, node))
        self.size += 1

    def root(self) -> str:
        """The Merkle root of all lines so far, base64."""
        node = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            node = hashlib.sha256(b"\1" + left + node).digest()
        return base64.b64encode(node).decode()

    def read(self, bag: Bag, sizes: set[int], report: Report) -> None:
        """Rules 4 and 5: read lines and bodies; note Merkle root and prefix hash at each of `sizes`."""
        prefix, previous, total = hashlib.sha256(), "0" * 64, 0
        with report.failing("ledger.form", LEDGER), contextlib.closing(bag.open(LEDGER)) as file:
            for seq, line in enumerate(iter(lambda: file.readline(512), b"")):
                match, where = LINE.fullmatch(line), f"line {seq}"
                if report.need(match, "ledger.form", where, "is not of the form of a ledger line") and match:
                    report.need(int(match[3]) == seq, "ledger.seq", where, f"is numbered {int(match[3])}")
                    same = match[2].decode() == previous
                    report.need(same, "ledger.prev", where, "does not follow the line before it")
                    path = f"{BODIES}{seq:010}.json"
                    self.absent += [seq] if path not in bag.files else []
                    with report.failing("body.form", path) if path in bag.files else contextlib.suppress(Damaged):
                        data = bag.read(path, MAX_BODY)
                        total += len(data)
                        same = hashlib.sha256(data).hexdigest() == match[1].decode()
                        report.need(same, "ledger.body", path, f"is not the body that line {seq} of the ledger names")
                        self.absorb(seq, decode_json(data))
                need(total <= MAX_BODIES and seq < MAX_LINES, "the ledger is larger than this program reads")
                previous = hashlib.sha256(line).hexdigest()
                prefix.update(line)
                self.grow(line)
                if self.size in sizes:
                    self.at[self.size] = (self.root(), prefix.hexdigest())
        report.passed("ledger.form ledger.seq ledger.prev", LEDGER, f"{self.size} lines in one unbroken chain")

    def check(self, bag: Bag, report: Report) -> None:
        """Rule 5: what is absent is disclosed as withheld; no body is without its line; time does not run backwards."""
        report.need(self.disclosed == self.size - 1, "ledger.disclose", LEDGER, "does not end with a `disclose` event")
        for seq in self.absent:
            missing = "is missing, and not disclosed as withheld"
            if report.need(seq in self.withheld, "ledger.body", f"{BODIES}{seq:010}.json", missing):
                stated = f"; event {self.extracts[seq]} states a part of it" if seq in self.extracts else ""
                report.add("ledger.withheld", NOT_APPLICABLE, f"event {seq}", f"withheld, as disclosed{stated}")
        for path, match in bag.matching(BODIES + r"(.+)"):
            known = re.fullmatch(r"\d{10}\.json", match[1]) and int(match[1][:10]) < self.size
            report.need(known, "ledger.body", path, "belongs to no line of the ledger")
        latest = float("-inf")
        for seq, moment in sorted(self.times.items()):
            if moment < latest:
                outcome = INCONCLUSIVE if latest - moment > CLOCK_TOLERANCE else NOT_APPLICABLE
                report.add("ledger.time", outcome, f"event {seq}", f"{latest - moment:.0f} s before an earlier event")
            latest = max(latest, moment)
        report.passed("ledger.body body.form ledger.disclose ledger.time", LEDGER, f"{len(self.keys)} bodies as named")


class Checkpoint(NamedTuple):
    """The signed statement of what the ledger was at one size."""

    data: bytes
    origin: str
    size: int
    root: str
    prefix: str

    @classmethod
    def parse(cls, data: bytes) -> Checkpoint:
        """C2SP tlog-checkpoint text with the one extension line."""
        form = r"(muniment/[0-9a-f]{32})\n([1-9][0-9]{0,9})\n([A-Za-z0-9+/]{43}=)\nsha256-prefix ([0-9a-f]{64})\n"
        if match := re.fullmatch(form, data.decode("latin-1")):
            return cls(data, match[1], int(match[2]), match[3], match[4])
        raise Damaged("is not of the form of a checkpoint")

    def contradictions(self, ledger: Ledger) -> Iterator[tuple[str, str]]:
        """Rules 6 and 10: (check, what is wrong) for each way in which the ledger is not what was signed."""
        if ledger.case and self.origin != f"muniment/{ledger.case}":
            yield "form", "belongs to another case"
        if self.size > ledger.size:
            yield "size", f"states {self.size} lines, the ledger has {ledger.size}: its end was cut off"
            return
        root, prefix = ledger.at.get(self.size, ("", ""))
        if self.prefix != prefix:
            yield "prefix", f"the first {self.size} lines of the ledger are not those it was made for"
        if self.root != root:
            yield "root", f"the Merkle root of the first {self.size} lines is another"


def read_checkpoints(bag: Bag, report: Report) -> dict[int, Checkpoint]:
    """The checkpoints by size, each under its own name."""
    found: dict[int, Checkpoint] = {}
    for path, match in bag.matching(CHECKPOINTS + r"(\d{10})"):
        with report.failing("checkpoint.form", path):
            checkpoint = Checkpoint.parse(bag.read(path, MAX_SMALL))
            need(checkpoint.size == int(match[1]), f"is the checkpoint of size {checkpoint.size} under another name")
            found[checkpoint.size] = checkpoint
    return found


def check_checkpoints(bag: Bag, found: dict[int, Checkpoint], ledger: Ledger, report: Report) -> None:
    """Rules 6 and 7."""
    if report.need(found, "checkpoint.missing", CHECKPOINTS, "there is no checkpoint of the ledger"):
        report.need(max(found) >= ledger.size, "checkpoint.size", CHECKPOINTS, "the last does not cover the ledger")
    covered, unsigned = dict[str, int](), set(found)      # fingerprint -> size of its largest checkpoint
    wrong = {size: list(checkpoint.contradictions(ledger)) for size, checkpoint in found.items()}
    kinds = r"(?:.*\.(?:tsr|ots)|(receipt-)?([0-9a-f]{16})\.sig)"
    for path, match in bag.matching(rf"({CHECKPOINTS}(\d{{10}}))\.{kinds}")[:MAX_SIGNATURES]:
        size, space = int(match[2]), RECEIPT if match[3] else CHECKPOINT
        report.need(size in found, "checkpoint.missing", path, "the checkpoint that it is about is missing")
        signer = signer_of(bag, path, match[1], space, report) if match[4] and size in found else None
        if signer and match[3]:
            report.add("receipt.signature", PASS, path, f"countersigned by {fingerprint(signer)}")
        elif signer:
            unsigned.discard(size)
            covered[fingerprint(signer)] = max(covered.get(fingerprint(signer), 0), 0 if wrong[size] else size)
    for size, contradictions in sorted(wrong.items()):
        path = f"{CHECKPOINTS}{size:010}"
        report.need(size not in unsigned, "checkpoint.signature", path, "has no signature that holds")
        for rule, summary in contradictions:
            report.add(f"checkpoint.{rule}", FAIL, path, summary)
    checks = "checkpoint.missing checkpoint.form checkpoint.size checkpoint.root checkpoint.prefix checkpoint.signature"
    report.passed(checks, CHECKPOINTS, f"{len(found)} checkpoints are of this ledger")
    for seq, key in ledger.keys.items():
        revoked = ledger.revoked.get(key, MAX_LINES)
        report.need(seq <= revoked, "ledger.key", f"event {seq}", f"is attributed to {key}, revoked by event {revoked}")
        if covered.get(key, 0) <= seq and covered.get(ledger.keys.get(revoked, ""), 0) > revoked:
            report.add("ledger.key", NOT_APPLICABLE, f"event {seq}", "attributed to a revoked key, not proved")
        elif covered.get(key, 0) <= seq:
            report.add("ledger.key", FAIL, f"event {seq}", f"no checkpoint by its key, {key}, covers it")
    report.passed("ledger.key", LEDGER, "each event is signed for by the key it is attributed to")


def signer_of(bag: Bag, name: str, data: str, namespace: str, report: Report) -> Optional[bytes]:
    """The key of the signature file `name` over the file `data`; None, and a failure, when it does not hold."""
    try:
        text, armour = bag.read(data, MAX_LIST), bag.read(name, MAX_SMALL)
        key = sshsig_signer(text, armour, namespace, canonical=namespace != RECEIPT)    # a witness may use any program
        need(name[-20:-4] == hashlib.sha256(key).hexdigest()[:16], "is named after another key than signed it")
    except MALFORMED as error:
        report.add(namespace.split("@", maxsplit=1)[0] + ".signature", FAIL, name, str(error))
        return None
    return key


def read_receipt(path: str) -> tuple[str, Checkpoint, list[bytes]]:
    """File name, checkpoint, signatures; these follow the text of the checkpoint in the file."""
    with open(path, "rb") as file:
        text, *armours = file.read(MAX_SMALL).split(ARMOUR_BEGIN)
    checkpoint = Checkpoint.parse(text.replace(b"\r\n", b"\n").strip() + b"\n")
    return path, checkpoint, [ARMOUR_BEGIN + armour for armour in armours]


def check_receipts(receipts: list[tuple[str, Checkpoint, list[bytes]]], ledger: Ledger, report: Report) -> None:
    """Rule 10: the ledger begins with what somebody else kept; only this stops the holder of the key."""
    for name, checkpoint, armours in receipts:
        for rule, summary in checkpoint.contradictions(ledger):
            report.add(f"receipt.{rule}", FAIL, name, f"this bundle is not what the receipt was given for: {summary}")
        for armour in armours:
            with report.failing("receipt.signature", name):
                key = sshsig_signer(checkpoint.data, armour, RECEIPT, CHECKPOINT, canonical=False)
                report.add("receipt.signature", PASS, name, f"signed by {fingerprint(key)}")
        report.passed("receipt.prefix receipt.root", name, f"the ledger begins with its {checkpoint.size} lines")
    if not receipts:
        report.add("receipt.prefix", NOT_APPLICABLE, "", "no receipt: the key holder could have rewritten all")


def check_items(bag: Bag, ledger: Ledger, report: Report) -> None:
    """Rule 8: each item named is there as recorded, and no other."""
    held: dict[str, list[str]] = {}
    for path, match in bag.matching(r"data/items/([^/]+)(?:/.+)?"):
        held.setdefault(match[1], []).append(path)
    for name, item in sorted(ledger.items.items()):
        paths, record = held.pop(name, []), f"data/items/{name}/item.json"
        originals = [path for path in paths if re.fullmatch(r"[^/]+/[^/]+/[^/]+/original\.[^/]+", path)]
        if not paths and name in ledger.not_selected:
            report.add("item.not_selected", NOT_APPLICABLE, name, "not selected for this bundle, as disclosed")
            continue
        if report.need(len(originals) == 1, "item.missing", name, f"the bundle has {len(originals)} originals of it"):
            same = (bag.files[originals[0]], bag.sha256(originals[0])) == (item.get("length"), item.get("sha256"))
            report.need(same, "item.original", originals[0], f"is not the {name} that was recorded")
        with report.failing("item.record", record):
            need(decode_json(bag.read(record, MAX_RECORD)) == {**item, "schema": "muniment/item/1"}, "not as recorded")
        made = {bag.sha256(path): path for path in set(paths) - {*originals, record}}
        for odd in set(made) ^ ledger.derivatives.get(name, set()):
            report.add("item.derivative", FAIL, made.get(odd, name), f"{odd}: not both in an event and in the bundle")
    for paths in held.values():
        report.add("item.unlisted", FAIL, paths[0], "no event in the bundle names this item")
    here = len(ledger.items.keys() - ledger.not_selected)
    checks = "item.original item.record item.missing item.derivative item.unlisted"
    report.passed(checks, "", f"{here} items are as recorded")
    held, included, kept = (part(ledger.disclose, name, kind=int) for name in ("held", "included", "withheld"))
    words = f"held {held}, included {included}, withheld {kept}, not selected {len(ledger.not_selected)}"
    agrees = not held or (included == here and held == included + kept + len(ledger.not_selected))
    report.need(agrees, "bundle.account", "", f"the bundle does not hold what it says: {words}")
    report.add("bundle.account", NOT_APPLICABLE, "", words)
    for claim in part(ledger.disclose, "claims", kind=list):
        counts = [part(claim, name, kind=int) for name in ("contradicting", "included", "withheld", "not_selected")]
        words = "contradicted by {} items: {} included, {} withheld, {} not selected".format(*counts)
        report.add("bundle.claim", NOT_APPLICABLE, part(claim, "claim"), words)


def written(url: str) -> str:
    """A URL as it stands in WARC-Target-URI: no fragment, no default port, percent-encoded where it is not plain."""
    bare = url.partition("#")[0] if url[:4].lower() == "http" else url
    bare = re.sub(r"(?i)^(?:(https|wss)|(http|ws))(://[^/?#]*?):(?:(?(1)443|80))?(?=[/?#]|$)", r"\1\2\3", bare)
    return re.sub(r'[^!-~]|[<>"]', lambda c: "".join(f"%{b:02X}" for b in c[0].encode("utf-8", "surrogatepass")), bare)


def warc_records(stream: Any, budget: int) -> Iterator[tuple[dict[str, str], str, int]]:
    """Head fields (names in lower case), block SHA-256 and block length of each record of a .warc.gz."""
    with gzip.GzipFile(fileobj=stream) as warc:
        while head := [warc.readline(MAX_SMALL)] if warc.peek(1) else []:
            while head[-1] not in (b"\r\n", b"") and sum(map(len, head)) < MAX_SMALL:
                head.append(warc.readline(MAX_SMALL))
            rows = [row.partition(":") for row in b"".join(head).decode("utf-8", "replace").split("\r\n")]
            fields = {name.strip().lower(): value.strip() for name, _, value in rows}
            size = fields.get("content-length", "")
            need(head[0] == b"WARC/1.1\r\n" and head[-1] == b"\r\n" and size.isdecimal(), "holds no WARC record")
            digest, left, budget = hashlib.sha256(), int(size), budget - int(size) - MAX_SMALL
            need(budget >= 0, "holds far more than the ledger names")
            while left and (chunk := warc.read(min(left, 1 << 20))):
                digest.update(chunk)
                left -= len(chunk)
            need(not left and warc.read(4) == b"\r\n\r\n", "holds a WARC record that is not as long as it says")
            yield fields, digest.hexdigest(), int(size)


def wacz_records(bag: Bag, budget: int) -> Iterator[tuple[dict[str, str], str, int]]:
    """The records of each WARC in the WACZ; Damaged where ZIP readers could disagree about it."""
    with bag.open(WACZ) as file:
        file.seek(-min(22, bag.files[WACZ]), os.SEEK_END)
        end = file.read()        # the end record of a ZIP without comment; the size of the directory is at offset 12
        small = int.from_bytes(end[12:16], "little") <= MAX_ZIP_DIRECTORY
        need(end[:4] == b"PK\5\6" and small, "is not a ZIP file that ends as it should")
        with zipfile.ZipFile(file) as archive:
            names = [member.filename for member in archive.infolist()]
            need(len({name.casefold() for name in names}) == len(names), "holds two members of one name")
            for member in archive.infolist():
                odd = path_problem(member.filename) or member.flag_bits & 1 or member.compress_type not in (0, 8)
                within = 0 <= member.header_offset < archive.start_dir
                need(within and not odd, f"holds a member that may not be there: {member.filename!r}")
            own = {"datapackage.json", "datapackage-digest.json"}
            small = all(name in names and archive.getinfo(name).file_size <= MAX_RECORD for name in own)
            need(small, "lacks its datapackage.json, or the hash of that")
            said, package = (json.loads(archive.read(name)) for name in sorted(own))
            listed = {part(one, "path"): part(one, "hash") for one in part(package, "resources", kind=list)}
            need(listed.keys() == set(names) - own, "does not hold the members that its datapackage.json lists")
            listed["datapackage.json"] = part(said, "hash")
            for member in archive.infolist():
                need(member.file_size <= budget, "holds far more than the ledger names")
                same = listed.get(member.filename) in (None, "sha256:" + sha256_of(archive.open(member)))
                need(same, f"holds {member.filename!r}, but not as listed")
                if member.filename.startswith("archive/"):
                    yield from warc_records(archive.open(member), budget)


def check_wacz(bag: Bag, ledger: Ledger, report: Report) -> None:
    """Rule 9: each record named is there with its block; each record there is named."""
    exempt, seen, refs_of = set[str](), set[str](), ledger.refs
    gone = [item for name, item in ledger.items.items() if name in ledger.not_selected]
    marks = {part(item, "sha256") for item in gone} | {part(item, "source", "record") for item in gone}
    for record, exchange in ledger.exchanges.items():
        if marks & {record, part(exchange, "content_sha256"), part(exchange, "payload_sha256")}:
            exempt |= {ref[0] for ref in refs(exchange)}
    budget = SLACK + sum(length + MAX_SMALL for found in refs_of.values() for _, _, length in found)
    with report.failing("wacz.form", WACZ):
        for fields, digest, length in wacz_records(bag, budget) if WACZ in bag.files else ():
            record, target = (fields.get(name, "").strip("<>") for name in ("warc-record-id", "warc-target-uri"))
            same = record not in seen and refs_of.get(record, {(record, digest, length)}) == {(record, digest, length)}
            report.need(same, "wacz.members", record, "is there twice, or not with the block that was recorded")
            same = written(part(ledger.exchanges.get(record), "url")) in ("", target)
            report.need(same, "wacz.target", record, "is of another address than the ledger says")
            if record not in refs_of and fields.get("warc-type") != "warcinfo":
                unproved = INCONCLUSIVE if ledger.absent else FAIL        # a withheld event may name it
                report.add("wacz.unlisted", unproved, record, "is in the WACZ, but no event in the bundle names it")
            seen.add(record)
    for record in sorted(set(refs_of) - seen - exempt):
        report.add("wacz.members", FAIL, record, "an event names this record; the WACZ does not hold it")
    report.passed("wacz.form wacz.members wacz.target wacz.unlisted", WACZ, f"{len(seen)} records are as recorded")


def check_tokens(bag: Bag, ledger: Ledger, roots: Optional[str], unproved: Outcome, report: Report) -> Optional[float]:
    """Rule 11; the earliest time of the seal that `openssl` confirms with the verifier's own roots."""
    confirmed: list[float] = []
    tokens = bag.matching(rf"({CHECKPOINTS}(\d{{10}})|{re.escape(TAGMANIFEST)})\.[\w-]+\.tsr")
    for path, match in tokens:
        with report.failing("time.token", path):
            algorithm, imprint, moment = parse_token(bag.read(path, MAX_RECORD))
            need(hashlib.new(algorithm, bag.read(match[1], MAX_LIST)).digest() == imprint, f"is not over {match[1]}")
            good = openssl_confirms(bag, match[1], path, roots, moment) if roots else None
            outcome = {True: PASS, False: FAIL, None: unproved}[good]
            words = "your roots confirm it" if good else "not confirmed: that needs --tsa-ca and OpenSSL 3 or later"
            report.add("time.signature", outcome, path, f"{datetime.fromtimestamp(moment, timezone.utc)}; {words}")
            confirmed += [moment] if good and not match[2] else []
            for seq, claimed in ledger.times.items():
                late = seq < int(match[2] or MAX_LINES) and claimed > moment + CLOCK_TOLERANCE
                report.need(not late, "time.bounds", f"event {seq}", f"is dated after the token {path} that covers it")
    for path, match in bag.matching(rf"({CHECKPOINTS}\d{{10}})\.[\w-]+\.ots"):
        with report.failing("time.ots", path):
            begins = OTS_SHA256 + bytes.fromhex(bag.sha256(match[1]))
            need(bag.read(path, MAX_RECORD).startswith(begins), f"is not over {match[1]}")
            report.add("time.ots", NOT_APPLICABLE, path, "its way to a block of Bitcoin is not checked by this program")
    if tokens:
        report.passed("time.token time.bounds", "", f"{len(tokens)} tokens are over the bytes they stand beside")
    else:
        report.add("time.token", unproved, "", "no timestamp token: the time of the seal is what the sealer says")
    return min(confirmed, default=None)


def check_seal(bag: Bag, ledger: Ledger, signers: Optional[list[Signer]], proved: Optional[float],
               report: Report) -> tuple[bytes, str]:
    """Rule 3; the sealing key, and who your list says that it is."""
    seals = bag.matching(re.escape(TAGMANIFEST) + r"\.([0-9a-f]{16})\.sig")[:MAX_SIGNATURES]
    keys = [key for name, _ in seals if (key := signer_of(bag, name, TAGMANIFEST, SEAL, report))]
    report.need(seals, "seal.missing", TAGMANIFEST, "there is no seal: nobody vouches for this bundle")
    if not keys:
        return b"", ""
    for name in map(fingerprint, keys):
        report.need(name in ledger.enrolled or ledger.absent, "seal.enrolled", name, "the case never enrolled this key")
    names, who = ", ".join(map(fingerprint, keys)), ""
    report.passed("seal.missing seal.signature seal.enrolled", TAGMANIFEST, f"sealed by {names}")
    if signers is None:
        report.add("seal.signer", INCONCLUSIVE, names, "no list of trusted signers was given (--trust)")
        return keys[0], ""
    basis = "at the time of its token" if proved is not None else "on the day that the sealer states, without proof"
    with report.failing("seal.signer", names):
        said = re.search(r"^Bagging-Date: (.*)$", bag.read("bag-info.txt", MAX_SMALL).decode("latin-1"), re.MULTILINE)
        first = seconds(said[1] if said else "", "%Y-%m-%d") if proved is None else proved
        last = first + 86_399 if proved is None else proved
        found = [(s.who, key) for key in keys for s in signers if s.key == key and s.may(SEAL, first, last)]
        need(found, f"your list of trusted signers does not confirm this key {basis}")
        who, keys = shown(found[0][0]), [found[0][1]]
        report.add("seal.signer", PASS, fingerprint(keys[0]), f"your list of trusted signers says {who}, {basis}")
    return keys[0], who


def verify(root: str, given: argparse.Namespace) -> tuple[list[Finding], Outcome, str]:
    """Every finding about a bundle, and the answer in plain words."""
    report, key, who = Report(), b"", ""
    try:
        bag, ledger = Bag.scan(root, report), Ledger()
        bag.check(report)
        checkpoints = read_checkpoints(bag, report)
        ledger.read(bag, set(checkpoints) | {receipt[1].size for receipt in given.receipt}, report)
        ledger.check(bag, report)
        check_checkpoints(bag, checkpoints, ledger, report)
        check_receipts(given.receipt, ledger, report)
        check_items(bag, ledger, report)
        check_wacz(bag, ledger, report)
        proved = check_tokens(bag, ledger, given.tsa_ca, INCONCLUSIVE if given.require_time else NOT_APPLICABLE, report)
        key, who = check_seal(bag, ledger, given.trust, proved, report)
    except Exception as error:  # noqa: BLE001 - the boundary: what was not foreseen, or cannot be read, is no pass
        report.add("verify.error", ERROR, "", f"stopped by {type(error).__name__}: {error}")
    return report.findings, *report.answer(key, who)


def main() -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser("verify.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)), help="its folder")
    parser.add_argument("--trust", metavar="FILE", help="allowed_signers file, not from the bundle")
    parser.add_argument("--receipt", metavar="FILE", action="append", default=[], help="a receipt that somebody kept")
    parser.add_argument("--tsa-ca", metavar="PEM", help="roots of the timestamp authorities that you trust")
    parser.add_argument("--require-time", action="store_true", help="exit 5 without a confirmed timestamp")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    try:
        given.trust = read_signers(given.trust) if given.trust else None
        given.receipt = [read_receipt(path) for path in given.receipt]
        need(os.path.isdir(given.bundle), f"{given.bundle} is not a folder (a .zip must be unpacked first)")
        need(not given.tsa_ca or os.path.isfile(given.tsa_ca), f"there is no file {given.tsa_ca}")
    except (OSError, *MALFORMED) as error:
        sys.stderr.write(f"verify.py: {shown(str(error), 400)}\n")
        return 2
    findings, outcome, answer = verify(given.bundle, given)
    findings.sort(key=lambda one: one.outcome.value)
    rows = [{**one._asdict(), "outcome": one.outcome.name.lower()} for one in findings]
    if given.json:
        sys.stdout.write(json.dumps({"schema": "muniment/verify/1", "target": given.bundle, "kind": "bundle", "outcome":
                                     outcome.name.lower(), "answer": answer, "findings": rows}, indent=1) + "\n")
    else:
        lines = ["{outcome:<15} {check:<22} {subject}: {summary}\n".format(**row).replace(" : ", " ") for row in rows]
        sys.stdout.write("".join([answer, "\n\n", *lines, "\n", LIMITS, "\n"]))
    return {PASS: 0, FAIL: 4}.get(outcome, 5)


if __name__ == "__main__":
    sys.exit(main())
