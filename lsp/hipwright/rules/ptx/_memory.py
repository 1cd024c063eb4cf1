"""PTX that loads, stores, copies and does atomic operations."""

from __future__ import annotations

from hipwright.rules.ptx._instruction import Instruction, split
from hipwright.rules.ptx._registers import CPP, Block, NoCounterpartError
from hipwright.rules.ptx._table import constant_of, form, unsigned_type

_CACHES = r"ca|cg|cs|lu|cv|wb|wt"
_HINTS = r"(?:\.(?:nc|L1::\w+|L2::\w+))*"
_SPACES = r"global|shared(?:::cta)?"
_ELEMENTS = r"(?:b|u|s)(?:8|16|32|64)|f32|f64"


def _accesses(name: str) -> str:
    """The patterns of loads and stores, in the orders of words that PTX takes."""
    return (
        rf"{name}(?P<volatile>\.volatile)?(?:\.(?P<early>{_CACHES}))?(?:\.(?P<space>{_SPACES}))?"
        rf"(?:\.(?P<cache>{_CACHES}))?(?P<hints>{_HINTS})(?:\.v(?P<count>2|4))?"
        rf"\.(?P<type>{_ELEMENTS})"
    )


_NEAR = frozenset(("shared", "shared::cta"))
_STREAMING = frozenset(("cs", "lu"))
_UNCACHED = frozenset(("cg", "cv"))


