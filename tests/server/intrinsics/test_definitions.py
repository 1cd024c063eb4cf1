"""What INTR001 defines computes what CUDA documents, on the CPU device, and compiles for HIP."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hipwright.port import port
from hipwright.rules.intrinsics._definitions import definitions

prepare = pytest.importorskip("hipwright_server.cpu").prepare

_WITHOUT_NUMBERS = frozenset(
    (
        *("__nanosleep", "htanh", "h2tanh", "htanh_approx", "h2tanh_approx"),
        *("atomicInc_system", "atomicDec_system"),
    )
)
_SIGNED = frozenset(
    ("neg", "negss", "abs", "absss", "maxs", "mins", "avgs", "absdiffs", "sads", "addss", "subss")
)
_TRIES = 40
_EDGES = (0, 1, 0x7F7F7F7F, 0x80808080, 0x7FFF7FFF, 0x80008000, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000)


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _expected(name: str, a: int, b: int, c: int) -> int:
    """The result, from CUDA's description of the function."""
    dot = re.fullmatch(r"__dp([42])a(?:_(lo|hi))?", name)
    if dot:
        bits = 8 if dot.group(1) == "4" else 16
        first = 2 if dot.group(2) == "hi" else 0
        total = c
        for i in range(int(dot.group(1))):
            total += _signed(a >> bits * i, bits) * _signed(b >> 8 * (i + first), 8)
        return total & 0xFFFFFFFF
    halves = re.fullmatch(r"__vi(add|b)?(max|min)(3)?_([su])16x2(_relu)?", name)
    if halves:
        added, word, three, sign, relu = halves.groups()
        result = 0
        for shift in (0, 16):
            x, y, z = (
                _signed(v >> shift, 16) if sign == "s" else v >> shift & 0xFFFF for v in (a, b, c)
            )
            numbers = [x, y, z] if three else [x, y]
            if added == "add":  # the sum wraps at 16 bits
                numbers = [_signed(x + y, 16) if sign == "s" else (x + y) & 0xFFFF, z]
            if relu:
                numbers = [max(max(numbers) if word == "max" else min(numbers), 0)]
            result |= ((max if word == "max" else min)(numbers) & 0xFFFF) << shift
        return result
    extreme = re.fullmatch(r"__vi(add|b)?(max|min)(3)?_([su])32(_relu)?", name)
    if extreme:
        added, word, three, sign, relu = extreme.groups()
        numbers = [_signed(v, 32) if sign == "s" else v for v in (a, b, c)]
        choose = max if word == "max" else min
        if added == "add":
            total = numbers[0] + numbers[1]
            total = _signed(total, 32) if sign == "s" else total & 0xFFFFFFFF
            result = choose(total, numbers[2])
        else:
            result = choose(numbers[: 3 if three else 2])
        return (max(result, 0) if relu else result) & 0xFFFFFFFF
    match = re.fullmatch(r"__v([a-z]+)([24])", name)
    assert match is not None, name
    word, count = match.group(1), int(match.group(2))
    bits = 32 // count
    compare = re.fullmatch(r"(cmp|set)(eq|ne|ge|gt|le|lt)([su]?)", word)
    is_signed = (compare.group(3) == "s") if compare else word in _SIGNED
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    results = []
    for i in range(count):
        x, y = ((v >> bits * i) & ((1 << bits) - 1) for v in (a, b))
        if is_signed:
            x, y = _signed(x, bits), _signed(y, bits)
        if compare:
            holds = {"eq": x == y, "ne": x != y, "ge": x >= y, "gt": x > y, "le": x <= y,
                     "lt": x < y}[compare.group(2)]  # fmt: skip
            results.append((-1 if compare.group(1) == "cmp" else 1) if holds else 0)
            continue
        results.append(
            {
                "add": lambda x, y: x + y,
                "sub": lambda x, y: x - y,
                "maxs": max, "maxu": max, "mins": min, "minu": min,
                # Up where the sum is not negative, else down (instructions of nvcc 13.0).
                "avgs": lambda x, y: (x + y + (x + y >= 0)) // 2,
                "avgu": lambda x, y: (x + y + 1) // 2,
                "haddu": lambda x, y: (x + y) // 2,
                "absdiffs": lambda x, y: abs(x - y),
                "absdiffu": lambda x, y: abs(x - y),
                "sads": lambda x, y: abs(x - y),
                "sadu": lambda x, y: abs(x - y),
                "addss": lambda x, y: min(max(x + y, least), most),
                "addus": lambda x, y: min(x + y, most),
                "subss": lambda x, y: min(max(x - y, least), most),
                "subus": lambda x, y: max(x - y, 0),
                "neg": lambda x, y: -x,
                "negss": lambda x, y: min(-x, most),
                "abs": lambda x, y: abs(x),
                "absss": lambda x, y: min(abs(x), most),
            }[word](x, y)
        )  # fmt: skip
    if word in ("sads", "sadu"):
        return sum(results) & 0xFFFFFFFF
    mask = (1 << bits) - 1
    return sum((result & mask) << bits * i for i, result in enumerate(results))


