"""Inline assembly of GPUs in device code: common PTX becomes C++, the rest a trap that says so.

    asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));

becomes a block that keeps each operand's bits in a `Word`, computes, and stores the outputs:

    do { using namespace ::hipwright::assembly; Word hipwright_0;
         hipwright_0 = ::hipwright::assembly::word(::hipwright::lane_id());
        ::hipwright::assembly::store(lane, hipwright_0); } while (false);

An instruction that is not known here ends the kernel with a report when it is reached, so that a
program that never reaches it still runs. Sources of the meanings: the PTX ISA document.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hipwright_server.cpu.rewrite import Edit, replace
from hipwright_server.cpu.tokens import Token, matching

HEADER = b"hipwright/inline_assembly.h"
# Qualified: a program may have variables of that name.
_HERE = "::hipwright::assembly::"
_WORD = f"{_HERE}word"

_ASM = frozenset((b"asm", b"__asm__", b"__asm"))
_VOLATILE = frozenset((b"volatile", b"__volatile__", b"goto", b"inline"))
# The words that PTX instructions begin with; x86 has some of them too, but never with a dot behind.
_PTX_NAMES = """
    abs activemask add addc and applypriority atom bar barrier bfe bfi bfind bmsk brev brkpt
    clz cnot copysign cos cp createpolicy cvt cvta discard div dp2a dp4a elect ex2 exit fence fma
    fns getctarank griddepcontrol isspacep istypep ld ldmatrix ldu lg2 lop3 mad mad24 madc
    mapa match max mbarrier membar min mma mov movmatrix mul mul24 multimem nanosleep neg
    not or pmevent popc prefetch prefetchu prmt rcp red redux rem ret rsqrt sad selp set
    setmaxnreg setp shf shfl shl shr sin slct sqrt st stmatrix sub subc suld suq sured sust
    szext tanh tensormap testp tex tld4 trap txq vabsdiff vabsdiff2 vabsdiff4 vadd vadd2
    vadd4 vavrg2 vavrg4 vmad vmax vmax2 vmax4 vmin vmin2 vmin4 vote vset vset2 vset4 vshl
    vshr vsub vsub2 vsub4 wgmma wmma xor
