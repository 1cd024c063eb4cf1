"""PTX of long arithmetic: the carry goes from one instruction of a statement to the next."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._integers import product
from hipwright.rules.ptx._registers import Block, NoCounterpartError
from hipwright.rules.ptx._table import form, unsigned_type


@form(r"(?:add|addc|sub|subc)(?P<sets>\.cc)?\.(?P<type>[us](?:32|64))")
@form(r"(?:mad|madc)\.(?P<part>lo|hi)(?P<sets>\.cc)?\.(?P<type>[us](?:32|64))")
def _carry(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    opcode, type_name = instruction.opcode, found["type"]
    unsigned = unsigned_type(type_name)
    takes = opcode.endswith("c")
    base = opcode.removesuffix("c")
    if takes and not block.carry_is_set:
        raise NoCounterpartError  # it is another statement's
    if base == "mad":
        text, _ = product(block, instruction, found["part"], type_name)
        left = block.keep(text, unsigned)
        right = block.again(instruction.operands[3], unsigned)
    else:
        left, right = (block.again(operand, unsigned) for operand in instruction.operands[1:])
    sign = "-" if base == "sub" else "+"
    carry = f" {sign} carry" if takes else ""
    result = block.keep(f"{left} {sign} {right}{carry}", unsigned)
    if found["sets"]:
        if not block.carry_is_set:
            block.declarations.append("unsigned carry;")
        block.carry_is_set, block.carry_is_read = True, False
        smaller = f"{left} < {right}" if base == "sub" else f"{result} < {left}"
        if takes:
            at_most = f"{left} <= {right}" if base == "sub" else f"{result} <= {left}"
            smaller = f"carry ? {at_most} : {smaller}"
        block.lines.append(f"carry = {smaller};")
    block.carry_is_read = takes or block.carry_is_read
    block.write(instruction.operands[0], unsigned, result)
