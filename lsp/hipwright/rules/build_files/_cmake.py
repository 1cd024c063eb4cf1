"""What rules about CMake share: properties, sources, and taking commands out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hipwright.finding import Edit
from hipwright.rules.base import TextRule
from hipwright.rules.build_files._texts import handles_hip, is_unreadable
from hipwright.source.cmake import Argument, Command
from hipwright.source.languages import Language
from hipwright.source.texts import Text

CMAKE: frozenset[Language] = frozenset({"cmake"})
TARGETS = frozenset(
    {"add_executable", "add_library", "target_sources", "cuda_add_executable", "cuda_add_library"}
)


def commands(text: Text, *names: str) -> Iterator[Command]:
    """The commands of these names, or all, in a text that is for CUDA alone."""
    if is_unreadable(text) or handles_hip(text):
        return
    for command in text.cmake.commands:
        if not names or command.name in names:
            yield command


def without_command(text: Text, command: Command) -> Edit:
    """The edit that takes a command out, with its lines where it has them to itself."""
    content = text.content
    line_start, _ = text.lines.line_bounds(text.lines.line_of(command.start))
    _, line_end = text.lines.line_bounds(text.lines.line_of(command.end - 1))
    if content[line_start : command.start].strip() or content[command.end : line_end].strip():
        return Edit(command.start, command.end, b"")
    newline = re.compile(rb"\r?\n").match(content, line_end)
    return Edit(line_start, newline.end() if newline else line_end, b"")


def line_before(text: Text, command: Command, line: bytes) -> Edit:
    """The edit that writes a command on a line of its own before another one."""
    start, end, ending = _line(text, command.start)
    indent = re.match(rb"[ \t]*", text.content[start:end])
    assert indent is not None
    return Edit(start, start, indent[0] + line + ending)


def line_behind(text: Text, command: Command, lines: list[bytes]) -> Edit:
    """The edit that writes commands on lines of their own behind another one."""
    start, _, ending = _line(text, command.start)
    indent = re.match(rb"[ \t]*", text.content[start : command.start])
    assert indent is not None
    return Edit(command.end, command.end, b"".join(ending + indent[0] + line for line in lines))


def _line(text: Text, position: int) -> tuple[int, int, bytes]:
    start, end = text.lines.line_bounds(text.lines.line_of(position))
    return start, end, b"\r\n" if b"\r\n" in text.content[:2000] else b"\n"


def properties(command: Command) -> Iterator[tuple[Argument, Argument]]:
    """The properties that set_target_properties or set_property gives, with their values."""
    words = [argument.text for argument in command.arguments]
    if command.name == "set_target_properties" and b"PROPERTIES" in words:
        rest = command.arguments[words.index(b"PROPERTIES") + 1 :]
        yield from zip(rest[::2], rest[1::2], strict=False)
    elif command.name == "set_property" and b"PROPERTY" in words:
        rest = command.arguments[words.index(b"PROPERTY") + 1 :]
        if len(rest) == 2:
            yield rest[0], rest[1]


def targets_of(command: Command) -> list[bytes]:
    """The targets whose properties a command sets."""
    words = [argument.text for argument in command.arguments]
    if command.name == "set_target_properties" and b"PROPERTIES" in words:
        return words[: words.index(b"PROPERTIES")]
    if command.name == "set_property" and words[:1] == [b"TARGET"] and b"PROPERTY" in words:
        return [word for word in words[1 : words.index(b"PROPERTY")] if word != b"APPEND"]
    return []


def without_property(text: Text, command: Command, name: Argument, value: Argument) -> Edit:
    """The edit that takes a property out: with the command, where it sets no other one."""
    if sum(1 for _ in properties(command)) == 1:
        return without_command(text, command)
    blank = re.search(rb"\s*\Z", text.content[: name.start - name.quoted])
    assert blank is not None
    return Edit(blank.start(), value.end + value.quoted, b"")


def sources_of(text: Text, target: bytes) -> list[bytes] | None:
    """The sources of a target as they are written; None where they are not told here in full."""
    found: list[bytes] = []
    known = False
    for command in text.cmake.commands:
        if command.name not in TARGETS or not command.arguments:
            continue
        if command.arguments[0].text != target:
            continue
        known = True
        found += [argument.text for argument in command.arguments[1:]]
    if not known or any(b"$" in source for source in found):
        return None
    return found


class CMakeRule(TextRule):
    """A rule about CMake files."""

    languages = CMAKE
