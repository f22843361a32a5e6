"""Makes and remakes the parts of a bundle that are hashes and signatures, from the formats alone.

Shares no code with the product: what the product writes and what is written here must pass the same verifiers.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TAGMANIFEST, MANIFEST = "tagmanifest-sha256.txt", "manifest-sha256.txt"
PREFIX = "0" * 64


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@dataclass(frozen=True)
class Key:
    """An Ed25519 key made from a word, so that it is the same in each run."""

    word: str

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.word.encode()).digest())

    @property
    def blob(self) -> bytes:
        return string(b"ssh-ed25519") + string(self.private.public_key().public_bytes_raw())

    @property
    def line(self) -> str:
        return "ssh-ed25519 " + base64.b64encode(self.blob).decode()

    @property
    def key16(self) -> str:
        return hashlib.sha256(self.blob).hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    def trusted(self, options: str = "") -> str:
        return " ".join(filter(None, (f"{self.word}@example.org", options, self.line))) + "\n"

    def sign(self, message: bytes, namespace: str, *, hash_name: str = "sha512") -> bytes:
        fields = (namespace.encode(), b"", hash_name.encode())
        inner = b"".join(map(string, (*fields, hashlib.new(hash_name, message).digest())))
        raw = self.private.sign(b"SSHSIG" + inner)
        blob = b"SSHSIG\0\0\0\1" + b"".join(map(string, (self.blob, *fields, string(b"ssh-ed25519") + string(raw))))
        return armour(blob)


def armour(blob: bytes) -> bytes:
    text = base64.b64encode(blob).decode()
    lines = [text[at:at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def chain(bodies: Iterable[str]) -> list[bytes]:
    """Ledger lines of body hashes."""
    lines: list[bytes] = []
    prev = PREFIX
    for seq, body in enumerate(bodies):
        lines.append(b'{"body":"sha256:%b","prev":"sha256:%b","seq":%d}\n' % (body.encode(), prev.encode(), seq))
        prev = sha256(lines[-1])
    return lines


def merkle_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1, as it is written there."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def checkpoint_text(case: str, lines: list[bytes]) -> bytes:
    root = base64.b64encode(merkle_root(lines)).decode()
    return f"muniment/{case}\n{len(lines)}\n{root}\nsha256-prefix {sha256(b''.join(lines))}\n".encode()


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk, together with the key that sealed it: what an insider can do, he does through this."""

    root: Path
    key: Key

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data)

    def files(self) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())

    def glob(self, pattern: str) -> str:
        """The first file that matches."""
        return min(path.relative_to(self.root).as_posix() for path in self.root.glob(pattern) if path.is_file())

    @property
    def listed(self) -> list[str]:
        return [path for path in self.files() if not path.startswith(TAGMANIFEST)]

    @property
    def case(self) -> str:
        return json.loads(self.body(0))["case"]

    @property
    def lines(self) -> list[bytes]:
        return self.read("custody/ledger.jsonl").splitlines(keepends=True)

    @property
    def seal(self) -> str:
        return f"{TAGMANIFEST}.{self.key.key16}.sig"

    def body_path(self, seq: int) -> str:
        return f"custody/bodies/{seq:010}.json"

    def body(self, seq: int) -> bytes:
        return self.read(self.body_path(seq))

    def fields(self, seq: int) -> dict:
        return json.loads(self.body(seq))

    def event(self, kind: str) -> int:
        """The seq of the first event of a type."""
        return next(seq for seq in range(len(self.lines)) if (self.root / self.body_path(seq)).exists()
                    and self.fields(seq)["type"] == kind)

    def edit(self, seq: int, **changes: object) -> None:
        """Change fields of a body, and nothing else."""
        self.write(self.body_path(seq), canonical({**self.fields(seq), **changes}))

    def rewrite(self, lines: list[bytes]) -> None:
        self.write("custody/ledger.jsonl", b"".join(lines))

    # What only the holder of a key can do.

    def regenerate(self) -> None:
        """Make the manifests anew from what is there."""
        payload = [path for path in self.listed if path.startswith("data/")]
        octets = sum((self.root / path).stat().st_size for path in payload)
        info = self.read("bag-info.txt").decode("latin-1").split("\n")
        info = [line for line in info if line and not line.startswith("Payload-Oxum")]
        info = sorted([*info, f"Payload-Oxum: {octets}.{len(payload)}"])
        self.write("bag-info.txt", "".join(f"{line}\n" for line in info).encode("latin-1"))
        self._manifest(MANIFEST, payload)
        self._manifest(TAGMANIFEST, [path for path in self.listed if not path.startswith("data/")])

    def _manifest(self, name: str, paths: list[str]) -> None:
        self.write(name, "".join(f"{sha256(self.read(path))}  {path}\n" for path in paths).encode())

    def reseal(self, key: Key | None = None) -> None:
        """Make manifests and seal anew."""
        for old in self.root.glob(f"{TAGMANIFEST}.*.sig"):
            old.unlink()
        self.regenerate()
        self.sign(key or self.key)

    def sign(self, key: Key, namespace: str = "seal@muniment") -> None:
        self.write(f"{TAGMANIFEST}.{key.key16}.sig", key.sign(self.read(TAGMANIFEST), namespace))

    def rechain(self, *keys: Key) -> None:
        """Make ledger and one checkpoint anew from the bodies that are there, and seal."""
        keys = keys or (self.key,)
        old = [line.decode()[len('{"body":"sha256:'):][:64] for line in self.lines]
        bodies = [self.root / self.body_path(seq) for seq in range(len(old))]
        self.rewrite(chain(sha256(path.read_bytes()) if path.exists() else kept
                           for path, kept in zip(bodies, old, strict=True)))
        for path in (self.root / "custody/checkpoints").iterdir():
            path.unlink()
        self.checkpoint(len(old), *keys)
        self.reseal(keys[0])

    def checkpoint(self, size: int, *keys: Key) -> None:
        text = checkpoint_text(self.case, self.lines[:size])
        self.write(f"custody/checkpoints/{size:010}", text)
        for key in keys:
            self.write(f"custody/checkpoints/{size:010}.{key.key16}.sig", key.sign(text, "checkpoint@muniment"))
