"""CUDA's device functions that HIP 7.1 lacks, written in HIP: one definition for each name.

Sources of the meanings: CUDA Math API, "SIMD intrinsics" and "integer intrinsics"; CUDA C++
programming guide; how `vavgs` rounds below zero, the instructions that nvcc 13 makes of it.
"""

from __future__ import annotations

from functools import cache

_HEAD = "__device__ static inline "

_OF_TWO = {
    "vadd": ("u", "x + y"),
    "vsub": ("u", "x - y"),
    "vmaxs": ("s", "x > y ? x : y"),
    "vmaxu": ("u", "x > y ? x : y"),
    "vmins": ("s", "x < y ? x : y"),
    "vminu": ("u", "x < y ? x : y"),
    "vavgs": ("s", "(x + y + (x + y >= 0)) >> 1"),
    "vavgu": ("u", "(x + y + 1) >> 1"),
    "vhaddu": ("u", "(x + y) >> 1"),
    "vabsdiffs": ("s", "x > y ? x - y : y - x"),
    "vabsdiffu": ("u", "x > y ? x - y : y - x"),
    "vaddss": ("s", "min(max(x + y, {least}), {most})"),
    "vaddus": ("u", "min(x + y, {most})"),
    "vsubss": ("s", "min(max(x - y, {least}), {most})"),
    "vsubus": ("u", "max(x - y, 0)"),
}
_OF_ONE = {
    "vneg": ("s", "-x"),
    "vnegss": ("s", "min(-x, {most})"),
    "vabs": ("s", "x < 0 ? -x : x"),
    "vabsss": ("s", "min(x < 0 ? -x : x, {most})"),
}
_COMPARE = {"eq": "==", "ne": "!=", "ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def _parts(name: str, sign: str, bits: int, expression: str, parameters: int = 2) -> str:
    type_name = {8: "char", 16: "short"}[bits]
    type_name = f"{'unsigned' if sign == 'u' else 'signed'} {type_name}"
    most = (1 << (bits - 1 if sign == "s" else bits)) - 1
    mask = hex((1 << bits) - 1)
    text = expression.format(least=-most - 1, most=most, mask=mask, type=type_name)
    words = "abc"[:parameters]
    declared = ", ".join(f"unsigned {word}" for word in words)
    values = ", ".join(
        f"{part} = ({type_name})({word} >> i)" for part, word in zip("xyz", words, strict=False)
    )
    return (
        f"{_HEAD}unsigned {name}({declared}) {{\n"
        "  unsigned result = 0;\n"
        f"  for (int i = 0; i < 32; i += {bits}) {{\n"
        f"    const int {values};\n"
        f"    result |= ((unsigned)({text}) & {mask}) << i;\n"
        "  }\n"
        "  return result;\n"
        "}\n"
    )


def _sum(name: str, sign: str, bits: int) -> str:
    return _parts(name, sign, bits, "x > y ? x - y : y - x").replace(
        f"result |= ((unsigned)(x > y ? x - y : y - x) & {hex((1 << bits) - 1)}) << i;",
        "result += x > y ? x - y : y - x;",
    )


def _one_line(declaration: str, expression: str) -> str:
    return f"{_HEAD}{declaration} {{ return {expression}; }}\n"


_WRAPPING = (
    "{head}unsigned {name}(unsigned *p, unsigned most) {{\n"
    "  unsigned seen = *(volatile unsigned *)p, old;\n"
    "  while ((old = atomicCAS_system(p, seen, {text})) != seen) seen = old;\n"
    "  return old;\n"
    "}}\n"
)

_DOT = (
    "{head}{type} {name}({type} a, {type} b, {type} c) {{\n"
    "  unsigned sum = c;\n"
    "  for (int i = 0; i < {count}; ++i) sum += ({left})(a >> {step} * i) * "
    "({right})(b >> (8 * i + {first}));\n"
    "  return ({type})sum;\n"
    "}}\n"
)


def _dot(name: str, count: int, first: int) -> str:
    left = ("signed char", "unsigned char") if count == 4 else ("short", "unsigned short")
    right = ("signed char", "unsigned char")
    return "".join(
        _DOT.format(
            head=_HEAD, type=type_name, name=name, count=count, first=first,
            step=8 if count == 4 else 16, left=left[index], right=right[index],
        )
        for index, type_name in enumerate(("int", "unsigned"))
    )  # fmt: skip


def _extremes() -> dict[str, str]:
    """The minima and maxima of three, with a sum, or kept from below zero."""
    found: dict[str, str] = {}
    for word in ("max", "min"):
        sign = ">" if word == "max" else "<"
        for suffix, type_name in (("s32", "int"), ("u32", "unsigned")):
            three = f"{word}({word}(a, b), c)"
            total = f"({type_name})((unsigned)a + (unsigned)b)"
            added = f"{word}({total}, c)"
            abc = f"{type_name} a, {type_name} b, {type_name} c"
            names = {
                f"__vi{word}3_{suffix}": (abc, three),
                f"__viadd{word}_{suffix}": (abc, added),
            }
            if suffix == "s32":
                names |= {
                    f"__vi{word}_{suffix}_relu": ("int a, int b", f"max({word}(a, b), 0)"),
                    f"__vi{word}3_{suffix}_relu": (abc, f"max({three}, 0)"),
                    f"__viadd{word}_{suffix}_relu": (abc, f"max({added}, 0)"),
                }
            for name, (parameters, text) in names.items():
                found[name] = _one_line(f"{type_name} {name}({parameters})", text)
            name = f"__vib{word}_{suffix}"
            found[name] = (
                f"{_HEAD}{type_name} {name}({type_name} a, {type_name} b, bool *chose_a) {{\n"
                f"  *chose_a = a {sign}= b;\n  return *chose_a ? a : b;\n}}\n"
            )
    return found


def _extremes_of_halves() -> dict[str, str]:
    """The same for two 16-bit numbers in a word."""
    found: dict[str, str] = {}
    for word in ("max", "min"):
        sign = ">" if word == "max" else "<"
        for letter, type_name in (("s", "short"), ("u", "unsigned short")):
            suffix = f"{letter}16x2"
            texts = {
                f"__vi{word}3_{suffix}": f"{word}({word}(x, y), z)",
                f"__viadd{word}_{suffix}": f"{word}((int)({{type}})(x + y), z)",
            }
            if letter == "s":
                texts |= {f"{name}_relu": f"max({text}, 0)" for name, text in texts.items()}
                texts[f"__vi{word}_{suffix}_relu"] = f"max({word}(x, y), 0)"
            for name, text in texts.items():
                found[name] = _parts(name, letter, 16, text, 3 if "z)" in text else 2)
            name = f"__vib{word}_{suffix}"
            found[name] = (
                f"{_HEAD}unsigned {name}(unsigned a, unsigned b, bool *high, bool *low) {{\n"
                f"  *high = ({type_name})(a >> 16) {sign}= ({type_name})(b >> 16);\n"
                f"  *low = ({type_name})a {sign}= ({type_name})b;\n"
                "  return ((*high ? a : b) & 0xffff0000) | ((*low ? a : b) & 0xffff);\n}\n"
            )
    return found


@cache
def definitions() -> dict[str, str]:
    """What defines each function, by its name."""
    found: dict[str, str] = {}
    for count, bits in ((2, 16), (4, 8)):
        for base, (sign, text) in _OF_TWO.items():
            found[f"__{base}{count}"] = _parts(f"__{base}{count}", sign, bits, text)
        for base, (sign, text) in _OF_ONE.items():
            found[f"__{base}{count}"] = _parts(f"__{base}{count}", sign, bits, text, 1)
        for sign in "su":
            found[f"__vsad{sign}{count}"] = _sum(f"__vsad{sign}{count}", sign, bits)
        for how, operator in _COMPARE.items():
            for sign in ("u",) if how in ("eq", "ne") else ("s", "u"):
                suffix = f"{how}{'' if how in ('eq', 'ne') else sign}{count}"
                found[f"__vcmp{suffix}"] = _parts(
                    f"__vcmp{suffix}", sign, bits, f"x {operator} y ? {{mask}} : 0"
                )
                found[f"__vset{suffix}"] = _parts(
                    f"__vset{suffix}", sign, bits, f"x {operator} y ? 1 : 0"
                )
    found["__dp4a"] = _dot("__dp4a", 4, 0)
    found["__dp2a_lo"] = _dot("__dp2a_lo", 2, 0)
    found["__dp2a_hi"] = _dot("__dp2a_hi", 2, 16)
    found |= _extremes()
    found |= _extremes_of_halves()
    found["__nanosleep"] = (
        # CUDA lets a thread sleep for any time from 0 to twice the one that is asked for.
        f"{_HEAD}void __nanosleep(unsigned) {{ __builtin_amdgcn_s_sleep(2); }}\n"
    )
    for name, text in (
        ("atomicInc_system", "seen >= most ? 0 : seen + 1"),
        ("atomicDec_system", "seen == 0 || seen > most ? most : seen - 1"),
    ):
        found[name] = _WRAPPING.format(head=_HEAD, name=name, text=text)
    # The forms with `_approx` may be off by more than these are.
    for suffix in ("", "_approx"):
        found[f"htanh{suffix}"] = _one_line(
            f"__half htanh{suffix}(__half x)", "__float2half(tanhf(__half2float(x)))"
        )
        found[f"h2tanh{suffix}"] = _one_line(
            f"__half2 h2tanh{suffix}(__half2 x)",
            "__floats2half2_rn(tanhf(__low2float(x)), tanhf(__high2float(x)))",
        )
    return found


# Names that HIP has under another one, with the same arguments.
REPLACED = {
    "__trap": "__builtin_trap",
    "__brkpt": "__builtin_debugtrap",
    "__tanhf": "tanhf",
    # In the scope of the device, which holds that of the block.
    "atomicSub_block": "atomicSub",
    "atomicInc_block": "atomicInc",
    "atomicDec_block": "atomicDec",
    "atomicCAS_block": "atomicCAS",
    "make_bfloat162": "__halves2bfloat162",
    "__float2bfloat16_rn": "__float2bfloat16",  # which rounds to nearest
}
# Two calls of HIP's that do it together, the outer one first.
NESTED = {
    "__float2bfloat162_rn": ("__bfloat162bfloat162", "__float2bfloat16"),
    "__floats2bfloat162_rn": ("__float22bfloat162_rn", "make_float2"),
}
# Atomic operations in the scope of a block.
BLOCK_SCOPE = {
    "atomicAdd_block": "__hip_atomic_fetch_add",
    "atomicMin_block": "__hip_atomic_fetch_min",
    "atomicMax_block": "__hip_atomic_fetch_max",
    "atomicAnd_block": "__hip_atomic_fetch_and",
    "atomicOr_block": "__hip_atomic_fetch_or",
    "atomicXor_block": "__hip_atomic_fetch_xor",
    "atomicExch_block": "__hip_atomic_exchange",
}


@cache
def provided() -> frozenset[str]:
    """All names that a fix writes in HIP."""
    return frozenset((*definitions(), *REPLACED, *NESTED, *BLOCK_SCOPE))
