"""The process in which containers are opened for the search: `python -m verify.exposure.worker MEMORY_BYTES`."""

import sys

from verify.exposure.unpack import MAX_OUT, unpack
from verify.sandbox.worker import serve

if __name__ == "__main__":
    serve(int(sys.argv[1]), {"unpack": unpack}, writes=MAX_OUT)