"""
_PTX = frozenset(_PTX_NAMES.split())
_BARE = frozenset(("trap", "brkpt", "exit", "ret", "membar", "bar"))
_TYPES = {
    "b8": "std::uint8_t",
    "u8": "std::uint8_t",
    "s8": "std::int8_t",
    "b16": "std::uint16_t",
    "u16": "std::uint16_t",
    "s16": "std::int16_t",
    "b32": "std::uint32_t",
    "u32": "std::uint32_t",
    "s32": "std::int32_t",
    "b64": "std::uint64_t",
    "u64": "std::uint64_t",
    "s64": "std::int64_t",
    "f32": "float",
    "f64": "double",
    "pred": "bool",
}
_ATOMIC_TYPES = {
    "u32": "unsigned int",
    "b32": "unsigned int",
    "s32": "int",
    "u64": "unsigned long long",
    "b64": "unsigned long long",
    "s64": "unsigned long long",
    "f32": "float",
    "f64": "double",
}
_SPECIAL = {
    "laneid": "::hipwright::lane_id()",
    "warpid": "::hipwright::warp_id()",
    "smid": "0u",
    "nsmid": "1u",
    "lanemask_eq": "(::hipwright::LaneMask{1} << ::hipwright::lane_id())",
    "lanemask_lt": "lower_lanes()",
    "lanemask_le": "(lower_lanes() << 1 | 1)",
    "lanemask_gt": "(~lower_lanes() << 1)",
    "lanemask_ge": "~lower_lanes()",
    "clock": "static_cast<unsigned>(::clock64())",
    "clock64": "::clock64()",
    "globaltimer": "::hipwright::now_nanoseconds()",
    "dynamic_smem_size": "::hipwright::dynamic_shared_bytes()",
    **{
        f"{register}.{axis}": f"{variable}.{axis}"
        for register, variable in (
            ("tid", "::threadIdx"),
            ("ntid", "::blockDim"),
            ("ctaid", "::blockIdx"),
            ("nctaid", "::gridDim"),
        )
        for axis in "xyz"
    },
}
_ROUNDING = {"rn": "rn", "rz": "rz", "rm": "rd", "rp": "ru"}


class UnknownInstructionError(Exception):
    """An instruction that is left to the trap."""


@dataclass(slots=True)
class _Statement:
    """One asm statement: its text, and its operands as (constraint, C++ expression, name)."""

    text: str
    outputs: list[tuple[str, str, str]]
    inputs: list[tuple[str, str, str]]
    start: int
    end: int


def rewrite_assembly(
    content: bytes,
    tokens: list[Token],
    *,
    in_macro: bool,
    is_device: Callable[[int], bool],
) -> list[Edit]:
    """The edits for all inline assembly of GPUs in one region of a text.

    `is_device` says whether a byte offset is in device code; in macros, and elsewhere, only what
    looks like PTX is touched, because host code has assembly of its own.
    """
    edits: list[Edit] = []
    for index, token in enumerate(tokens):
        if token.text not in _ASM:
            continue
        statement = _parse(tokens, index)
        if statement is None or not statement.text.strip():
            continue
        if _looks_like_amd(statement.text):
            statement.text = statement.text.replace("\n", ";")
            text = _block(statement)
        elif _looks_like_ptx(statement.text):
            text = _block(statement)
        elif not in_macro and is_device(statement.start):
            text = _trap(statement.text)
        else:
            continue
        edits.append(
            replace(content, statement.start, statement.end, text.encode(), in_macro=in_macro)
        )
    return edits


def _parse(tokens: list[Token], index: int) -> _Statement | None:
    opening = index + 1
    while opening < len(tokens) and tokens[opening].text in _VOLATILE:
        opening += 1
    if opening >= len(tokens) or tokens[opening].text != b"(":
        return None
    closing = matching(tokens, opening)
    if closing is None:
        return None
    parts: list[list[Token]] = [[]]
    position = opening + 1
    while position < closing:
        token = tokens[position]
        if token.text == b":":
            parts.append([])
        elif token.text == b"::":
            parts.extend(([], []))
        else:
            end = matching(tokens, position) if token.text in (b"(", b"[", b"{") else position
            parts[-1].extend(tokens[position : (end or position) + 1])
            position = end or position
        position += 1
    text = _string(parts[0])
    if text is None:
        return None
    operands = [_operands(part) for part in parts[1:3]]
    if None in operands:
        return None
    outputs, inputs = [*operands, [], []][:2]
    return _Statement(text, outputs or [], inputs or [], tokens[index].start, tokens[closing].end)


_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'", "r": ""}


def _string(tokens: list[Token]) -> str | None:
    """The text of string literals in a row; None where there is anything else, such as a macro."""
    text = ""
    for token in tokens:
        literal = token.text.decode("latin-1")
        if token.kind != "string" or literal.startswith("'"):
            return None
        raw = re.fullmatch(r'R"([^(]*)\((.*)\)\1"', literal, re.DOTALL)
        if raw:
            text += raw.group(2)
        else:
            inner = literal[literal.index('"') + 1 : -1].replace("\\\n", "")
            text += re.sub(r"\\(.)", lambda match: _ESCAPES.get(match.group(1), ""), inner)
    return text


def _operands(tokens: list[Token]) -> list[tuple[str, str, str]] | None:
    found: list[tuple[str, str, str]] = []
    position = 0
    while position < len(tokens):
        name = ""
        if tokens[position].text == b"[":
            name = tokens[position + 1].text.decode("latin-1")
            position += 3
        if position + 1 >= len(tokens) or tokens[position].kind != "string":
            return None
        constraint = tokens[position].text.decode("latin-1").strip('"')
        end = matching(tokens, position + 1) if tokens[position + 1].text == b"(" else None
        if end is None:
            return None
        expression = b" ".join(token.text for token in tokens[position + 2 : end])
        found.append((constraint, expression.decode("latin-1"), name))
        position = end + 1
        if position < len(tokens):
            if tokens[position].text != b",":
                return None
            position += 1
    return found


def _looks_like_ptx(text: str) -> bool:
    for statement in _statements(text):
        match = re.match(r"(?:@!?\w+\s+)?(\w+)(\.|\s|$)", statement)
        if statement.startswith(".reg"):
            return True
        if match and match.group(1) in _PTX:
            return match.group(2) == "." or match.group(1) in _BARE
        return False
    return False


def _looks_like_amd(text: str) -> bool:
    """Whether all instructions are some that are known of AMD's, whose lines need no `;`."""
    names = [statement.split(" ")[0] for statement in _statements(text.replace("\n", ";"))]
    return bool(names) and all(_amd_base(name) in (*_AMD, *_AMD_NOTHING) for name in names)


