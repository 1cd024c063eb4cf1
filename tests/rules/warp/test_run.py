"""The port of warp code computes on 32 and on 64 lanes what the original computes on 32."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hipwright.port import port

pytest.importorskip("hipwright_server.targets")

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.cu"))


def _compare(*arguments: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "hipwright.cli", "compare", *arguments, "--format", "json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if result.returncode == 2 and "compiler" in result.stderr:
        pytest.skip(result.stderr.strip())
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout)


@pytest.mark.parametrize(
    ("lanes", "schedule"), [("32", "friendly"), ("64", "friendly"), ("64", "adversarial")]
)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_port_agrees(program: Path, lanes: str, schedule: str) -> None:
    status, comparison = _compare(
        str(program), "--on", f"cpu:32,cpu:{lanes}", "--schedule", schedule
    )
    assert comparison["verdict"] == "agree", comparison["sentence"]
    assert status == 0


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_port_has_nothing_left(program: Path) -> None:
    result = port(program.read_bytes(), str(program))
    assert [finding for finding in result.remaining if finding.severity.value != "hint"] == []
    assert port(result.text, str(program)).text == result.text


class _Expressions:
    """Random expressions of nested warp intrinsics, each of them defined in CUDA."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def mask(self, masks: tuple[str, ...]) -> str:
        return self.random.choice(masks)

    def value(self, depth: int, masks: tuple[str, ...], with_shuffles: bool) -> str:
        """A value of type int. No intrinsic stands where only some lanes would evaluate it."""
        pick, number = self.random.choice, self.random.randrange
        if depth == 0:
            return pick(("v", "lane", "i", str(number(50)), "(v * 7 + lane)"))

        def inner() -> str:
            return self.value(depth - 1, masks, with_shuffles)

        mask = self.mask(masks)
        choices = [
            lambda: f"({inner()} {pick('+-^&|')} {inner()})",
            lambda: f"({inner()} < {inner()} ? {number(9)} : {number(9)})",
            lambda: f"(int)__ballot_sync({mask}, {inner()} & {1 << number(4)})",
            lambda: f"__popc(__ballot_sync({mask}, {inner()} > {number(40)}) & ((1u << lane) - 1))",
            lambda: f"__any_sync({mask}, {inner()} == {number(40)})",
            lambda: f"(__all_sync({mask}, {inner()} != {number(40)}) ? {number(9)} : {number(9)})",
            lambda: f"!__all_sync({mask}, {inner()})",
            lambda: f"(int)__match_any_sync({mask}, {inner()} & {1 + number(7)})",
        ]
        if with_shuffles:
            choices += [
                lambda: f"__shfl_sync({mask}, {inner()}, {inner()} & 31)",
                lambda: f"__shfl_sync({mask}, {inner()}, {number(8)}, {pick((8, 16, 32))})",
                lambda: f"__shfl_xor_sync({mask}, {inner()}, {number(32)})",
                lambda: f"__shfl_up_sync({mask}, {inner()}, {number(32)})",
                lambda: f"__shfl_down_sync({mask}, {inner()}, {number(32)}, {pick((4, 16, 32))})",
                lambda: f"SHIFT({inner()}, {number(32)})",
            ]
        return pick(choices)()

    def program(self, count: int) -> str:
        whole = ("0xffffffff", "~0u", "-1", "FULL", "every", "left", "(left) | (every)")
        part = ("0xffffffff", "~0u", "FULL", "left", "(left) | (left & 3)", "__activemask()")
        lines = [
            [
                f"  out[i * {count} + {number}] = {self.value(3, masks, with_shuffles)};"
                for number in range(count)
            ]
            for masks, with_shuffles in ((whole, True), (part, False))
        ]
        return _PROGRAM.format(count=count, whole="\n".join(lines[0]), part="\n".join(lines[1]))


_PROGRAM = """#include <cuda_runtime.h>
#define FULL 0xffffffffu
#define SHIFT(v, d) __shfl_up_sync(FULL, (v), (d))
const unsigned every = 0xffffffff;
__global__ void whole(const int *in, int *out) {{
  const int i = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x % warpSize, v = in[i];
  const unsigned left = __activemask();
{whole}
}}
__global__ void part(const int *in, int *out, int n) {{
  const int i = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x & 31, v = in[i];
  if (i >= n) return;
  const unsigned left = __ballot_sync(__activemask(), 1);
{part}
}}
int main() {{
  const int n = 2 * 160;
  static int host[n], results[n * {count}];
  int *in, *out;
  for (int i = 0; i < n; ++i) host[i] = (i * 29 + 5) % 47;
  cudaMalloc(&in, sizeof(host));
  cudaMalloc(&out, sizeof(results));
  cudaMemcpy(in, host, sizeof(host), cudaMemcpyHostToDevice);
  cudaMemset(out, 0, sizeof(results));
  whole<<<2, 160>>>(in, out);
  cudaMemcpy(results, out, sizeof(results), cudaMemcpyDeviceToHost);
  cudaMemset(out, 0, sizeof(results));
  part<<<2, 160>>>(in, out, n - 43);
  cudaMemcpy(results, out, sizeof(results), cudaMemcpyDeviceToHost);
  return 0;
}}
"""


@pytest.mark.parametrize("seed", range(int(os.environ.get("HIPWRIGHT_TEST_SEEDS", "1"))))
def test_random_expressions_agree(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "expressions.cu"
    path.write_text(_Expressions(seed).program(40))
    text = port(path.read_bytes(), str(path)).text
    assert b"_sync(" not in text
    _, comparison = _compare(str(path))
    assert comparison["verdict"] == "agree", comparison["sentence"]


def test_a_mere_renaming_differs(tmp_path: Path) -> None:
    """What makes the agreement mean something: dropping the masks alone is caught."""
    program = next(path for path in PROGRAMS if path.stem == "intrinsics")
    text = program.read_text().replace("_sync(__activemask(), ", "(")
    renamed = re.sub(r"(__(?:shfl\w*|ballot|any|all|match_any))_sync\([^,()]*, ", r"\1(", text)
    renamed = re.sub(r"__syncwarp\([^()]*\)", "__syncwarp()", renamed)
    renamed = renamed.replace("__ffs(__ballot", "__ffsll(__ballot")
    renamed = renamed.replace("cuda_runtime.h", "hip/hip_runtime.h").replace("cuda", "hip")
    path = tmp_path / "renamed.hip"
    path.write_text(renamed)
    status, comparison = _compare(str(program), str(path))
    assert comparison["verdict"] == "differ", comparison["sentence"]
    assert status == 1
