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
    require_time: bool = False

    def to_text(self) -> str:
        """One line."""
        paths = (self.trust, self.tsa_roots, self.c2pa_roots)
        return json.dumps([*(str(path.absolute()) if path else "" for path in paths), self.require_time])


def brought_of(text: str) -> Brought:
    """The inverse of `to_text`."""
    trust, tsa_roots, c2pa_roots, require_time = json.loads(text)
    return Brought(trust=Path(trust) if trust else None, tsa_roots=Path(tsa_roots) if tsa_roots else None,
                   c2pa_roots=Path(c2pa_roots) if c2pa_roots else None, require_time=bool(require_time))