def _statements(text: str) -> list[str]:
    """The instructions in a text, without comments and the braces of scopes."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
    found: list[str] = []
    for statement in re.split(r";", text):
        statement = " ".join(statement.split())
        while statement.startswith(("{", "}")):
            statement = statement[1:].lstrip()
        if statement.count("}") > statement.count("{"):
            statement = statement.rstrip("} ")
        if statement:
            found.append(statement)
    return found


@dataclass(slots=True)
class _Translation:
    """What is known while the instructions of one statement are translated."""

    operands: list[tuple[str, str, str]]
    locals: dict[str, str] = field(default_factory=dict)

    def word(self, operand: str, type_name: str = "b64") -> str:
        """A `Word` with an operand's bits."""
        operand = operand.strip()
        if match := re.fullmatch(r"%(\d+)", operand):
            if int(match.group(1)) >= len(self.operands):
                raise UnknownInstructionError
            return f"hipwright_{match.group(1)}"
        if match := re.fullmatch(r"%\[(\w+)\]", operand):
            names = [name for _, _, name in self.operands]
            if match.group(1) not in names:
                raise UnknownInstructionError
            return f"hipwright_{names.index(match.group(1))}"
        match = re.fullmatch(r"%%?([a-z_0-9]+(?:\.[xyz])?)", operand)
        if match and match.group(1) in _SPECIAL:
            return f"{_WORD}({_SPECIAL[match.group(1)]})"
        if operand in self.locals:
            return self.locals[operand]
        if operand == "WARP_SZ":
            return f"{_WORD}(::hipwright::warp_size)"
        if match := re.fullmatch(r"0[fF]([0-9a-fA-F]{8})", operand):
            return f"Word{{0x{match.group(1)}ull}}"
        if match := re.fullmatch(r"0[dD]([0-9a-fA-F]{16})", operand):
            return f"Word{{0x{match.group(1)}ull}}"
        if re.fullmatch(r"-?(?:0[xX][0-9a-fA-F]+|\d+)U?", operand):
            number = operand.rstrip("U")
            if type_name in ("f32", "f64"):
                return f"{_WORD}({_TYPES[type_name]}({number}))"
            return f"Word{{static_cast<std::uint64_t>({number}ll)}}"
        if re.fullmatch(r"-?\d+\.\d*(?:[eE][+-]?\d+)?", operand) and type_name in ("f32", "f64"):
            return f"{_WORD}({_TYPES[type_name]}({operand}))"
        raise UnknownInstructionError

    def read(self, operand: str, type_name: str) -> str:
        """An operand as a C++ value of a PTX type."""
        negated = operand.strip().startswith("!") and type_name == "pred"
        word = self.word(operand.strip().lstrip("!") if negated else operand, type_name)
        return f"{'!' if negated else ''}{word}.as<{cpp_type(type_name)}>()"

    def address(self, operand: str, shared: bool) -> str:
        """The address in `[%1+8]`."""
        match = re.fullmatch(r"\[\s*([%\w.\[\]]+?)\s*(?:\+\s*(-?\w+))?\s*\]", operand.strip())
        if match is None:
            raise UnknownInstructionError
        base, offset = match.groups()
        word = self.word(base)
        narrow = "false"
        if shared:
            number = re.fullmatch(r"%(\d+)", base)
            constraint = self.operands[int(number.group(1))][0] if number else "r"
            narrow = "true" if "r" in constraint else "false"
        return f"address({word}, {narrow}, {offset or 0})"

    def define(self, name: str) -> str:
        """Where an instruction's result goes."""
        return self.word(name)


def cpp_type(name: str) -> str:
    """The C++ type for a PTX type."""
    if name not in _TYPES:
        raise UnknownInstructionError
    return _TYPES[name]


def _block(statement: _Statement) -> str:
    operands = [*statement.outputs, *statement.inputs]
    known = _Translation(operands)
    lines = ["using namespace ::hipwright::assembly;"]
    for index, (constraint, expression, _) in enumerate(operands):
        is_output = index < len(statement.outputs)
        value = "" if is_output and "+" not in constraint else f" = {_WORD}({expression})"
        lines.append(f"[[maybe_unused]] Word hipwright_{index}{value};")
    lines.append("[[maybe_unused]] bool hipwright_carry = false;")
    for text in _statements(statement.text):
        try:
            lines.append(_instruction(text, known))
        except (UnknownInstructionError, IndexError, ValueError):
            lines.append(_trap(text) + ";")
    for index, (_, expression, _) in enumerate(statement.outputs):
        lines.append(f"::hipwright::assembly::store({expression}, hipwright_{index});")
    return "do { " + " ".join(lines) + " } while (false)"


def _trap(text: str) -> str:
    shown = " ".join(text.split()).replace("\\", "").replace('"', "'")[:80]
    return f'::hipwright::assembly::untranslated("{shown}")'


def _instruction(text: str, known: _Translation) -> str:
    if text.startswith(".reg"):
        return _registers(text, known)
    guard = ""
    if match := re.match(r"@(!?)(\w+)\s+(.*)", text, re.DOTALL):
        guard = f"if ({match.group(1)}{known.read(match.group(2), 'pred')}) "
        text = match.group(3)
    name, _, rest = text.partition(" ")
    name, operands = _from_amd(name, _split(rest))
    body = _translate(name.split("."), operands, known)
    return f"{guard}{{ {body} }}"


def _registers(text: str, known: _Translation) -> str:
    match = re.fullmatch(r"\.reg\s+(?:\.v\d\s+)?\.(\w+)\s+(.*)", text)
    if match is None:
        raise UnknownInstructionError
    names = [name.strip() for name in match.group(2).split(",")]
    if any(not re.fullmatch(r"%?%?\w+", name) for name in names):
        raise UnknownInstructionError
    for name in names:
        known.locals[name] = f"hipwright_local_{name.lstrip('%')}"
    return " ".join(f"[[maybe_unused]] Word {known.locals[name]};" for name in names)


def _split(text: str) -> list[str]:
    """The operands of an instruction: commas inside braces and brackets separate nothing."""
    found, depth = [""], 0
    for character in text:
        depth += (character in "{[") - (character in "}]")
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [operand.strip() for operand in found if operand.strip()]


# Instructions of AMD's GPUs that programs write by hand, as PTX says the same.
_AMD = {
    "v_mov_b32": "mov.b32",
    "s_mov_b32": "mov.b32",
    "v_add_f32": "add.f32",
    "v_sub_f32": "sub.f32",
    "v_mul_f32": "mul.f32",
    "v_fma_f32": "fma.rn.f32",
    "v_min_f32": "min.f32",
    "v_max_f32": "max.f32",
    "v_add_u32": "add.u32",
    "v_sub_u32": "sub.u32",
    "v_and_b32": "and.b32",
    "v_or_b32": "or.b32",
    "v_xor_b32": "xor.b32",
    "v_not_b32": "not.b32",
    "s_barrier": "barrier.sync 0",
}
_AMD_NOTHING = frozenset(("s_nop", "s_waitcnt", "s_sleep", "s_setprio"))


