"""RESULTS.md by sections: each benchmark writes its own and leaves the others."""

import re
from pathlib import Path


def replace_section(path: Path, title: str, body: str) -> None:
    """Put `## title` with this body into the file, in the place of an earlier one."""
    text = path.read_text("utf-8") if path.exists() else "# Picture and video reuse: results\n"
    section = f"## {title}\n{body.strip()}\n"
    found = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    made = text[:found.start()] + section + "\n" + text[found.end():] if found else f"{text.rstrip()}\n\n{section}"
    path.write_text(made.rstrip() + "\n", "utf-8")