@form(_accesses("ld"))
def _load(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, place, *others = instruction.operands
    if others:
        raise NoCounterpartError  # a cache policy
    count = int(found["count"] or 1)
    cache_name = found["early"] or found["cache"]
    is_volatile = bool(found["volatile"]) or cache_name in _UNCACHED
    targets = split(target.strip("{} ")) if target.startswith("{") else [target]
    if len(targets) != count:
        raise NoCounterpartError
    text = _loaded(block, found, place, count, is_volatile, cache_name in _STREAMING)
    if count == 1:
        block.write(targets[0], found["type"], text)
        return
    value = block.keep(text, found["type"], "words")
    for index, name in enumerate(targets):
        block.write(name, found["type"], f"{value}[{index}]")


def _vector(block: Block, type_name: str, count: int) -> str:
    """The C++ type that an access moves: a vector where there are several."""
    if count == 1:
        return CPP[type_name]
    size = int(type_name[1:]) // 8 * count
    element = CPP[type_name]
    line = f"typedef {element} words __attribute__((vector_size({size})));"
    if line not in block.declarations:
        if any("words __attribute__" in other for other in block.declarations):
            raise NoCounterpartError
        block.declarations.append(line)
    return "words"


def _loaded(
    block: Block, found: dict[str, str], place: str, count: int, is_volatile: bool, streams: bool
) -> str:
    pointee = _vector(block, found["type"], count)
    near = found["space"] in _NEAR
    qualifier = "const volatile " if is_volatile else "const "
    at = block.address(place, is_shared=near, pointee=pointee, qualifier=qualifier)
    if streams and not near:
        return f"__builtin_nontemporal_load({at})"
    return f"*{at}"


@form(_accesses("st"))
def _store(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    place, value, *others = instruction.operands
    if others:
        raise NoCounterpartError
    count = int(found["count"] or 1)
    cache_name = found["early"] or found["cache"]
    values = split(value.strip("{} ")) if value.startswith("{") else [value]
    if len(values) != count:
        raise NoCounterpartError
    pointee = _vector(block, found["type"], count)
    near = found["space"] in _NEAR
    is_volatile = bool(found["volatile"]) or cache_name in ("cg", "wt")
    qualifier = "volatile " if is_volatile else ""
    at = block.address(place, is_shared=near, pointee=pointee, qualifier=qualifier)
    bits = "b" + found["type"][1:] if found["type"][0] in "us" else found["type"]
    if count > 1:
        bits = found["type"]
    elements = [block.read(operand, bits) for operand in values]
    text = elements[0] if count == 1 else f"words{{{', '.join(elements)}}}"
    if cache_name == "cs" and not near:
        cast = "" if count > 1 else f"({CPP[bits]})"
        block.lines.append(f"__builtin_nontemporal_store({cast}{text}, {at});")
    else:
        block.lines.append(f"*{at} = {text};")


_SCOPES = {
    "cta": "__HIP_MEMORY_SCOPE_WORKGROUP",
    "gpu": "__HIP_MEMORY_SCOPE_AGENT",
    "sys": "__HIP_MEMORY_SCOPE_SYSTEM",
}
_ORDERS = {
    "relaxed": "__ATOMIC_RELAXED",
    "acquire": "__ATOMIC_ACQUIRE",
    "release": "__ATOMIC_RELEASE",
    "acq_rel": "__ATOMIC_ACQ_REL",
}
_ORDERED = (
    rf"(?:\.(?P<space>{_SPACES}))?\.(?P<order>relaxed|acquire|release)\.(?P<scope>cta|gpu|sys)"
    rf"(?:\.(?P<space_too>{_SPACES}))?\.(?P<type>{_ELEMENTS})"
)


@form(rf"ld{_ORDERED}")
def _load_ordered(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    target, place = instruction.operands
    near = (found["space"] or found["space_too"]) in _NEAR
    at = block.address(place, is_shared=near, pointee=CPP[found["type"]], qualifier="const ")
    arguments = f"{at}, {_ORDERS[found['order']]}, {_SCOPES[found['scope']]}"
    block.write(target, found["type"], f"__hip_atomic_load({arguments})")


@form(rf"st{_ORDERED}")
def _store_ordered(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    place, value = instruction.operands
    near = (found["space"] or found["space_too"]) in _NEAR
    at = block.address(place, is_shared=near, pointee=CPP[found["type"]])
    value = block.read(value, found["type"])
    arguments = f"{at}, {value}, {_ORDERS[found['order']]}, {_SCOPES[found['scope']]}"
    block.lines.append(f"__hip_atomic_store({arguments});")


_FETCH = {
    "add": "__hip_atomic_fetch_add",
    "min": "__hip_atomic_fetch_min",
    "max": "__hip_atomic_fetch_max",
    "and": "__hip_atomic_fetch_and",
    "or": "__hip_atomic_fetch_or",
    "xor": "__hip_atomic_fetch_xor",
    "exch": "__hip_atomic_exchange",
}


@form(
    rf"(?:atom|red)(?:\.(?P<space>{_SPACES}))?(?:\.(?P<order>relaxed|acquire|release|acq_rel))?"
    rf"(?:\.(?P<scope>cta|gpu|sys))?(?:\.(?P<space_too>{_SPACES}))?"
    rf"\.(?P<what>add|min|max|and|or|xor|exch)\.(?P<type>[bus](?:32|64)|f32|f64)"
)
def _atomic(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    operands = list(instruction.operands)
    target = operands.pop(0) if instruction.opcode == "atom" else ""
    place, value = operands
    type_name = found["type"]
    if type_name[0] == "f" and found["what"] != "add":
        raise NoCounterpartError
    if type_name[0] == "b" or (type_name[0] == "s" and found["what"] not in ("min", "max")):
        type_name = unsigned_type(type_name)
    near = (found["space"] or found["space_too"]) in _NEAR
    at = block.address(place, is_shared=near, pointee=CPP[type_name])
    order = _ORDERS[found["order"] or "relaxed"]
    scope = _SCOPES[found["scope"] or "gpu"]
    value = block.read(value, type_name)
    call = f"{_FETCH[found['what']]}({at}, {value}, {order}, {scope})"
    if target:
        block.write(target, type_name, call)
    else:
        block.lines.append(f"{call};")


_COPY = r"cp\.async\.(?:ca|cg)\.shared(?:::cta)?\.global(?:\.L2::(?:64|128|256)B)?"


@form(_COPY)
def _copy(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    to, source, size, *present = instruction.operands
    constant = constant_of(block, size)
    if constant not in (4, 8, 16) or len(present) > 1:
        raise NoCounterpartError
    line = f"typedef unsigned words __attribute__((vector_size({constant})));"
    pointee = "words"
    if constant == 4:
        pointee = "unsigned"
    elif line not in block.declarations:
        block.declarations.append(line)
    at = block.address(to, is_shared=True, pointee=pointee)
    read = block.address(source, is_shared=False, pointee=pointee, qualifier="const ")
    if not present or constant_of(block, present[0]) == constant:
        block.lines.append(f"*{at} = *{read};")
        return
    # What is not there is not read, and is zero.
    given = block.again(present[0], "u32")
    start = block.address(source, is_shared=False, pointee="unsigned char", qualifier="const ")
    block.lines.append(f"{pointee} copied = {{}};")
    block.lines.append(f"if ({given} >= {constant}u) copied = *{read};")
    block.lines.append(
        f"else for (unsigned byte = 0; byte < {given}; ++byte) "
        f"((unsigned char*)&copied)[byte] = ({start})[byte];"
    )
    block.lines.append(f"*{at} = copied;")


@form(r"cp\.async\.(?:commit_group|wait_group|wait_all)")
def _copied(block: Block, instruction: Instruction, found: dict[str, str]) -> None:
    """A copy that was made at once needs no waiting for."""