def _amd_base(name: str) -> str:
    return re.sub(r"_e(?:32|64)$", "", name)


def _from_amd(name: str, operands: list[str]) -> tuple[str, list[str]]:
    """The name and the operands of an instruction in PTX's words; PTX comes back as it is."""
    base = _amd_base(name)
    if base in _AMD_NOTHING:
        return "prefetch", []
    known, _, first = _AMD.get(base, name).partition(" ")
    return known, [first] if first else operands


def _translate(parts: list[str], operands: list[str], known: _Translation) -> str:
    name, modifiers = parts[0], parts[1:]
    type_name = modifiers[-1] if modifiers else ""
    for table in (_control, _memory, _warp):
        result = table(name, modifiers, operands, known)
        if result is not None:
            return result
    if name in ("add", "addc", "sub", "subc", "mul", "mad", "madc") and (
        "cc" in modifiers or name.endswith("c")
    ):
        return _with_carry(name, modifiers, operands, known)
    if any(modifier in _SMALL for modifier in modifiers) or name in _PACKING:
        packed = _packing(name, modifiers, operands, known)
        if packed is not None:
            return f"{known.define(operands[0])} = {_WORD}<{cpp_type(packed[1])}>({packed[0]});"
    if name == "mov" and ("{" in operands[0] or "{" in operands[1]):
        return _moved(type_name, operands, known)
    expression = _expression(name, modifiers, operands, known)
    result_type = type_name
    if name == "setp":
        result_type = "pred"
        first, _, second = operands[0].partition("|")
        if second:
            both = f"const bool hipwright_both = {expression};"
            names = known.define(first.strip()), known.define(second.strip())
            return (
                f"{both} {names[0]} = {_WORD}<bool>(hipwright_both);"
                f" {names[1]} = {_WORD}<bool>(!hipwright_both);"
            )
    elif name == "set" or name == "cvt":
        result_type = modifiers[-2]
    elif name in ("mul", "mad") and "wide" in modifiers:
        result_type = type_name[0] + str(2 * int(type_name[1:]))
    elif name in ("popc", "clz", "bfind"):
        result_type = "u32"
    return f"{known.define(operands[0])} = {_WORD}<{cpp_type(result_type)}>({expression});"


_NOTHING = frozenset(("prefetch", "prefetchu", "griddepcontrol", "discard", "applypriority"))


def _control(
    name: str, modifiers: list[str], operands: list[str], known: _Translation
) -> str | None:
    if name in _NOTHING:
        return ""
    if name in ("trap", "brkpt"):
        return "::__trap();"
    if name in ("membar", "fence"):
        return "::__threadfence();"
    if name in ("bar", "barrier"):
        if modifiers[:2] == ["warp", "sync"]:
            return f"::__syncwarp({known.read(operands[0], 'u32')});"
        if "sync" in modifiers and operands == ["0"]:
            return "::__syncthreads();"
        raise UnknownInstructionError  # named barriers
    if name == "nanosleep":
        return f"::__nanosleep({known.read(operands[0], 'u32')});"
    if name == "cp" and modifiers[:1] == ["async"]:
        if modifiers[1] in ("commit_group", "wait_group", "wait_all"):
            return ""
        if modifiers[1] not in ("ca", "cg"):
            raise UnknownInstructionError
        target, source = known.address(operands[0], True), known.address(operands[1], False)
        size = known.read(operands[2], "u32")
        present = known.read(operands[3], "u32") if len(operands) > 3 else size
        return f"copy({target}, {source}, {size}, {present});"
    return None


def _memory(
    name: str, modifiers: list[str], operands: list[str], known: _Translation
) -> str | None:
    type_name = modifiers[-1] if modifiers else ""
    shared = any(modifier.startswith("shared") for modifier in modifiers)
    if name == "cvta":
        return f"{known.define(operands[0])} = {known.word(operands[1])};"
    if name in ("ld", "ldu", "st"):
        place, others = (operands[1], operands[0]) if name != "st" else (operands[0], operands[1])
        registers = _split(others.strip("{} ")) if others.startswith("{") else [others]
        cpp, at = cpp_type(type_name), known.address(place, shared)
        if name == "st":
            return " ".join(
                f"store_at<{cpp}>({at}, {index}, {known.read(register, type_name)});"
                for index, register in enumerate(registers)
            )
        return " ".join(
            f"{known.define(register)} = {_WORD}(load_at<{cpp}>({at}, {index}));"
            for index, register in enumerate(registers)
        )
    if name in ("atom", "red"):
        return _atomic(name, modifiers, operands, known, shared)
    return None


_ATOMICS = {
    "add": "atomicAdd",
    "min": "atomicMin",
    "max": "atomicMax",
    "and": "atomicAnd",
    "or": "atomicOr",
    "xor": "atomicXor",
    "exch": "atomicExch",
    "inc": "atomicInc",
    "dec": "atomicDec",
    "cas": "atomicCAS",
}


