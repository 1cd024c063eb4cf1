"""PTX that computes with half precision and bfloat16."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._registers import Block
from hipwright.rules.ptx._table import EXTREMES, form, rectified


@form(r"(?:ex2|tanh)\.approx(?:\.ftz)?\.(?P<type>f16|f16x2)")
def _half_function(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, operand = instruction.operands
    type_name = found["type"]
    value = block.read(operand, type_name)
    if instruction.opcode == "ex2":
        block.write(target, type_name, f"{'hexp2' if type_name == 'f16' else 'h2exp2'}({value})")
    elif type_name == "f16":
        block.write(target, type_name, f"__float2half(tanhf(__half2float({value})))")
    else:
        pair = block.keep(value, type_name, "__half2")
        halves = (f"tanhf(__{part}2float({pair}))" for part in ("low", "high"))
        block.write(target, type_name, f"__floats2half2_rn({', '.join(halves)})")


_HALF_STEP = "HIP may fuse this with a multiplication or an addition around it"


@form(r"(?:add|sub|mul)(?:\.rn)?\.(?P<type>f16|f16x2)", _HALF_STEP)
def _half_arithmetic(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    suffix = "2" if found["type"] == "f16x2" else ""
    values = ", ".join(block.read(operand, found["type"]) for operand in operands)
    block.write(target, found["type"], f"__h{instruction.opcode}{suffix}({values})")


@form(r"fma\.rn(?P<relu>\.relu)?\.(?P<type>f16|f16x2)(?P<late>\.relu)?")
def _half_fma(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    suffix = "2" if found["type"] == "f16x2" else ""
    values = ", ".join(block.read(operand, found["type"]) for operand in operands)
    text = f"__hfma{suffix}({values})"
    if found["relu"] or found["late"]:
        if found["type"] == "f16":
            kept = block.keep(f"__half2float({text})", "f32")
            text = f"__float2half({rectified(kept)})"
        else:
            pair = block.keep(text, "f16x2", "__half2")
            low = block.keep(f"__low2float({pair})", "f32")
            high = block.keep(f"__high2float({pair})", "f32")
            text = f"__floats2half2_rn({rectified(low)}, {rectified(high)})"
    block.write(target, found["type"], text)


@form(r"(?:min|max)\.(?P<type>f16|f16x2)")
def _half_extreme(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    function = EXTREMES[instruction.opcode] + "f"
    if found["type"] == "f16":
        values = (f"__half2float({block.read(operand, 'f16')})" for operand in operands)
        block.write(target, "f16", f"__float2half({function}({', '.join(values)}))")
        return
    pairs = [block.keep(block.read(operand, "f16x2"), "f16x2", "__half2") for operand in operands]
    halves = (
        f"{function}({', '.join(f'__{part}2float({pair})' for pair in pairs)})"
        for part in ("low", "high")
    )
    block.write(target, "f16x2", f"__floats2half2_rn({', '.join(halves)})")


def _brain_pair(block: Block, operand: str) -> tuple[str, str]:
    """The two bfloat16 in a register, as floats."""
    value = block.again(operand, "u32")
    return f"__uint_as_float({value} << 16)", f"__uint_as_float({value} & 0xffff0000u)"


def brains_packed(block: Block, low: str, high: str) -> str:
    block.headers.add("hip/hip_bf16.h")
    low, high = (f"__bfloat16_as_ushort(__float2bfloat16({half}))" for half in (low, high))
    return f"(unsigned){high} << 16 | {low}"


@form(r"(?:min|max)\.(?P<type>bf16|bf16x2)")
def _brain_extreme(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    function = EXTREMES[instruction.opcode] + "f"
    if found["type"] == "bf16":
        values = ", ".join(block.read(operand, "bf16") for operand in operands)
        block.write(target, "bf16", f"{function}({values})")
        return
    pairs = [_brain_pair(block, operand) for operand in operands]
    low, high = (f"{function}({pairs[0][half]}, {pairs[1][half]})" for half in (0, 1))
    block.write(target, "u32", brains_packed(block, low, high))


@form(r"fma\.rn\.(?P<type>bf16|bf16x2)", "HIP rounds twice, which can differ in the last bit")
def _brain_fma(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    if found["type"] == "bf16":
        values = ", ".join(block.read(operand, "bf16") for operand in operands)
        block.write(target, "bf16", f"fmaf({values})")
        return
    pairs = [_brain_pair(block, operand) for operand in operands]
    low, high = (f"fmaf({', '.join(pair[half] for pair in pairs)})" for half in (0, 1))
    block.write(target, "u32", brains_packed(block, low, high))
