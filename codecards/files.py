"""Write files so that a reader never meets half of one."""

from __future__ import annotations

import os
from pathlib import Path
import tempfile

from codecards.errors import CodecardsError

__all__ = ["UnwritableFileError", "write_file"]

_MODE = 0o666


class UnwritableFileError(CodecardsError, OSError):
    """A file that could not be written; what stood at its path before is untouched."""


def write_file(path: str | Path, content: bytes) -> None:
    """Write `content` to `path`: beside it first, then moved into place in one step.

    Args:
        path: Where the file is to stand; its folder is made where it is missing.
        content: All of the file's bytes.

    Raises:
        UnwritableFileError: The file could not be written.
    """
    temporary: Path | None = None
    try:
        path = Path(path).resolve()  # what a link points to is replaced, not the link
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            temporary = Path(stream.name)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # A temporary file is private; give the finished one the permissions of any new file.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(_MODE & ~mask)
        temporary.replace(path)
        temporary = None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or error
        msg = f"{path}: cannot be written ({reason}); check the folder and the space left"
        raise UnwritableFileError(msg) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
