"""Where codecards keeps code sets on this machine: the two folders, as the user's system has them."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder", "library_folder"]

_NAME = "codecards"


def library_folder() -> Path:
    """Return the folder of the releases that were added: ``CODECARDS_LIBRARY``, or one among the user's data."""
    named = os.environ.get("CODECARDS_LIBRARY")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path(_NAME, appauthor=False) / "codesets"


def cache_folder() -> Path:
    """Return the folder of what can be made again: ``CODECARDS_CACHE``, or one among the user's caches."""
    named = os.environ.get("CODECARDS_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_cache_path(_NAME, appauthor=False) / "codesets"
