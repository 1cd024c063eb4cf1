"""PTX that moves values: mov, cvta."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction, split
from hipwright.rules.ptx._registers import CPP, Block, NoCounterpartError
from hipwright.rules.ptx._table import form

_INTEGERS = "[bus](?:16|32|64)"


@form(r"mov\.(?P<type>[busf](?:16|32|64)|pred)")
def _mov(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    type_name = found["type"]
    if target.startswith("{"):
        _unpack(block, split(target.strip("{} ")), value, type_name)
    elif value.startswith("{"):
        block.write(target, type_name, _packed(block, split(value.strip("{} ")), type_name))
    else:
        # Registers have no sign: with bits, no cast is written that C++ does by itself.
        bits = "b" + type_name[1:] if type_name[0] in "us" else type_name
        block.write(target, bits, block.read(value, bits))


def _parts(parts: list[str], type_name: str) -> tuple[str, int]:
    """The type of the parts that a register is cut into, and their bits."""
    bits = int(type_name[1:]) // len(parts)
    if type_name[0] not in "bu" or bits not in (8, 16, 32) or bits * len(parts) > 64:
        raise NoCounterpartError
    return f"u{bits}", bits


def _packed(block: Block, parts: list[str], type_name: str) -> str:
    part_type, bits = _parts(parts, type_name)
    cpp = CPP["u" + type_name[1:]]
    values = [f"({cpp}){block.read(part, part_type)}" for part in parts]
    texts = (f"{value} << {bits * at}" if at else value for at, value in enumerate(values))
    return " | ".join(texts)


def _unpack(block: Block, parts: list[str], value: str, type_name: str) -> None:
    part_type, bits = _parts(parts, type_name)
    whole = block.keep(block.read(value, "u" + type_name[1:]), type_name)
    for at, part in enumerate(parts):
        if part != "_":
            shifted = f"({whole} >> {bits * at})" if at else whole
            block.write(part, part_type, f"({CPP[part_type]}){shifted}")


@form(r"cvta(?:\.(?P<to>to))?\.(?P<space>shared|global|const|local)\.(?P<type>u32|u64)")
def _cvta(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value = instruction.operands
    address = block.read(value, found["type"])
    if found["space"] == "shared" and found["to"]:
        address = f"(size_t)(__attribute__((address_space(3))) void*)({address})"
    elif found["space"] == "shared":
        address = (
            f"(size_t)(void*)(__attribute__((address_space(3))) void*)((size_t)(unsigned){address})"
        )
    elif found["space"] == "local":
        raise NoCounterpartError
    block.write(target, found["type"], address)