def _call(name: str) -> str:
    text = definitions()[name]
    parameters = text[text.index("(") + 1 : text.index(")")].split(", ")
    values = []
    for parameter, value in zip(parameters, ("a", "b", "c", "d"), strict=False):
        if "*" in parameter:
            value = f"&chose_{value}"
        elif parameter.startswith("int "):
            value = f"(int){value}"
        values.append(value)
    return f"(unsigned){name}({', '.join(values)})"


def test_atomics_that_wrap(tmp_path: Path) -> None:
    compiler = shutil.which("clang++-19") or shutil.which("clang++") or shutil.which("g++")
    if compiler is None:
        pytest.skip("no C++ compiler is installed")
    source = (
        "#include <cuda_runtime.h>\n#include <stdio.h>\n"
        "__global__ void k(unsigned *p) { atomicInc_system(p, 9); atomicDec_system(p + 1, 9); }\n"
        "int main() {\n  unsigned *p;\n  cudaMallocManaged(&p, 8);\n"
        "  k<<<3, 71>>>(p);\n  cudaDeviceSynchronize();\n"
        '  printf("%u %u\\n", p[0], p[1]);\n}\n'
    )
    assert _output(source, compiler, tmp_path) == f"{213 % 10} {-213 % 10}\n"


def test_results(tmp_path: Path) -> None:
    compiler = shutil.which("clang++-19") or shutil.which("clang++") or shutil.which("g++")
    if compiler is None:
        pytest.skip("no C++ compiler is installed")
    names = [name for name in definitions() if name not in _WITHOUT_NUMBERS]
    generator = random.Random(5)
    tries = [
        tuple(
            generator.choice(_EDGES) if generator.random() < 0.4 else generator.getrandbits(32)
            for _ in range(3)
        )
        for _ in range(_TRIES)
    ]
    calls = "\n".join(f"  out[{i}] = {_call(name)};" for i, name in enumerate(names))
    runs = "\n".join(
        f"  k<<<1, 1>>>(out, {a}u, {b}u, {c}u); cudaDeviceSynchronize();\n"
        f'  for (int i = 0; i < {len(names)}; ++i) printf("%u ", out[i]);\n  printf("\\n");'
        for a, b, c in tries
    )
    source = (
        "#include <cuda_runtime.h>\n#include <stdio.h>\n"
        "__global__ void k(unsigned *out, unsigned a, unsigned b, unsigned c) {\n"
        "  bool chose_c, chose_d;\n"
        f"{calls}\n}}\nint main() {{\n  unsigned *out;\n"
        f"  cudaMallocManaged(&out, {4 * len(names)});\n{runs}\n}}\n"
    )
    lines = _output(source, compiler, tmp_path).splitlines()
    for values, line in zip(tries, lines, strict=True):
        for name, result in zip(names, line.split(), strict=True):
            assert int(result) == _expected(name, *values), (name, [hex(v) for v in values])


def _output(source: str, compiler: str, tmp_path: Path) -> str:
    """What the port of a program prints on the CPU device."""
    ported = port(source.encode(), "program.cu")
    assert [f.message for f in ported.remaining if f.code == "INTR001"] == []
    program = tmp_path / "program.hip"
    program.write_bytes(ported.text)
    prepared = prepare([program], "hip", tmp_path / "build", tmp_path)
    command = [
        *(compiler, "-O1", "-w", "-DHIPWRIGHT_WARP_SIZE=64", *prepared.flags),
        *(*map(str, prepared.sources), *prepared.link_flags, "-o", str(tmp_path / "p")),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert built.returncode == 0, built.stderr[:4000]
    ran = subprocess.run([str(tmp_path / "p")], capture_output=True, text=True, check=False,
                         cwd=tmp_path, timeout=60)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
