"""PTX that computes with floats and doubles."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._registers import Block
from hipwright.rules.ptx._table import EXTREMES, SIGNS, flushes, form


@form(r"(?:add|sub|mul)(?P<exact>\.rn)?(?P<ftz>\.ftz)?\.(?P<type>f32|f64)")
def _real(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    flushes(block, found)
    if found["exact"]:  # PTX promises to round each step; C++ may fuse two
        block.pragmas.append('_Pragma("clang fp contract(off)")')
    values = (block.read(operand, found["type"]) for operand in operands)
    sign = f" {SIGNS[instruction.opcode]} "
    block.write(target, found["type"], sign.join(values))


@form(r"div\.rn(?P<ftz>\.ftz)?\.(?P<type>f32|f64)")
def _div_rn(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    flushes(block, found)
    block.write(
        target,
        found["type"],
        " / ".join(block.read(operand, found["type"]) for operand in operands),
    )


@form(r"div\.(?:approx|full)(?P<ftz>\.ftz)?\.f32", "a divisor above 2^126 gives 0 in PTX")
def _div_approx(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    flushes(block, found)
    values = ", ".join(block.read(operand, "f32") for operand in operands)
    block.write(target, "f32", f"__fdividef({values})")


@form(r"(?:fma\.rn|mad\.rn|mad)(?P<ftz>\.ftz)?\.(?P<type>f32|f64)")
def _fma(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    flushes(block, found)
    function = "fmaf" if found["type"] == "f32" else "fma"
    values = ", ".join(block.read(operand, found["type"]) for operand in operands)
    block.write(target, found["type"], f"{function}({values})")


@form(r"(?:add|mul|sub)\.f32x2|fma\.rn\.f32x2")
def _pair(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    values = [block.again(operand, "u64") for operand in operands]
    halves: list[str] = []
    for half in ("(unsigned){}", "(unsigned)({} >> 32)"):
        parts = [f"__uint_as_float({half.format(value)})" for value in values]
        if instruction.opcode == "fma":
            halves.append(f"fmaf({', '.join(parts)})")
        else:
            halves.append(f" {SIGNS[instruction.opcode]} ".join(parts))
    low, high = halves
    text = f"__float_as_uint({low}) | (unsigned long long)__float_as_uint({high}) << 32"
    block.write(target, "u64", text)


@form(r"neg(?P<ftz>\.ftz)?\.(?P<type>f32|f64)")
def _neg_real(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    flushes(block, found)
    block.write(target, found["type"], f"-{block.read(value, found['type'])}")


@form(r"(?:min|max|abs)(?P<ftz>\.ftz)?\.(?P<type>f32|f64)")
def _function(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    flushes(block, found)
    name = EXTREMES[instruction.opcode] + ("f" if found["type"] == "f32" else "")
    values = ", ".join(block.read(operand, found["type"]) for operand in operands)
    block.write(target, found["type"], f"{name}({values})")


# PTX gives these a bound on the error, and no exact value: HIP's functions are within it.
_APPROXIMATE = {
    "ex2": "exp2f({})", "lg2": "log2f({})", "rcp": "1.0f / {}", "rsqrt": "rsqrtf({})",
    "sqrt": "sqrtf({})", "sin": "sinf({})", "cos": "cosf({})", "tanh": "tanhf({})",
}  # fmt: skip
# The instructions behind these take subnormal numbers for zero, as `.ftz` asks for.
_APPROXIMATE_FLUSHED = {
    "ex2": "__builtin_amdgcn_exp2f({})",
    "lg2": "__builtin_amdgcn_logf({})",
    "rcp": "__builtin_amdgcn_rcpf({})",
    "rsqrt": "__builtin_amdgcn_rsqf({})",
}


@form(r"(?:ex2|lg2|rcp|rsqrt|sqrt|sin|cos|tanh)\.approx(?P<ftz>\.ftz)?\.f32")
def _approximate(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, operand = instruction.operands
    value = block.read(operand, "f32")
    if found["ftz"] and instruction.opcode in _APPROXIMATE_FLUSHED:
        text = _APPROXIMATE_FLUSHED[instruction.opcode]
    else:
        flushes(block, found)
        text = _APPROXIMATE[instruction.opcode]
    block.write(target, "f32", text.format(value))


@form(r"(?:rcp|sqrt)\.rn(?P<ftz>\.ftz)?\.(?P<type>f32|f64)")
def _exact(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, operand = instruction.operands
    flushes(block, found)
    is_single = found["type"] == "f32"
    value = block.read(operand, found["type"])
    if instruction.opcode == "rcp":
        text = f"{'1.0f' if is_single else '1.0'} / {value}"
    else:
        text = f"{'sqrtf' if is_single else 'sqrt'}({value})"
    block.write(target, found["type"], text)
