"""PTX that computes with integers and bits."""

from __future__ import annotations

import re

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._registers import CPP, Block, NoCounterpartError
from hipwright.rules.ptx._table import (
    BITWISE,
    RANGES,
    form,
    literal,
    predicate_or_bits,
    unsigned_type,
    wrapped,
)


@form(r"(?:add|sub)\.(?P<type>[us](?:16|32|64))")
def _add(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right = instruction.operands
    unsigned = unsigned_type(found["type"])
    sign = "+" if instruction.opcode == "add" else "-"
    text = f"{block.read(left, unsigned)} {sign} {block.read(right, unsigned)}"
    block.write(target, unsigned, wrapped(text, unsigned))


@form(r"neg\.(?P<type>s(?:16|32|64))")
def _neg(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    unsigned = unsigned_type(found["type"])
    text = f"0u - {block.read(instruction.operands[1], unsigned)}"
    block.write(instruction.operands[0], unsigned, wrapped(text, unsigned))


@form(r"abs\.(?P<type>s(?:16|32|64))")
def _abs(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    type_name = found["type"]
    value = block.again(instruction.operands[1], type_name)
    unsigned = CPP[unsigned_type(type_name)]
    text = f"{value} < 0 ? 0u - ({unsigned}){value} : ({unsigned}){value}"
    block.write(instruction.operands[0], unsigned_type(type_name), wrapped(text, type_name))


@form(r"(?:and|or|xor)\.(?P<type>b(?:16|32|64)|pred)")
def _bitwise(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right = instruction.operands
    sign = BITWISE[instruction.opcode]
    values = (predicate_or_bits(block, operand, found["type"]) for operand in (left, right))
    block.write(target, found["type"], f" {sign} ".join(values))


@form(r"not\.(?P<type>b(?:16|32|64)|pred)")
def _not(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    sign = "!" if found["type"] == "pred" else "~"
    block.write(target, found["type"], f"{sign}{block.read(value, found['type'])}")


@form(r"cnot\.(?P<type>b(?:16|32|64))")
def _cnot(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    block.write(target, found["type"], f"{block.read(value, found['type'])} == 0 ? 1 : 0")


@form(r"(?:shl|shr)\.(?P<type>[bus](?:16|32|64))")
def _shift(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value, amount = instruction.operands
    is_left = instruction.opcode == "shl"
    type_name = (
        unsigned_type(found["type"]) if is_left or found["type"][0] == "b" else found["type"]
    )
    bits = int(type_name[1:])
    sign = "<<" if is_left else ">>"
    constant = literal(amount)
    if constant is not None and constant < bits:
        text = f"{block.read(value, type_name)} {sign} {constant}"
    elif type_name[0] == "s":
        by = block.again(amount, "u32")
        text = f"{block.read(value, type_name)} >> ({by} < {bits}u ? {by} : {bits - 1}u)"
    else:
        by = block.again(amount, "u32")
        text = f"{by} < {bits}u ? {block.read(value, type_name)} {sign} {by} : 0"
    block.write(target, type_name, wrapped(text, type_name))


_HIGH = {"u32": "__umulhi", "s32": "__mulhi", "u64": "__umul64hi", "s64": "__mul64hi"}


def product(block: Block, instruction: Instruction, part: str, type_name: str) -> tuple[str, str]:
    """A product and its type."""
    left, right = instruction.operands[1:3]
    if part == "lo":
        unsigned = unsigned_type(type_name)
        text = f"{block.read(left, unsigned)} * {block.read(right, unsigned)}"
        if unsigned == "u16":
            text = f"(unsigned){text}"
        return text, unsigned
    if part == "hi":
        if type_name.endswith("16"):
            raise NoCounterpartError
        arguments = f"{block.read(left, type_name)}, {block.read(right, type_name)}"
        return f"{_HIGH[type_name]}({arguments})", type_name
    if type_name.endswith("64"):
        raise NoCounterpartError
    wide = f"{type_name[0]}{2 * int(type_name[1:])}"
    cast = f"({CPP[wide]})"
    return f"{cast}{block.read(left, type_name)} * {block.read(right, type_name)}", wide


@form(r"mul\.(?P<part>lo|hi|wide)\.(?P<type>[us](?:16|32|64))")
def _mul(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    text, type_name = product(block, instruction, found["part"], found["type"])
    block.write(instruction.operands[0], type_name, wrapped(text, type_name))


@form(r"mad\.(?P<part>lo|hi|wide)\.(?P<type>[us](?:16|32|64))")
def _mad(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    text, type_name = product(block, instruction, found["part"], found["type"])
    unsigned = unsigned_type(type_name)
    if found["part"] != "lo" and type_name[0] == "s":
        text = f"({CPP[unsigned]})({text})" if found["part"] == "wide" else f"(unsigned){text}"
        if found["type"] == "s64":
            text = text.replace("(unsigned)", "(unsigned long long)", 1)
    text = f"{text} + {block.read(instruction.operands[3], unsigned)}"
    block.write(instruction.operands[0], unsigned, wrapped(text, unsigned))


@form(r"(?:mul24|mad24)\.lo\.(?P<type>[us]32)")
def _mul24(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right, *added = instruction.operands
    function = "__umul24" if found["type"] == "u32" else "__mul24"
    values = f"{block.read(left, found['type'])}, {block.read(right, found['type'])}"
    text = f"(unsigned){function}({values})"
    if added:
        text += f" + {block.read(added[0], 'u32')}"
    block.write(target, "u32", text)


@form(r"(?:div|rem)\.(?P<type>[us](?:16|32|64))", "C++ leaves a division by zero undefined")
def _div(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right = instruction.operands
    sign = "/" if instruction.opcode == "div" else "%"
    values = (block.read(operand, found["type"]) for operand in (left, right))
    block.write(target, found["type"], f" {sign} ".join(values))


@form(r"(?:min|max)\.(?P<type>[us](?:16|32|64))")
def _minimum(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    left, right = (block.again(operand, found["type"]) for operand in operands)
    sign = "<" if instruction.opcode == "min" else ">"
    block.write(target, found["type"], f"{left} {sign} {right} ? {left} : {right}")


@form(r"sad\.(?P<type>[us]32)")
def _sad(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right, added = instruction.operands
    function = "__usad" if found["type"] == "u32" else "__sad"
    values = (block.read(left, found["type"]), block.read(right, found["type"]))
    text = f"{function}({values[0]}, {values[1]}, {block.read(added, 'u32')})"
    block.write(target, "u32", text)


_COUNTS = {
    "popc": ("__popc({})", "__popcll({})"),
    "clz": ("__clz((int){})", "__clzll((long long){})"),
    "brev": ("__brev({})", "__brevll({})"),
    "bfind": ("31 - __clz((int){})", "63 - __clzll((long long){})"),
}


@form(r"(?:popc|clz|brev)\.(?P<type>b(?:32|64))")
@form(r"bfind\.(?P<type>[us](?:32|64))")
def _count(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, operand = instruction.operands
    type_name = found["type"]
    text = _COUNTS[instruction.opcode][type_name.endswith("64")]
    if type_name[0] == "s":
        value = block.again(operand, type_name)
        value = f"({value} < 0 ? ~{value} : {value})"
    else:
        value = block.read(operand, unsigned_type(type_name))
    result = type_name if instruction.opcode == "brev" else "b32"
    block.write(target, result, text.format(value))


@form(r"bfe\.(?P<type>[us](?:32|64))")
def _bfe(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value, place, width = instruction.operands
    type_name = found["type"]
    bits = int(type_name[1:])
    first, count = literal(place), literal(width)
    unsigned = unsigned_type(type_name)
    one = "1u" if bits == 32 else "1ull"
    if first is not None and count is not None and count > 0 and first + count <= bits:
        if type_name[0] == "u":
            text = block.read(value, unsigned)
            text = f"{text} >> {first}" if first else text
            if first + count < bits:
                mask = f"{hex((1 << count) - 1)}{one[1:]}"
                text = f"({text}) & {mask}" if first else f"{text} & {mask}"
        else:
            up = f"({CPP[type_name]})({block.read(value, unsigned)} << {bits - first - count})"
            text = f"{up} >> {bits - count}"
    elif type_name[0] == "u":
        at = block.keep(f"{block.read(place, 'u32')} & 0xffu", "u32")
        size = block.keep(f"{block.read(width, 'u32')} & 0xffu", "u32")
        text = (
            f"({at} < {bits}u ? {block.read(value, unsigned)} >> {at} : 0u)"
            f" & ({size} < {bits}u ? ({one} << {size}) - {one} : ~{one.replace('1', '0')})"
        )
    else:
        raise NoCounterpartError
    block.write(target, type_name, text)


@form(r"bfi\.(?P<type>b(?:32|64))")
def _bfi(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, inserted, base, place, width = instruction.operands
    unsigned = unsigned_type(found["type"])
    bits = int(unsigned[1:])
    one = "1u" if bits == 32 else "1ull"
    first, count = literal(place), literal(width)
    put = block.read(inserted, unsigned)
    under = block.read(base, unsigned)
    if first is not None and count is not None and count > 0 and first + count <= bits:
        mask = f"{hex(((1 << count) - 1) << first)}{one[1:]}"
        by = str(first)
    else:
        at = block.keep(f"{block.read(place, 'u32')} & 0xffu", "u32")
        size = block.keep(f"{block.read(width, 'u32')} & 0xffu", "u32")
        ones = f"({size} < {bits}u ? ({one} << {size}) - {one} : ~{one.replace('1', '0')})"
        mask = block.keep(f"{at} < {bits}u ? {ones} << {at} : 0u", unsigned)
        by = f"({at} & {bits - 1}u)"
    block.write(target, unsigned, f"({under} & ~{mask}) | (({put} << {by}) & {mask})")


@form(r"prmt(?:\.b32)?")
def _prmt(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, low, high, selector = instruction.operands
    constant = literal(selector)
    lower, upper = block.read(low, "u32"), block.read(high, "u32")
    # From 8 on, a selector copies a byte's sign into all of it, which __byte_perm does not.
    if constant is not None and not constant & 0x8888:
        block.write(target, "u32", f"__byte_perm({lower}, {upper}, {block.read(selector, 'u32')})")
        return
    if constant is not None:
        by = f"{constant & 0x7777:#x}u"
        signs = f"{sum(0xFF << 8 * at for at in range(4) if constant >> 4 * at & 8):#x}u"
    else:
        by = block.again(selector, "u32")
        bits = (f"({by} >> {4 * at + 3} & 1u)" + (f" << {8 * at}" if at else "") for at in range(4))
        signs = block.keep(f"({' | '.join(bits)}) * 0xffu", "u32")
    picked = block.keep(f"__byte_perm({lower}, {upper}, {by})", "u32")
    filled = f"({picked} >> 7 & 0x01010101u) * 0xffu"
    block.write(target, "u32", f"({picked} & ~{signs}) | ({filled} & {signs})")


@form(r"shf\.(?P<to>l|r)\.(?P<mode>wrap|clamp)\.b32")
def _shf(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, *operands = instruction.operands
    function = f"__funnelshift_{found['to']}{'c' if found['mode'] == 'clamp' else ''}"
    values = ", ".join(block.read(operand, "u32") for operand in operands)
    block.write(target, "u32", f"{function}({values})")


# The 16 functions of two values, by the bits of their table: bit 3 for both set, bit 0 for none.
_OF_TWO = (
    "0", "~({b} | {c})", "{c} & ~{b}", "~{b}", "{b} & ~{c}", "~{c}", "{b} ^ {c}", "~({b} & {c})",
    "{b} & {c}", "~({b} ^ {c})", "{c}", "~{b} | {c}", "{b}", "{b} | ~{c}", "{b} | {c}", "~0",
)  # fmt: skip


def of_three(table: int, a: str, b: str, c: str) -> str:
    """The expression for a table of lop3: its bit 4·a + 2·b + c is the result for those bits."""
    with_a, without = table >> 4, table & 15

    def part(function: int) -> str:
        return _OF_TWO[function].format(b=b, c=c)

    def grouped(function: int) -> str:
        text = part(function)
        return f"({text})" if " " in text and not text.startswith("~(") else text

    if with_a == without:
        return part(with_a)
    if with_a == without ^ 15:
        return f"{a} ^ {grouped(without)}" if without != 15 else f"~{a}"
    if without == 0:
        return a if with_a == 15 else f"{a} & {grouped(with_a)}"
    if with_a == 0:
        return f"~{a}" if without == 15 else f"~{a} & {grouped(without)}"
    if with_a == 15:
        return f"{a} | {grouped(without)}"
    if without == 15:
        return f"~{a} | {grouped(with_a)}"
    if without & ~with_a == 0:
        return f"({a} & {grouped(with_a)}) | {grouped(without)}"
    if with_a & ~without == 0:
        return f"(~{a} & {grouped(without)}) | {grouped(with_a)}"
    return f"({a} & {grouped(with_a)}) | (~{a} & {grouped(without)})"


@form(r"lop3(?:\.b32)?")
def _lop3(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, a, b, c, immediate = instruction.operands
    table = literal(immediate)
    if table is None:
        register = block.register(immediate)
        table = literal(register.text) if register is not None and register.kind == "n" else None
    if table is None:
        # A constant that has a name: the compiler works the table out.
        values = [block.again(operand, "b32") for operand in (a, b, c)]
        lut = block.keep(block.read(immediate, "u32"), "u32")
        block.lines.append("unsigned chosen = 0u;")
        bits = (f"(bit & {1 << 2 - at} ? {value} : ~{value})" for at, value in enumerate(values))
        block.lines.append(
            "for (unsigned bit = 0; bit < 8; ++bit) "
            f"if ({lut} >> bit & 1u) chosen |= {' & '.join(bits)};"
        )
        block.write(target, "b32", "chosen")
        return
    table &= 0xFF
    if table == 0x96:
        text = " ^ ".join(block.read(operand, "b32") for operand in (a, b, c))
    else:
        values = [block.again(operand, "b32") for operand in (a, b, c)]
        text = of_three(table, *(_flat(value) for value in values))
    block.write(target, "b32", {"0": "0u", "~0": "~0u"}.get(text, text))


def _flat(text: str) -> str:
    return text if re.fullmatch(r"\w+", text) else f"({text})"


_BYTES = {"u32": "unsigned char", "s32": "signed char"}
_HALVES = {"u32": "unsigned short", "s32": "short"}


@form(r"dp4a\.(?P<left>[us]32)\.(?P<right>[us]32)")
def _dp4a(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right, added = instruction.operands
    a, b = block.again(left, "b32"), block.again(right, "b32")
    block.lines.append(f"unsigned sum = {block.read(added, 'u32')};")
    block.lines.append(
        "for (int byte = 0; byte < 32; byte += 8) sum += "
        f"({_BYTES[found['left']]})({a} >> byte) * ({_BYTES[found['right']]})({b} >> byte);"
    )
    block.write(target, "u32", "sum")


@form(r"dp2a\.(?P<half>lo|hi)\.(?P<left>[us]32)\.(?P<right>[us]32)")
def _dp2a(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right, added = instruction.operands
    a, b = block.again(left, "b32"), block.again(right, "b32")
    first = 16 if found["half"] == "hi" else 0
    block.lines.append(f"unsigned sum = {block.read(added, 'u32')};")
    block.lines.append(
        "for (int half = 0; half < 2; ++half) sum += "
        f"({_HALVES[found['left']]})({a} >> 16 * half) * "
        f"({_BYTES[found['right']]})({b} >> (8 * half + {first}));"
    )
    block.write(target, "u32", "sum")


@form(r"vabsdiff4\.u32\.u32\.u32\.add")
def _vabsdiff4(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, left, right, added = instruction.operands
    a, b = block.again(left, "u32"), block.again(right, "u32")
    block.lines.append(f"unsigned sum = {block.read(added, 'u32')};")
    block.lines.append(
        "for (int byte = 0; byte < 32; byte += 8) "
        f"sum += __usad({a} >> byte & 0xffu, {b} >> byte & 0xffu, 0u);"
    )
    block.write(target, "u32", "sum")


@form(r"(?:vshl|vshr)\.u32\.u32\.u32\.clamp\.add")
def _video_shift(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value, amount, added = instruction.operands
    by = block.again(amount, "u32")
    sign = "<<" if instruction.opcode == "vshl" else ">>"
    shifted = f"({by} < 32u ? {block.read(value, 'u32')} {sign} {by} : 0u)"
    block.write(target, "u32", f"{shifted} + {block.read(added, 'u32')}")


@form(r"cvt\.pack\.sat\.(?P<to>[us](?:4|8|16))\.s32(?P<with>\.b32)?")
def _cvt_pack(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, upper, lower, *kept = instruction.operands
    low, high, bits = RANGES[found["to"]]
    parts: list[str] = []
    for operand in (upper, lower):
        value = block.keep(block.read(operand, "s32"), "s32")
        parts.append(f"({value} < {low} ? {low} : {value} > {high} ? {high} : {value})")
    mask = hex((1 << bits) - 1)
    text = f"((unsigned){parts[0]} & {mask}u) << {bits} | ((unsigned){parts[1]} & {mask}u)"
    if kept and literal(kept[0]) != 0:
        text = f"{block.read(kept[0], 'u32')} << {2 * bits} | {text}"
    block.write(target, "u32", text)
