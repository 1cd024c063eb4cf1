"""PTX about threads: barriers, fences, votes, shuffles, traps."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction
from hipwright.rules.ptx._registers import Block, NoCounterpartError, Register
from hipwright.rules.ptx._table import constant_of, form, predicate_or_bits


@form(r"(?:bar|barrier)\.sync(?:\.aligned)?")
def _barrier(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    if len(instruction.operands) != 1 or constant_of(block, instruction.operands[0]) != 0:
        raise NoCounterpartError
    block.lines.append("__syncthreads();")


_FENCES = {
    "cta": "__threadfence_block();",
    "gl": "__threadfence();",
    "gpu": "__threadfence();",
    "sys": "__threadfence_system();",
}


@form(r"membar\.(?P<scope>cta|gl|sys)")
@form(r"fence(?:\.(?:sc|acq_rel))?\.(?P<scope>cta|gpu|sys)")
def _fence(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    block.lines.append(_FENCES[found["scope"]])


@form(r"trap")
def _trap(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    block.lines.append("__builtin_trap();")


@form(r"brkpt")
def _brkpt(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    block.lines.append("__builtin_debugtrap();")


@form(r"nanosleep\.u32")
def _nanosleep(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    """PTX lets a thread sleep for any time from 0 to twice the one that is asked for."""
    nanoseconds = constant_of(block, instruction.operands[0])
    steps = 2 if nanoseconds is None else min(max(nanoseconds // 64, 1), 127)
    block.lines.append(f"__builtin_amdgcn_s_sleep({steps});")


@form(r"prefetchu?(?:\.global)?\.L[12](?:::\w+)?")
def _prefetch(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    at = block.address(instruction.operands[0], is_shared=False, pointee="void", qualifier="const ")
    block.lines.append(f"__builtin_prefetch({at});")


_OWN_HALF = "(unsigned)(__ballot({}) >> (__lane_id() & 32))"
_SHUFFLES = {"idx": "__shfl", "up": "__shfl_up", "down": "__shfl_down", "bfly": "__shfl_xor"}


@form(r"activemask\.b32")
def _activemask(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    block.write(instruction.operands[0], "u32", _OWN_HALF.format("1"))


@form(r"vote\.sync\.(?P<how>ballot\.b32|any\.pred|all\.pred)")
def _vote(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, predicate, mask = instruction.operands
    value = predicate_or_bits(block, predicate, "pred")
    how = found["how"].partition(".")[0]
    if how == "all":
        value = f"!{value}"
    votes = _OWN_HALF.format(value)
    if constant_of(block, mask) != 0xFFFFFFFF:
        votes = f"({votes} & {block.read(mask, 'u32')})"
    if how == "ballot":
        block.write(target, "u32", votes)
    else:
        block.write(target, "pred", f"{votes} {'!=' if how == 'any' else '=='} 0u")


@form(r"shfl\.sync\.(?P<how>idx|up|down|bfly)\.b32")
def _shuffle(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, value, lane, bounds, mask = instruction.operands
    bound, members = constant_of(block, bounds), constant_of(block, mask)
    if bound is None or members != 0xFFFFFFFF:
        raise NoCounterpartError
    target, _, in_range = (part.strip() for part in target.partition("|"))
    clamp, segment = bound & 0x1F, bound >> 8
    width = 32 - segment
    if clamp != (0 if found["how"] == "up" else 31) or width not in (1, 2, 4, 8, 16, 32):
        raise NoCounterpartError
    type_name = "f32" if _is_real(block.register(value)) else "b32"
    to = block.register(target)
    if _is_real(to) != (type_name == "f32"):
        type_name = "u32"
    call = f"{_SHUFFLES[found['how']]}({block.read(value, type_name)}, "
    steps = constant_of(block, lane)
    distance = block.read(lane, "s32")
    if found["how"] != "idx" and (steps is None or steps > 31):
        distance = f"({distance} & 31)"  # as many bits as PTX looks at
    if in_range:
        distance = block.keep(distance, "s32")
        own = "(int)(__lane_id() & 31)"
        last = f"({own} | {width - 1})"
        inside = {
            "up": f"(int)(__lane_id() & {width - 1}) >= {distance}",
            "down": f"{own} + {distance} <= {last}",
            "bfly": f"({own} ^ {distance}) <= {last}",
            "idx": "true",
        }[found["how"]]
        inside = block.keep(inside, "pred")
    block.write(target, type_name, f"{call}{distance}, {width})")
    if in_range:
        block.write(in_range, "pred", inside)


def _is_real(register: Register | None) -> bool:
    return register is not None and register.kind == "f"
