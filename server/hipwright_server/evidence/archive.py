"""The archive that holds evidence: what may be in it, and reading it without trusting it.

Whoever replays evidence has it from somebody else. A name in it never leads out of a folder, sizes
are known before anything is read, every file must be what the manifest says, and nothing is
unpickled.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

FORMAT = "hipwright.evidence"
VERSION = 1
MANIFEST = "evidence.json"
MANIFEST_BYTES = 32 * 1024 * 1024
TOTAL_BYTES = 2 * 1024**3
MEMBERS = 20_000
_NAME = re.compile(r"[^\0-\x1f\x7f\\:]+")


class EvidenceError(ValueError):
    """An archive that is no evidence, or is damaged. The message is one line."""


class Archive:
    """An archive that is open for reading."""

    def __init__(self, path: Path) -> None:
        """Open it and read its manifest.

        Raises:
            EvidenceError: it is no evidence, is damaged, or is of a newer version.
        """
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
            members = self._zip.infolist()
        except FileNotFoundError:
            raise EvidenceError(f"{path}: no such file") from None
        except OSError as error:
            raise EvidenceError(f"{path}: {error.strerror or error}") from None
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise EvidenceError(f"{path}: this is no zip archive, or it is damaged") from None
        if len(members) > MEMBERS or sum(each.file_size for each in members) > TOTAL_BYTES:
            raise EvidenceError(f"{path}: it holds more than evidence ever does")
        self._members = {each.filename: each for each in members}
        if len(self._members) != len(members):
            raise EvidenceError(f"{path}: it holds two files of one name")
        if MANIFEST not in self._members:
            raise EvidenceError(f"{path}: this is no evidence of hipwright: no {MANIFEST} in it")
        try:
            manifest = json.loads(self._bytes(MANIFEST, MANIFEST_BYTES))
        except EvidenceError:
            raise
        except (ValueError, RecursionError):
            raise EvidenceError(f"{path}: {MANIFEST} is damaged") from None
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise EvidenceError(f"{path}: this is no evidence of hipwright")
        if manifest.get("version") != VERSION:
            raise EvidenceError(
                f"{path}: evidence of version {manifest.get('version')}; this hipwright knows "
                f"{VERSION}: install a newer one"
            )
        self.manifest: dict[str, Any] = manifest

    def read(self, entry: Any) -> bytes:
        """The content of a file that the manifest names with its size and SHA-256.

        Raises:
            EvidenceError: it is missing, or is not what the manifest says.
        """
        try:
            name, size, sha256 = str(entry["data"]), int(entry["size"]), str(entry["sha256"])
        except (TypeError, KeyError, ValueError):
            raise EvidenceError(f"{self.path}: {MANIFEST} is damaged") from None
        content = self._bytes(name, size)
        if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
            raise EvidenceError(f"{self.path}: {name} is not what was packed")
        return content

    def _bytes(self, name: str, limit: int) -> bytes:
        member = self._members.get(name)
        if member is None:
            raise EvidenceError(f"{self.path}: {name} is missing")
        if member.file_size > limit:
            raise EvidenceError(f"{self.path}: {name} is larger than it may be")
        try:
            with self._zip.open(member) as file:
                return file.read(limit + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
            # RuntimeError: it wants a password.
            raise EvidenceError(f"{self.path}: {name} cannot be read: {error}") from None
        except Exception as error:
            # The decompressors' own errors have no common base.
            raise EvidenceError(f"{self.path}: {name} is damaged: {error}") from None

    def close(self) -> None:
        """Close it."""
        self._zip.close()


def safe_name(name: object, archive: Path) -> str:
    """A relative path that stays below the folder that it is joined to.

    Raises:
        EvidenceError: it does not.
    """
    text = str(name)
    parts = PurePosixPath(text).parts
    if (
        not parts
        or text.startswith(("/", "~"))
        or ".." in parts
        or not _NAME.fullmatch(text)
        or len(text) > 1000
    ):
        raise EvidenceError(f"{archive}: {text[:80]!r} is no name for a file of a program")
    return text
