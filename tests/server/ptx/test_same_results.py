"""Each entry of the table computes, in C++, what its PTX computes: on 32 and on 64 lanes.

The original's PTX is interpreted by the CPU device, which was written from the PTX ISA apart from
the table. All entries stand in one program, so that only three compilations are needed.
"""

from __future__ import annotations

import random
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from hipwright.port import port
from hipwright.rules.ptx._forms import all_forms, find
from hipwright.rules.ptx._instruction import Instruction, parse

# The cases stand beside the tests of the rule, which count them.
sys.path.insert(0, str(Path(__file__).parents[2] / "rules" / "ptx"))

from forms import CASES, Case

prepare = pytest.importorskip("hipwright_server.cpu").prepare

THREADS = 64
SLOTS = 4  # values in and out of each case
BYTES = 64  # of memory that a thread of a case has to itself

_TYPES = {"r": "unsigned", "h": "unsigned short", "l": "unsigned long long", "f": "float",
          "d": "double"}  # fmt: skip
_INTEGERS = (
    0, 1, 2, 3, 5, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 0x7FFF, 0x8000,
    0xFFFF, 0x00FFFFFF, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF,
    0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF,
)  # fmt: skip
_REALS = (
    0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 0.1, 3.14159, 100.0, -127.5, 127.5, 255.5, 448.0,
    449.0, 65504.0, 1e-8, 1e-40, -1e-40, 1e10, -3e9, 3e38, 1e20, float("inf"), float("-inf"),
    float("nan"),
)  # fmt: skip
_HALVES = (
    0x0000, 0x8000, 0x3C00, 0xBC00, 0x0001, 0x03FF, 0x7BFF, 0x7C00, 0xFC00, 0x7E00, 0x3555, 0x4248,
    0xC580, 0x5BF0, 0x3F80, 0xBF80, 0x7F80, 0x7FC0, 0x4049, 0x0080,
)  # fmt: skip


def _value(generator: random.Random, kind: str) -> int:
    """The bits of one input; `kind` is a constraint letter, or a type of small numbers."""
    if kind in ("f", "d"):
        real = generator.choice(_REALS)
        if generator.random() < 0.4:
            real = generator.uniform(-4, 4) * 2.0 ** generator.randint(-20, 20)
        if kind == "d":
            return int(struct.unpack("<Q", struct.pack("<d", real))[0])
        return int(struct.unpack("<I", struct.pack("<f", real))[0])
    if kind == "small":
        return generator.choice((*range(40), 64, 255, 256, 0xFFFFFFFF))
    if kind in ("half", "halves"):

        def half() -> int:
            return (
                generator.choice(_HALVES) if generator.random() < 0.6 else generator.getrandbits(16)
            )

        return half() if kind == "half" else half() << 16 | half()
    if generator.random() < 0.5:
        return generator.choice(_INTEGERS)
    return generator.getrandbits(64)