def _atomic(
    name: str, modifiers: list[str], operands: list[str], known: _Translation, shared: bool
) -> str:
    type_name = modifiers[-1]
    operation = next((modifier for modifier in modifiers if modifier in _ATOMICS), "")
    if not operation or type_name not in _ATOMIC_TYPES:
        raise UnknownInstructionError
    if type_name == "s64" and operation in ("min", "max"):
        raise UnknownInstructionError
    target, place, *values = operands if name == "atom" else ["", *operands]
    cpp = _ATOMIC_TYPES[type_name]
    arguments = ", ".join(f"{known.word(value, type_name)}.as<{cpp}>()" for value in values)
    at = f"reinterpret_cast<{cpp}*>({known.address(place, shared)})"
    call = f"::{_ATOMICS[operation]}({at}, {arguments})"
    return f"{known.define(target)} = {_WORD}({call});" if target else f"{call};"


def _warp(name: str, modifiers: list[str], operands: list[str], known: _Translation) -> str | None:
    if name == "activemask":
        return f"{known.define(operands[0])} = {_WORD}(::__activemask());"
    if name == "shfl" and modifiers[0] == "sync":
        kinds = ("idx", "up", "down", "bfly")
        if modifiers[1] not in kinds:
            raise UnknownInstructionError
        target, _, inside = (part.strip() for part in operands[0].partition("|"))
        value, lane, bounds, mask = (known.read(operand, "u32") for operand in operands[1:])
        arguments = f"{value}, {lane}, {bounds}, {mask}, {kinds.index(modifiers[1])}"
        lines = [f"const {_HERE}Shuffled hipwright_shuffled = {_HERE}shuffled({arguments});"]
        lines.append(f"{known.define(target)} = {_WORD}(hipwright_shuffled.value);")
        if inside:
            lines.append(f"{known.define(inside)} = {_WORD}(hipwright_shuffled.inside);")
        return " ".join(lines)
    if name == "vote" and modifiers[0] == "sync":
        functions = {"ballot": "__ballot_sync", "any": "__any_sync", "all": "__all_sync"}
        mask, predicate = known.read(operands[2], "u32"), known.read(operands[1], "pred")
        call = f"::{functions.get(modifiers[1], '')}({mask}, {predicate})"
        if modifiers[1] not in functions:
            raise UnknownInstructionError
        kind = "" if modifiers[1] == "ballot" else "<bool>"
        return f"{known.define(operands[0])} = {_WORD}{kind}({call});"
    if name == "redux" and modifiers[0] == "sync":
        mask, value = known.read(operands[2], "u32"), known.read(operands[1], modifiers[-1])
        call = f"::__reduce_{modifiers[1]}_sync({mask}, {value})"
        return f"{known.define(operands[0])} = {_WORD}({call});"
    return None


def _with_carry(name: str, modifiers: list[str], operands: list[str], known: _Translation) -> str:
    """The instructions of long arithmetic, which hand a carry or a borrow on."""
    type_name = modifiers[-1].replace("s", "u")
    if type_name not in ("u32", "u64"):
        raise UnknownInstructionError
    cpp = cpp_type(type_name)
    values = [known.read(operand, type_name) for operand in operands[1:]]
    takes = "hipwright_carry" if name.endswith("c") else "false"
    base = name.removesuffix("c")
    if base == "mad":
        part = "high" if "hi" in modifiers else "low"
        values = [f"product_{part}<{cpp}>({values[0]}, {values[1]})", values[2]]
    function = "subtract" if base == "sub" else "add"
    keeps = "hipwright_carry" if "cc" in modifiers else "ignored_carry()"
    call = f"{function}_with_carry<{cpp}>({values[0]}, {values[1]}, {takes}, {keeps})"
    return f"{known.define(operands[0])} = {_WORD}({call});"


_COMPARE = {
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "lo": "<", "ls": "<=", "hi": ">", "hs": ">=",
}  # fmt: skip
_JOIN = {"and": "&", "or": "|", "xor": "^"}


def _comparison(name: str, type_name: str, operands: list[str], known: _Translation) -> str:
    """A comparison of setp or set: with a `u` behind its name it is true where one is NaN."""
    left, right = (known.read(operand, type_name) for operand in operands)
    if type_name in ("f32", "f64"):
        unordered = f"({left} != {left} || {right} != {right})"
        if name == "nan":
            return unordered
        if name == "num":
            return f"!{unordered}"
        if name not in _COMPARE and name[-1] == "u" and name[:-1] in _COMPARE:
            return f"{unordered} || {left} {_COMPARE[name[:-1]]} {right}"
        if name == "ne":
            return f"!{unordered} && {left} != {right}"
    if name not in _COMPARE:
        raise UnknownInstructionError
    return f"{left} {_COMPARE[name]} {right}"


_APPROXIMATE = {
    "sqrt": "::std::sqrt({0})",
    "rcp": "1 / {0}",
    "rsqrt": "1 / ::std::sqrt({0})",
    "sin": "::std::sin({0})",
    "cos": "::std::cos({0})",
    "ex2": "::std::exp2({0})",
    "lg2": "::std::log2({0})",
    "tanh": "::std::tanh({0})",
}


_REAL = frozenset(
    (*_APPROXIMATE, "add", "sub", "mul", "div", "fma", "mad", "min", "max", "abs", "neg")
)


