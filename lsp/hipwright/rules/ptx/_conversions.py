"""PTX that converts one type into another."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._registers import CPP, Block
from hipwright.rules.ptx._small_reals import brains_packed
from hipwright.rules.ptx._table import RANGES, flushes, form, rectified

_ROUNDS = {"rni": "rn", "rzi": "rz", "rmi": "rd", "rpi": "ru"}
_TO_INTEGER = {"s32": "int", "u32": "uint", "s64": "ll", "u64": "ull"}
_TO_WHOLE = {"rni": "rint", "rzi": "trunc", "rmi": "floor", "rpi": "ceil"}


@form(r"cvt\.(?P<to>[us](?:8|16|32|64))\.(?P<from>[us](?:8|16|32|64))")
def _cvt_integer(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    text = block.read(value, found["from"])
    to = CPP[found["to"]]
    if found["to"] != found["from"]:
        text = f"({to}){text}"
    block.write(target, found["to"], text)


@form(r"cvt\.(?P<how>rni|rzi|rmi|rpi)(?P<ftz>\.ftz)?\.(?P<to>[us](?:32|64))\.(?P<from>f32|f64)")
def _cvt_to_integer(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    source = "float" if found["from"] == "f32" else "double"
    name = f"__{source}2{_TO_INTEGER[found['to']]}_{_ROUNDS[found['how']]}"
    if source == "double" or found["to"].endswith("64"):
        block.notes.append("what is not a number becomes 0 on AMD, and the highest bit in PTX")
    block.write(target, found["to"], f"{name}({block.read(value, found['from'])})")


@form(
    r"cvt\.(?P<how>rni|rzi|rmi|rpi)(?:\.ftz)?\.sat\.(?P<to>s8|u8)\.f32"
    r"|cvt\.(?P<how_too>rni|rzi|rmi|rpi)\.sat\.(?P<to_too>s8|u8)\.f32"
)
def _cvt_to_byte(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    low, high, _ = RANGES[found["to"] or found["to_too"]]
    how = _TO_WHOLE[found["how"] or found["how_too"]]
    real = block.keep(f"{how}f({block.read(value, 'f32')})", "f32")
    # NaN becomes 0.
    text = f"{real} != {real} ? 0 : (int)fminf(fmaxf({real}, {low}.0f), {high}.0f)"
    block.write(target, "s32", text)


@form(r"cvt\.rn\.(?P<to>f32|f64)\.(?P<from>[us](?:32|64))")
def _cvt_from_integer(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    text = f"({CPP[found['to']]}){block.read(value, found['from'])}"
    block.write(target, found["to"], text)


@form(r"cvt\.(?P<how>rni|rzi|rmi|rpi)(?P<ftz>\.ftz)?\.(?P<type>f32\.f32|f64\.f64)")
def _cvt_to_whole(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    flushes(block, found)
    type_name = found["type"][:3]
    name = _TO_WHOLE[found["how"]] + ("f" if type_name == "f32" else "")
    block.write(target, type_name, f"{name}({block.read(value, type_name)})")


@form(r"cvt(?:\.rn)?\.(?P<pair>f64\.f32|f32\.f64)")
def _cvt_real(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    to, source = found["pair"].split(".")
    block.write(target, to, f"({CPP[to]}){block.read(value, source)}")


@form(r"cvt\.(?:(?:rn|ftz)\.)*sat(?P<ftz>\.ftz)?\.f32\.f32")
def _cvt_saturated(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    flushes(block, found)
    block.write(target, "f32", f"fminf(fmaxf({block.read(value, 'f32')}, 0.0f), 1.0f)")


@form(r"cvt\.f32\.(?P<from>f16|bf16)")
def _cvt_from_half(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    text = block.read(value, found["from"])
    block.write(target, "f32", f"__half2float({text})" if found["from"] == "f16" else text)


@form(r"cvt\.rn\.(?P<to>f16|bf16)\.f32")
def _cvt_to_half(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    text = block.read(value, "f32")
    block.write(target, found["to"], f"__float2half_rn({text})" if found["to"] == "f16" else text)


@form(r"cvt\.rn(?P<relu>\.relu)?\.(?P<to>f16x2|bf16x2)\.f32")
def _cvt_to_pair(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, high, low = instruction.operands
    if found["relu"]:
        values = [rectified(block.keep(block.read(o, "f32"), "f32")) for o in (low, high)]
    else:
        values = [block.read(operand, "f32") for operand in (low, high)]
    if found["to"] == "f16x2":
        block.write(target, "f16x2", f"__floats2half2_rn({values[0]}, {values[1]})")
    else:
        block.write(target, "u32", brains_packed(block, values[0], values[1]))


_FP8 = {"e4m3x2": "__HIP_E4M3", "e5m2x2": "__HIP_E5M2"}


@form(r"cvt\.rn\.satfinite\.(?P<to>e4m3x2|e5m2x2)\.f32")
def _cvt_to_fp8(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, high, low = instruction.operands
    block.headers.add("hip/hip_fp8.h")
    pair = f"make_float2({block.read(low, 'f32')}, {block.read(high, 'f32')})"
    text = f"__hip_cvt_float2_to_fp8x2({pair}, __HIP_SATFINITE, {_FP8[found['to']]})"
    block.write(target, "u16", text)


@form(r"cvt\.rn\.satfinite\.(?P<to>e4m3x2|e5m2x2)\.f16x2")
def _cvt_half_to_fp8(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    block.headers.add("hip/hip_fp8.h")
    pair = block.keep(block.read(value, "f16x2"), "f16x2", "__half2")
    reals = f"make_float2(__low2float({pair}), __high2float({pair}))"
    text = f"__hip_cvt_float2_to_fp8x2({reals}, __HIP_SATFINITE, {_FP8[found['to']]})"
    block.write(target, "u16", text)


@form(r"cvt\.rn\.(?P<to>f16x2|bf16x2)\.(?P<from>e4m3x2|e5m2x2)")
def _cvt_from_fp8(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    block.headers.update(("hip/hip_fp8.h", "hip/hip_fp16.h"))
    raw = f"__hip_cvt_fp8x2_to_halfraw2({block.read(value, 'u16')}, {_FP8[found['from']]})"
    if found["to"] == "f16x2":
        block.write(target, "u32", f"__builtin_bit_cast(unsigned, {raw})")
        return
    pair = block.keep(f"__builtin_bit_cast(__half2, {raw})", "f16x2", "__half2")
    packed = brains_packed(block, f"__low2float({pair})", f"__high2float({pair})")
    block.write(target, "u32", packed)


@form(r"cvt\.rn\.bf16x2\.ue8m0x2")
def _cvt_from_exponents(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    pair = block.again(value, "u16")
    halves: list[str] = []
    for part in (f"({pair} & 0xffu)", f"({pair} >> 8 & 0xffu)"):
        byte = block.keep(part, "u32")
        # 2^-127 is subnormal, and 255 is NaN.
        halves.append(f"({byte} == 0u ? 0x40u : {byte} == 255u ? 0x7fffu : {byte} << 7)")
    block.write(target, "u32", f"{halves[1]} << 16 | {halves[0]}")


@form(r"cvt\.(?P<how>rp|rz)\.satfinite\.ue8m0x2\.f32")
def _cvt_to_exponents(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    bytes_: list[str] = []
    for operand in operands:
        real = block.read(operand, "f32")
        bits = block.keep(f"__float_as_uint({real}) & 0x7fffffffu", "u32")
        if found["how"] == "rp":
            # The next power of two from there on; what is subnormal has one of its own below.
            low = f"{bits} <= 0x00400000u ? 0u"
            up = f"({bits} >> 23) + (({bits} & 0x7fffffu) != 0u)"
        else:
            low = f"{bits} < 0x00800000u ? 0u"
            up = f"{bits} >> 23"
        exponent = block.keep(f"{low} : {up}", "u32")
        bytes_.append(f"({bits} > 0x7f800000u ? 255u : {exponent} > 254u ? 254u : {exponent})")
    block.write(target, "u16", f"(unsigned short)({bytes_[0]} << 8 | {bytes_[1]})")