def _program(cases: list[Case]) -> str:
    parts = ["#include <cuda_runtime.h>", "#include <cuda_fp16.h>", "#include <cuda_bf16.h>",
             "#include <cuda_fp8.h>", "#include <cstdio>", "#include <cstdlib>",
             "typedef unsigned long long u64;"]  # fmt: skip
    for number, case in enumerate(cases):
        lines = [f"__device__ void case_{number}(const u64 *in, u64 *out, char *memory, "
                 "unsigned near) {"]  # fmt: skip
        operands_in: list[str] = []
        for index, kind in enumerate(case.inputs):
            letter = {"small": "r", "half": "h", "halves": "r"}.get(kind, kind)
            if kind == "memory":
                operands_in.append('"l"(memory)')
                continue
            if kind == "near":
                operands_in.append('"r"(near)')
                continue
            name = f"a{index}"
            if letter == "f":
                value = f"__uint_as_float((unsigned)in[{index}])"
            elif letter == "d":
                value = f"__longlong_as_double((long long)in[{index}])"
            else:
                value = f"({_TYPES[letter]})in[{index}]"
            lines.append(f"  {_TYPES[letter]} {name} = {value};")
            operands_in.append(f'"{letter}"({name})')
        operands_out: list[str] = []
        for index, kind in enumerate(case.outputs):
            plus = "+" if kind.startswith("+") else "="
            letter = kind.lstrip("+")
            start = "7" if plus == "+" else "0"
            lines.append(f"  {_TYPES[letter]} d{index} = {start};")
            operands_out.append(f'"{plus}{letter}"(d{index})')
        template = case.ptx.replace('"', '\\"')
        lines.append(
            f'  asm volatile("{template}" : {", ".join(operands_out)} : '
            f'{", ".join(operands_in)} : "memory");'
        )
        for index, kind in enumerate(case.outputs):
            letter = kind.lstrip("+")
            as_bits = {"f": "__float_as_uint({})", "d": "(u64)__double_as_longlong({})"}
            value = as_bits.get(letter, "{}").format(f"d{index}")
            lines.append(f"  out[{index}] = {value};")
        lines.append("}")
        parts.append("\n".join(lines))
    calls = "\n".join(
        f"  case_{number}(in + ({number} * {THREADS} + t) * {SLOTS}, "
        f"out + ({number} * {THREADS} + t) * {SLOTS}, "
        f"memory + ({number} * {THREADS} + t) * {BYTES}, "
        "place);"
        f"\n  keep(memory + ({number} * {THREADS} + t) * {BYTES}, near + t * {BYTES});"
        for number in range(len(cases))
    )
    total = len(cases) * THREADS
    parts.append(
        f"""
// What a case did to its shared memory goes to global memory; then it begins anew.
__device__ void keep(char *memory, char *near) {{
  for (int i = 0; i < {BYTES}; ++i) {{
    memory[i] = (char)(memory[i] * 31 + near[i]);
    near[i] = (char)(i * 7);
  }}
}}
__global__ void all(const u64 *in, u64 *out, char *memory) {{
  __shared__ __align__(16) char near[{THREADS * BYTES}];
  int t = threadIdx.x;
  for (int i = 0; i < {BYTES}; ++i) near[t * {BYTES} + i] = (char)(i * 7);
  __syncthreads();
  unsigned place;
  asm("{{ .reg .u64 p; cvta.to.shared.u64 p, %1; cvt.u32.u64 %0, p; }}"
      : "=r"(place) : "l"(near + t * {BYTES}));
{calls}
}}
int main(int argc, char **argv) {{
  const size_t values = {total * SLOTS}, bytes = {total * BYTES};
  u64 *in = (u64 *)malloc(values * 8), *out = (u64 *)calloc(values, 8);
  char *memory = (char *)malloc(bytes);
  FILE *file = fopen("input.bin", "rb");
  if (fread(in, 8, values, file) != values) return 2;
  fclose(file);
  for (size_t i = 0; i < bytes; ++i) memory[i] = (char)(i * 13 + i / 64);
  u64 *device_in, *device_out;
  char *device_memory;
  cudaMalloc(&device_in, values * 8);
  cudaMalloc(&device_out, values * 8);
  cudaMalloc(&device_memory, bytes);
  cudaMemcpy(device_in, in, values * 8, cudaMemcpyHostToDevice);
  cudaMemcpy(device_out, out, values * 8, cudaMemcpyHostToDevice);
  cudaMemcpy(device_memory, memory, bytes, cudaMemcpyHostToDevice);
  all<<<1, {THREADS}>>>(device_in, device_out, device_memory);
  if (cudaDeviceSynchronize() != cudaSuccess) return 3;
  cudaMemcpy(out, device_out, values * 8, cudaMemcpyDeviceToHost);
  cudaMemcpy(memory, device_memory, bytes, cudaMemcpyDeviceToHost);
  file = fopen("output.bin", "wb");
  fwrite(out, 8, values, file);
  fwrite(memory, 1, bytes, file);
  fclose(file);
  return 0;
}}
"""
    )
    return "\n".join(parts)


def _run(source: bytes, dialect: str, warp: int, folder: Path, inputs: bytes) -> bytes:
    compiler = shutil.which("clang++-19") or shutil.which("clang++") or shutil.which("g++")
    if compiler is None:
        pytest.skip("no C++ compiler is installed")
    folder.mkdir()
    name = folder / ("program.cu" if dialect == "cuda" else "program.hip")
    name.write_bytes(source)
    prepared = prepare([name], dialect, folder / "build", folder)
    command = [
        compiler, "-O1", "-w", "-ffp-contract=off", f"-DHIPWRIGHT_WARP_SIZE={warp}",
        *prepared.flags, *map(str, prepared.sources), *prepared.link_flags, "-o",
        str(folder / "program"),
    ]  # fmt: skip
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert built.returncode == 0, built.stderr[:4000]
    (folder / "input.bin").write_bytes(inputs)
    ran = subprocess.run(
        [str(folder / "program")], capture_output=True, text=True, cwd=folder, check=False,
        timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[:4000]
    return (folder / "output.bin").read_bytes()


def _ported(source: str) -> bytes:
    return port(source.encode(), "program.cu", unsafe=True).text


def _numbers(bits: int, kind: str) -> list[float]:
    """The numbers in an output, so that one NaN is as good as another."""
    if kind == "f":
        return list(struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFF)))
    if kind == "d":
        return list(struct.unpack("<d", struct.pack("<Q", bits)))
    if kind in ("f16", "f16x2"):
        return list(struct.unpack("<ee", struct.pack("<I", bits & 0xFFFFFFFF)))
    halves = [(bits & 0xFFFF) << 16, bits & 0xFFFF0000]
    return [struct.unpack("<f", struct.pack("<I", half))[0] for half in halves]


