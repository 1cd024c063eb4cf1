"""An asm statement with PTX → C++ that means the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hipwright.rules.ptx._forms import find
from hipwright.rules.ptx._instruction import Instruction, Line, Registers
from hipwright.rules.ptx._registers import Block, NoCounterpartError
from hipwright.rules.ptx._statement import Statement


class Translation(NamedTuple):
    """What an asm statement becomes: one expression, or a block that takes a semicolon."""

    text: str
    headers: frozenset[str]  # that it needs
    notes: tuple[str, ...]  # why it may not mean quite the same; none where it does


class Untranslated(NamedTuple):
    """The line of PTX that has no counterpart."""

    line: Line | None


def translate(
    statement: Statement, lines: list[Line], type_of: Callable[[str], str]
) -> Translation | Untranslated:
    """The C++ for a statement.

    `type_of` says what a name is declared as, as far as that is known.
    """
    instructions = [line for line in lines if isinstance(line, Instruction)]
    notes: list[str] = []
    try:
        block = Block(statement, type_of, is_single=len(instructions) == 1 and len(lines) == 1)
    except NoCounterpartError:
        return Untranslated(None)
    for line in lines:
        try:
            if isinstance(line, Registers):
                for name in line.names:
                    block.define(name, line.type)
            elif isinstance(line, Instruction):
                note = _write(block, line)
                if note:
                    notes.append(note)
            else:
                return Untranslated(line)
        except (NoCounterpartError, ValueError, IndexError, KeyError):
            return Untranslated(line)
    if not block.carry_is_read:
        return Untranslated(instructions[-1])  # the carry is for another statement
    return Translation(
        _text(block), frozenset(block.headers), tuple(dict.fromkeys((*notes, *block.notes)))
    )


def _write(block: Block, instruction: Instruction) -> str:
    """Write one instruction; gives the note of its entry."""
    found = find(instruction.form)
    if found is None:
        raise NoCounterpartError
    entry, groups = found
    if not instruction.guard:
        entry.writer(block, instruction, groups)
        return entry.note
    if block.carry_is_set or "cc" in instruction.modifiers:
        raise NoCounterpartError
    guard = block.read(instruction.guard, "pred")
    before, block.lines = block.lines, []
    entry.writer(block, instruction, groups)
    inner, block.lines = block.lines, before
    if inner:
        body = (
            inner[0]
            if len(inner) == 1 and not inner[0].startswith("const ")
            else ("{ " + " ".join(inner) + " }")
        )
        block.lines.append(f"if ({'!' if instruction.negated else ''}{guard}) {body}")
    return entry.note


def _text(block: Block) -> str:
    lines = [*dict.fromkeys(block.pragmas), *block.declarations, *block.lines, *block.stores]
    comments = " ".join(_comment(comment) for comment in block.statement.comments)
    if comments:
        comments += " "
    if not lines:
        return f"{comments}(void)0"
    is_statement = len(lines) == 1 and lines[0].endswith(";") and not lines[0].startswith("if ")
    if is_statement:
        return comments + lines[0].removesuffix(";")
    return f"{comments}do {{ {' '.join(lines)} }} while (false)"


def _comment(text: str) -> str:
    if text.startswith("/*"):
        return " ".join(text.split())
    return f"/* {text[2:].strip().replace('*/', '* /')} */"
