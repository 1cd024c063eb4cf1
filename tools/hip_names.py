"""Says which HIP names and headers the API table writes that no HIP header declares.

    python -m tools.hip_names INCLUDE [LIBRARY …]

INCLUDE is the folder of HIP's headers, with those of the libraries below it, such as
/opt/rocm/include. A name counts as declared when it stands anywhere in a header but in a comment or
a string. Library names, such as cuBLAS, limit the list to theirs. The exit status is 1 when
something is missing. What is listed belongs into `hipwright/api/corrections.py`, unless the headers
are only older than the name.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from hipwright.api import Entry, lookup, table

_HEADERS = frozenset({".h", ".hpp", ".hh", ".cuh", ".inl", ".ipp", ""})
_TEXT = re.compile(rb"""//(?:\\\r?\n|[^\n])*|/\*.*?\*/|"(?:\\.|[^"\\\n])*\"""", re.DOTALL)
_WORD = re.compile(rb"[A-Za-z_]\w*")
# What the compiler knows without any header.
_BUILT_IN = frozenset({"__builtin_trap"})


def declared(include: Path) -> set[str]:
    """Every word of the headers below a folder that stands in no comment and no string."""
    words: set[bytes] = set()
    for path in include.rglob("*"):
        if path.suffix in _HEADERS and path.is_file():
            words.update(_WORD.findall(_TEXT.sub(b" ", path.read_bytes())))
    return {word.decode() for word in words}


def written() -> Iterator[Entry]:
    """The entries of the table for which a port writes a name of HIP's."""
    for name in table():
        entry = lookup(name)
        if entry is not None and entry.hip and entry.status in ("supported", "v2-only"):
            yield entry


def missing(include: Path) -> Iterator[Entry]:
    """The entries whose HIP name or header is not below a folder, by name."""
    words = declared(include)
    for entry in written():
        if entry.kind == "header":
            if not (include / entry.hip).is_file():
                yield entry
        # `hipcub::X` and the like: each part must be there.
        elif not set(re.findall(r"\w+", entry.hip)) <= words | _BUILT_IN:
            yield entry


def main(arguments: list[str]) -> int:
    """Print what is missing, by library."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m tools.hip_names INCLUDE [LIBRARY …]", file=sys.stderr)
        return 2
    by_library: dict[str, list[Entry]] = defaultdict(list)
    for entry in missing(Path(arguments[0])):
        if len(arguments) == 1 or entry.library in arguments[1:]:
            by_library[entry.library or "headers"].append(entry)
    for library, entries in sorted(by_library.items()):
        print(f"{library}: {len(entries)}")
        for entry in entries:
            removed = f", removed in HIP {entry.hip_removed}" if entry.hip_removed else ""
            print(f"  {entry.name} -> {entry.hip}{removed}")
    print(f"{sum(map(len, by_library.values()))} of {sum(1 for _ in written())} are not declared")
    return 1 if by_library else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
