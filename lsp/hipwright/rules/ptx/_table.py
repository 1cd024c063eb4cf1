"""What PTX instructions are in C++ and HIP: one entry for each form.

A form is a pattern of the whole instruction, `shl.b(?P<bits>16|32|64)`. Its writer gets a block and
the operands, and writes C++ that computes the same, on 32 and on 64 lanes. Where it cannot be quite
the same, the entry has a note that says so, and the fix is only offered. No entry depends on the
GPU: those that use a builtin of AMD's use one that every GPU has. The meanings are those of the PTX
ISA's chapter on the instruction set, in our words and signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._registers import CPP, Block

Writer = Callable[[Block, Instruction, dict[str, str]], None]


class Form(NamedTuple):
    """One entry: a form of PTX, and what writes it in C++."""

    pattern: re.Pattern[str]
    writer: Writer
    note: str  # why the meaning may differ; empty where it does not


_FORMS: dict[str, list[Form]] = {}


def form(pattern: str, note: str = "") -> Callable[[Writer], Writer]:
    """Enter a writer into the table, for the forms that a pattern matches as a whole."""

    def enter(writer: Writer) -> Writer:
        _FORMS.setdefault(writer.__module__, []).append(Form(re.compile(pattern), writer, note))
        return writer

    return enter


def forms_of(module: str) -> list[Form]:
    """The entries that a module made."""
    return _FORMS[module]


EXTREMES = {"min": "fmin", "max": "fmax", "abs": "fabs"}
RANGES = {"s8": (-128, 127, 8), "u8": (0, 255, 8), "s16": (-32768, 32767, 16),
           "u16": (0, 65535, 16), "s4": (-8, 7, 4), "u4": (0, 15, 4)}  # fmt: skip
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
BITWISE = {"and": "&", "or": "|", "xor": "^"}


def unsigned_type(type_name: str) -> str:
    """The type without a sign of the same size."""
    return "u" + type_name[1:]


def wrapped(text: str, type_name: str) -> str:
    """C++ computes 16 bits in an `int`; the register keeps 16."""
    return f"({CPP[unsigned_type(type_name)]})({text})" if type_name.endswith("16") else text


def literal(operand: str) -> int | None:
    """The value of an operand that is a number; None where it is none, or negative."""
    if re.fullmatch(r"0[xX][0-9a-fA-F]+U?|\d+U?", operand):
        digits = operand.rstrip("U")
        return int(digits, 16 if digits[:2].lower() == "0x" else 10)
    return None


def constant_of(block: Block, operand: str) -> int | None:
    """The value of an operand that is a number, or a constant of the statement with one."""
    value = literal(operand)
    if value is not None:
        return value
    register = block.register(operand)
    if register is None or register.kind not in ("n", "r"):
        return None
    return literal(re.sub(r"[uU]$", "", register.text))


def predicate_or_bits(block: Block, operand: str, type_name: str) -> str:
    """An operand of an instruction that takes bits, or predicates, which may be `!p`."""
    if type_name == "pred" and operand.startswith("!"):
        return f"!{block.read(operand[1:], type_name)}"
    return block.read(operand, type_name)


def flushes(block: Block, found: dict[str, str]) -> None:
    """Note that the form flushes subnormal numbers, where it does."""
    if found.get("ftz"):
        block.notes.append("`.ftz` takes subnormal numbers for zero, and this does not")


def rectified(name: str) -> str:
    """What `.relu` makes of a value: no number below zero; NaN stays."""
    return f"{name} <= 0.0f ? 0.0f : {name}"
