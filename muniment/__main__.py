"""`python -m muniment` is `muniment`.

Python puts the current folder first on its path. That folder may be a bundle somebody handed over, with a verify.py of
its own: the packages beside this one are looked for instead.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    if not sys.flags.safe_path:
        sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from muniment.cli.main import main

    sys.exit(main())
