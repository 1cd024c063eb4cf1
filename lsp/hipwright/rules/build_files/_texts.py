"""What rules about build files share: where code stands in them, and whose code is HIP already."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from hipwright.finding import Edit
from hipwright.patterns import regex
from hipwright.source.languages import Language
from hipwright.source.texts import Text

BUILD_FILES: frozenset[Language] = frozenset({"make", "cmake", "shell", "dockerfile"})

# A build that asks for AMD somewhere has a branch for it; what stands beside it is on purpose.
# CMAKE_HIP_… and hip_FOUND are what a port of ours asks for.
_ASKS = regex(
    rb"^[ \t]*(?:ifn?eq|ifn?def|elseif|else[ \t]+ifn?(?:eq|def)|if|elif|case|option|\[\[?)"
    rb"(?![\w-])(?P<asked>[^\r\n#]*)",
    re.MULTILINE | re.IGNORECASE,
)
_AMD = regex(
    rb"(?<![A-Za-z])(?!CMAKE_HIP|hip_FOUND)(?:\w*_)?"
    rb"(?:HIP|ROCM|HIPCC|AMD|AMDGPU|HIPCXX)(?:_\w*)?(?![A-Za-z])",
    re.IGNORECASE,
)


def handles_hip(text: Text) -> bool:
    """Whether a build file decides somewhere between AMD and others."""
    return _handles_hip(text.content)


@lru_cache(maxsize=8)  # every rule asks it of the same text
def _handles_hip(content: bytes) -> bool:
    if any(_AMD.search(match["asked"]) for match in _ASKS.finditer(content)):
        return True
    both = b"nvcc" in content and re.search(rb"\bhipcc\b", content)
    return bool(both and re.search(rb"^[ \t]*else\b", content, re.MULTILINE))


def is_unreadable(text: Text) -> bool:
    """Whether a text does not parse, so that nothing can be said of it."""
    return text.language == "cmake" and text.cmake.problem is not None


def is_code(text: Text, start: int, end: int) -> bool:
    """Whether a place is outside of comments."""
    return text.comment_around(start, end) is None


_ENDS = {
    "make": regex(rb"(?<!\\)\r?\n"),
    "shell": regex(rb"(?<!\\)\r?\n|&&|\|\||;"),
    "dockerfile": regex(rb"(?<!\\)\r?\n|&&|\|\||;"),
}


def command_around(text: Text, position: int) -> tuple[int, int]:
    """Where the command, or the assignment, that a place stands in begins and ends."""
    if text.language == "cmake":
        for command in text.cmake.commands:
            if command.start <= position < command.end:
                return command.start, command.end
    starts, ends = _borders(text.content, text.language)
    index = bisect_right(starts, position)
    return (
        ends[index - 1] if index else 0,
        starts[index] if index < len(starts) else len(text.content),
    )


@lru_cache(maxsize=8)
def _borders(content: bytes, language: Language) -> tuple[list[int], list[int]]:
    """Where each end of a command begins and ends."""
    spans = [match.span() for match in _ENDS.get(language, _ENDS["make"]).finditer(content)]
    return [start for start, _ in spans], [end for _, end in spans]


def removal(text: Text, start: int, end: int) -> Edit:
    """The edit that takes an option out, with the blank, or the line, that it had to itself."""
    content = text.content
    line_start, line_end = text.lines.line_bounds(text.lines.line_of(start))
    before, after = content[line_start:start], content[end:line_end]
    alone = not before.strip() and after.strip() in (b"", b"\\") and b"\n" not in content[start:end]
    if alone and line_start:
        continued = re.search(rb"[ \t]*\\\r?\n\Z", content[:line_start])
        if continued and text.language != "cmake":
            # The line before takes over whether the command goes on.
            stop = end if after.strip() else line_end
            return Edit(continued.start(), stop, b"")
        if text.language == "cmake":
            newline = re.search(rb"\r?\n\Z", content[:line_start])
            assert newline is not None
            return Edit(newline.start(), line_end, b"")
    blank = re.search(rb"[ \t]+\Z", before)
    if blank and blank.start() > 0:
        return Edit(line_start + blank.start(), end, b"")
    following = re.match(rb"[ \t]+", after)
    return Edit(start, end + (following.end() if following else 0), b"")
