"""The table of programs that the study runs: which, how they are compiled, with what arguments."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

COLUMNS = (
    *("corpus", "program", "folder", "files", "flags", "arguments"),
    *("smaller", "cannot_run", "note"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One program. `folder` is its working directory, relative to the corpus; `files` and the
    folders in `flags` are relative to it. `smaller` makes sizes that are written in the source fit
    for a CPU: `FILE:NAME=VALUE`. `cannot_run` says why it is left out, else it is empty. `note`
    says in words what stopped it, or, after `right: `, why a difference is no wrong result.
    """

    corpus: str
    program: str
    folder: str
    files: tuple[str, ...]
    flags: tuple[str, ...]
    arguments: tuple[str, ...]
    smaller: tuple[str, ...] = ()
    cannot_run: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """What names the program in results."""
        return f"{self.corpus}/{self.program}"


def read_table(path: Path) -> list[Entry]:
    """The entries of a table, in its order."""
    with path.open(newline="", encoding="utf-8") as stream:
        return [
            Entry(
                row["corpus"],
                row["program"],
                row["folder"],
                tuple(shlex.split(row["files"])),
                tuple(shlex.split(row["flags"])),
                tuple(shlex.split(row["arguments"])),
                tuple(shlex.split(row["smaller"])),
                row["cannot_run"],
                row["note"],
            )
            for row in csv.DictReader(stream)
        ]


def write_table(path: Path, entries: Iterable[Entry]) -> None:
    """Write the entries to a table, in their order."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in entries:
            writer.writerow(
                (
                    entry.corpus,
                    entry.program,
                    entry.folder,
                    shlex.join(entry.files),
                    shlex.join(entry.flags),
                    shlex.join(entry.arguments),
                    shlex.join(entry.smaller),
                    entry.cannot_run,
                    entry.note,
                )
            )


def corpus_folders(given: Sequence[str]) -> dict[str, Path]:
    """The folders of `NAME=FOLDER` words. Raises SystemExit for what is no folder."""
    folders = {}
    for word in given:
        name, _, folder = word.partition("=")
        if not Path(folder).is_dir() or not name:
            raise SystemExit(f"{word}: want NAME=FOLDER, and an existing folder")
        folders[name] = Path(folder).resolve()
    return folders