def _expression(name: str, modifiers: list[str], operands: list[str], known: _Translation) -> str:
    type_name = modifiers[-1]
    real = type_name in ("f32", "f64")
    if name == "mov":
        if operands[1].startswith("{") or operands[0].startswith("{"):
            raise UnknownInstructionError
        return known.read(operands[1], type_name)
    if name == "cvt":
        return _conversion(modifiers, operands, known)
    if name == "set":
        outcome = _comparison(modifiers[0], type_name, operands[1:3], known)
        yes, no = ("1.0f", "0.0f") if modifiers[-2] == "f32" else ("0xffffffffu", "0u")
        return f"({outcome}) ? {yes} : {no}"
    if name == "setp":
        outcome = _comparison(modifiers[0], type_name, operands[1:3], known)
        joined = [modifier for modifier in modifiers[1:-1] if modifier in _JOIN]
        if joined:
            outcome = f"({outcome}) {_JOIN[joined[0]]} {known.read(operands[3], 'pred')}"
        return outcome
    if name == "selp":
        chosen, other = known.read(operands[1], type_name), known.read(operands[2], type_name)
        return f"{known.read(operands[3], 'pred')} ? {chosen} : {other}"
    if "sat" in modifiers or (real and name not in _REAL):
        raise UnknownInstructionError
    values = [known.read(operand, type_name) for operand in operands[1:]]
    if real:
        return _real(name, modifiers, values)
    if name in ("shl", "shr"):
        amount = known.read(operands[2], "u32")
        return f"shift_{'left' if name == 'shl' else 'right'}({values[0]}, {amount})"
    return _integer(name, modifiers, operands, values, known)


_SMALL = frozenset(
    ("f16", "f16x2", "bf16", "bf16x2", "e4m3x2", "e5m2x2", "ue8m0x2", "f32x2", "pack")
)
_PACKING = frozenset(("dp4a", "dp2a", "vabsdiff4", "vshr", "vshl", "shf", "prmt", "lop3"))
_FORMATS = {
    "f16": "Half",
    "bf16": "Brain",
    "e4m3": "::hipwright::E4M3",
    "e5m2": "::hipwright::E5M2",
}
_EIGHT = {"u32": "std::uint8_t", "s32": "std::int8_t"}
_SIXTEEN = {"u32": "std::uint16_t", "s32": "std::int16_t"}
_OF_NUMBERS = {
    "add": "x + y",
    "sub": "x - y",
    "mul": "x * y",
    "fma": f"{_HERE}marked_sum(x * y, z)",
    "min": f"{_HERE}extreme(x, y, false)",
    "max": f"{_HERE}extreme(x, y, true)",
    "neg": "-x",
    "abs": "::std::fabs(x)",
    "ex2": "::std::exp2(x)",
    "tanh": "::std::tanh(x)",
}


def _packing(
    name: str, modifiers: list[str], operands: list[str], known: _Translation
) -> tuple[str, str] | None:
    """What several numbers in one register become, and its type; None where it is not such."""
    values = [known.read(operand, "u32") for operand in operands[1:]] if name != "cvt" else []
    if name in ("dp4a", "dp2a"):
        left, right = modifiers[-2:]
        first = 2 if "hi" in modifiers else 0
        kinds = f"{_EIGHT[left] if name == 'dp4a' else _SIXTEEN[left]}, {_EIGHT[right]}"
        parts = f"{4 if name == 'dp4a' else 2}, {first}"
        return f"{_HERE}dot<{kinds}>({', '.join(values)}, {parts})", "u32"
    if name == "vabsdiff4" and modifiers == ["u32", "u32", "u32", "add"]:
        return f"{_HERE}byte_differences({', '.join(values)})", "u32"
    if name in ("vshr", "vshl") and modifiers == ["u32", "u32", "u32", "clamp", "add"]:
        direction = "right" if name == "vshr" else "left"
        return f"{_HERE}shift_{direction}({values[0]}, {values[1]}) + {values[2]}", "u32"
    if name == "shf" and modifiers[-1] == "b32":
        how = f"{str(modifiers[0] == 'l').lower()}, {str(modifiers[1] == 'clamp').lower()}"
        return f"{_HERE}funnel({', '.join(values)}, {how})", "u32"
    if name == "prmt" and len(modifiers) <= 1:
        return f"{_HERE}permuted({', '.join(values)})", "u32"
    if name == "lop3":
        return (
            f"{_HERE}table_of_three({', '.join(values[:3])}, static_cast<int>({values[3]} & 0xff))",
            "u32",
        )
    if name == "cvt":
        return _converted(modifiers, operands, known)
    return _computed(name, modifiers, operands, known)


