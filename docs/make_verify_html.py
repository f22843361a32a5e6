"""Writes the hashes that its content policy names into verify.html, and the hash of the page into verify-html.md."""

import base64
import hashlib
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "verify" / "scripts" / "verify.html"
DOCUMENT = Path(__file__).resolve().parent / "verify-html.md"


def with_policy(page: str) -> str:
    """The page, its policy allowing exactly the one script and the one style sheet that it holds."""
    for kind in ("script", "style"):
        [inside] = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        page, found = re.subn(rf"{kind}-src 'sha256-[^']*'", f"{kind}-src 'sha256-{digest}'", page)
        if found != 1:
            raise ValueError(f"the page has not one {kind}-src")
    return page


def with_hash(document: str, page: str) -> str:
    """The document, naming the SHA-256 of the page."""
    return re.sub(r"[0-9a-f]{64}(?=  verify\.html)", hashlib.sha256(page.encode()).hexdigest(), document)


if __name__ == "__main__":
    fresh = with_policy(PAGE.read_text())
    PAGE.write_text(fresh)
    DOCUMENT.write_text(with_hash(DOCUMENT.read_text(), fresh))
