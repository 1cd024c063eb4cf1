"""Where hipwright keeps what it can make again."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_directory() -> Path:
    """The user's cache directory for hipwright: $HIPWRIGHT_CACHE_DIRECTORY, or the platform's."""
    chosen = os.environ.get("HIPWRIGHT_CACHE_DIRECTORY")
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hipwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hipwright"
