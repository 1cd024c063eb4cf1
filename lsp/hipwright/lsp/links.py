"""Where a rule is explained: a page that an editor can open from a finding."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from hipwright import __version__

PageText = Callable[[str], "str | None"]


class RuleLinks:
    """The addresses of the rules' pages.

    A client that can show a page itself says how to address it: a template with `{code}` in it.
    For any other, the page is written into the user's cache folder, so that the link works without
    a network and always tells of the version that runs.
    """

    def __init__(self, page: PageText, template: str | None = None) -> None:
        """`page` makes the Markdown text of a rule's page, None for an unknown code."""
        self._page = page
        self._template = template if template and "{code}" in template else None
        self._known: dict[str, str | None] = {}

    def __call__(self, code: str) -> str | None:
        """The address of a rule's page; None where there is none to give."""
        if self._template is not None:
            return self._template.replace("{code}", code)
        if code not in self._known:
            self._known[code] = self._write(code)
        return self._known[code]

    def _write(self, code: str) -> str | None:
        from hipwright.files import FileError, write

        text = self._page(code)
        if text is None or not code.isalnum():
            return None
        file = _cache_folder() / "rules" / __version__ / f"{code}.md"
        content = text.encode()
        try:
            if not file.is_file() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                write(file, content)
        except (OSError, FileError):
            return None  # a home that cannot be written to: findings go without links
        return file.as_uri()


def _cache_folder() -> Path:
    """Where programs of this system keep what they can make again."""
    if os.environ.get("HIPWRIGHT_CACHE_DIRECTORY"):
        return Path(os.environ["HIPWRIGHT_CACHE_DIRECTORY"]).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hipwright"
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "hipwright" / "cache"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "hipwright"
