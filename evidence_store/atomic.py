"""Writing files so that a crash leaves the old state or the new one, never half of one.

1. Bytes reach the disk (fsync) before the name does; the folder is synced after it.
2. A file, once written, is never overwritten: `write_once` refuses a name that is taken. Only a page generated from
   the case is replaced.
"""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

PUBLIC_MODE = 0o644
PRIVATE_MODE = 0o600


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_once(path: Path, content: bytes, *, mode: int = PUBLIC_MODE) -> None:
    """Create `path` with `content`, durably and all at once; FileExistsError when the name is taken."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        take_name(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    sync_folder(path.parent)


def replace_generated(path: Path, content: bytes) -> None:
    """Give `path` new content, all at once: for what can be made again at any time, never for evidence."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    write_once(temporary, content)
    try:
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def take_name(temporary: Path, path: Path) -> None:
    """Give a file that is complete its name; FileExistsError when the name is taken. The temporary name may stay."""
    try:
        os.link(temporary, path)       # unlike rename, a link never replaces what stands there
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}:
            raise
        if path.exists():              # file systems without links (FAT): only the case's one writer gets here
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        temporary.rename(path)
