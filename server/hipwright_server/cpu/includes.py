"""Which local files a program's files include."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from hipwright_server.cpu.tokens import Directive

_INCLUDED = re.compile(rb'#\s*(?:include|include_next|import)\s*(?:"([^"\r\n]+)"|<([^>\r\n]+)>)')
# A folder with one of these holds a vendor's headers, for which the CPU device has its own.
_VENDOR_HEADERS = ("cuda_runtime.h", "cuda_runtime_api.h", "hip/hip_runtime.h")


def is_vendor_folder(folder: Path) -> bool:
    """Whether a folder holds the headers of a CUDA toolkit or of ROCm."""
    return any((folder / header).is_file() for header in _VENDOR_HEADERS)


def included(
    content: bytes, directives: Sequence[Directive], folder: Path, search: Sequence[Path]
) -> list[Path]:
    """The files that a text in `folder` includes and that are found beside it or in `search`."""
    found: list[Path] = []
    for directive in directives:
        if directive.name not in (b"include", b"include_next", b"import"):
            continue
        match = _INCLUDED.match(content, directive.start)
        if match is None:
            continue  # the name comes from a macro
        quoted, angled = match.groups()
        name = (quoted or angled).decode("utf-8", "surrogateescape")
        folders = [folder, *search] if quoted else list(search)
        for place in folders:
            candidate = place / name
            if candidate.is_file():
                found.append(candidate)
                break
    return found
