"""Reading and writing users' files: whole or not at all, and never over someone else's change."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

# Larger files are data, not source; refusing them keeps a slip from eating the memory.
MAXIMUM_SIZE = 100_000_000  # bytes

_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class FileError(Exception):
    """A file that cannot be used as asked: `reason` says why and what to do, without the path."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)  # both, so that it survives the way between processes
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class State(NamedTuple):
    """What tells that a file was changed by someone else."""

    size: int
    changed_ns: int
    device: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> State:
        """The state in the result of a stat call."""
        if os.name == "nt":  # where these differ between a path and an open file
            return cls(status.st_size, status.st_mtime_ns, 0, 0)
        return cls(status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino)


class TextFile(NamedTuple):
    """A file as it was read. `content` is what the engine works on: its bytes, unless the file is
    UTF-16 or UTF-32, which are turned into UTF-8 on the way in and back on the way out."""

    path: Path
    content: bytes
    state: State
    encoding: str | None = None  # None where the content is the file's own bytes

    def encode(self, content: bytes) -> bytes:
        """Content in the encoding of the file."""
        if self.encoding is None:
            return content
        return content.decode("utf-8").encode(self.encoding)


def read(path: Path) -> TextFile:
    """Read a source file whole.

    Raises FileError when it is missing, unreadable, not a regular file, over MAXIMUM_SIZE, not
    text, or changed while it was read.
    """
    try:
        # Checked before opening: opening a named pipe would wait for a writer.
        _check_kind(path, path.stat())
        with open(path, "rb") as file:  # noqa: PTH123 (Path.open costs more, and is the same)
            before = os.fstat(file.fileno())
            _check_kind(path, before)
            content = file.read(MAXIMUM_SIZE + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise FileError(path, _why(error)) from error
    if State.of(before) != State.of(after) or len(content) != after.st_size:
        raise FileError(path, "it changed while it was read; run again")
    return decode(path, content, State.of(after))


def decode(path: Path, content: bytes, state: State) -> TextFile:
    """The text in the bytes of a file. Raises FileError when they are not text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError as error:
                raise FileError(path, f"it is not text: broken {encoding}") from error
            return TextFile(path, text.encode("utf-8"), state, encoding)
    zero = content.find(b"\0")
    if zero >= 0:
        raise FileError(path, f"it is not text: there is a zero byte at offset {zero}")
    return TextFile(path, content, state)


def write(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file whole or not at all, and make its folder if need be.

    The content goes to a new file beside it, which then takes its place. `mode` gives the
    permission bits; without it they are those of the file that is there, or the usual ones. Raises
    FileError when that is not possible; what was there before stays as it was.
    """
    import tempfile

    temporary = None
    try:
        before = path.stat() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if before is not None:  # what it replaces is gone for good
                os.fsync(file.fileno())
        os.chmod(temporary, _mode_of(before) if mode is None else mode)  # noqa: PTH101
        if before is not None and hasattr(os, "chown"):
            with contextlib.suppress(PermissionError):  # only an administrator may, or need
                os.chown(temporary, before.st_uid, before.st_gid)
        os.replace(temporary, path)  # noqa: PTH105
    except OSError as error:
        raise FileError(path, f"it cannot be written: {_why(error)}") from error
    finally:
        # Gone when it took the place of the file; still there after anything else.
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def replace(file: TextFile, content: bytes, backup: bool) -> Path | None:
    """Put ported content in the place of a file that was read. Gives the backup, where one is made.

    A symbolic link stays one: the file behind it is written. Raises FileError when the file was
    changed since it was read, or cannot be written; then it stays as it is.
    """
    target = Path(os.path.realpath(file.path))
    check_unchanged(file)
    kept = None
    mode = _mode_of(target.stat())
    if backup:
        kept = free_backup_name(target)
        write(kept, file.encode(file.content), mode)
        check_unchanged(file)
    write(target, file.encode(content), mode)
    return kept


def check_unchanged(file: TextFile) -> None:
    """Raises FileError when the file is not as it was when it was read."""
    try:
        now = State.of(file.path.stat())
    except OSError as error:
        raise FileError(file.path, f"it changed while it was ported: {_why(error)}") from error
    if now != file.state:
        raise FileError(
            file.path, "it changed while it was ported and was left as it is; run again"
        )


def free_backup_name(path: Path) -> Path:
    """A name for a backup that takes the place of no earlier one: x.cu.prehip, x.cu.prehip.2, …

    AMD's hipify tools use the same ending.
    """
    candidate = path.with_name(f"{path.name}.prehip")
    number = 2
    while os.path.lexists(candidate):
        candidate = path.with_name(f"{path.name}.prehip.{number}")
        number += 1
    return candidate


def _check_kind(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileError(path, "it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise FileError(path, "it is not a regular file")
    if status.st_size > MAXIMUM_SIZE:
        size = status.st_size / 1e6
        limit = MAXIMUM_SIZE / 1e6
        raise FileError(path, f"it has {size:.0f} MB; files over {limit:.0f} MB are not read")


def _mode_of(status: os.stat_result | None) -> int:
    if status is not None:
        return stat.S_IMODE(status.st_mode)
    # What open() would give; the mask can only be read by setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return 0o666 & ~mask


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
