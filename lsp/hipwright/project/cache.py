"""Records of files, kept between two reports of a project.

One file holds the records of one project. A record counts as long as the file's bytes, its
settings, its name and hipwright itself are what they were; anything unreadable is made again. A
file whose size and times the system says to be those of the last report is not read again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import hipwright
from hipwright.files import FileError, State, TextFile, write
from hipwright.project.record import Record, from_json, to_json
from hipwright.settings import Settings
from hipwright.user_directory import cache_directory

FORMAT = 2  # changes when records of older versions must not be read
# A file that was written so short a time before it was read may be written again within the same
# tick of the file system's clock: its time then tells nothing.
_TICK = 2_000_000_000  # nanoseconds
_UNUSED_SECONDS = 60 * 86400  # a project that nobody reported on for so long


class RecordCache:
    """The records of one project, by what they were made from."""

    def __init__(self, roots: list[Path]) -> None:
        """`roots` are the paths that the report is about."""
        self._folder = cache_directory() / "reports"
        names = "\0".join(sorted(str(root.resolve()) for root in roots))
        digest = hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._file = self._folder / f"{digest}.json"
        self._hipwright = _knowledge()
        self._known: dict[str, list[Any]] = {}
        self._used: dict[str, list[Any]] = {}
        self._known_states: dict[str, list[Any]] = {}  # of files: what was read there, and its key
        self._states: dict[str, list[Any]] = {}
        self._began = time.time_ns()
        self.facts: dict[str, tuple[str, str]] = {}  # titles and facts of the rules that matter
        self._known_facts = 0
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            stored = json.loads(self._file.read_bytes())
            if stored["made by"] == self._hipwright:
                self._known = dict(stored["records"])
                self._known_states = dict(stored["states"])
                self.facts = {
                    str(code): (str(title), str(fact))
                    for code, (title, fact) in stored["facts"].items()
                }
                self._known_facts = len(self.facts)

    def key(self, content: bytes, file: str, settings: Settings, named: bool) -> str:
        """What a record of this file hangs on."""
        rest = f"{file}\0{_said(settings)}\0{named}\0{len(content)}\0"
        digest = hashlib.sha256(rest.encode("utf-8", "surrogateescape"))
        digest.update(content)
        return digest.hexdigest()[:40]

    def key_unread(self, path: Path, file: str, settings: Settings, named: bool) -> str | None:
        """The key of a file that is as it was at the last report, without reading it."""
        known = self._known_states.get(file)
        if known is None:
            return None
        try:
            now = _signature(path.stat(), settings, named)
        except OSError:
            return None
        if known[:-1] != now or known[-1] not in self._known:
            return None
        self._states[file] = known
        return str(known[-1])

    def note(self, file: TextFile, name: str, settings: Settings, named: bool, key: str) -> None:
        """Remember what the system says of a file that was read, and its key."""
        with contextlib.suppress(OSError):
            status = file.path.stat()
            latest = max(status.st_mtime_ns, status.st_ctime_ns)
            if State.of(status) == file.state and latest < self._began - _TICK:
                self._states[name] = [*_signature(status, settings, named), key]

    def find(self, key: str) -> Record | None:
        """The record with this key, if there is one."""
        values = self._known.get(key)
        if values is None:
            return None
        with contextlib.suppress(TypeError, ValueError):
            record = from_json(values)
            self._used[key] = values
            return record
        return None

    def add(self, key: str, record: Record) -> None:
        """Keep a record."""
        self._used[key] = to_json(record)

    def save(self) -> None:
        """Write what was used; what cannot be written is made again next time."""
        is_the_same = self._used.keys() == self._known.keys() and self._states == self._known_states
        if is_the_same and len(self.facts) == self._known_facts:
            return
        stored = {
            "made by": self._hipwright,
            "records": self._used,
            "states": self._states,
            "facts": self.facts,
        }
        with contextlib.suppress(FileError, OSError):
            write(self._file, json.dumps(stored, separators=(",", ":")).encode())
            for other in self._folder.glob("*.json"):
                if other.stat().st_mtime < time.time() - _UNUSED_SECONDS:
                    other.unlink()


def _signature(status: os.stat_result, settings: Settings, named: bool) -> list[Any]:
    """What tells that a file is as it was, and is looked at as it was."""
    times = status.st_mtime_ns, status.st_ctime_ns
    return [status.st_size, *times, status.st_dev, status.st_ino, _digest_of(settings), named]


@lru_cache(maxsize=16)
def _said(settings: Settings) -> str:
    return repr(settings)


@lru_cache(maxsize=16)
def _digest_of(settings: Settings) -> str:
    return hashlib.sha256(_said(settings).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _knowledge() -> str:
    """Which hipwright this is: its version, and its files, which change in a checkout."""
    folder = Path(hipwright.__file__).parent
    state = [
        (str(path.relative_to(folder)), status.st_size, status.st_mtime_ns)
        for pattern in ("*.py", "*.txt", "*.json")
        for path in sorted(folder.rglob(pattern))
        for status in (path.stat(),)
    ]
    digest = hashlib.sha256(repr(state).encode()).hexdigest()[:16]
    return f"{FORMAT} {hipwright.__version__} {digest}"
