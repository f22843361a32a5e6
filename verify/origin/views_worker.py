"""The process in which views are drawn: `python -m verify.origin.views_worker MEMORY`; a PNG comes as base64."""

import base64
import io
import sys
from functools import partial
from pathlib import Path

from verify.origin.views import View, draw
from verify.sandbox.worker import serve


def _line(view: View, path: Path) -> bytes:
    held = io.BytesIO()
    draw(path, view).save(held, "PNG")
    return base64.b64encode(held.getvalue()) + b"\n"


if __name__ == "__main__":
    serve(int(sys.argv[1]), {view.value: partial(_line, view) for view in View})
