"""The process in which pictures and videos are decoded and fingerprinted: `python -m verify.reuse.worker MEMORY`.

It answers as `verify.sandbox.worker` does; fingerprints come as base64 of `codec.pack`.
"""

import base64
import sys
from pathlib import Path

from verify.sandbox.worker import serve


def picture(path: Path, *, asked: bool = False, described: bool = True) -> bytes:
    """The fingerprint of a picture file; `asked`: as a query; not `described`: without local features."""
    import cv2

    from verify.reuse.codec import pack
    from verify.reuse.decode import decode
    from verify.reuse.fingerprint import fingerprint

    cv2.setNumThreads(1)
    decoded = decode(path)
    found = fingerprint(decoded.working, width=decoded.width, height=decoded.height, asked=asked,
                        described=described)
    return base64.b64encode(pack([found])) + b"\n"


def query(path: Path) -> bytes:
    """The fingerprint of a picture file that others are compared with."""
    return picture(path, asked=True)


def plain(path: Path) -> bytes:
    """The fingerprint of a picture file without local features."""
    return picture(path, described=False)


def pdq_hash(path: Path) -> bytes:
    """The PDQ hash and quality of a picture file: hex and a number."""
    import cv2

    from verify.reuse.decode import decode
    from verify.reuse.fingerprint import hashed_plane
    from verify.reuse.pdq import pdq

    cv2.setNumThreads(1)
    digest, quality = pdq(hashed_plane(decode(path).working))
    return f"{digest.tobytes().hex()} {quality}\n".encode("ascii")


def video(path: Path, start: float, count: float, described: float) -> bytes:
    """Fingerprints of at most `count` frames from `start` seconds on, with their times."""
    import json

    import cv2

    from verify.reuse.codec import pack
    from verify.reuse.decode import working_plane
    from verify.reuse.fingerprint import fingerprint
    from verify.reuse.frames import frames

    cv2.setNumThreads(1)
    times, found = [], []
    for frame in frames(path, start, int(count)):
        times.append(frame.seconds)
        found.append(fingerprint(working_plane(frame.grey), width=frame.width, height=frame.height,
                                 described=bool(described)))
    head = json.dumps(times).encode("ascii") + b"\n"
    return base64.b64encode(head + pack(found)) + b"\n"


def quick(path: Path) -> bytes:
    """The quick hash and quality of a picture file: hex and a number."""
    import cv2

    from verify.reuse.duplicates import quick_hash

    cv2.setNumThreads(1)
    found = quick_hash(path)
    return f"{found.hash.hex()} {found.quality}\n".encode("ascii")


def crops(path: Path) -> bytes:
    """Pictures to ask a search engine outside with."""
    from verify.reuse.crops import make_crops

    return make_crops(path)


if __name__ == "__main__":
    serve(int(sys.argv[1]), {"picture": picture, "plain": plain, "query": query, "pdq": pdq_hash,
                             "video": video, "crops": crops, "quick": quick})
