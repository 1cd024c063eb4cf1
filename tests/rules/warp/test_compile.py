"""What the warp rules write compiles with the HIP headers that are here, old and new."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from hipwright.rules.registry import all_rules

sys.path.insert(0, str(Path(__file__).parent))

from compilers import HipCompiler, hip_compilers

# What the fragments among the examples use.
_AROUND = """
__device__ void kernel_{number}(int v, int x, int done, int found, unsigned mask, unsigned lane) {{
  unsigned below;
  {{
{text}
  }}
}}
"""
_HEAD = """#include <hip/hip_runtime.h>
__device__ void step(int &done);
__device__ unsigned next_mask();
"""


def _program(has_sync: bool) -> str:
    parts = [_HEAD]
    number = 0
    for rule in all_rules():
        if not rule.code.startswith("WARP"):
            continue
        for example in rule.examples:
            if example.after is None or example.after == example.before:
                continue
            text = re.sub(r"#include <\w+/?\w+\.h>\n", "", example.after)
            if "__syncwarp" in text and not has_sync:
                continue
            if any(word in text for word in ("cuda", "cub::", "__nv_")):
                continue  # other rules have more to do there
            number += 1
            if "__device__" in text or text.startswith("#define"):
                parts.append(f"namespace example_{number} {{\n{text}}}\n")
            else:
                parts.append(_AROUND.format(number=number, text=text))
    assert number > 10
    return "\n".join(parts)


@pytest.mark.parametrize("compiler", hip_compilers(), ids=lambda compiler: compiler.name)
def test_examples_compile(compiler: HipCompiler, tmp_path: Path) -> None:
    path = tmp_path / "examples.hip"
    path.write_text(_program(compiler.has_sync))
    assert compiler.errors(path) == ""


def test_a_mask_of_32_bits_does_not(tmp_path: Path) -> None:
    """The reason for it all: where this compiles, the checks above mean nothing."""
    compilers = hip_compilers()
    if not compilers:
        pytest.skip("no HIP compiler here")
    path = tmp_path / "mask.hip"
    path.write_text(_HEAD + "__device__ int f(int v) { return __shfl_sync(0xffffffff, v, 0); }\n")
    for compiler in compilers:
        assert compiler.errors(path), compiler.name
