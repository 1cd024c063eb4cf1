"""A header that gives CUDA's names HIP's meaning on AMD, for sources that stay CUDA.

It holds the names that a project uses, and nothing for nvcc. What a name alone cannot say, such as
other arguments, lanes, or headers that are not there, is left to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from hipwright.finding import Finding
from hipwright.patterns import regex

FIRST_LINE = "// Written by hipwright port --compat-header; write it again rather than change it."
_NAME = regex(rb"[A-Za-z_]\w*")
_HEADER = regex(rb"(?:\A|#include <)([\w/.+-]+\.(?:h|hpp|hh|cuh))(?:\Z|>)")
ON_AMD = "defined(__HIP_PLATFORM_AMD__) || defined(__HIP__)"


class Names:
    """What a compatibility header needs for some sources."""

    def __init__(self) -> None:
        self.renames: dict[str, str] = {}  # CUDA's name → HIP's
        self.headers: set[str] = set()  # HIP's, without brackets

    def add(self, other: Names) -> None:
        """Take over what another source needs. Sources agree: a name has one meaning in HIP."""
        self.renames.update(other.renames)
        self.headers |= other.headers


def split(content: bytes, findings: Iterable[Finding]) -> tuple[Names, list[Finding]]:
    """What a header solves of a source's findings, and the findings that are left.

    Branches that AMD never sees ask for nothing, but for the headers that stand in for theirs.
    """
    # Imported here: whoever only adds names up should not wait for the rules.
    from hipwright.rules.warp._guards import directives, unseen_on_amd

    unseen = unseen_on_amd(directives(content))
    names = Names()
    left: list[Finding] = []
    for finding in findings:
        fix = finding.safe_fix
        is_unseen = any(start <= finding.start < end for start, end in unseen)
        if finding.code.startswith("HEADER") and fix is not None:
            for edit in fix.edits:
                names.headers.update(
                    match[1].decode() for match in _HEADER.finditer(edit.text.strip())
                )
            # A header that the compiler brings by itself for CUDA comes with this one.
            if not is_unseen and fix.edits and fix.edits[0].start != fix.edits[0].end:
                left.append(finding)
            continue
        if is_unseen:
            continue
        if finding.code == "API001" and fix is not None and len(fix.edits) == 1:
            edit = fix.edits[0]
            old = content[edit.start : edit.end]
            if _NAME.fullmatch(old) and _NAME.fullmatch(edit.text):
                names.renames[old.decode()] = edit.text.decode()
                continue
        left.append(finding)
    return names, left


def header(name: str, renames: Mapping[str, str], headers: Iterable[str]) -> str:
    """The text of the header called `name`."""
    guard = re.sub(r"\W", "_", name).upper()
    includes = sorted({"hip/hip_runtime.h", *headers}, key=lambda path: (path[:4] != "hip/", path))
    width = max(map(len, renames), default=0)
    lines = [
        FIRST_LINE,
        "//",
        "// For AMD, include it before anything of CUDA's, in the place of CUDA's own headers:",
        "//",
        f"//     #if {ON_AMD}",
        f'//     #include "{name}"',
        "//     #else",
        "//     #include <cuda_runtime.h>",
        "//     #endif",
        "//",
        "// For nvcc there is nothing in it.",
        f"#ifndef {guard}",
        f"#define {guard}",
        f"#if {ON_AMD}",
        "",
        *(f"#include <{path}>" for path in includes),
        "",
        *(f"#define {old:{width}} {new}" for old, new in sorted(renames.items())),
        "",
        "#endif",
        "#endif",
    ]
    return "\n".join(lines) + "\n"
