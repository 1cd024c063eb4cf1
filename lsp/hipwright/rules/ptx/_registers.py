"""What the operands of PTX are in C++: how they are read as a type, and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from hipwright.patterns import regex
from hipwright.rules.ptx._statement import Operand, Statement

CPP = {
    "b8": "unsigned char",
    "u8": "unsigned char",
    "s8": "signed char",
    "b16": "unsigned short",
    "u16": "unsigned short",
    "s16": "short",
    "b32": "unsigned",
    "u32": "unsigned",
    "s32": "int",
    "b64": "unsigned long long",
    "u64": "unsigned long long",
    "s64": "long long",
    "f32": "float",
    "f64": "double",
    "pred": "bool",
}
# The letter of asm's constraints for a register of a type.
KIND = {
    **dict.fromkeys(("b8", "u8", "s8", "b16", "u16", "s16", "f16", "bf16"), "h"),
    **dict.fromkeys(("b32", "u32", "s32", "f16x2", "bf16x2"), "r"),
    **dict.fromkeys(("b64", "u64", "s64"), "l"),
    "f32": "f",
    "f64": "d",
    "pred": "p",
}
_REGISTER_TYPE = {"h": "b16", "r": "b32", "l": "b64", "f": "f32", "d": "f64", "p": "pred"}
_UNSIGNED = {
    "h": ("unsigned short", "uint16_t", "ushort", "short unsigned int", "std::uint16_t"),
    "r": ("unsigned", "unsigned int", "uint32_t", "uint", "std::uint32_t"),
    "l": ("unsigned long long", "uint64_t", "size_t", "ulong", "unsigned long", "std::uint64_t"),
}
_SIGNED = {
    "h": ("short", "int16_t", "short int"),
    "r": ("int", "int32_t", "std::int32_t"),
    "l": ("long long", "int64_t", "long", "ptrdiff_t", "std::int64_t"),
}
_SIMPLE = regex(r"[A-Za-z_]\w*|\d+[uUlL]*|0[xX][0-9a-fA-F]+[uUlL]*")
_INTEGER = regex(r"(-?)(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)U?")
_LANE = "(__lane_id() & 31)"
_AXES = {"tid": "threadIdx", "ntid": "blockDim", "ctaid": "blockIdx", "nctaid": "gridDim"}
# Special registers that are the same thing in HIP, and their types. Sources: PTX ISA, special
# registers; HIP C++ language extensions.
SPECIAL: dict[str, tuple[str, str]] = {
    "laneid": ("__lane_id() & 31", "u32"),
    "lanemask_eq": (f"1u << {_LANE}", "u32"),
    "lanemask_lt": (f"(1u << {_LANE}) - 1u", "u32"),
    "lanemask_le": (f"(2u << {_LANE}) - 1u", "u32"),
    "lanemask_ge": (f"~((1u << {_LANE}) - 1u)", "u32"),
    "lanemask_gt": (f"~((2u << {_LANE}) - 1u)", "u32"),
    "smid": ("__smid()", "u32"),
    "clock": ("(unsigned)clock64()", "u32"),
    "clock64": ("(unsigned long long)clock64()", "u64"),
    "globaltimer": ("(unsigned long long)wall_clock64()", "u64"),
    **{
        f"{register}.{axis}": (f"{variable}.{axis}", "u32")
        for register, variable in _AXES.items()
        for axis in "xyz"
    },
}
# What these count differs, and only a person can say whether that matters.
SPECIAL_NOTES = {
    "smid": "which numbers compute units have is up to the GPU",
    "globaltimer": "`wall_clock64()` counts ticks, mostly of 10 ns, and not nanoseconds",
}


class NoCounterpartError(Exception):
    """What cannot be written in C++ with the same meaning."""


class Register(NamedTuple):
    """A register of an asm statement, as C++ sees it."""

    text: str  # the expression
    kind: str  # h, r, l, f, d, p (a predicate), or n (a constant)
    sign: str = ""  # "u" or "s" where the expression's type is known, "*" for a pointer

    @property
    def is_simple(self) -> bool:
        """Whether it can be written several times."""
        return _SIMPLE.fullmatch(self.text) is not None


@dataclass(slots=True)
class Block:
    """The C++ that is being written for one asm statement."""

    statement: Statement
    type_of: Callable[[str], str]  # of a name: what it is declared as, or nothing
    is_single: bool  # whether one instruction is all there is
    registers: dict[str, Register] = field(default_factory=dict)
    declarations: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    stores: list[str] = field(default_factory=list)
    pragmas: list[str] = field(default_factory=list)
    headers: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)  # why it may not mean quite the same
    carry_is_set: bool = False
    carry_is_read: bool = True
    _operands: list[Register] = field(default_factory=list)
    _temporaries: int = 0

    def __post_init__(self) -> None:
        for index, operand in enumerate(self.statement.operands):
            register = self._register_of(operand)
            is_output = index < len(self.statement.outputs)
            if not self.is_single and is_output:
                register = self._kept_output(operand, register, index)
            elif not self.is_single and not register.is_simple and register.kind != "n":
                register = self._kept_input(register, index)
            self._operands.append(register)

    def _register_of(self, operand: Operand) -> Register:
        kind = operand.kind
        if kind not in ("h", "r", "l", "f", "d", "n"):
            raise NoCounterpartError
        expression = operand.expression
        declared = self.type_of(expression) if re.fullmatch(r"\w+", expression) else ""
        declared = re.sub(r"\b(?:const|volatile|register|static|constexpr)\b|&", "", declared)
        declared = " ".join(declared.split())
        sign = ""
        if declared.endswith("*"):
            sign = "*"
        elif declared in _UNSIGNED.get(kind, ()):
            sign = "u"
        elif declared in _SIGNED.get(kind, ()):
            sign = "s"
        return Register(expression, kind, sign)

    def _kept_output(self, operand: Operand, register: Register, index: int) -> Register:
        """A variable for an output: what the statement reads must not change under its hands."""
        name = f"ptx_{index}"
        type_name = CPP[_REGISTER_TYPE[register.kind]]
        if register.sign == "*":
            raise NoCounterpartError
        value = f" = {register.text}" if "+" in operand.constraint else ""
        self.declarations.append(f"{type_name} {name}{value};")
        self.stores.append(f"{register.text} = {name};")
        return Register(name, register.kind, "u")

    def _kept_input(self, register: Register, index: int) -> Register:
        name = f"ptx_{index}"
        type_name = CPP[_REGISTER_TYPE[register.kind]]
        cast = f"({type_name})" if register.kind in "hrl" else ""
        self.declarations.append(f"const {type_name} {name} = {cast}({register.text});")
        return Register(name, register.kind, "u")

    def define(self, name: str, type_name: str) -> None:
        """Declare a register of the statement's own."""
        if type_name not in KIND:
            raise NoCounterpartError
        kind = KIND[type_name]
        clean = re.sub(r"\W", "_", name)
        self.declarations.append(f"{CPP[_REGISTER_TYPE[kind]]} ptx_{clean};")
        self.registers[name] = Register(f"ptx_{clean}", kind, "u")

    def register(self, operand: str) -> Register | None:
        """The register that an operand names; None where it names none."""
        match = re.fullmatch(r"%(\d+)", operand)
        if match:
            index = int(match.group(1))
            if index >= len(self._operands):
                raise NoCounterpartError
            return self._operands[index]
        match = re.fullmatch(r"%\[(\w+)\]", operand)
        if match:
            for index, named in enumerate(self.statement.operands):
                if named.name == match.group(1):
                    return self._operands[index]
            raise NoCounterpartError
        return self.registers.get(operand.lstrip("%"))

    def read(self, operand: str, type_name: str) -> str:
        """An operand's value as a PTX type: a C++ expression that binds tighter than `*`."""
        register = self.register(operand)
        if register is None:
            return self._constant(operand, type_name)
        if register.kind == "n":
            cast = CPP.get(type_name, "unsigned")
            return f"({cast})({register.text})"
        return self._as(register, type_name)

    def _as(self, register: Register, type_name: str) -> str:
        kind = register.kind
        text = register.text if register.is_simple else f"({register.text})"
        wanted = KIND[type_name]
        if type_name == "pred":
            if kind != "p":
                raise NoCounterpartError
            return text
        if type_name in ("f16", "bf16", "f16x2", "bf16x2"):
            return self._small(register, text, type_name)
        if kind == wanted or (kind in "hrl" and wanted in "hrl" and _holds(kind, wanted)):
            return self._cast(register, text, type_name)
        if kind == "f" and wanted == "r":
            bits = f"__float_as_uint({text})"
            return f"(int){bits}" if type_name == "s32" else bits
        if kind == "r" and wanted == "f":
            return f"__uint_as_float({text})"
        if kind == "d" and wanted == "l":
            return f"(unsigned long long)__double_as_longlong({text})"
        if kind == "l" and wanted == "d":
            return f"__longlong_as_double({text})"
        raise NoCounterpartError

    def _cast(self, register: Register, text: str, type_name: str) -> str:
        if type_name[0] == "f":
            return text
        if re.fullmatch(r"\d+", text) and type_name in ("u32", "s32", "u64"):
            return text + {"u32": "u", "s32": "", "u64": "ull"}[type_name]
        same_size = KIND[type_name] == register.kind and type_name[1:] != "8"
        if same_size and type_name[0] == "b" and register.sign != "*":
            return text
        if same_size and register.sign == type_name[0]:
            return text
        return f"({CPP[type_name]}){text}"

    def _small(self, register: Register, text: str, type_name: str) -> str:
        if register.kind != KIND[type_name]:
            raise NoCounterpartError
        if type_name == "bf16":  # as the float that it is the upper half of
            return (
                f"__uint_as_float((unsigned){'' if register.sign == 'u' else '(unsigned short)'}"
                f"{text} << 16)"
            )
        if type_name == "bf16x2":
            raise NoCounterpartError  # read half by half
        self.headers.add("hip/hip_fp16.h")
        if type_name == "f16":
            return f"__ushort_as_half({text})"
        return f"__builtin_bit_cast(__half2, {text})"

    def _constant(self, operand: str, type_name: str) -> str:
        name = operand.lstrip("%")
        if operand.startswith("%") and name in SPECIAL:
            text, of_type = SPECIAL[name]
            if KIND[of_type] != KIND[type_name] and not (of_type == "u64" and type_name == "b64"):
                raise NoCounterpartError
            if name in SPECIAL_NOTES:
                self.notes.append(SPECIAL_NOTES[name])
            return text if re.fullmatch(r"[\w.]+(?:\(\))?", text) else f"({text})"
        number = _INTEGER.fullmatch(operand)
        if number:
            return _integer(number, type_name)
        bits = re.fullmatch(r"0[fF]([0-9a-fA-F]{8})", operand)
        if bits and type_name in ("f32", "b32", "u32"):
            text = f"0x{bits.group(1)}u"
            return f"__uint_as_float({text})" if type_name == "f32" else text
        bits = re.fullmatch(r"0[dD]([0-9a-fA-F]{16})", operand)
        if bits and type_name in ("f64", "b64", "u64"):
            text = f"0x{bits.group(1)}ull"
            return f"__longlong_as_double((long long){text})" if type_name == "f64" else text
        if re.fullmatch(r"-?\d+\.\d*(?:[eE][+-]?\d+)?", operand) and type_name in ("f32", "f64"):
            text = operand + ("f" if type_name == "f32" else "")
            return f"({text})" if operand.startswith("-") else text
        if operand == "WARP_SZ" and KIND[type_name] == "r":
            return "32u"
        raise NoCounterpartError

    def again(self, operand: str, type_name: str) -> str:
        """Like `read`, for a value that is written several times: computed once."""
        text = self.read(operand, type_name)
        register = self.register(operand)
        if register is None:
            return (
                text if re.fullmatch(r"[\w.]+|\(-?[\w.]+\)", text) else self.keep(text, type_name)
            )
        if register.kind == "n" or re.fullmatch(r"(?:\([\w ]+\))?\w+", text):
            return text
        return self.keep(text, type_name)

    def keep(self, text: str, type_name: str, cpp: str = "") -> str:
        """A variable of the block's own with a value."""
        name = f"value_{self._temporaries}"
        self._temporaries += 1
        self.lines.append(f"const {cpp or CPP[type_name]} {name} = {text};")
        return name

    def write(self, operand: str, type_name: str, text: str) -> None:
        """Set a register to a value, a C++ expression of a PTX type."""
        if operand == "_":
            self.lines.append(f"(void)({text});")
            return
        register = self.register(operand)
        if register is None or register.kind == "n":
            raise NoCounterpartError
        kind, wanted = register.kind, KIND[type_name]
        if type_name in ("f16", "f16x2"):
            self.headers.add("hip/hip_fp16.h")
            cast = "__half_as_ushort(" if type_name == "f16" else "__builtin_bit_cast(unsigned, "
            text = f"{cast}{text})"
        elif type_name == "bf16":
            self.headers.add("hip/hip_bf16.h")
            text = f"__bfloat16_as_ushort(__float2bfloat16({text}))"
        if kind == wanted or (kind in "hrl" and wanted in "hrl" and _holds(kind, wanted)):
            if register.sign == "*":
                declared = self.type_of(register.text).replace("&", "").strip()
                text = f"({declared})({text})"
        elif kind == "f" and wanted == "r":
            text = f"__uint_as_float({text})"
        elif kind == "r" and wanted == "f":
            text = f"__float_as_uint({text})"
        elif kind == "d" and wanted == "l":
            text = f"__longlong_as_double((long long)({text}))"
        elif kind == "l" and wanted == "d":
            text = f"(unsigned long long)__double_as_longlong({text})"
        else:
            raise NoCounterpartError
        self.lines.append(f"{register.text} = {text};")

    def address(self, operand: str, *, is_shared: bool, pointee: str, qualifier: str = "") -> str:
        """`[%1 + 8]` as a pointer to a C++ type."""
        match = re.fullmatch(r"\[\s*([%\w.\[\]]+?)\s*(?:\+\s*(-?\w+))?\s*\]", operand)
        if match is None:
            raise NoCounterpartError
        register = self.register(match.group(1))
        if register is None or register.kind not in ("r", "l"):
            raise NoCounterpartError
        text = register.text
        offset = match.group(2)
        if offset is not None:
            number = _INTEGER.fullmatch(offset)
            if number is None:
                raise NoCounterpartError
            base = "(unsigned)" if register.kind == "r" else "(unsigned long long)"
            text = f"{base}({text}) + {offset}"
        if is_shared:
            # A shared address is a number of bytes from the start of the block's shared memory,
            # and so is a pointer to LDS.
            wide = "(size_t)(unsigned)"
            return f"(__attribute__((address_space(3))) {qualifier}{pointee}*)({wide}({text}))"
        if register.kind == "r":
            raise NoCounterpartError
        return f"({qualifier}{pointee}*)({text})"


def _holds(kind: str, wanted: str) -> bool:
    """Whether a register of the first kind holds at least what one of the second does."""
    order = "hrl"
    return order.index(kind) >= order.index(wanted)


def _integer(number: re.Match[str], type_name: str) -> str:
    sign, digits = number.groups()
    if type_name in ("f32", "f64"):
        raise NoCounterpartError  # an integer where a number with a point is due: too odd
    suffix = {"u32": "u", "b32": "u", "u64": "ull", "b64": "ull", "s64": "ll"}.get(type_name, "")
    text = f"{digits}{suffix}"
    if sign:
        return f"(-{text})" if type_name[0] == "s" else f"({CPP[type_name]})(-{digits})"
    return text
