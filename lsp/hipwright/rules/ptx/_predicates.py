"""PTX that compares, and chooses by a predicate."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._registers import Block, NoCounterpartError
from hipwright.rules.ptx._table import BITWISE, flushes, form, literal, predicate_or_bits

_COMPARE = {
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "lo": "<", "ls": "<=", "hi": ">", "hs": ">=",
}  # fmt: skip
_OPPOSITE = {"eq": "!=", "ne": "==", "lt": ">=", "le": ">", "gt": "<=", "ge": "<"}


def _comparison(block: Block, name: str, type_name: str, operands: tuple[str, ...]) -> str:
    is_real = type_name[0] == "f"
    if name in ("num", "nan") and is_real:
        left, right = (block.again(operand, type_name) for operand in operands)
        sign, join = ("==", "&&") if name == "num" else ("!=", "||")
        return f"{left} {sign} {left} {join} {right} {sign} {right}"
    left, right = (block.read(operand, type_name) for operand in operands)
    if is_real:
        if name[-1] == "u" and name[:-1] in _OPPOSITE:
            if name == "neu":  # true for NaN, as C++'s != is
                return f"{left} != {right}"
            if name == "equ":
                left, right = (block.again(operand, type_name) for operand in operands)
                return f"!({left} < {right} || {left} > {right})"
            return f"!({left} {_OPPOSITE[name[:-1]]} {right})"
        if name == "ne":  # false for NaN, as C++'s != is not
            left, right = (block.again(operand, type_name) for operand in operands)
            return f"{left} < {right} || {left} > {right}"
        if name not in _OPPOSITE:
            raise NoCounterpartError
    elif type_name[0] == "b" and name not in ("eq", "ne"):
        raise NoCounterpartError
    return f"{left} {_COMPARE[name]} {right}"


_COMPARISONS = "eq|ne|lt|le|gt|ge|lo|ls|hi|hs|equ|neu|ltu|leu|gtu|geu|num|nan"
_COMPARED = "[bus](?:16|32|64)|f32|f64"


@form(
    rf"setp\.(?P<how>{_COMPARISONS})(?:\.(?P<with>and|or|xor))?(?P<ftz>\.ftz)?"
    rf"\.(?P<type>{_COMPARED})"
)
def _setp(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    targets = instruction.operands[0].split("|")
    flushes(block, found)
    type_name = _compared_as(found["type"])
    text = _comparison(block, found["how"], type_name, instruction.operands[1:3])
    if found["with"]:
        other = predicate_or_bits(block, instruction.operands[3], "pred")
        if len(targets) != 1:
            raise NoCounterpartError
        text = f"({text}) {BITWISE[found['with']]} {other}"
    if len(targets) == 2:
        text = block.keep(text, "pred")
        block.write(targets[1].strip(), "pred", f"!{text}")
    block.write(targets[0].strip(), "pred", text)


def _compared_as(type_name: str) -> str:
    return "u" + type_name[1:] if type_name[0] == "b" else type_name


@form(rf"set\.(?P<how>{_COMPARISONS})(?P<ftz>\.ftz)?\.(?P<to>[us]32|f32)\.(?P<type>{_COMPARED})")
def _set(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    flushes(block, found)
    type_name = _compared_as(found["type"])
    text = _comparison(block, found["how"], type_name, (operands[0], operands[1]))
    yes, no = ("1.0f", "0.0f") if found["to"] == "f32" else ("0xffffffffu", "0u")
    block.write(target, found["to"], f"{text} ? {yes} : {no}")


@form(r"selp\.(?P<type>[bus](?:16|32|64)|f32|f64)")
def _selp(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, yes, no, predicate = instruction.operands
    bits = "b" + found["type"][1:] if found["type"][0] in "us" else found["type"]
    values = f"{block.read(yes, bits)} : {block.read(no, bits)}"
    register = block.register(predicate)
    if register is None and literal(predicate) is not None:
        raise NoCounterpartError
    block.write(target, bits, f"{block.read(predicate, 'pred')} ? {values}")