def _computed(
    name: str, modifiers: list[str], operands: list[str], known: _Translation
) -> tuple[str, str] | None:
    """Arithmetic on numbers of 16 bits, one or two to a register; or on two floats."""
    type_name = next(modifier for modifier in modifiers if modifier in _SMALL)
    if type_name == "f32x2":
        return _two_floats(name, operands, known), "u64"
    allowed = {"rn", "relu", "approx", "ftz", type_name}
    base = type_name.removesuffix("x2")
    if name not in _OF_NUMBERS or set(modifiers) - allowed or base not in ("f16", "bf16"):
        raise UnknownInstructionError
    register = "u16" if type_name == base else "u32"
    values = ", ".join(known.read(operand, register) for operand in operands[1:])
    compute = _OF_NUMBERS[name]
    if "relu" in modifiers:
        compute = f"{_HERE}rectified({compute})"
    count = 1 if type_name == base else 2
    lambda_ = (
        "[]([[maybe_unused]] double x, [[maybe_unused]] double y, [[maybe_unused]] double z)"
        f" {{ return {compute}; }}"
    )
    text = f"{_HERE}each_number<{_FORMATS[base]}>({count}, {lambda_}, {values})"
    return (f"static_cast<std::uint16_t>({text})" if count == 1 else text), register


_TWO = {"add": "+", "sub": "-", "mul": "*"}


def _two_floats(name: str, operands: list[str], known: _Translation) -> str:
    halves: list[str] = []
    for shift in (0, 32):
        parts = [
            f"::hipwright::same_bits<float>(std::uint32_t({known.read(operand, 'u64')} >> {shift}))"
            for operand in operands[1:]
        ]
        if name == "fma":
            value = f"::fmaf({', '.join(parts)})"
        else:
            value = f" {_TWO[name]} ".join(parts)
        bits = f"::hipwright::same_bits<std::uint32_t>({value})"
        halves.append(f"(std::uint64_t{{{bits}}} << {shift})")
    return " | ".join(halves)


def _converted(
    modifiers: list[str], operands: list[str], known: _Translation
) -> tuple[str, str] | None:
    """Conversions that end or begin with numbers of 16 or 8 bits, or that pack integers."""
    if modifiers[0] == "pack":
        to = modifiers[2]
        high, low = (known.read(operand, "s32") for operand in operands[1:3])
        kept = known.read(operands[3], "u32") if len(operands) > 3 else "0u"
        is_signed = str(to[0] == "s").lower()
        return f"{_HERE}packed({high}, {low}, {kept}, {int(to[1:])}, {is_signed})", "u32"
    to, source = modifiers[-2:]
    if "sat" in modifiers:
        return None
    relu = str("relu" in modifiers).lower()
    if to == "f32" and source in _FORMATS:
        return (
            f"static_cast<float>({_FORMATS[source]}::get({known.read(operands[1], 'u16')}))",
            "f32",
        )
    if to in ("f16", "bf16") and source == "f32" and modifiers[0] == "rn":
        text = f"{_FORMATS[to]}::put({known.read(operands[1], 'f32')})"
        return f"static_cast<std::uint16_t>({text})", "u16"
    if to in ("f16x2", "bf16x2") and source == "f32" and modifiers[0] == "rn":
        high, low = (known.read(operand, "f32") for operand in operands[1:])
        return f"{_HERE}number_pair<{_FORMATS[to[:-2]]}>({high}, {low}, {relu})", "u32"
    if to in ("e4m3x2", "e5m2x2") and "satfinite" in modifiers and "relu" not in modifiers:
        if source == "f32":
            high, low = (known.read(operand, "f32") for operand in operands[1:])
        else:
            pair = known.read(operands[1], "u32")
            high, low = f"{_HERE}Half::get({pair} >> 16)", f"{_HERE}Half::get({pair})"
        return f"{_HERE}byte_pair<{_FORMATS[to[:-2]]}>({high}, {low})", "u16"
    if source in ("e4m3x2", "e5m2x2") and to in ("f16x2", "bf16x2"):
        kinds = f"{_FORMATS[to[:-2]]}, {_FORMATS[source[:-2]]}"
        return f"{_HERE}from_byte_pair<{kinds}>({known.read(operands[1], 'u16')})", "u32"
    if source == "ue8m0x2" and to == "bf16x2":
        return f"{_HERE}from_exponents({known.read(operands[1], 'u16')})", "u32"
    if to == "ue8m0x2" and source == "f32":
        up = str("rp" in modifiers).lower()
        high, low = (
            f"{_HERE}to_exponent({known.read(operand, 'f32')}, {up})" for operand in operands[1:]
        )
        return f"static_cast<std::uint16_t>({high} << 8 | {low})", "u16"
    raise UnknownInstructionError


def _moved(type_name: str, operands: list[str], known: _Translation) -> str:
    """mov of a register into its parts, or of parts into one."""
    target, value = operands
    if target.startswith("{"):
        names = _split(target.strip("{} "))
        bits = int(type_name[1:]) // len(names)
        part = cpp_type(f"u{bits}")
        whole = known.read(value, f"u{type_name[1:]}")
        return " ".join(
            f"{known.define(name)} = {_WORD}(static_cast<{part}>({whole} >> {bits * index}));"
            for index, name in enumerate(names)
            if name != "_"
        )
    names = _split(value.strip("{} "))
    bits = int(type_name[1:]) // len(names)
    parts = (
        f"(std::uint64_t{{{known.read(name, f'u{bits}')}}} << {bits * index})"
        for index, name in enumerate(names)
    )
    whole = cpp_type(f"u{type_name[1:]}")
    return f"{known.define(target)} = {_WORD}(static_cast<{whole}>({' | '.join(parts)}));"