def _is_same(case: Case, index: int, before: int, after: int) -> bool:
    if before == after:
        return True
    kind = case.numbers or case.outputs[index].lstrip("+")
    if kind not in ("f", "d", "f16", "f16x2", "bf16", "bf16x2"):
        return False
    for one, other in zip(_numbers(before, kind), _numbers(after, kind), strict=True):
        if one != one and other != other:
            continue
        if one != other:
            limit = case.tolerance * max(abs(one), abs(other))
            if not (case.tolerance and abs(one - other) <= max(limit, 1e-30)):
                return False
        elif one == 0 and struct.pack("<d", one) != struct.pack("<d", other) and case.signed_zero:
            return False
    return True


def test_every_entry_has_a_case() -> None:
    covered = set()
    for case in CASES:
        for line in parse(case.ptx):
            if isinstance(line, Instruction):
                found = find(line.form)
                assert found is not None, line.form
                covered.add(id(found[0]))
    missing = [entry.pattern.pattern for entry in all_forms() if id(entry) not in covered]
    # These end a kernel, wait, or read a clock: there is no result to compare.
    assert [text for text in missing if text not in ("trap", "brkpt")] == []


def test_same_results(tmp_path: Path) -> None:
    generator = random.Random(7)
    cases = list(CASES)
    inputs = b"".join(
        struct.pack(
            "<Q",
            _value(generator, case.inputs[slot]) & 0xFFFFFFFFFFFFFFFF
            if slot < len(case.inputs) and case.inputs[slot] not in ("memory", "near")
            else 0,
        )
        for case in cases
        for _ in range(THREADS)
        for slot in range(SLOTS)
    )
    source = _program(cases)
    after = _ported(source)
    left = re.findall(rb"asm volatile\([^\n]*", after)
    assert left == []
    before = _run(source.encode(), "cuda", 32, tmp_path / "before", inputs)
    for warp in (32, 64):
        result = _run(after, "hip", warp, tmp_path / f"after{warp}", inputs)
        _compare(cases, before, result, inputs, warp)


def _compare(cases: list[Case], before: bytes, after: bytes, inputs: bytes, warp: int) -> None:
    total = len(cases) * THREADS * SLOTS
    one, two = (struct.unpack(f"<{total}Q", data[: total * 8]) for data in (before, after))
    given = struct.unpack(f"<{total}Q", inputs)
    wrong: dict[str, str] = {}
    for number, case in enumerate(cases):
        for thread in range(THREADS):
            base = (number * THREADS + thread) * SLOTS
            for index in range(len(case.outputs)):
                if not _is_same(case, index, one[base + index], two[base + index]):
                    wrong.setdefault(
                        case.ptx,
                        f"{case.ptx} with {[hex(v) for v in given[base : base + 4]]}: "
                        f"{one[base + index]:#x} became {two[base + index]:#x}",
                    )
            place = total * 8 + (number * THREADS + thread) * BYTES
            if before[place : place + BYTES] != after[place : place + BYTES]:
                wrong.setdefault(case.ptx, f"{case.ptx}: left other bytes in memory")
    assert not wrong, f"{warp} lanes:\n" + "\n".join(wrong.values())


_ENDING = """#include <cstdio>
__global__ void k(int which) {
  if (which == 1) asm("trap;");
  if (which == 2) asm volatile("brkpt;");
}
int main() {
  for (int which = 0; which < 3; ++which) {
    k<<<1, 1>>>(which);
    printf("%d ", cudaDeviceSynchronize() != cudaSuccess);
    cudaDeviceReset();
  }
  FILE *file = fopen("output.bin", "wb");
  fputs("reached the end", file);
  fclose(file);
  return 0;
}
"""


def test_traps_end_the_kernel_only(tmp_path: Path) -> None:
    before = _run(_ENDING.encode(), "cuda", 32, tmp_path / "before", b"")
    after = _run(_ported(_ENDING), "hip", 64, tmp_path / "after", b"")
    assert before == after == b"reached the end"
