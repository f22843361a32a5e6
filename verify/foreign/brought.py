"""What a verifier brings along for targets of others, in the form in which it crosses into the reading process."""

import json
from dataclasses import dataclass
from pathlib import Path

MAX_PEM = 4 << 20             # bytes: all roots that browsers know have 200 kB


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Files of the verifier's own; none of it comes out of the target."""

    trust: Path | None = None         # allowed_signers
    tsa_roots: Path | None = None     # PEM
    c2pa_roots: Path | None = None    # PEM
    headers: Path | None = None       # of Bitcoin blocks
    require_time: bool = False

    def to_text(self) -> str:
        """One line."""
        paths = (self.trust, self.tsa_roots, self.c2pa_roots, self.headers)
        return json.dumps([*(str(path.absolute()) if path else "" for path in paths), self.require_time])


def brought_of(text: str) -> Brought:
    """The inverse of `to_text`."""
    *paths, require_time = json.loads(text)
    trust, tsa_roots, c2pa_roots, headers = (Path(path) if path else None for path in paths)
    return Brought(trust=trust, tsa_roots=tsa_roots, c2pa_roots=c2pa_roots, headers=headers,
                   require_time=bool(require_time))