def _real(name: str, modifiers: list[str], values: list[str]) -> str:
    single = modifiers[-1] == "f32"
    mode = next((_ROUNDING[modifier] for modifier in modifiers if modifier in _ROUNDING), "rn")
    prefix = "::__f" if single else "::__d"
    if name in ("add", "sub", "mul", "div") or (name in ("sqrt", "rcp") and mode != "rn"):
        return f"{prefix}{name}_{mode}({', '.join(values)})"
    if name in ("fma", "mad"):
        return f"::__fma{'f' if single else ''}_{mode}({', '.join(values)})"
    if name in ("min", "max"):
        larger = str(name == "max").lower()
        cpp = "float" if single else "double"
        return f"static_cast<{cpp}>({_HERE}extreme({values[0]}, {values[1]}, {larger}))"
    if name == "abs":
        return f"::std::fabs({values[0]})"
    if name == "neg":
        return f"-{values[0]}"
    if "ftz" in modifiers and single:
        computed = _APPROXIMATE[name].format(f"{_HERE}flushed({values[0]})")
        return f"{_HERE}flushed(static_cast<float>({computed}))"
    return _APPROXIMATE[name].format(*values)


_INTEGER = {
    "and": "{0} & {1}",
    "or": "{0} | {1}",
    "xor": "{0} ^ {1}",
    "rem": "{0} % {1}",
    "div": "{0} / {1}",
    "min": "{0} < {1} ? {0} : {1}",
    "max": "{0} < {1} ? {1} : {0}",
    "abs": "{0} < 0 ? -{0} : {0}",
    "neg": "-{0}",
    "popc": "__builtin_popcountll({0})",
    "cnot": "{0} == 0 ? 1 : 0",
    "brev": "reversed({0})",
    "bfe": "field({0}, static_cast<std::uint32_t>({1}), static_cast<std::uint32_t>({2}))",
    "clz": "leading_zeros({0})",
    "bfind": "highest_bit({0})",
    "sad": "({0} < {1} ? ::std::uint32_t({1}) - ::std::uint32_t({0})"
    " : ::std::uint32_t({0}) - ::std::uint32_t({1})) + ::std::uint32_t({2})",
    "mul24": "field({0}, 0, 24) * field({1}, 0, 24)",
    "mad24": "field({0}, 0, 24) * field({1}, 0, 24) + {2}",
}


def _integer(
    name: str, modifiers: list[str], operands: list[str], values: list[str], known: _Translation
) -> str:
    type_name = modifiers[-1]
    unsigned = cpp_type(type_name.replace("s", "u"))
    if type_name == "pred":
        if name == "not":
            return f"!{values[0]}"
    elif name == "not":
        return f"~{values[0]}"
    if name in ("add", "sub"):
        sign = "+" if name == "add" else "-"
        return f"{unsigned}({values[0]}) {sign} {unsigned}({values[1]})"
    if name in ("mul", "mad"):
        added = f" + {unsigned}({values[2]})" if name == "mad" else ""
        if "lo" in modifiers:
            return f"{unsigned}({values[0]}) * {unsigned}({values[1]}){added}"
        if "hi" in modifiers:
            return f"product_high<{cpp_type(type_name)}>({values[0]}, {values[1]}){added}"
        if "wide" in modifiers:
            wide = type_name[0] + str(2 * int(type_name[1:]))
            added = f" + {known.read(operands[3], wide)}" if name == "mad" else ""
            return f"{cpp_type(wide)}({values[0]}) * {cpp_type(wide)}({values[1]}){added}"
    if name == "bfi":
        place, width = known.read(operands[3], "u32"), known.read(operands[4], "u32")
        return f"with_field({values[0]}, {values[1]}, {place}, {width})"
    if name == "bfe":
        place, width = known.read(operands[2], "u32"), known.read(operands[3], "u32")
        return f"field({values[0]}, {place}, {width})"
    if name not in _INTEGER:
        raise UnknownInstructionError
    return _INTEGER[name].format(*values)


def _conversion(modifiers: list[str], operands: list[str], known: _Translation) -> str:
    to, source = modifiers[-2], modifiers[-1]
    value, target = known.read(operands[1], source), cpp_type(to)
    mode = next((_WHOLE[modifier] for modifier in modifiers if modifier in _WHOLE), None)
    if source[0] == "f" and to[0] != "f":
        if mode is None or ("sat" in modifiers and to not in ("s8", "u8", "s16", "u16")):
            raise UnknownInstructionError
        # Beyond its range, an integer of any size is the nearest that it can be.
        return f"::hipwright::to_integer<{target}, ::hipwright::Rounding::{mode}>({value})"
    if source[0] == "f" and to[0] == "f" and mode is not None and to == source:
        return f"::hipwright::integral<::hipwright::Rounding::{mode}>({value})"
    if "sat" in modifiers:
        if to != "f32" or source != "f32" or mode is not None:
            raise UnknownInstructionError
        return f"static_cast<float>({_HERE}extreme({_HERE}extreme({value}, 0.0, true), 1.0, false))"
    if any(modifier in ("rz", "rm", "rp", "rzi", "rni", "rmi", "rpi") for modifier in modifiers):
        raise UnknownInstructionError
    return f"static_cast<{target}>({value})"


_WHOLE = {"rni": "nearest", "rzi": "zero", "rmi": "down", "rpi": "up"}
