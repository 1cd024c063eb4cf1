"""The cache of compiled programs, in the user's cache directory.

An entry is a folder that appears whole or not at all (it is renamed into place), so several
processes share the cache without locks. The cache is kept under a size by removing what was used
longest ago.

What decides whether a compiled program may be used again is in two steps, as in ccache's direct
mode: the key holds all that is known before compiling (sources, flags, compiler, runtime), and the
entry lists the headers that the compiler read, which must still be what they were.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hipwright.user_directory import cache_directory

FORMAT = 1  # changes when entries of older versions must not be read
DEFAULT_BYTES = 2 * 1024**3
_META = "entry.json"
_ATTEMPTS = 100  # to rename an entry into place while other writers do the same
_ABANDONED_SECONDS = 3600.0  # a half-written entry older than this has lost its writer


def key_of(parts: object) -> str:
    """A cache key of anything that JSON can hold; bytes are hashed first."""
    text = json.dumps([FORMAT, parts], sort_keys=True, default=_digest_bytes)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def _digest_bytes(value: object) -> str:
    if isinstance(value, bytes):
        return digest(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no key can be made of {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Dependency:
    """A file that a compiled program was made from, and what it was."""

    path: str
    size: int
    modified_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Dependency:
        """The dependency on a file as it is now.

        Raises:
            OSError: the file cannot be read.
        """
        stat = path.stat()
        return cls(str(path), stat.st_size, stat.st_mtime_ns, digest(path.read_bytes()))

    def unchanged(self) -> bool:
        """Whether the file still holds the same: by size and time, else by content."""
        try:
            stat = Path(self.path).stat()
            if stat.st_size != self.size:
                return False
            if stat.st_mtime_ns == self.modified_ns:
                return True
            return digest(Path(self.path).read_bytes()) == self.sha256
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its folder and what was noted with it."""

    directory: Path
    meta: dict[str, Any]


class Cache:
    """A folder of entries, kept under `limit_bytes`."""

    def __init__(self, directory: Path | None = None, limit_bytes: int = DEFAULT_BYTES) -> None:
        self.directory = directory or cache_directory() / "programs"
        self._limit = limit_bytes

    def get(self, key: str) -> Entry | None:
        """The entry of a key, when there is a whole one and its dependencies are what they were."""
        directory = self.directory / key
        try:
            noted = json.loads((directory / _META).read_text("utf-8"))
            dependencies = [Dependency(**each) for each in noted["dependencies"]]
            meta = noted["meta"]
            # A machine that goes down may leave a file without its content.
            whole = _sizes(directory) == noted["sizes"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not whole:
            return None
        if not all(dependency.unchanged() for dependency in dependencies):
            return None
        with contextlib.suppress(OSError):
            os.utime(directory)
        return Entry(directory, meta)

    def put(
        self,
        key: str,
        meta: dict[str, Any],
        fill: Callable[[Path], None],
        dependencies: Iterable[Path] = (),
    ) -> Entry:
        """Make an entry: `fill` writes its files into the folder that it is given.

        Raises:
            OSError: the cache directory cannot be written.
        """
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.directory / f".{key}.{secrets.token_hex(6)}"
        fresh.mkdir(mode=0o700)
        try:
            fill(fresh)
            noted = {
                "meta": meta,
                "dependencies": [asdict(each) for each in _dependencies(dependencies)],
                "sizes": _sizes(fresh),
            }
            (fresh / _META).write_text(json.dumps(noted), "utf-8")
            directory = self.directory / key
            for _ in range(_ATTEMPTS):
                try:
                    fresh.rename(directory)
                    break
                except OSError as error:
                    if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                        raise
                    # One with other dependencies, or another process was first: ours is newer.
                    # Moved aside first, so that no reader meets a half-removed entry.
                    aside = self.directory / f".{key}.{secrets.token_hex(6)}"
                    with contextlib.suppress(OSError):
                        directory.rename(aside)
                    shutil.rmtree(aside, ignore_errors=True)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self.shrink(keep=key)
        return Entry(directory, meta)

    def shrink(self, keep: str = "") -> None:
        """Remove what was used longest ago until the cache is within its limit."""
        entries = []
        total = 0
        now = time.time()
        with contextlib.suppress(OSError):
            for folder in os.scandir(self.directory):
                with contextlib.suppress(OSError):
                    used = folder.stat().st_mtime
                    if folder.name.startswith("."):
                        if now - used > _ABANDONED_SECONDS:
                            shutil.rmtree(folder.path, ignore_errors=True)
                        continue
                    size = sum(file.stat().st_size for file in Path(folder.path).rglob("*"))
                    entries.append((used, size, folder))
                    total += size
        for used, size, folder in sorted(entries, key=lambda entry: entry[0]):
            if total <= self._limit:
                return
            # Someone may have come for it while the others were counted.
            if folder.name != keep and _used(folder.path) == used:
                shutil.rmtree(folder.path, ignore_errors=True)
                total -= size


def _used(directory: str) -> float | None:
    """When an entry was used last; None where it is gone."""
    with contextlib.suppress(OSError):
        return Path(directory).stat().st_mtime
    return None


def _sizes(directory: Path) -> dict[str, int]:
    """The bytes of each file of an entry, but for the one that notes them."""
    return {
        path.relative_to(directory).as_posix(): path.stat().st_size
        for path in directory.rglob("*")
        if path.name != _META and path.is_file()
    }


def _dependencies(paths: Iterable[Path]) -> Sequence[Dependency]:
    return [Dependency.of(path) for path in paths]


def read_depfile(path: Path) -> list[Path]:
    """The files that a compiler's dependency file (`-MD`) names, without the target."""
    try:
        text = path.read_text("utf-8", "surrogateescape")
    except OSError:
        return []
    _, _, listed = text.replace("\\\n", " ").partition(": ")
    names = listed.replace("\\ ", "\0").split()
    return [Path(name.replace("\0", " ").replace("$$", "$").replace("\\#", "#")) for name in names]
